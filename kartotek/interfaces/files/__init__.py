"""CSV and other files."""
