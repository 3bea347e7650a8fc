"""The generic ways in and out. Names no record type."""
