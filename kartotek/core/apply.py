"""The second half of a write: one transaction, set-based. The only code that writes records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from django.db import connection

from kartotek.core import linking, log, searching
from kartotek.core.actor import Actor
from kartotek.core.dialect import dialect
from kartotek.core.fieldtypes import FieldType
from kartotek.core.fieldtypes.custom import Custom, key_of
from kartotek.core.inserting import insert
from kartotek.core.log import Line
from kartotek.core.prepare import PartChange, Prepared
from kartotek.core.recordtype import RecordType

Placed = tuple[int, Prepared]  # with the record's id


class Moved(Exception):
    """A record changed between being read and being locked; the door reads it anew."""


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
) -> list[Applied]:
    """Store what was prepared, inside the caller's transaction. Raises Moved.

    Locks are taken in one order everywhere: records by id, then the log.
    """
    count = sum(one.old is None for one in prepared)
    fresh = iter(dialect().allocate(record_type.table, count) if count else ())
    placed = [(one.old.id if one.old else next(fresh), one) for one in prepared]
    made = [(id, one) for id, one in placed if one.old is None]
    changed = [(id, one) for id, one in placed if one.old is not None and one.after]
    _update(actor, record_type, sorted(changed, key=lambda each: each[0]), at)
    _insert(actor, record_type, made, at)
    stored = [*made, *changed]
    _write_parts(record_type, stored)
    _write_identifiers(record_type, made, changed)
    linking.write(record_type, stored, at)
    searching.put_new(record_type, [(id, one.search) for id, one in made if one.search])
    # What lies in the trash is not found; putting it back writes its search row anew.
    searching.put(
        record_type,
        [(id, one.search) for id, one in changed if one.search and one.old and not one.old.removed],
    )
    log.append(actor, record_type.key, batch, at, [_line(id, one) for id, one in stored])
    return [Applied(id, one.uid, _version(one)) for id, one in placed]


def _version(one: Prepared) -> int:
    if one.old is None:
        return 1
    return one.old.version + (0 if one.changes_nothing else 1)


def _line(id: int, one: Prepared) -> Line:
    if one.old is None:
        return Line(id, one.uid, 1, "create", None, None)
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
        patch = _custom(record_type, one, keeps_nothing=True)
        found[f"custom = {speak.patched('custom')}"] = orjson.dumps(patch).decode()
    return found


def _own_keys(record_type: RecordType, one: Prepared) -> dict[str, str | None]:
    """The sort keys that have columns of their own."""
    if not record_type.customs:
        return one.keys
    inside = {kind.key_column for kind in record_type.customs}
    return {column: key for column, key in one.keys.items() if column not in inside}


def _custom(record_type: RecordType, one: Prepared, *, keeps_nothing: bool) -> dict[str, Any]:
    """What the JSON of customers' fields gets: values and sort keys; None takes one out of it."""
    found: dict[str, Any] = {}
    for kind in record_type.customs:
        if kind.name not in one.values:
            continue
        assert isinstance(kind, Custom)
        found[kind.name] = kind.kept(one.values[kind.name])
        if kind.key_column in one.keys:
            found[key_of(kind.name)] = one.keys[kind.key_column]
    if keeps_nothing:
        return found
    return {name: value for name, value in found.items() if value is not None}


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


# What the door itself knows of a new record: column → its place in `_insert`'s rows.
_KNOWN = (
    "id", "uid", '"owner_id"', '"department_id"', '"created_at"', '"changed_at"',
    '"created_by_id"', '"changed_by_id"', "version", "custom",
)  # fmt: skip


def _insert(actor: Actor, record_type: RecordType, made: list[Placed], at: datetime) -> None:
    if not made:
        return
    speak, by = dialect(), actor.member
    moment = speak.instant(at)
    kinds = [
        kind
        for kind in record_type.fields.values()
        if kind.column not in _KNOWN and not kind.is_custom
    ]
    names = [kind.name for kind in kinds]
    # Most fields go as they are: only the others are asked.
    stores = [(place, kind.stored) for place, kind in enumerate(kinds, len(_KNOWN))
              if type(kind).stored is not FieldType.stored]  # fmt: skip
    rows = []
    for id, one in made:
        values = one.values
        custom = _inside(record_type, one) if record_type.customs else "{}"
        # Who made it elsewhere, and when, where an import brought that; the log tells of now.
        since, maker = values["created_at"], values["created_by"]
        made_at, made_by = speak.instant(since) if since else moment, maker.id if maker else by
        row = [id, speak.uid(one.uid), one.owner, one.department, made_at, moment, made_by, by, 1,
               custom]  # fmt: skip
        row += [values[name] for name in names]
        for place, store in stores:
            row[place] = store(row[place], speak)
        row += _own_keys(record_type, one).values()
        rows.append(row)
    keys = _own_keys(record_type, made[0][1])
    columns = [*_KNOWN, *(kind.column for kind in kinds), *keys]
    insert(f"INSERT INTO {record_type.table} ({', '.join(columns)})", rows)


def _inside(record_type: RecordType, one: Prepared) -> str:
    return orjson.dumps(_custom(record_type, one, keeps_nothing=False)).decode()


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


def _write_identifiers(record_type: RecordType, made: list[Placed], changed: list[Placed]) -> None:
    key = record_type.key
    fresh = [(kind, value, key, id) for id, one in made for kind, value in one.new_identifiers]
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
