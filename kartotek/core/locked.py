"""What somebody's lock on a record keeps others from: asked by every door that writes.

A lock holds for everybody but the member who made it, and the house itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils.translation import gettext as _

from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue, visible
from kartotek.core.dialect import dialect
from kartotek.core.errors import Locked
from kartotek.core.fieldtypes import Date, Link, Moment
from kartotek.core.reading import Raw
from kartotek.core.recordtype import RecordType
from kartotek.core.workspace import context_for


@dataclass(frozen=True)
class Held:
    """A lock as it stands: who made it, why, and until when."""

    member: int
    who: str
    reason: str
    until: datetime

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


def holding(record_type: RecordType, where: str, params: Sequence[Any]) -> Held | None:
    """The lock that holds now on the record of which `where` is true."""
    kind = record_type.fields["owner"]
    assert isinstance(kind, Link)
    members = catalogue()[kind.target]
    name = members.fields[members.title].column
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT member, reason, "until", (SELECT m.{name} FROM {members.table} m '
            f'WHERE m.id = core_lock.member) FROM core_lock WHERE "type" = %s AND "until" > %s '
            f"AND {where}",
            [record_type.key, dialect().instant(datetime.now(UTC)), *params],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    until = Moment().load(row[2])
    assert until is not None
    return Held(row[0], str(row[3] or "–"), row[1], until)
