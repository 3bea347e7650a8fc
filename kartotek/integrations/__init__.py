"""The world outside: whatever leaves this house, or comes in from there."""
