"""What other systems keep and this one does not hold yet: declared by the business room."""

from __future__ import annotations

from collections.abc import Iterable

Signs = tuple[str, ...]  # columns that together tell what a file holds
ELSEWHERE: list[tuple[str, Signs]] = []  # what it is called there, and its signs


def declare(objects: Iterable[tuple[str, Signs]]) -> None:
    """Have these known; where several fit a file, the first is it."""
    ELSEWHERE.extend(objects)
