"""The rows that answer one question, a page at a time: CSV "for machines", JSON, a workbook."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from tempfile import TemporaryFile
from typing import IO, Any

import orjson
from django.utils.translation import gettext as _

from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue
from kartotek.core.context import Context
from kartotek.core.errors import PermissionDenied
from kartotek.core.fieldtypes import Link
from kartotek.core.find import find
from kartotek.core.question import LARGEST_PAGE, Question, Row
from kartotek.core.recordtype import RecordType
from kartotek.interfaces.files.cells import escape
from kartotek.interfaces.files.machine_cells import Cell, cell_of, plain
from kartotek.interfaces.files.sheet_writing import Workbook
from kartotek.interfaces.files.taking import Taking

MOST_ROWS = 100_000
MOST_SHEET_ROWS = 10_000  # a workbook is whole before its first byte is sent: about two seconds


class _Lines:
    """What the csv writer takes for a file: it gives back each line instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def pages(
    actor: Actor, record_type: RecordType, question: Question, most: int
) -> Iterator[tuple[Sequence[Row], bool]]:
    """The first `most` rows this actor may export, a page at a time; and whether more were there.

    Raises PermissionDenied without the right to export, and what the read door raises, before
    the first page.
    """
    if actor.rights.scope(record_type.key, "export") == "none":
        raise PermissionDenied(
            _("Your role may not export %(plural)s. Ask an administrator.")
            % {"plural": str(record_type.plural).lower()}
        )
    reader = actor.within(record_type.key, "view", "export")
    asked = replace(question, size=LARGEST_PAGE, after="", count=False)
    while True:
        page = find(reader, record_type, asked)
        rows = page.rows[:most]
        most -= len(rows)
        is_cut = len(page.rows) > len(rows) or (not most and bool(page.next))
        yield rows, is_cut
        if is_cut or not page.next:
            return
        asked = replace(asked, after=page.next)


def too_many(most: int) -> str:
    """What stands in the place of the rows that were left out."""
    return _("There are more than %(most)s rows. Narrow the view.") % {"most": most}


def lines(actor: Actor, record_type: RecordType, question: Question) -> Iterator[str]:
    """The heading, then the rows of `pages`; `question` names the columns."""
    writer = csv.writer(_Lines())
    names = question.columns or ()
    cells = [(name, _cell(record_type, name)) for name in names]
    found = pages(actor, record_type, question, MOST_ROWS)
    first = next(found)
    yield writer.writerow(["uid", *names])
    for rows, is_cut in chain([first], found):
        for row in rows:
            shown: list[Any] = [escape(cell(row.values[name])) for name, cell in cells]
            yield writer.writerow([str(row.uid), *shown])
        if is_cut:
            yield writer.writerow([too_many(MOST_ROWS)])


def json_parts(actor: Actor, record_type: RecordType, question: Question) -> Iterator[bytes]:
    """One object: "rows", each as JSON lines have it, and "more", which says what was left out."""
    names, more = question.columns or (), ""
    opening = b'{"rows":['
    for rows, is_cut in pages(actor, record_type, question, MOST_ROWS):
        for row in rows:
            values = {name: plain(record_type, name, row.values[name]) for name in names}
            yield opening + orjson.dumps({"uid": str(row.uid), **values})
            opening = b",\n"
        more = too_many(MOST_ROWS) if is_cut else ""
    start = opening if opening != b",\n" else b""
    yield start + b'],"more":' + orjson.dumps(more) + b"}\n"


def workbook(
    actor: Actor, record_type: RecordType, question: Question, context: Context
) -> IO[bytes]:
    """The rows as a workbook, in a file without a name that is gone when it is closed."""
    taking = Taking(record_type, question.columns or (), question)
    found = pages(actor, record_type, question, MOST_SHEET_ROWS)
    first = next(found)
    file = TemporaryFile()  # noqa: SIM115 (who sends it closes it)
    writer = Workbook(actor, taking, context, file)
    for rows, is_cut in chain([first], found):
        writer.add(rows)
        if is_cut:
            writer.say(too_many(MOST_SHEET_ROWS))
    writer.close()
    file.seek(0)
    return file


def _cell(record_type: RecordType, name: str) -> Cell:
    """How the values of one column are written; a dotted one as in the type that it leads to."""
    first, dot, second = name.partition(".")
    kind = record_type.fields.get(first)
    if not dot or not isinstance(kind, Link):
        return cell_of(record_type, name)
    inner = cell_of(catalogue()[kind.target], second)
    return lambda value: "" if value is None else inner(value)
