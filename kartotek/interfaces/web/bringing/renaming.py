"""A copy of a CSV file whose header says what was chosen for its columns.

Only until the files room takes the choices themselves: this module goes then, with the one branch
of `files_room.bring` that asks for it.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kartotek.interfaces.files.reading import Table


@contextmanager
def renamed(table: Table, choices: dict[int, str]) -> Iterator[Path]:
    """The same rows in the same lines under a changed header; the file itself without choices."""
    if not choices:
        yield table.path
        return
    folder = table.path.parent / "renamed"
    folder.mkdir()
    target = folder / table.path.name
    try:
        _copy(table, target, choices)
        yield target
    finally:
        for made in folder.glob("*.failed.csv"):
            made.replace(table.path.parent / made.name)
        shutil.rmtree(folder)


def _copy(table: Table, target: Path, choices: dict[int, str]) -> None:
    with (
        table.path.open(encoding=table.encoding, newline="") as source,
        target.open("w", encoding=table.encoding, newline="") as copy,
    ):
        reader = csv.reader(iter(source.readline, ""), delimiter=table.separator)
        header = next(cells for cells in reader if any(cell.strip() for cell in cells))
        names = [_name(place, name, choices) for place, name in enumerate(header)]
        csv.writer(copy, delimiter=table.separator).writerow(names)
        copy.write("\r\n" * (reader.line_num - 1))  # every row keeps the number of its line
        shutil.copyfileobj(source, copy)


def _name(place: int, header: str, choices: dict[int, str]) -> str:
    """A chosen target; a column that is left out gets a name that no field has."""
    return choices.get(place) or f"{' '.join(header.split())} (left out {place + 1})"
