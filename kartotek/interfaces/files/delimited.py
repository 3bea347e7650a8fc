"""CSV as people have it: any separator and encoding, read row by row, checked first."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext as _

from kartotek.core.errors import ValidationError
from kartotek.interfaces.files.encoding import encoding_of, open_text
from kartotek.interfaces.files.heading import heading
from kartotek.interfaces.files.table import (
    MOST_COLUMNS,
    MOST_LINE,
    FileRow,
    Table,
    empty,
    no_rows,
    too_long,
    too_wide,
)
from kartotek.interfaces.files.twice import Twice, is_suspect, mended

SEPARATORS = ",;\t|"
ODD_SEPARATORS = "^~:"  # believed only where every row has as many of them
UID = "uid"  # the column by which an export of our own is known
SNIFFED = 50  # records looked at to find the separator and the header
_NAMED = re.compile(r"\s*\"?sep=(.)\"?\s*", re.IGNORECASE)  # what Excel takes as an instruction
csv.field_size_limit(MOST_LINE)


@dataclass(frozen=True, order=True)
class _Fit:
    """How well a separator explains the first rows; the greatest is the best."""

    is_known: bool = False
    is_usual: bool = False
    begins: bool = False  # the first row has columns: titles of one cell may stand above a table
    alike: float = 0.0
    width: int = 0


@dataclass
class _Survey:
    """What the first reading of all rows finds out, beside that they can be read."""

    width: int
    rows: int = 0
    widest: int = 0  # the number of columns that hold anything
    short: int = 0  # rows with fewer cells than columns
    last: int = 0  # cells of the last row
    twice: dict[int, Twice] = field(default_factory=dict)

    def add(self, cells: list[str]) -> None:
        self.rows += 1
        self.last = len(cells)
        self.short += len(cells) < self.width
        if self.widest < self.width:
            filled = (
                place for place in range(len(cells), self.widest, -1) if cells[place - 1].strip()
            )
            self.widest = next(filled, self.widest)
        if not "".join(cells).isascii():
            for place, cell in enumerate(cells[: self.width]):
                if is_suspect(cell):
                    self.twice.setdefault(place, Twice()).add(cell)


def opened_delimited(path: Path, language: str) -> Table:
    """The table in a CSV file, read once to its end so that nothing is a surprise later.

    ValidationError says what is the matter and what to do.
    """
    encoding = encoding_of(path, language)
    separator = _separator(path, encoding)
    sample = [one.cells for one in islice(_records(path, encoding, separator), SNIFFED)]
    found = heading(sample)
    if found is None:
        raise empty(path)
    if len(found.names) > MOST_COLUMNS:
        raise too_wide(path, len(found.names))
    survey = _Survey(len(found.names))
    for record in islice(_records(path, encoding, separator), found.first, None):
        survey.add(record.cells)
    if survey.rows == 0:
        raise no_rows(path)
    headers = list(found.names)
    while headers and not headers[-1] and len(headers) > survey.widest:
        headers.pop()  # a separator at the end of every line
    # An export of our own comes back to the letter, however odd its letters are.
    suspects = {} if UID in headers else survey.twice
    twice = {place: one for place, one in suspects.items() if place < len(headers)}
    remarks = (*found.remarks, *_told(headers, twice), *_perhaps_cut(path, survey))
    certain = frozenset(place for place, one in twice.items() if one.is_certain)
    return Table(path, encoding, separator, tuple(headers), survey.rows,
                 remarks=remarks, first=found.first, mended=certain)  # fmt: skip


def delimited_rows(table: Table) -> Iterator[FileRow]:
    """The rows below the header, one at a time."""
    records = _records(table.path, table.encoding, table.separator)
    for record in islice(records, table.first, None):
        if not table.mended:
            yield record
            continue
        cells = [
            mended(cell) if place in table.mended else cell
            for place, cell in enumerate(record.cells)
        ]
        yield FileRow(record.line, cells)


def _told(headers: list[str], twice: dict[int, Twice]) -> Iterator[str]:
    """A note for each column with text that was encoded twice."""
    for place, one in twice.items():
        facts = {
            "column": headers[place],
            "count": one.cells,
            "mendable": one.mendable,
            "example": one.example,
        }
        if one.is_certain:
            yield _("“%(column)s”: %(count)s cells were encoded twice and are read as meant "
                    "(%(example)s).") % facts  # fmt: skip
        elif one.mendable:
            yield _("“%(column)s”: %(mendable)s of %(count)s odd cells could have been encoded "
                    "twice (%(example)s). They are left as they are; mend them in the file if "
                    "they are wrong.") % facts  # fmt: skip


def _perhaps_cut(path: Path, survey: _Survey) -> Iterator[str]:
    """A note where only the last row is short, and the file ends without a line break."""
    if survey.rows > 1 and survey.short == 1 and survey.last < survey.width:
        with path.open("rb") as file:
            file.seek(-1, 2)
            ended = file.read(1) in (b"\n", b"\r", b"\0")
        if not ended:
            yield _("The last row is shorter than all others. If the file was cut off, export it "
                    "again.")  # fmt: skip


def _records(path: Path, encoding: str, separator: str) -> Iterator[FileRow]:
    """Every record that is not an empty line."""
    state = {"ended": False}

    def lines() -> Iterator[str]:
        with open_text(path, encoding) as file:
            number = 1
            while line := file.readline(MOST_LINE + 1):
                if len(line) > MOST_LINE:
                    raise too_long(path, number)
                yield line if number > 1 or not _NAMED.fullmatch(line) else "\n"
                number += 1
        state["ended"] = True

    reader = csv.reader(lines(), delimiter=separator)
    while True:
        first = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise _unclosed(path, first) from None
        if state["ended"]:  # the file ended before this record did
            raise _unclosed(path, first)
        if len(cells) > 2 * MOST_COLUMNS:
            raise too_wide(path, len(cells))
        if cells:
            yield FileRow(first, cells)


def _unclosed(path: Path, line: int) -> ValidationError:
    return ValidationError(
        _("A quotation mark opens in line %(line)s of “%(file)s” and never closes. "
          "The file may be cut off; export it again.")
        % {"line": line, "file": path.name}
    )  # fmt: skip


def _separator(path: Path, encoding: str) -> str:
    """The one the file names, else that by which most rows are as wide as the header."""
    with open_text(path, encoding) as file:
        named = _NAMED.fullmatch(file.readline(MOST_LINE))
    if named and not named[1].isalnum() and named[1] not in "\"' ":
        return named[1]
    fits = {one: _fit(path, encoding, one) for one in SEPARATORS}
    best = max(SEPARATORS, key=lambda one: fits[one])
    if fits[best].is_known:
        return best
    for odd in ODD_SEPARATORS:
        fit = _fit(path, encoding, odd)
        # A colon stands in times and addresses too: two of them are asked for.
        if fit.is_known and fit.alike == 1 and fit.width >= (3 if odd == ":" else 2):
            return odd
    return best


def _fit(path: Path, encoding: str, separator: str) -> _Fit:
    try:
        widths = [len(record.cells) for record in
                  islice(_records(path, encoding, separator), SNIFFED)]  # fmt: skip
    except ValidationError:
        return _Fit()
    if not widths:
        return _Fit()
    width = widths[0] if widths[0] > 1 else max(set(widths), key=widths.count)
    if width < 2:
        return _Fit()
    alike = sum(one == width for one in widths) / len(widths)
    return _Fit(True, alike >= 0.5, widths[0] > 1, round(alike, 1), width)
