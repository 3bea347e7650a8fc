"""Removal and putting back: writes like any other, with the same id afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from kartotek.core import idempotency, locked, log, searching
from kartotek.core.actor import Actor
from kartotek.core.catalogue import AnyType, catalogue, the_type
from kartotek.core.dialect import dialect
from kartotek.core.errors import Conflict, ValidationError
from kartotek.core.fieldtypes import Link
from kartotek.core.gathering import reachable
from kartotek.core.indexing import index
from kartotek.core.locking import Moved, hold_record
from kartotek.core.log import Line
from kartotek.core.question import Row
from kartotek.core.reading import Raw
from kartotek.core.recordtype import RecordType
from kartotek.core.saved import Saved
from kartotek.core.write import persist

SHOWN = 3  # names given of the records that stand in the way


@dataclass(frozen=True)
class Follower:
    """A live record that links to the one being removed."""

    type: RecordType
    id: int
    uid: UUID
    on_remove: str


def remove(
    actor: Actor,
    named: AnyType,
    record: Row | UUID | str,
    *,
    version: int | None = None,
    key: str = "",
) -> Saved:
    """Put a record into the trash, with those that go together with it; one act, one undo."""
    return _turn(actor, the_type(named), record, version, key, gone=True)


def restore(actor: Actor, named: AnyType, record: Row | UUID | str, *, key: str = "") -> Saved:
    """Bring a record back from the trash, under the same uid."""
    return _turn(actor, the_type(named), record, None, key, gone=False)


def _turn(
    actor: Actor,
    record_type: RecordType,
    record: Row | UUID | str,
    version: int | None,
    key: str,
    *,
    gone: bool,
) -> Saved:
    target = record.uid if isinstance(record, Row) else record
    verb = "remove" if gone else "restore"
    batch = actor.batch or uuid7()

    def attempt() -> Saved:
        raw = reachable(actor, record_type, target, "remove")
        locked.refuse(actor, record_type, raw)
        if version is not None and version != raw.version:
            raise Conflict([], raw.version)
        if raw.removed is gone:
            return Saved(record_type.key, raw.uid, raw.version, batch)
        with transaction.atomic():
            if gone:
                for follower in _followers(actor, record_type, raw):
                    remove(actor.because(actor.cause, batch), follower.type, follower.uid)
            _store(actor, record_type, raw, batch, verb, gone=gone)
        return Saved(record_type.key, raw.uid, raw.version + 1, batch, changed=("removed",))

    def hold() -> None:
        hold_record(record_type, target)

    return idempotency.once(
        actor, key, [verb, record_type.key, str(target)], lambda: persist(attempt, hold)
    )


def _store(
    actor: Actor, record_type: RecordType, raw: Raw, batch: UUID, verb: str, *, gone: bool
) -> None:
    at, speak = datetime.now(UTC), dialect()
    moment = speak.instant(at)
    stands = record_type.watch()
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {record_type.table} SET removed_at = %s, changed_at = %s, "
            "changed_by_id = %s, version = version + 1 WHERE id = %s AND version = %s",
            [moment if gone else None, moment, actor.member, raw.id, raw.version],
        )
        if cursor.rowcount != 1:
            raise Moved
    if gone:
        searching.drop(record_type, [raw.id])
    else:
        index(record_type, [raw.id])
    if stands is not None:
        stands()
    flag: dict[str, Any] = {"removed": not gone}
    line = Line(raw.id, raw.uid, raw.version + 1, verb, flag, {"removed": gone})
    log.append(actor, record_type.key, batch, at, [line])


def _followers(actor: Actor, record_type: RecordType, raw: Raw) -> list[Follower]:
    """The records to remove together; ValidationError where others stand in the way."""
    together: list[Follower] = []
    blocking: list[str] = []
    for other in catalogue():
        for kind in other.fields.values():
            if not isinstance(kind, Link) or kind.target != record_type.key:
                continue
            if kind.on_remove == "together":
                together += _linked(other, kind, raw.id)
            elif kind.on_remove == "block":
                blocking += [str(other.plural).lower()] * len(_linked(other, kind, raw.id))
    if blocking:
        raise ValidationError(
            _("%(count)s records still need this one (%(kinds)s). Move or remove them first.")
            % {"count": len(blocking), "kinds": ", ".join(sorted(set(blocking))[:SHOWN])}
        )
    return together


def _linked(other: RecordType, kind: Link, id: int) -> list[Follower]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, uid FROM {other.table} WHERE {kind.column} = %s AND removed_at IS NULL "
            "ORDER BY id",
            [id],
        )
        rows = cursor.fetchall()
    from kartotek.core.reading import as_uuid

    return [Follower(other, row[0], as_uuid(row[1]), kind.on_remove) for row in rows]
