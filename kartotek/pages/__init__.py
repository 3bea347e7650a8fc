"""Screens made by hand, a folder each."""
