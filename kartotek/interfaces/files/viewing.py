"""The rows that answer one question, as lines of CSV "for machines", a page at a time."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue
from kartotek.core.errors import PermissionDenied
from kartotek.core.fieldtypes import Link
from kartotek.core.find import find
from kartotek.core.question import LARGEST_PAGE, Question
from kartotek.core.recordtype import RecordType
from kartotek.interfaces.files.cells import escape
from kartotek.interfaces.files.machine_cells import Cell, cell_of

MOST_ROWS = 100_000


class _Lines:
    """What the csv writer takes for a file: it gives back each line instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def lines(actor: Actor, record_type: RecordType, question: Question) -> Iterator[str]:
    """The heading, then every row this actor may export; `question` names the columns.

    Raises PermissionDenied without the right to export, and what the read door raises, before
    the first line. After `MOST_ROWS` the last line says that there is more.
    """
    if actor.rights.scope(record_type.key, "export") == "none":
        raise PermissionDenied(
            _("Your role may not export %(plural)s. Ask an administrator.")
            % {"plural": str(record_type.plural).lower()}
        )
    reader = actor.within(record_type.key, "view", "export")
    writer = csv.writer(_Lines())
    names = question.columns or ()
    cells = [(name, _cell(record_type, name)) for name in names]
    asked = replace(question, size=LARGEST_PAGE, after="", count=False)
    page, count = find(reader, record_type, asked), 0
    yield writer.writerow(["uid", *names])
    while True:
        for row in page:
            if count == MOST_ROWS:
                yield writer.writerow(
                    [_("There are more than %(most)s rows. Narrow the view.") % {"most": MOST_ROWS}]
                )
                return
            count += 1
            shown: list[Any] = [escape(cell(row.values[name])) for name, cell in cells]
            yield writer.writerow([str(row.uid), *shown])
        if not page.next:
            return
        page = find(reader, record_type, replace(asked, after=page.next))


def _cell(record_type: RecordType, name: str) -> Cell:
    """How the values of one column are written; a dotted one as in the type that it leads to."""
    first, dot, second = name.partition(".")
    kind = record_type.fields.get(first)
    if not dot or not isinstance(kind, Link):
        return cell_of(record_type, name)
    inner = cell_of(catalogue()[kind.target], second)
    return lambda value: "" if value is None else inner(value)
