"""Our own way to speak to a database."""
