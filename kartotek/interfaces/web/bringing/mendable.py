"""The rows of a trial that a person may mend: what is kept of them, and how the page shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kartotek.core.catalogue import the_type
from kartotek.core.recordtype import RecordType
from kartotek.interfaces.files.broken import Broken
from kartotek.interfaces.files.importing import Importing
from kartotek.interfaces.files.mapping import Column
from kartotek.interfaces.files.targets import target_of

_KEPT = ("header", "reason", "system", "match", "makes", "dates", "private")


def kept_of(work: Importing) -> dict[str, Any]:
    """What the receipt of a trial keeps, so that a row can be tried without the file."""
    columns = [one.column for one in work.receipt.columns]
    return {
        "twins": [one.plain() for one in work.twins.found],
        "twin_rows": work.twins.rows,
        "to_mend": [{**one.plain(), "asked": sorted(one.wrong)} for one in work.to_mend],
        "read": [
            {name: getattr(one, name) for name in _KEPT} | {"target": one.target.text}
            for one in columns
        ],
    }


def columns_read(receipt: Mapping[str, Any]) -> list[Column]:
    """The columns as the trial took them."""
    return [
        Column(place, **{**one, "target": target_of(one["target"])})
        for place, one in enumerate(receipt["read"])
    ]


@dataclass(frozen=True)
class Cell:
    """One cell of a row as the page shows it."""

    place: int
    header: str
    text: str
    why: str


@dataclass(frozen=True)
class Mendable:
    """One row that was refused: the cells to mend, the others, and how it ends now."""

    line: int
    title: str
    did: str
    is_left: bool
    reason: str  # where no cell is to blame
    cells: tuple[Cell, ...]
    others: tuple[Cell, ...]


def mendable(receipt: Mapping[str, Any]) -> list[Mendable]:
    """The rows of a trial that may be mended, as the page shows them."""
    if not receipt.get("to_mend"):
        return []
    columns, record_type = columns_read(receipt), the_type(receipt["type"])
    return [_mendable(one, columns, record_type) for one in receipt["to_mend"]]


def _mendable(entry: Mapping[str, Any], columns: list[Column], record_type: RecordType) -> Mendable:
    one = Broken.of(entry)
    cells = [
        Cell(place, columns[place].header, text, one.wrong.get(place, ""))
        for place, text in one.cells.items()
    ]
    asked = set(entry["asked"])
    made_of = [record_type.title, *record_type.title_from.replace("|", " ").split()]
    named = {columns[cell.place].field: cell.text for cell in reversed(cells)}
    title = named.get(record_type.title, "") or " ".join(
        filter(None, (named.get(name, "") for name in made_of[:3]))
    )
    return Mendable(
        one.line, title[:80], one.did, one.is_left, "" if one.wrong else one.reason,
        tuple(cell for cell in cells if cell.place in asked),
        tuple(cell for cell in cells if cell.place not in asked),
    )  # fmt: skip
