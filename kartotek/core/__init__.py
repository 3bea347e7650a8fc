"""What a record is, and the only doors to it. Knows no HTTP and no business word."""
