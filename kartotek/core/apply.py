"""The second half of a write: one transaction, set-based. The only code that writes records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from kartotek.core import linking, log, searching
from kartotek.core.actor import Actor
from kartotek.core.dialect import dialect
from kartotek.core.log import Line
from kartotek.core.prepare import PartChange, Prepared
from kartotek.core.recordtype import RecordType


class Moved(Exception):
    """A record changed between being read and being locked; the door reads it anew."""


@dataclass(frozen=True)
class Applied:
    """What was stored of one record."""

    id: int
    uid: UUID
    version: int


def apply(
    actor: Actor,
    record_type: RecordType,
    prepared: Sequence[Prepared],
    batch: UUID,
    at: datetime,
) -> list[Applied]:
    """Store what was prepared, inside the caller's transaction. Raises Moved.

    Locks are taken in one order everywhere: records by id, then the log.
    """
    made = [one for one in prepared if one.old is None]
    changed = [one for one in prepared if one.old is not None and not one.changes_nothing]
    fresh = dialect().allocate(record_type.table, len(made)) if made else []
    ids = dict(zip((one.uid for one in made), fresh, strict=True))
    ids |= {one.uid: one.old.id for one in prepared if one.old is not None}
    _update(actor, record_type, sorted(changed, key=lambda one: ids[one.uid]), at)
    _insert(actor, record_type, made, ids, at)
    stored = [*made, *changed]
    _write_parts(record_type, stored, ids)
    _write_identifiers(record_type, stored, ids)
    linking.write(record_type, stored, ids, at)
    # What lies in the trash is not found; putting it back writes its search row anew.
    found = [one for one in stored if one.search is not None and not (one.old and one.old.removed)]
    searching.put(record_type, [(ids[one.uid], one.search) for one in found if one.search])
    lines = [_line(one, ids[one.uid]) for one in stored]
    log.append(actor, record_type.key, batch, at, lines)
    return [Applied(ids[one.uid], one.uid, _version(one)) for one in prepared]


def _version(one: Prepared) -> int:
    if one.old is None:
        return 1
    return one.old.version + (0 if one.changes_nothing else 1)


def _line(one: Prepared, id: int) -> Line:
    if one.old is None:
        return Line(id, one.uid, 1, "create", None, None)
    return Line(id, one.uid, _version(one), "update", one.before, one.after)


def _columns(record_type: RecordType, one: Prepared) -> dict[str, Any]:
    """Column → parameter for everything that changes; keys of sorted texts included."""
    speak = dialect()
    found = {
        record_type.fields[name].column: record_type.fields[name].stored(value, speak)
        for name, value in one.values.items()
    }
    return {**found, **one.keys}


def _update(actor: Actor, record_type: RecordType, changed: list[Prepared], at: datetime) -> None:
    groups: dict[tuple[str, ...], list[list[Any]]] = defaultdict(list)
    moment = dialect().instant(at)
    for one in changed:
        assert one.old is not None
        columns = _columns(record_type, one)
        groups[tuple(columns)].append([*columns.values(), one.old.id, one.old.version])
    for names, rows in groups.items():
        settings = "".join(f"{name} = %s, " for name in names)
        sql = (
            f"UPDATE {record_type.table} SET {settings}version = version + 1, changed_at = %s, "
            "changed_by_id = %s WHERE id = %s AND version = %s"
        )
        values = [[*row[:-2], moment, actor.member, *row[-2:]] for row in rows]
        if _execute_many(sql, values) != len(values):
            raise Moved


def _execute_many(sql: str, rows: list[list[Any]]) -> int:
    with connection.cursor() as cursor:
        if len(rows) == 1:
            cursor.execute(sql, rows[0])
        else:
            cursor.executemany(sql, rows)
        return int(cursor.rowcount)


def _insert(
    actor: Actor,
    record_type: RecordType,
    made: list[Prepared],
    ids: dict[UUID, int],
    at: datetime,
) -> None:
    if not made:
        return
    speak = dialect()
    moment = speak.instant(at)
    rows = []
    names: list[str] = []
    for one in made:
        columns = {
            **_columns(record_type, one),
            "id": ids[one.uid],
            "uid": speak.uid(one.uid),
            '"owner_id"': one.owner,
            '"department_id"': one.department,
            '"created_at"': moment,
            '"changed_at"': moment,
            '"created_by_id"': actor.member,
            '"changed_by_id"': actor.member,
            "version": 1,
            "custom": "{}",
        }
        names = list(columns)
        rows.append(list(columns.values()))
    _execute_many(
        f"INSERT INTO {record_type.table} ({', '.join(names)}) "
        f"VALUES ({', '.join(['%s'] * len(names))})",
        rows,
    )


def _write_parts(record_type: RecordType, stored: list[Prepared], ids: dict[UUID, int]) -> None:
    for name in record_type.parts:
        changes = [
            (ids[one.uid], change) for one in stored for change in one.parts if change.part == name
        ]
        if changes:
            _write_part(record_type, name, changes)


def _write_part(record_type: RecordType, name: str, changes: list[tuple[int, PartChange]]) -> None:
    """Store the rows of one part, of however many records: (parent's id, change)."""
    part, speak = record_type.parts[name], dialect()
    kinds = list(part.fields.values())
    gone = [[speak.uid(change.uid)] for _parent, change in changes if change.values is None]
    if gone:
        _execute_many(f"DELETE FROM {part.table} WHERE uid = %s", gone)
    new: list[list[Any]] = []
    kept: list[list[Any]] = []
    for parent, change in changes:
        if change.values is None:
            continue
        values = [kind.stored(change.values[kind.name], speak) for kind in kinds]
        row = [*values, change.position, speak.uid(change.uid)]
        if change.is_new:
            new.append([*row, parent])
        else:
            kept.append(row)
    columns = [kind.column for kind in kinds]
    if new:
        _execute_many(
            f"INSERT INTO {part.table} ({', '.join([*columns, 'position', 'uid'])}, "
            f"{part.parent_column}) VALUES ({', '.join(['%s'] * (len(columns) + 3))})",
            new,
        )
    if kept:
        settings = ", ".join(f"{column} = %s" for column in [*columns, "position"])
        _execute_many(f"UPDATE {part.table} SET {settings} WHERE uid = %s", kept)


def _write_identifiers(
    record_type: RecordType, stored: list[Prepared], ids: dict[UUID, int]
) -> None:
    gone, new = [], []
    for one in stored:
        id = ids[one.uid]
        gone += [
            [kind, value, record_type.key, id]
            for kind, value in one.old_identifiers - one.new_identifiers
        ]
        new += [
            [kind, value, record_type.key, id]
            for kind, value in one.new_identifiers - one.old_identifiers
        ]
    if gone:
        _execute_many(
            "DELETE FROM core_identifier "
            'WHERE kind = %s AND value = %s AND "type" = %s AND record = %s',
            gone,
        )
    if new:
        _execute_many(
            'INSERT INTO core_identifier (kind, value, "type", record) VALUES (%s, %s, %s, %s) '
            "ON CONFLICT DO NOTHING",
            new,
        )
