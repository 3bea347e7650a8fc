"""SQLite, safe and with one writer at a time."""
