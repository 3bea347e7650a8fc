"""Many records of one type into the trash, or out of it, at once: the same checks, set-based."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from kartotek.core import locked, log, reading, searching
from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue
from kartotek.core.dialect import dialect
from kartotek.core.fieldtypes import Link
from kartotek.core.indexing import index
from kartotek.core.locking import Moved, lock_records
from kartotek.core.log import Line
from kartotek.core.reading import Raw
from kartotek.core.recordtype import RecordType
from kartotek.core.scope import scope_of


@dataclass
class Turned:
    """What became of each record: done, left (with the reason), refused, or to be done singly."""

    done: list[UUID] = field(default_factory=list)
    left: dict[UUID, str] = field(default_factory=dict)
    refused: dict[UUID, str] = field(default_factory=dict)
    singly: list[UUID] = field(default_factory=list)


def remove_many(actor: Actor, record_type: RecordType, uids: dict[int, UUID]) -> Turned:
    """Into the trash, inside the caller's transaction; what others link to is left for `remove`."""
    return _turn(actor, record_type, uids, gone=True)


def restore_many(actor: Actor, record_type: RecordType, uids: dict[int, UUID]) -> Turned:
    """Out of the trash, inside the caller's transaction."""
    return _turn(actor, record_type, uids, gone=False)


def _turn(actor: Actor, record_type: RecordType, uids: dict[int, UUID], *, gone: bool) -> Turned:
    lock_records(record_type, uids)
    turned = Turned()
    near = _allowed(actor, record_type, uids, turned)
    wanted = []
    for raw in near:
        if raw.removed is gone:
            turned.left[raw.uid] = (
                _("It is in the trash.") if gone else _("It is not in the trash any more.")
            )
        else:
            wanted.append(raw)
    if gone:
        ids = [raw.id for raw in wanted]
        # Each by itself where the type has a last word: it refuses one, not all.
        held = set(ids) if record_type.is_watched else _linked_to(record_type, ids)
        turned.singly = [raw.uid for raw in wanted if raw.id in held]
        wanted = [raw for raw in wanted if raw.id not in held]
    if wanted:
        _store(actor, record_type, wanted, gone=gone)
    turned.done = [raw.uid for raw in wanted]
    return turned


def _allowed(
    actor: Actor, record_type: RecordType, uids: dict[int, UUID], turned: Turned
) -> list[Raw]:
    """The records that are there, may be seen and may be removed; the others are noted."""
    seen, removable = scope_of(actor, record_type), scope_of(actor, record_type, "remove")
    raws = reading.raws(record_type, [record_type.title], list(uids), locks=True)
    found = {raw.id: raw for raw in raws}
    allowed = []
    for id, uid in uids.items():
        raw = found.get(id)
        if raw is None or not seen.holds(raw.id, raw.owner, raw.department):
            turned.refused[uid] = _("It is not there, or not open to you.")
        elif not removable.holds(raw.id, raw.owner, raw.department):
            turned.refused[uid] = _("Your role may not do this with it.")
        elif why := locked.why_not(actor, record_type, raw):
            turned.refused[uid] = why
        else:
            allowed.append(raw)
    return allowed


def _linked_to(record_type: RecordType, ids: list[int]) -> set[int]:
    """Those that live records would follow into the trash, or would keep out of it."""
    held: set[int] = set()
    marks = ", ".join(["%s"] * len(ids))
    for other in catalogue() if ids else ():
        for kind in other.fields.values():
            if not isinstance(kind, Link) or kind.target != record_type.key:
                continue
            if kind.on_remove not in ("together", "block"):
                continue
            with connection.cursor() as cursor:
                cursor.execute(
                    f"SELECT DISTINCT {kind.column} FROM {other.table} "
                    f"WHERE {kind.column} IN ({marks}) AND removed_at IS NULL",
                    ids,
                )
                held |= {row[0] for row in cursor.fetchall()}
    return held


def _store(actor: Actor, record_type: RecordType, raws: list[Raw], *, gone: bool) -> None:
    at, speak = datetime.now(UTC), dialect()
    moment: Any = speak.instant(at)
    marks = ", ".join(["%s"] * len(raws))
    ids = [raw.id for raw in raws]
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {record_type.table} SET removed_at = %s, changed_at = %s, changed_by_id = %s, "
            f"version = version + 1 WHERE id IN ({marks}) "
            f"AND removed_at IS {'NULL' if gone else 'NOT NULL'}",
            [moment if gone else None, moment, actor.member, *ids],
        )
        if cursor.rowcount != len(ids):
            raise Moved
    if gone:
        searching.drop(record_type, ids)
    else:
        index(record_type, ids)
    verb = "remove" if gone else "restore"
    lines = [
        Line(raw.id, raw.uid, raw.version + 1, verb, {"removed": not gone}, {"removed": gone})
        for raw in raws
    ]
    log.append(actor, record_type.key, actor.batch or uuid7(), at, lines)
