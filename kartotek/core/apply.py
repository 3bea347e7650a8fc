"""The second half of a write: one transaction, set-based. The only code that writes records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from django.db import connection

from kartotek.core import holding, linking, log, scope, searching
from kartotek.core.actor import Actor
from kartotek.core.dialect import dialect
from kartotek.core.inserting import insert
from kartotek.core.laying_out import Laid, columns, custom_of, lay_out
from kartotek.core.locking import Moved
from kartotek.core.log import Line
from kartotek.core.prepare import PartChange, Prepared
from kartotek.core.recordtype import RecordType

Placed = tuple[int, Prepared]  # with the record's id


class Applied(NamedTuple):
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
    laid: Sequence[Laid] = (),
) -> list[Applied]:
    """Store what was prepared, inside the caller's transaction. Raises Moved.

    `laid` are further new records, which `lay_out` made already. Locks are taken in one order
    everywhere: records by id, then the log.
    """
    made = [one for one in prepared if one.old is None]
    rows = [*lay_out(record_type, made), *laid]
    ids = dialect().allocate(record_type.table, len(rows)) if rows else []
    fresh = iter(ids)
    placed = [(one.old.id if one.old else next(fresh), one) for one in prepared]
    stands = record_type.watch()
    changed = [(id, one) for id, one in placed if one.old is not None and one.after]
    new = list(zip(ids, rows, strict=True))
    _update(actor, record_type, sorted(changed, key=lambda each: each[0]), at)
    _insert(actor, record_type, new, at)
    if record_type.files:
        holding.take(record_type, made)
    stored = [(id, one) for id, one in placed if one.old is None] + changed
    _write_parts(record_type, stored)
    _write_identifiers(record_type, new, changed)
    linking.write(record_type, stored, at)
    searching.put_new(record_type, [(id, one.search) for id, one in new if one.search])
    # What lies in the trash is not found; putting it back writes its search row anew.
    searching.put(
        record_type,
        [(id, one.search) for id, one in changed if one.search and one.old and not one.old.removed],
    )
    if stands is not None:
        stands()
    lines = [_line(id, one) for id, one in changed]
    created = [(id, one.uid) for id, one in new]
    log.append(actor, record_type.key, batch, at, lines, created=created)
    if record_type.relates:
        scope.forget(actor, record_type)
    return [Applied(id, one.uid, _version(one)) for id, one in placed]


def _version(one: Prepared) -> int:
    if one.old is None:
        return 1
    return one.old.version + (0 if one.changes_nothing else 1)


def _line(id: int, one: Prepared) -> Line:
    return Line(id, one.uid, _version(one), "update", one.before, one.after)


def _changes(record_type: RecordType, one: Prepared) -> dict[str, Any]:
    """Clause of SET → parameter for everything that changes; keys of sorted texts included."""
    speak = dialect()
    kinds = [(record_type.fields[name], value) for name, value in one.values.items()]
    found = {
        f"{kind.column} = %s": kind.stored(value, speak)
        for kind, value in kinds
        if not kind.is_custom
    }
    found |= {f"{column} = %s": key for column, key in _own_keys(record_type, one).items()}
    if any(kind.is_custom for kind, _value in kinds):
        patch = custom_of(record_type, one, keeps_nothing=True)
        found[f"custom = {speak.patched('custom')}"] = orjson.dumps(patch).decode()
    return found


def _own_keys(record_type: RecordType, one: Prepared) -> dict[str, str | None]:
    """The sort keys that have columns of their own."""
    if not record_type.customs:
        return one.keys
    inside = {kind.key_column for kind in record_type.customs}
    return {column: key for column, key in one.keys.items() if column not in inside}


def _update(actor: Actor, record_type: RecordType, changed: list[Placed], at: datetime) -> None:
    groups: dict[tuple[str, ...], list[list[Any]]] = defaultdict(list)
    moment = dialect().instant(at)
    for id, one in changed:
        assert one.old is not None
        changes = _changes(record_type, one)
        row = [*changes.values(), moment, actor.member, id, one.old.version]
        groups[tuple(changes)].append(row)
    for clauses, rows in groups.items():
        settings = "".join(f"{clause}, " for clause in clauses)
        sql = (
            f"UPDATE {record_type.table} SET {settings}version = version + 1, changed_at = %s, "
            "changed_by_id = %s WHERE id = %s AND version = %s"
        )
        if _execute_many(sql, rows) != len(rows):
            raise Moved


def _execute_many(sql: str, rows: list[list[Any]]) -> int:
    with connection.cursor() as cursor:
        if len(rows) == 1:
            cursor.execute(sql, rows[0])
        else:
            cursor.executemany(sql, rows)
        return int(cursor.rowcount)


def _insert(
    actor: Actor, record_type: RecordType, new: list[tuple[int, Laid]], at: datetime
) -> None:
    by, moment = actor.member, dialect().instant(at)
    # Who made it elsewhere, and when, where an import brought that; the log tells of now.
    rows = [
        (id, one.uid, one.owner, one.department, one.since or moment, moment, one.maker or by, by,
         1, one.custom, *one.values)
        for id, one in new
    ]  # fmt: skip
    insert(f"INSERT INTO {record_type.table} ({', '.join(columns(record_type))})", rows)


def _write_parts(record_type: RecordType, stored: list[Placed]) -> None:
    for name in record_type.parts:
        changes = [(id, change) for id, one in stored for change in one.parts
                   if change.part == name]  # fmt: skip
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
    names = ", ".join([*columns, "position", "uid", part.parent_column])
    insert(f"INSERT INTO {part.table} ({names})", new)
    if kept:
        settings = ", ".join(f"{column} = %s" for column in [*columns, "position"])
        _execute_many(f"UPDATE {part.table} SET {settings} WHERE uid = %s", kept)


def _write_identifiers(
    record_type: RecordType, made: list[tuple[int, Laid]], changed: list[Placed]
) -> None:
    key = record_type.key
    fresh = [(kind, value, key, id) for id, one in made for kind, value in one.identifiers]
    # In their own order: neighbours in the index are written together.
    insert('INSERT INTO core_identifier (kind, value, "type", record)', sorted(fresh))
    gone = [[kind, value, key, id] for id, one in changed
            for kind, value in one.old_identifiers - one.new_identifiers]  # fmt: skip
    new = [[kind, value, key, id] for id, one in changed
           for kind, value in one.new_identifiers - one.old_identifiers]  # fmt: skip
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
