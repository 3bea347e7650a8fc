"""A page of the read door by column, for who writes very many rows into a file.

The same walk and the same rights as a page of rows; no row is drawn. A link is the uid of what it
leads to, a list of items its JSON, a day or a moment the text that a file holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from django.db import connection

from kartotek.core import reading
from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue, visible
from kartotek.core.dialect import dialect
from kartotek.core.fieldtypes import Date, FieldType, Flag, ItemList, Link, Links, Moment
from kartotek.core.fieldtypes.base import JsonList
from kartotek.core.recordtype import PartType, RecordType
from kartotek.core.scope import Scope, scope_of

MOST_KEPT = 100_000  # uids of linked records that are kept from page to page
Near = dict[str, dict[int, str | None]]  # type → id → the uid within the actor's reach


@dataclass(frozen=True)
class Stack:
    """Some records: their uids as text, and each column as the list of its values."""

    uids: Sequence[str]
    columns: Mapping[str, Sequence[Any]]
    next: str = ""
    near: Near = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.uids)


def can_stack(record_type: RecordType, names: Sequence[str]) -> bool:
    """Is each of these a part, a plain column of the type's own table, or a customer's field?"""
    kinds = [record_type.fields.get(name) for name in names if name not in record_type.parts]
    return all(
        kind is not None
        and not isinstance(kind, Links)
        and (kind.is_custom or kind.column == f'"{kind.db_name}"')
        for kind in kinds
    )


def stacked(
    actor: Actor, record_type: RecordType, names: Sequence[str], ids: Sequence[int], near: Near
) -> Stack:
    """The records with these ids, which lie within reach; `near` is kept between the pages."""
    kinds = [record_type.fields[name] for name in names if name in record_type.fields]
    where, params = reading.among("id", ids)
    asked = ", ".join(["id", dialect().spelt("uid"), *map(_asked, kinds)])
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {asked} FROM {record_type.table} WHERE {where}", params)
        rows = cursor.fetchall()
    there, uids, *stored = _in_order(rows, ids) or [()] * (len(kinds) + 2)
    columns = {
        kind.name: _values(actor, kind, values, near)
        for kind, values in zip(kinds, stored, strict=True)
    }
    for name in names:
        if name in record_type.parts:
            columns[name] = _parts(actor, record_type.parts[name], there)
    return Stack(list(map(_text, uids)), columns, near=near)


def _in_order(rows: Sequence[Any], ids: Sequence[int]) -> list[Sequence[Any]]:
    """The columns of rows that begin with their id, in the order of the ids."""
    if [row[0] for row in rows] != ids:
        by_id = {row[0]: row for row in rows}
        rows = [by_id[id] for id in ids if id in by_id]
    return list(zip(*rows, strict=True))


def _is_timed(kind: FieldType) -> bool:
    return isinstance(kind, Moment | Date) and not kind.is_custom


def _asked(kind: FieldType) -> str:
    """What is asked of the database: of a day its text, as a text is written in the end."""
    return dialect().spelt(kind.column) if _is_timed(kind) else kind.column


def _values(actor: Actor, kind: FieldType, stored: Sequence[Any], near: Near) -> Sequence[Any]:
    if isinstance(kind, Link):
        known = _reached(actor, kind.target, set(stored) - {None}, near)
        return list(map(known.get, stored))
    if _is_timed(kind):
        return dialect().iso(stored) if isinstance(kind, Moment) else stored
    if isinstance(kind, ItemList) and not kind.is_custom:
        # PostgreSQL spells the JSON that it keeps in a way of its own: it is read and written.
        return stored if connection.vendor == "sqlite" else _respelt(stored)
    if type(kind).load is FieldType.load:
        return stored
    load = kind.load
    if kind.is_masked and not actor.reveals:
        return [kind.outward(load(one)) for one in stored]
    if isinstance(kind, Flag | JsonList):  # few different ones in very many rows
        loaded = {one: load(one) for one in set(stored)}
        return [loaded[one] for one in stored]
    return [load(one) for one in stored]


def _respelt(stored: Sequence[str]) -> list[str]:
    loads, dumps = orjson.loads, orjson.dumps
    return [one if one == "[]" else dumps(loads(one)).decode() for one in stored]


def _reached(actor: Actor, type_key: str, ids: set[int], near: Near) -> dict[int, str | None]:
    """id → uid of the linked records; None for one out of the actor's reach."""
    known = near.setdefault(type_key, {})
    if len(known) > MOST_KEPT:
        known.clear()
    if unknown := list(ids - known.keys()):
        target = catalogue()[type_key]
        scope = scope_of(actor, target) if target.title in visible(actor, target) else Scope()
        for id, uid, owner, department in _whose(target, unknown):
            near_by = scope.everything or scope.holds(id, owner, department)
            known[id] = _text(uid) if near_by else None
    return known


def _whose(target: RecordType, ids: Sequence[int]) -> list[Any]:
    where, params = reading.among("id", ids)
    asked = f"id, {dialect().spelt('uid')}, owner_id, department_id"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {asked} FROM {target.table} WHERE {where}", params)
        return list(cursor.fetchall())


def _parts(actor: Actor, part: PartType, ids: Sequence[int]) -> list[tuple[Any, ...]]:
    inside = reading.raw_parts(part, ids)
    every = [entry for entries in inside.values() for entry in entries]
    if every:
        reading.name_links(actor, part.fields, every)
    return [tuple(inside[id]) for id in ids]


def _text(stored: Any) -> str:
    """A uid as text, straight from its sixteen bytes where the database gives those."""
    if not isinstance(stored, bytes):
        return str(stored)
    one = stored.hex()
    return f"{one[:8]}-{one[8:12]}-{one[12:16]}-{one[16:20]}-{one[20:]}"
