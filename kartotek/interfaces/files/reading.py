"""CSV files as people have them: any separator and encoding, read row by row, checked first."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext as _

from kartotek.core.errors import ValidationError
from kartotek.interfaces.files.encoding import encoding_of

MOST_LINE = 1_000_000  # letters in a line, and in a cell
MOST_COLUMNS = 2_000
SEPARATORS = ",;\t|"
SNIFFED = 50  # records looked at to find the separator
csv.field_size_limit(MOST_LINE)


@dataclass(frozen=True)
class Table:
    """A file that can be read from end to end: its encoding, separator, headers, rows."""

    path: Path
    encoding: str
    separator: str
    headers: tuple[str, ...]
    rows: int


@dataclass(frozen=True)
class FileRow:
    """One row: the line it begins in, and its cells as they stand there."""

    line: int
    cells: list[str]


def opened(path: Path, language: str) -> Table:
    """The table in `path`, read once to its end so that nothing is a surprise later.

    ValidationError says what is the matter and what to do.
    """
    _refuse_no_file(path)
    encoding = encoding_of(path, language)
    separator = _separator(path, encoding)
    records = _records(path, encoding, separator)
    headers = next((record.cells for record in records if any(_bare(record.cells))), None)
    if headers is None:
        raise _empty(path)
    _refuse_headers(path, headers)
    rows = sum(1 for _record in records)
    if rows == 0:
        raise ValidationError(
            _("“%(file)s” has a header and no rows. Export it again with its rows.")
            % {"file": path.name}
        )
    return Table(path, encoding, separator, tuple(_bare(headers)), rows)


def rows_of(table: Table) -> Iterator[FileRow]:
    """The rows below the header, one at a time."""
    records = _records(table.path, table.encoding, table.separator)
    next(record for record in records if any(_bare(record.cells)))
    yield from records


def _bare(cells: list[str]) -> list[str]:
    return [cell.strip() for cell in cells]


def _refuse_no_file(path: Path) -> None:
    try:
        if path.is_dir():
            raise ValidationError(
                _("“%(file)s” is a folder. Name one file in it.") % {"file": str(path)}
            )
        with path.open("rb") as file:
            if not file.read(1):
                raise _empty(path)
    except FileNotFoundError:
        raise ValidationError(
            _("There is no file “%(file)s”. Check the name and the folder.") % {"file": str(path)}
        ) from None
    except OSError as error:
        raise ValidationError(
            _("“%(file)s” cannot be opened: %(why)s. Check who may read it.")
            % {"file": str(path), "why": error.strerror}
        ) from None


def _empty(path: Path) -> ValidationError:
    return ValidationError(
        _("“%(file)s” is empty. Export it again, with a first line that names the columns.")
        % {"file": path.name}
    )


def _refuse_headers(path: Path, headers: list[str]) -> None:
    if len(headers) > MOST_COLUMNS:
        raise ValidationError(
            _("“%(file)s” has %(is)s columns; at most %(most)s can be read. Export fewer.")
            % {"file": path.name, "is": len(headers), "most": MOST_COLUMNS}
        )
    counts = Counter(header.casefold() for header in _bare(headers) if header.strip())
    doubled = [header for header, count in counts.items() if count > 1]
    if doubled:
        raise ValidationError(
            _("“%(file)s” has more than one column “%(column)s”. Rename all but one.")
            % {"file": path.name, "column": doubled[0][:60]}
        )


def _records(path: Path, encoding: str, separator: str) -> Iterator[FileRow]:
    """Every record that is not an empty line."""
    state = {"ended": False}

    def lines() -> Iterator[str]:
        with path.open(encoding=encoding, newline="") as file:
            number = 1
            while line := file.readline(MOST_LINE + 1):
                if len(line) > MOST_LINE:
                    raise ValidationError(
                        _("Line %(line)s of “%(file)s” is longer than a million letters. "
                          "This is hardly a table; check the export.")
                        % {"line": number, "file": path.name}
                    )  # fmt: skip
                yield line
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
        if cells:
            yield FileRow(first, cells)


def _unclosed(path: Path, line: int) -> ValidationError:
    return ValidationError(
        _("A quotation mark opens in line %(line)s of “%(file)s” and never closes. "
          "The file may be cut off; export it again.")
        % {"line": line, "file": path.name}
    )  # fmt: skip


def _separator(path: Path, encoding: str) -> str:
    """The separator by which most rows are as wide as the header, and the header is widest."""
    return max(SEPARATORS, key=lambda separator: _fit(path, encoding, separator))


def _fit(path: Path, encoding: str, separator: str) -> tuple[bool, float, int]:
    try:
        widths = [len(record.cells) for record in
                  islice(_records(path, encoding, separator), SNIFFED)]  # fmt: skip
    except ValidationError:
        widths = []
    if not widths or widths[0] < 2:
        return False, 0.0, 0
    alike = sum(width == widths[0] for width in widths) / len(widths)
    return True, round(alike, 1), widths[0]
