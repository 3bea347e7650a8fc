"""What somebody's lock on a record keeps others from: asked by every door that writes.

A lock holds for everybody but the member who made it, and the house itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils.translation import gettext as _

from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue, visible
from kartotek.core.dialect import dialect
from kartotek.core.errors import Locked
from kartotek.core.fieldtypes import Date, Link, Moment
from kartotek.core.question import Row
from kartotek.core.reading import Raw, as_uuid
from kartotek.core.recordtype import RecordType
from kartotek.core.workspace import context_for


@dataclass(frozen=True)
class Held:
    """A lock as it stands: on which record, who made it, why, and until when."""

    record: int
    member: int
    who: str
    reason: str
    until: datetime
    act: UUID | None = None  # the act of which the reason is the name

    def day(self, actor: Actor) -> date:
        """The last day of it, where this actor is."""
        zone = ZoneInfo(context_for(actor).zone)
        return (self.until - timedelta(microseconds=1)).astimezone(zone).date()

    def day_text(self, actor: Actor) -> str:
        """The same as this actor reads days."""
        context = context_for(actor)
        language = actor.language or context.language
        return Date().show(self.day(actor), replace(context, language=language))


def among_others(actor: Actor, type_key: str, records: Sequence[int]) -> tuple[str, list[Any]]:
    """The condition that one of these records is locked by somebody else; "" where none can be."""
    if not records or actor.kind == "system":
        return "", []
    ids = ", ".join(map(str, records))  # integers of our own
    sql = (
        f'EXISTS (SELECT 1 FROM core_lock WHERE record IN ({ids}) AND "type" = %s '
        'AND "until" > %s AND member <> %s)'
    )
    return sql, [type_key, dialect().instant(datetime.now(UTC)), actor.member or 0]


def refuse(actor: Actor, record_type: RecordType, raw: Raw) -> None:
    """Raises Locked, which names who, why and until when; `raw` was read with its lock."""
    if why := why_not(actor, record_type, raw):
        raise Locked(why, record_type.key, raw.uid)


def why_not(actor: Actor, record_type: RecordType, raw: Raw) -> str:
    """Why this actor may not change the record now, in a sentence; "" where nothing is locked."""
    if raw.locked_by is None or raw.locked_by == actor.member or actor.kind == "system":
        return ""
    one = holding(record_type, "record = %s", [raw.id])
    if one is None:  # it ended in this very moment
        return ""
    seen = record_type.title in visible(actor, record_type)
    title = raw.values.get(record_type.title) if seen else ""
    return _(
        "“%(title)s” is locked by %(who)s until %(until)s: “%(reason)s”. Ask them for the change, "
        "or an administrator to end the lock."
    ) % {
        "title": title or record_type.label,
        "who": one.who,
        "until": one.day_text(actor),
        "reason": one.reason.rstrip(". "),  # a full stop follows
    }


def marked(
    actor: Actor, record_type: RecordType, found: Sequence[Raw], rows: tuple[Row, ...]
) -> tuple[Row, ...]:
    """The same rows, the locked ones with their `lock`; `found` were read with their locks.

    One query where any is locked, none where none is.
    """
    ids = [raw.id for raw in found if raw.locked_by is not None]
    if not ids:
        return rows
    among = ", ".join(map(str, ids))  # integers of our own
    words = {
        one.record: _("Locked by %(who)s until %(until)s")
        % {"who": one.who, "until": one.day_text(actor)}
        for one in _held(record_type, f"record IN ({among})", [])
    }
    return tuple(
        replace(row, lock=words[raw.id]) if raw.id in words else row
        for raw, row in zip(found, rows, strict=True)
    )


def holding(record_type: RecordType, where: str, params: Sequence[Any]) -> Held | None:
    """The lock that holds now on the record of which `where` is true."""
    found = _held(record_type, where, params)
    return found[0] if found else None


def _held(record_type: RecordType, where: str, params: Sequence[Any]) -> list[Held]:
    kind = record_type.fields["owner"]
    assert isinstance(kind, Link)
    members = catalogue()[kind.target]
    name = members.fields[members.title].column
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT record, member, reason, "until", act, (SELECT m.{name} FROM {members.table} m '
            f'WHERE m.id = core_lock.member) FROM core_lock WHERE "type" = %s AND "until" > %s '
            f"AND {where}",
            [record_type.key, dialect().instant(datetime.now(UTC)), *params],
        )
        return [_one(row) for row in cursor.fetchall()]


def _one(row: Sequence[Any]) -> Held:
    until, act = Moment().load(row[3]), row[4] and as_uuid(row[4])
    assert until is not None
    return Held(row[0], row[1], str(row[5] or "–"), row[2], until, act)
