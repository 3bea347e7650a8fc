"""The business: one file for each record type."""
