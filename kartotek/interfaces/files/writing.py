"""Files written as rows come: CSV for machines and for the spreadsheet at hand, JSON lines."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

import orjson
from babel.dates import get_date_format
from babel.numbers import get_decimal_symbol

from kartotek.core.actor import Actor
from kartotek.core.by_column import Stack
from kartotek.core.context import Context
from kartotek.core.errors import ValidationError
from kartotek.core.fieldtypes import Date
from kartotek.core.question import Row
from kartotek.core.workspace import workspace
from kartotek.interfaces.files.cells import escape
from kartotek.interfaces.files.machine_cells import plains_of, texts_of
from kartotek.interfaces.files.person_cells import PersonCells
from kartotek.interfaces.files.quoting import csv_lines
from kartotek.interfaces.files.table import as_number
from kartotek.interfaces.files.taking import Taking

UID = "uid"
LINE = orjson.OPT_APPEND_NEWLINE


class Writer(Protocol):
    """Writes rows into a file; `remarks` are sentences for the receipt."""

    by_column: bool  # takes the records as a Stack, not as rows
    remarks: list[str]

    def add(self, rows: Any) -> None:
        """Write the next rows."""

    def close(self) -> None:
        """Finish the file; nothing is added after."""


class MachineCsv:
    """RFC 4180: UTF-8, commas, CRLF; fields by their names, lists and parts as JSON."""

    by_column = True

    def __init__(self, actor: Actor, taking: Taking, context: Context, path: Path) -> None:
        self.remarks: list[str] = []
        self._file = path.open("wb")
        self._columns = [(name, texts_of(taking.type, name)) for name in taking.columns]
        self._write([[name] for name in (UID, *taking.columns)])

    def add(self, stack: Stack) -> None:
        columns = [texts(stack.columns[name]) for name, texts in self._columns]
        self._write([stack.uids, *columns])

    def _write(self, columns: Sequence[Sequence[str]]) -> None:
        self._file.write(csv_lines(columns).encode())

    def close(self) -> None:
        self._file.close()


class JsonLines:
    """RFC 8259, one object a line: every value as the API has it."""

    by_column = True

    def __init__(self, actor: Actor, taking: Taking, context: Context, path: Path) -> None:
        self.remarks: list[str] = []
        self._names = (UID, *taking.columns)
        self._columns = [(name, plains_of(taking.type, name)) for name in taking.columns]
        self._file = path.open("wb")

    def add(self, stack: Stack) -> None:
        columns = [plains(stack.columns[name]) for name, plains in self._columns]
        lines = zip(stack.uids, *columns, strict=True)
        self._file.writelines(
            orjson.dumps(dict(zip(self._names, line, strict=True)), option=LINE) for line in lines
        )

    def close(self) -> None:
        self._file.close()


class PersonCsv:
    """What a spreadsheet of the person's own country opens with a double click."""

    by_column = False

    def __init__(self, actor: Actor, taking: Taking, context: Context, path: Path) -> None:
        self.remarks: list[str] = []
        self._cells = PersonCells(actor, taking, context)
        self._locale = context.language.replace("-", "_")
        self._decimal = get_decimal_symbol(self._locale)
        self._day = day_pattern(context)
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file, delimiter=";" if self._decimal == "," else ",")
        self._writer.writerow(self._cells.headers)

    def add(self, rows: Sequence[Row]) -> None:
        self._writer.writerows([self._text(one) for one in row] for row in self._cells.rows(rows))

    def _text(self, value: Any) -> str:
        if isinstance(value, str):
            return escape(value)
        if isinstance(value, datetime):
            return value.isoformat(sep=" ")
        if isinstance(value, date):
            return value.strftime(self._day) if value.year > 999 else value.isoformat()
        return "" if value is None else self._number(value)

    def _number(self, value: Any) -> str:
        """With the person's own decimal sign, where an import would read it as one."""
        text = str(value)
        is_read = get_decimal_symbol(workspace().language.replace("-", "_")) == self._decimal
        return text.replace(".", self._decimal) if is_read else as_number(text)

    def close(self) -> None:
        self._file.close()


def day_pattern(context: Context) -> str:
    """How a day is written in the person's country, for `strftime`.

    ISO 8601, which every spreadsheet reads, where an import would mix up day and month.
    """
    found = get_date_format("short", locale=context.language.replace("-", "_")).pattern
    order = sorted("dMy", key=found.find)
    mark = next((one for one in found if not one.isalpha() and one not in " '"), "")
    pattern = mark.join({"d": "%d", "M": "%m", "y": "%Y"}[one] for one in order)
    probe = date(2026, 11, 5)
    try:
        read = Date().parse(probe.strftime(pattern), workspace().context)
    except ValidationError:
        read = None
    return pattern if read == probe else "%Y-%m-%d"
