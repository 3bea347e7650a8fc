"""What a person decided about an import besides where its columns go, as a draft keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from kartotek.interfaces.files.table import FileRow
from kartotek.interfaces.files.twins import LEAVE, UPDATE, Twin

Cells = Mapping[int, str]  # place of a column → what its cell shall say


@dataclass(frozen=True)
class Decisions:
    """Rows by the line they begin in: mended by hand, or left out.

    What to do with a record that is here already: for the whole, and by place or header.
    """

    mended: Mapping[int, Cells] = field(default_factory=dict)
    left: frozenset[int] = frozenset()
    match: str = ""
    matches: Mapping[int | str, str] = field(default_factory=dict)
    dates: Mapping[int | str, str] = field(default_factory=dict)  # by place or header: their order
    make: bool = False  # records that a column names and that are not here
    twins: Mapping[int, Twin] = field(default_factory=dict)  # by line: is a record that is here

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Decisions:
        """What `plain` told."""
        mended = {int(line): _cells(cells) for line, cells in plain.get("mended", {}).items()}
        return cls(
            mended, frozenset(plain.get("left", ())), plain.get("match", ""),
            _cells(plain.get("matches", {})),
            _cells(plain.get("dates", {})), plain.get("make", False),
            {one["line"]: Twin.of(one) for one in plain.get("twins", ())},
        )  # fmt: skip

    def plain(self) -> dict[str, Any]:
        """As JSON can hold it."""
        mended = {
            str(line): {str(place): text for place, text in cells.items()}
            for line, cells in self.mended.items()
        }
        matches = {str(place): rule for place, rule in self.matches.items()}
        return {
            "mended": mended, "left": sorted(self.left), "match": self.match, "matches": matches,
            "make": self.make, "dates": {str(place): order for place, order in self.dates.items()},
            "twins": [one.plain() for one in self.twins.values()],
        }  # fmt: skip

    def mend(self, line: int, cells: Cells) -> Decisions:
        """The same with further cells of one row; a row that is mended is not left out."""
        mended = {**self.mended, line: {**self.mended.get(line, {}), **cells}}
        return replace(self, mended=mended, left=self.left - {line})

    def leave(self, line: int) -> Decisions:
        """The same without one row."""
        return replace(self, left=self.left | {line})

    def leaves(self, line: int) -> bool:
        """Is this row left out?"""
        return line in self.left or (line in self.twins and self.twins[line].do == LEAVE)

    @property
    def meant(self) -> dict[int, UUID]:
        """Line → the record that a row shall go to, though nothing of its matching says so."""
        return {line: one.uid for line, one in self.twins.items() if one.do == UPDATE}

    def applied(self, row: FileRow) -> FileRow:
        """The row as it was mended."""
        cells = self.mended.get(row.line)
        if not cells:
            return row
        width = max(len(row.cells), max(cells) + 1)
        padded = row.cells + [""] * (width - len(row.cells))
        return FileRow(row.line, [cells.get(place, text) for place, text in enumerate(padded)])


def _cells(plain: Mapping[str, str]) -> dict[int, str]:
    return {int(place): text for place, text in plain.items()}
