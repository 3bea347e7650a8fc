"""Any file that people bring, as one table: opened to its end, then read row by row."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from kartotek.core.errors import ValidationError
from kartotek.interfaces.files.cards import card_rows, opened_cards
from kartotek.interfaces.files.delimited import delimited_rows, opened_delimited
from kartotek.interfaces.files.lines import line_rows, opened_lines
from kartotek.interfaces.files.opening import kind_of
from kartotek.interfaces.files.table import MOST_COLUMNS, MOST_LINE, FileRow, Table
from kartotek.interfaces.files.workbooks import opened_workbook, workbook_rows

__all__ = ["MOST_COLUMNS", "MOST_LINE", "FileRow", "Table", "opened", "rows_of"]


def opened(path: Path, language: str, sheet: str = "") -> Table:
    """The table in `path`, read once to its end so that nothing is a surprise later.

    `sheet` names one of a workbook. ValidationError says what is the matter and what to do.
    """
    kind = kind_of(path)
    if kind in ("xlsx", "ods"):
        return opened_workbook(path, kind, sheet)
    if kind == "cards":
        return opened_cards(path, language)
    if kind == "lines":
        return opened_lines(path)
    if kind == "zip":
        raise ValidationError(
            _("“%(file)s” is an archive of files. Unpack it and import them one by one.")
            % {"file": path.name}
        )
    return opened_delimited(path, language)


def rows_of(table: Table) -> Iterator[FileRow]:
    """The rows below the header, one at a time."""
    readers = {
        "cards": card_rows,
        "lines": line_rows,
        "xlsx": workbook_rows,
        "ods": workbook_rows,
        "csv": delimited_rows,
    }
    return readers[table.kind](table)
