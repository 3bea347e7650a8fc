"""Lines of RFC 4180 made of whole columns: what needs no quotes is seen once for all its cells.

What `csv.writer` writes, to the letter; it looks at each letter of each cell by itself.
"""

from __future__ import annotations

from collections.abc import Sequence

END = "\r\n"


def csv_lines(columns: Sequence[Sequence[str]]) -> str:
    """The rows of some columns of equal length, at least two of them; "" for no rows."""
    rows = zip(*(_quoted(column) for column in columns), strict=True)
    return "".join([",".join(row) + END for row in rows])


def _quoted(texts: Sequence[str]) -> Sequence[str]:
    return [_cell(one) for one in texts] if _is_odd("".join(texts)) else texts


def _cell(text: str) -> str:
    if not _is_odd(text):
        return text
    return '"' + text.replace('"', '""') + '"'


def _is_odd(text: str) -> bool:
    return '"' in text or "," in text or "\r" in text or "\n" in text
