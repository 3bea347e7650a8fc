"""Rows that would be refused: what is wrong with each, at which cell, and a row tried by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal
from uuid import UUID

from django.utils.translation import gettext as _

from kartotek.core.actor import IMPORT, Actor
from kartotek.core.errors import Gone
from kartotek.core.fieldtypes.base import texted
from kartotek.core.recordtype import RecordType
from kartotek.core.workspace import workspace
from kartotek.core.write_many import Outcome, write_many
from kartotek.interfaces.files.linking import Later, link
from kartotek.interfaces.files.mapping import Column, Reading
from kartotek.interfaces.files.matching import names_of, wishes
from kartotek.interfaces.files.missing import Missing
from kartotek.interfaces.files.owners import bring_owners
from kartotek.interfaces.files.receipt import ColumnCount
from kartotek.interfaces.files.rows import ReadRow, count, read_rows, reason, wrong_places
from kartotek.interfaces.files.rules import Rules
from kartotek.interfaces.files.table import FileRow

LONGEST = 2_000  # letters of a cell mended in a page; longer ones in the file of failed rows
NOWHERE = UUID(int=0)  # the uid of what lies in the trash already
Became = Literal["created", "updated", "unchanged", "skipped", "failed"]


@dataclass(frozen=True)
class Broken:
    """One row that was refused: its cells by place, and why at the cell, or of all of it."""

    line: int
    reason: str
    cells: Mapping[int, str]
    wrong: Mapping[int, str] = field(default_factory=dict)
    did: Became = "failed"
    is_left: bool = False

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Broken:
        """What `plain` told."""
        places = ({int(place): text for place, text in plain[name].items()}
                  for name in ("cells", "wrong"))  # fmt: skip
        return cls(plain["line"], plain["reason"], *places, plain["did"], plain["is_left"])

    def plain(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return {
            "line": self.line, "reason": self.reason, "did": self.did, "is_left": self.is_left,
            "cells": {str(place): text for place, text in self.cells.items()},
            "wrong": {str(place): text for place, text in self.wrong.items()},
        }  # fmt: skip


def what_became(row: ReadRow, outcome: Outcome | None) -> Became:
    """How a receipt counts this row."""
    if row.is_left or row.is_blank or is_erased(outcome):
        return "skipped"
    if outcome is None or outcome.did == "refused":
        return "failed"
    return outcome.did


def is_erased(outcome: Outcome | None) -> bool:
    """Is the row about somebody who was erased, and does not come back?"""
    return outcome is not None and isinstance(outcome.error, Gone)


def broken_row(
    record_type: RecordType, columns: Sequence[Column], row: ReadRow, outcome: Outcome | None
) -> Broken:
    """What is wrong with a row that was refused. Cells of private columns are not told."""
    error = outcome.error if outcome else None
    why = reason(record_type, error) if error else " ".join(row.errors)
    wrong = wrong_places(record_type, columns, error) if error else row.wrong
    given = row.source.cells
    cells = {
        column.place: given[column.place] if column.place < len(given) else ""
        for column in columns
        if column.field and not column.private
    }
    cells = {place: texted(text) for place, text in cells.items() if len(text) <= LONGEST}
    return Broken(row.source.line, why, cells, {p: wrong[p] for p in wrong if p in cells})


def tried(
    actor: Actor, reading: Reading, columns: Sequence[Column], one: Broken, match: str = ""
) -> tuple[Broken, list[ColumnCount]]:
    """The row as it would end now, with the account of its cells; stores nothing."""
    actor, context = actor.because(IMPORT), workspace().context
    width = len(columns)
    source = FileRow(one.line, [one.cells.get(place, "") for place in range(width)])
    (row,) = read = read_rows(reading.type, columns, [source], context)
    row.is_left = one.is_left
    outcome = None
    if not row.is_left:
        bring_owners(actor, reading, columns, read, set())
        link(actor, reading, columns, read, Later(), Missing({}, set()))
        if not row.errors and not row.is_blank:
            outcome = _outcome(actor, Rules.of(reading.type, columns, match), row)
    for place in row.later:
        row.left_out[place] = _("Not there yet; looked for again at the end.")
    did = what_became(row, outcome)
    counts = [ColumnCount(column) for column in columns]
    count(counts, row, failed=did == "failed", erased=is_erased(outcome))
    told = Broken(one.line, "", one.cells)
    if did == "failed":
        told = broken_row(reading.type, columns, row, outcome)
    return replace(told, did=did, is_left=one.is_left), counts


def _outcome(actor: Actor, rules: Rules, row: ReadRow) -> Outcome:
    names = names_of(rules.type, [row], workspace().context)
    (wish,) = wishes(actor, rules, [row], names)
    if wish is None:  # it lies in the trash already
        return Outcome(NOWHERE, "unchanged")
    (outcome,) = write_many(actor, rules.type, [wish], store=False)
    return outcome
