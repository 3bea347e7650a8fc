"""The one log: every write leaves a line, in the order of commit. Written here, nowhere else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from django.db import connection
from django.utils.translation import gettext as _

from kartotek.core import locked
from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue
from kartotek.core.dialect import dialect
from kartotek.core.errors import ValidationError
from kartotek.core.inserting import insert
from kartotek.core.locking import Moved
from kartotek.core.noting import note_deputy, note_fields
from kartotek.core.reading import as_uuid
from kartotek.core.recordtype import RECORD_TYPES
from kartotek.core.workspace import customized

SHARE, LOCK = "share", "lock"
ASIDE = (SHARE, LOCK)  # verbs of lines that change nothing of a record (see `aside`)
MOST_SINCE = 2_000  # versions one write may be behind
_COLUMNS = (
    'position, at, batch, "type", record, uid, version, verb, "before", "after", '
    "actor_kind, actor_name, member, cause"
)


class Line(NamedTuple):
    """One line to be written: what became of one record."""

    record: int
    uid: UUID
    version: int
    verb: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


@dataclass(frozen=True)
class LoggedChange:
    """One line as it stands in the log."""

    position: int
    at: datetime
    batch: UUID
    type: str
    record: int
    uid: UUID
    version: int
    verb: str
    before: dict[str, Any]
    after: dict[str, Any]
    actor_kind: str
    actor_name: str
    member: int | None
    cause: str


class Glimpse(NamedTuple):
    """As much of a line as tells whether it matters to a page that stands open."""

    position: int
    type: str
    record: int
    uid: UUID
    verb: str
    who: str
    before: dict[str, Any]
    after: dict[str, Any]


def append(
    actor: Actor,
    type_key: str,
    batch: UUID,
    at: datetime,
    lines: Sequence[Line],
    *,
    created: Sequence[tuple[int, Any]] = (),
) -> None:
    """Write lines as the last act of a transaction; nothing may be locked after this.

    `created` are new records by id and uid (as the database keeps it), which go before `lines`.
    Raises Moved where somebody locked one of the records in this very moment: no write leaves no
    line, so none passes by a lock; but what changes nothing of a record may.
    """
    if not (lines or created):
        return
    speak = dialect()
    shared = (speak.instant(at), speak.uid(batch), type_key)
    who = (actor.kind, actor.name[:200], actor.member, actor.cause)
    values: list[tuple[Any, ...]] = [
        (*shared, id, uid, 1, "create", None, None, *who) for id, uid in created
    ]
    values += [
        (
            *shared, line.record, speak.uid(line.uid), line.version, line.verb,
            _json(line.before), _json(line.after), *who,
        )
        for line in lines
    ]  # fmt: skip
    _note(actor, type_key, lines, [id for id, _uid in created])
    if RECORD_TYPES[type_key].customizes:
        customized()  # what was known of the fields is not asked for again before the commit
    changed = [line.record for line in lines if line.verb not in ASIDE]
    if speak.lock_log(*locked.among_others(actor, type_key, changed)):
        raise Moved
    insert(
        'INSERT INTO core_change (at, batch, "type", record, uid, version, verb, "before", '
        '"after", actor_kind, actor_name, member, cause)',
        values,
    )


def _note(actor: Actor, type_key: str, lines: Sequence[Line], created: Sequence[int]) -> None:
    """What the security log tells of these writes."""
    record_type = catalogue()[type_key]
    owners = {line.record: (line.before or {}).get("owner") for line in lines}
    note_deputy(actor, record_type, owners)
    names = {line.record: line.after or {} for line in lines}
    note_fields(actor, record_type, names, created)


def _json(value: dict[str, Any] | None) -> str | None:
    return None if value is None else orjson.dumps(value).decode()


def _load(value: Any) -> dict[str, Any]:
    if value is None:
        return {}
    return dict(orjson.loads(value) if isinstance(value, str | bytes) else value)


def _change(row: Sequence[Any]) -> LoggedChange:
    from kartotek.core.fieldtypes import Moment

    at = Moment().load(row[1])
    assert at is not None
    return LoggedChange(
        row[0], at, as_uuid(row[2]), row[3], row[4], as_uuid(row[5]), row[6], row[7],
        _load(row[8]), _load(row[9]), row[10], row[11], row[12], row[13],
    )  # fmt: skip


def _read(where: str, params: Sequence[Any], order: str, limit: int) -> list[LoggedChange]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_COLUMNS} FROM core_change WHERE {where} ORDER BY {order} LIMIT {limit}",
            list(params),
        )
        return [_change(row) for row in cursor.fetchall()]


def since_version(type_key: str, record: int, version: int) -> dict[str, Any]:
    """What others changed after `version`: field → its plain value then; parts: uid → row then."""
    found: dict[str, Any] = {}
    where, params = 'record = %s AND "type" = %s AND version > %s', [record, type_key, version]
    changes = _read(where, params, "position", MOST_SINCE + 1)
    if len(changes) > MOST_SINCE:
        raise ValidationError(
            {"version": [_("This has changed very often since you read it. Read it again first.")]}
        )
    for change in changes:
        for name, before in change.before.items() if change.verb not in ASIDE else ():
            if isinstance(before, dict):
                lines = found.setdefault(name, {})
                for uid, line in before.items():
                    known = lines.get(uid, line)
                    lines[uid] = known and {**(line or {}), **known}
            else:
                found.setdefault(name, before)
    return found


def of_record(type_key: str, record: int, before: int | None, limit: int) -> list[LoggedChange]:
    """One record's lines, newest first, from before a position."""
    where, params = 'record = %s AND "type" = %s', [record, type_key]
    if before is not None:
        where, params = f"{where} AND position < %s", [*params, before]
    return _read(where, params, "position DESC", limit)


def of_batch(batch: UUID, before: int | None, limit: int) -> list[LoggedChange]:
    """One act's lines, newest first, from before a position."""
    where, params = "batch = %s", [dialect().uid(batch)]
    if before is not None:
        where, params = f"{where} AND position < %s", [*params, before]
    return _read(where, params, "position DESC", limit)


def batch_size(batch: UUID, cap: int) -> int:
    """How many lines an act left, counted no further than `cap`."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM (SELECT 1 FROM core_change WHERE batch = %s LIMIT {cap}) AS c",
            [dialect().uid(batch)],
        )
        return int(cursor.fetchone()[0])


def verbs_of_batch(batch: UUID, type_key: str) -> dict[str, int]:
    """How many lines an act left of one type, by verb: what receipts are checked against."""
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT verb, count(*) FROM core_change WHERE batch = %s AND "type" = %s GROUP BY verb',
            [dialect().uid(batch), type_key],
        )
        return dict(cursor.fetchall())


def after(position: int, limit: int) -> Iterator[LoggedChange]:
    """The lines committed after `position`, oldest first: what consumers read."""
    yield from _read("position > %s", [position], "position", limit)


def glance(position: int, limit: int, closely: Sequence[str]) -> list[Glimpse]:
    """The lines from `position` on, itself included; what they hold only of the types `closely`."""
    marks = ", ".join(["%s"] * len(closely))
    held = [
        f'CASE WHEN "type" IN ({marks}) THEN "{side}" END' if closely else "NULL"
        for side in ("before", "after")
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT position, "type", record, uid, verb, actor_name, {held[0]}, {held[1]} '
            f"FROM core_change WHERE position >= %s ORDER BY position LIMIT {limit}",
            [*closely, *closely, position],
        )
        return [
            Glimpse(at, key, record, as_uuid(uid), verb, who, _load(before), _load(after))
            for at, key, record, uid, verb, who, before, after in cursor.fetchall()
        ]


def count_after(position: int, cap: int) -> int:
    """How many lines were committed after `position`, counted no further than `cap`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM "
            f"(SELECT 1 FROM core_change WHERE position > %s LIMIT {cap}) AS c",
            [position],
        )
        return int(cursor.fetchone()[0])


def newest() -> int:
    """The last position given out; 0 for an empty log."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(position) FROM core_change")
        return int(cursor.fetchone()[0] or 0)


def acts_on(type_key: str, record: int) -> set[UUID]:
    """Every act that wrote to a record."""
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT DISTINCT batch FROM core_change WHERE record = %s AND "type" = %s',
            [record, type_key],
        )
        return {as_uuid(row[0]) for row in cursor.fetchall()}
