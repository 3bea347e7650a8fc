"""The columns of a file with all that was decided for each, by its values or by a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import islice

from django.utils.translation import gettext as _

from kartotek.core.actor import Actor
from kartotek.core.errors import ValidationError
from kartotek.core.fieldtypes import Date, Moment
from kartotek.core.recordtype import RecordType
from kartotek.core.workspace import workspace
from kartotek.interfaces.files.dates import ORDERS, Seen, remarks_of, seen_in, usual_order
from kartotek.interfaces.files.decisions import Decisions
from kartotek.interfaces.files.mapping import Asked, Choices, Column, Reading, columns_of
from kartotek.interfaces.files.missing import makes
from kartotek.interfaces.files.reading import Table, rows_of

LOOKED_AT = 500  # rows by which a column is judged


@dataclass(frozen=True)
class Settled:
    """The columns; by place what was seen of dates; by place the type of which records are named
    that may be missing; sentences about what had to be decided."""

    columns: list[Column]
    dates: Mapping[int, Seen]
    named: Mapping[int, RecordType]
    remarks: tuple[str, ...] = ()


def settled(
    actor: Actor,
    reading: Reading,
    table: Table,
    choices: Choices,
    decisions: Decisions,
    most: int | None = None,
) -> Settled:
    """Every column, settled. `most` rows are looked at for its dates, else all of them."""
    language = workspace().language
    asked = Asked(choices, [row.cells for row in islice(rows_of(table), LOOKED_AT)])
    columns = columns_of(actor, reading, table.headers, language, asked)
    dated = [one.place for one in columns if _is_dated(reading.type, one)]
    rows = (row.cells for row in islice(rows_of(table), most)) if dated else ()
    seen = seen_in(rows, dated)
    near = {
        one.place: target
        for one in columns
        if (target := makes(actor, reading.type, one, asked.of(one.place))) is not None
    }
    remarks: list[str] = []
    found = []
    for one in columns:
        order = ""
        if one.place in seen:
            chosen = _of(decisions.dates, one)
            _refuse_unknown(chosen)
            order = chosen or seen[one.place].order(usual_order(workspace().context))
            remarks += remarks_of(one.header, seen[one.place], order, chosen=bool(chosen))
        found.append(
            replace(
                one,
                match=_of(decisions.matches, one),
                makes=decisions.make and one.place in near,
                dates=order,
            )
        )
    return Settled(found, seen, near, tuple(remarks))


def _of(decided: Mapping[int | str, str], column: Column) -> str:
    return decided.get(column.place, decided.get(column.header, ""))


def _is_dated(record_type: RecordType, column: Column) -> bool:
    return isinstance(record_type.fields.get(column.field), Date | Moment)


def _refuse_unknown(order: str) -> None:
    if order and order not in ORDERS:
        raise ValidationError(
            _("The order of dates is one of: %(known)s.") % {"known": ", ".join(ORDERS)}
        )
