"""The tables that stand in a sheet, told apart by the blank rows and columns between them.

A row is a number whose bit n says whether column n holds anything: a sheet of a million cells is
a few megabytes so, and a blank column is a zero in the sum of its rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from kartotek.interfaces.files.table import Area

MOST_TABLES = 500  # a sheet with more islands than this is one table full of holes
DEEPEST = 50  # cuts inside of each other


@dataclass
class Grid:
    """Which cells hold anything, and which of those hold text."""

    filled: list[int] = field(default_factory=list)
    texts: list[int] = field(default_factory=list)

    def add(self, filled: int, texts: int) -> None:
        self.filled.append(filled)
        self.texts.append(texts)

    def weight(self, area: Area) -> int:
        """How many cells of an area hold anything."""
        window = _window(area)
        rows = self.filled[area.top : area.bottom + 1]
        return sum((row & window).bit_count() for row in rows)

    def rows(self, area: Area) -> int:
        """How many rows of an area hold anything."""
        window = _window(area)
        return sum(bool(row & window) for row in self.filled[area.top : area.bottom + 1])


def areas(grid: Grid) -> list[Area]:
    """The tables of a sheet, the largest first."""
    width = max((row.bit_length() for row in grid.filled), default=0)
    if not width:
        return []
    whole = Area(0, 0, len(grid.filled) - 1, width - 1)
    found = list(islice(_split(grid, whole), MOST_TABLES + 1))
    if len(found) > MOST_TABLES:
        return [whole]
    return sorted(_joined(grid, found), key=grid.weight, reverse=True)


def _window(area: Area) -> int:
    return ((1 << area.width) - 1) << area.left


def _split(grid: Grid, area: Area, depth: int = 0) -> Iterator[Area]:
    """Bands of rows without a blank one, each cut at blank columns where its sides differ."""
    for top, bottom in _bands(grid, area):
        window = _window(area)
        union = 0
        for row in range(top, bottom + 1):
            union |= grid.filled[row] & window
        sides = list(_sides(grid, top, bottom, union))
        if len(sides) == 1 or depth == DEEPEST:
            yield Area(top, sides[0].left, bottom, sides[-1].right)
        else:
            for side in sides:
                yield from _split(grid, Area(top, side.left, bottom, side.right), depth + 1)


def _bands(grid: Grid, area: Area) -> Iterator[tuple[int, int]]:
    window, top = _window(area), -1
    for row in range(area.top, area.bottom + 1):
        if grid.filled[row] & window:
            top = row if top < 0 else top
        elif top >= 0:
            yield top, row - 1
            top = -1
    if top >= 0:
        yield top, area.bottom


def _sides(grid: Grid, top: int, bottom: int, union: int) -> Iterator[Area]:
    """Groups of columns side by side. Those that begin and end in the same rows are one table."""
    last: Area | None = None
    for left, right in _runs(union):
        window = ((1 << (right - left + 1)) - 1) << left
        rows = [row for row in range(top, bottom + 1) if grid.filled[row] & window]
        side = Area(rows[0], left, rows[-1], right)
        if last and (last.top, last.bottom) == (side.top, side.bottom):
            last = Area(last.top, last.left, last.bottom, right)
            continue
        if last:
            yield last
        last = side
    if last:
        yield last


def _runs(bits: int) -> Iterator[tuple[int, int]]:
    """The first and last place of each run of ones."""
    place = 0
    while bits:
        zeros = (bits & -bits).bit_length() - 1
        bits >>= zeros
        ones = (~bits & (bits + 1)).bit_length() - 1
        yield place + zeros, place + zeros + ones - 1
        bits >>= ones
        place += zeros + ones


def _joined(grid: Grid, found: list[Area]) -> list[Area]:
    """Areas below each other are one table where only blank rows part them."""
    kept: list[Area] = []
    for area in sorted(found, key=lambda one: (one.top, one.left)):
        above = next((one for one in reversed(kept) if _goes_on(grid, one, area)), None)
        if above is None:
            kept.append(area)
        else:
            kept[kept.index(above)] = Area(above.top, above.left, area.bottom, above.right)
    return kept


def _goes_on(grid: Grid, above: Area, area: Area) -> bool:
    within = above.left <= area.left and area.right <= above.right and above.bottom < area.top
    return within and not _has_own_header(grid, area, far=area.top - above.bottom > 2)


def _has_own_header(grid: Grid, area: Area, *, far: bool) -> bool:
    """A first row full of text, above numbers, or far below what came before."""
    window = _window(area)
    first = grid.texts[area.top] & window
    if area.height < 2 or first != window:
        return False
    below = range(area.top + 1, area.bottom + 1)
    return far or any((grid.filled[row] & ~grid.texts[row]) & window for row in below)
