"""Settings, URLs, command line: the only room that knows all rooms."""
