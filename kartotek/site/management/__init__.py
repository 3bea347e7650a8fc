"""The command line's own commands."""
