"""Keeping it alive, from the command line."""
