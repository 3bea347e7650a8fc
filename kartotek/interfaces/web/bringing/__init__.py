"""Bringing a file in: dropped, recognised, checked, imported, taken back."""
