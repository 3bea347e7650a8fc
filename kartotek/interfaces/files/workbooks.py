"""XLSX and ODS workbooks: the fullest sheet, and in it the largest table, wherever it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from kartotek.core.errors import ValidationError
from kartotek.interfaces.files.areas import Grid, areas
from kartotek.interfaces.files.heading import heading
from kartotek.interfaces.files.scanning import scan
from kartotek.interfaces.files.table import (
    MOST_COLUMNS,
    Area,
    FileRow,
    Table,
    as_number,
    cut,
    empty,
    no_rows,
    too_wide,
)

SNIFFED = 50  # rows looked at to find the header


@dataclass(frozen=True)
class _Found:
    """A sheet, the table chosen in it, and what is said about the rest."""

    sheet: str
    area: Area
    rows: int = 0  # that are not blank, the header among them
    remarks: tuple[str, ...] = ()


def opened_workbook(path: Path, kind: str, sheet: str = "") -> Table:
    """The table in `sheet`, by default in the sheet with most rows.

    ValidationError says what is the matter and what to do; a bomb is refused before it is opened.
    """
    scan(path, kind)
    book = _book(path, kind)
    names = _names(book)
    found = _chosen(path, book, names, sheet)
    rows = list(islice(_rows(path, book, found), SNIFFED))
    top = heading([row.cells for row in rows])
    if top is None:
        raise empty(path)
    if len(top.names) > MOST_COLUMNS:
        raise too_wide(path, len(top.names))
    if found.rows <= top.first:
        raise no_rows(path)
    return Table(
        path,
        encoding="",
        separator="",
        headers=top.names,
        rows=found.rows - top.first,
        kind=kind,
        sheet=found.sheet,
        sheets=names,
        remarks=(*found.remarks, *top.remarks),
        first=top.first,
        area=found.area,
    )


def workbook_rows(table: Table) -> Iterator[FileRow]:
    """The rows below the header, one at a time; their line is the number of the sheet's row."""
    assert table.area is not None
    found = _Found(table.sheet, table.area)
    rows = _rows(table.path, _book(table.path, table.kind), found)
    yield from islice(rows, table.first, None)


def _book(path: Path, kind: str) -> Any:
    """The library goes by the ending of a name; a file that is named otherwise is handed over."""
    try:
        if path.suffix.lower() == f".{kind}":
            return CalamineWorkbook.from_path(str(path))
        with path.open("rb") as file:
            return CalamineWorkbook.from_filelike(file)
    except CalamineError:
        raise cut(path) from None


def _names(book: Any) -> tuple[str, ...]:
    """The sheets a person sees; all of them where all are hidden."""
    sheets = [one for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
    seen = [one.name for one in sheets if one.visible == SheetVisibleEnum.Visible]
    return tuple(seen or (one.name for one in sheets))


def _chosen(path: Path, book: Any, names: tuple[str, ...], sheet: str) -> _Found:
    if sheet and sheet not in names:
        raise ValidationError(
            _("“%(file)s” has no sheet “%(sheet)s”. Its sheets are: %(known)s.")
            % {"file": path.name, "sheet": sheet[:60], "known": ", ".join(names)[:200]}
        )
    found = [one for name in ([sheet] if sheet else names) if (one := _found(path, book, name))]
    if not found:
        raise empty(path)
    best = max(found, key=lambda one: one.area.height)
    if len(found) > 1:
        others = ", ".join(one.sheet for one in found if one is not best)
        note = _("The sheet “%(sheet)s” was read; these were not: %(others)s.") % {
            "sheet": best.sheet,
            "others": others[:200],
        }
        return replace(best, remarks=(note, *best.remarks))
    return best


def _found(path: Path, book: Any, name: str) -> _Found | None:
    """The largest table of a sheet; None where the sheet is blank."""
    grid = Grid()
    for row in _values(path, book, name):
        grid.add(*_marks(row))
    found = areas(grid)
    if not found:
        return None
    best, others = found[0], found[1:]
    tables = [one for one in others if one.height > 1 and one.width > 1]
    remarks = []
    if tables:
        remarks.append(
            _("The sheet “%(sheet)s” holds %(count)s tables; the largest was read (rows %(top)s to "
              "%(bottom)s). Put the others on sheets of their own.")
            % {"sheet": name, "count": len(tables) + 1,
               "top": best.top + 1, "bottom": best.bottom + 1}
        )  # fmt: skip
    if loose := sum(grid.weight(one) for one in others if one not in tables):
        remarks.append(
            _("Cells outside of the table of the sheet “%(sheet)s” were not read: %(count)s.")
            % {"sheet": name, "count": loose}
        )
    return _Found(name, best, grid.rows(best), tuple(remarks))


def _marks(row: list[Any]) -> tuple[int, int]:
    """The places of a row that hold anything, and those that hold text, as bits."""
    filled = texts = 0
    for place, value in enumerate(row):
        if not isinstance(value, str):
            filled |= 1 << place
        elif value and not value.isspace():
            filled |= 1 << place
            texts |= 1 << place
    return filled, texts


def _values(path: Path, book: Any, name: str) -> Iterator[list[Any]]:
    """All rows of a sheet from its first on, whole or blank."""
    try:
        sheet = book.get_sheet_by_name(name)
    except CalamineError:
        raise cut(path) from None
    if sheet.start is not None:
        yield from sheet.iter_rows()


def _rows(path: Path, book: Any, found: _Found) -> Iterator[FileRow]:
    """The rows of a table that are not blank."""
    area, values = found.area, _values(path, book, found.sheet)
    for number, row in enumerate(islice(values, area.top, area.bottom + 1), area.top + 1):
        cells = [text_of(value) for value in row[area.left : area.right + 1]]
        if any(cell.strip() for cell in cells):
            yield FileRow(number, cells)


def text_of(value: Any) -> str:
    """A cell as text: dates in ISO 8601, whole numbers without ".0", true and false."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, datetime):
        return _rounded(value).isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.replace(microsecond=0).isoformat()
    return str(value)


def _number(value: float) -> str:
    """At most the 15 digits a spreadsheet keeps, never in powers of ten."""
    if value.is_integer():
        return str(int(value))
    text = f"{value:.15g}"
    return as_number(f"{Decimal(text):f}" if "e" in text else text)


def _rounded(value: datetime) -> datetime:
    """A sheet keeps moments as fractions of a day, which miss the second by a little."""
    if not value.microsecond:
        return value
    half = timedelta(microseconds=500_000)
    return (value if value > datetime.max - half else value + half).replace(microsecond=0)
