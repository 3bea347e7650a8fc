"""A package of its own that brings record types: found by its entry point, own migrations."""
