"""Cells that no spreadsheet takes for a formula, and back again to the letter."""

import re

RISKY = frozenset("'=+-@\t\r")  # what a cell that must be looked at begins with
_RISKY = re.compile(r"'*[=+\-@\t\r]")  # an apostrophe before it is doubled, so that it survives
_ESCAPED = re.compile(r"'+[=+\-@\t\r]")


def escape(text: str) -> str:
    """A leading = + - @, tab or carriage return gets an apostrophe before it."""
    return f"'{text}" if _RISKY.match(text) else text


def unescape(text: str) -> str:
    """What `escape` was given."""
    return text[1:] if _ESCAPED.match(text) else text
