"""The rights of a person whose data are held: a file of it all, and erasure."""
