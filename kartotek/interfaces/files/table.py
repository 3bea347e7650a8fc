"""What every reader hands on: a table that was read to its end, its rows, shared refusals."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from babel.numbers import get_group_symbol
from django.utils.translation import gettext as _

from kartotek.core.errors import ValidationError
from kartotek.core.workspace import workspace
from kartotek.interfaces.files.cells import escape, unescape

MOST_LINE = 1_000_000  # letters in a line, and in a cell
MOST_COLUMNS = 2_000


@dataclass(frozen=True)
class Area:
    """The cells of one table in a sheet; all four are places counted from 0, inclusive."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def height(self) -> int:
        return self.bottom - self.top + 1

    @property
    def width(self) -> int:
        return self.right - self.left + 1


@dataclass(frozen=True)
class Table:
    """A file that can be read from end to end: what it is, its headers, its number of rows.

    `remarks` are sentences for the person: what was assumed, mended or not read.
    """

    path: Path
    encoding: str
    separator: str
    headers: tuple[str, ...]
    rows: int
    kind: str = "csv"  # csv, xlsx, ods, cards, lines
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    first: int = 1  # records of the file before its first row of data
    mended: frozenset[int] = frozenset()  # places of columns that were encoded twice
    area: Area | None = None  # of a sheet: where the table stands
    language: str = ""  # of cards: whose code page reads what names no charset


@dataclass(frozen=True)
class FileRow:
    """One row: the line it begins in, and its cells as they stand there."""

    line: int
    cells: list[str]


def as_cell(text: str) -> str:
    """Text as a cell: whoever reads one takes the apostrophe before a formula off again."""
    return text if unescape(text) == text else escape(text)


def as_number(text: str) -> str:
    """A number with a point before its places as a cell: exactly three of them get a fourth, where
    the workspace's language would take the point for one between thousands."""
    if len(text.partition(".")[2]) == 3 and _points_at_thousands(workspace().language):
        return f"{text}0"
    return text


@lru_cache(maxsize=16)
def _points_at_thousands(language: str) -> bool:
    return bool(get_group_symbol(language.replace("-", "_")) == ".")


def empty(path: Path) -> ValidationError:
    return ValidationError(
        _("“%(file)s” is empty. Export it again, with a first line that names the columns.")
        % {"file": path.name}
    )


def no_rows(path: Path) -> ValidationError:
    return ValidationError(
        _("“%(file)s” has a header and no rows. Export it again with its rows.")
        % {"file": path.name}
    )


def too_wide(path: Path, width: int) -> ValidationError:
    return ValidationError(
        _("“%(file)s” has %(is)s columns; at most %(most)s can be read. Export fewer.")
        % {"file": path.name, "is": width, "most": MOST_COLUMNS}
    )


def too_long(path: Path, line: int) -> ValidationError:
    return ValidationError(
        _("Line %(line)s of “%(file)s” is longer than a million letters. "
          "This is hardly a table; check the export.")
        % {"line": line, "file": path.name}
    )  # fmt: skip


def cut(path: Path) -> ValidationError:
    return ValidationError(
        _("“%(file)s” is damaged or cut off. Export it again.") % {"file": path.name}
    )
