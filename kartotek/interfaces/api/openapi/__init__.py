"""The API described by itself: OpenAPI 3.1 (spec.openapis.org/oas/v3.1.0), and a page to read."""
