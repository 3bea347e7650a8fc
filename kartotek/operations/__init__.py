"""Keeping it alive: first run, copies, health."""
