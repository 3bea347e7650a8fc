"""JSON lines as an export writes them: one object a line, RFC 8259."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
from django.utils.translation import gettext as _

from kartotek.core.errors import ValidationError
from kartotek.interfaces.files.table import (
    MOST_COLUMNS,
    MOST_LINE,
    FileRow,
    Table,
    as_cell,
    as_number,
    too_long,
    too_wide,
)


def opened_lines(path: Path) -> Table:
    """The table in a file of JSON objects: a column for every name that any of them has."""
    headers: dict[str, None] = {}
    rows = 0
    for _line, one in _objects(path):
        rows += 1
        headers.update(dict.fromkeys(one))
        if len(headers) > MOST_COLUMNS:
            raise too_wide(path, len(headers))
    return Table(path, "utf-8", "", tuple(headers), rows, kind="lines", first=0)


def line_rows(table: Table) -> Iterator[FileRow]:
    """One row an object. Lists and objects become JSON, which the fields read back."""
    for line, one in _objects(table.path):
        yield FileRow(line, [_cell(one.get(header)) for header in table.headers])


def _cell(value: Any) -> str:
    """The cell that a CSV of ours has for the same value."""
    if value is None or value in ([], {}):
        return ""
    if isinstance(value, list) and all(isinstance(one, str) and "," not in one for one in value):
        return as_cell(", ".join(value))
    if isinstance(value, float):
        return as_number(f"{Decimal(repr(value)):f}")
    return as_cell(value) if isinstance(value, str) else orjson.dumps(value).decode()


def _objects(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    with path.open("rb") as file:
        number = 0
        while line := file.readline(4 * MOST_LINE + 1):
            number += 1
            if len(line) > 4 * MOST_LINE:
                raise too_long(path, number)
            bare = line.removeprefix(b"\xef\xbb\xbf").strip()
            if bare:
                yield number, _object(path, number, bare)


def _object(path: Path, number: int, line: bytes) -> dict[str, Any]:
    try:
        found = orjson.loads(line)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise ValidationError(
            _("Line %(line)s of “%(file)s” is no JSON object. The file may be cut off or edited; "
              "export it again.")
            % {"line": number, "file": path.name}
        )  # fmt: skip
    return found
