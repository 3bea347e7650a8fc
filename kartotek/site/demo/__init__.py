"""Practice data: a made-up business in five countries, for looking round."""
