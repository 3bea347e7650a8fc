"""Which record a row of a file means: by uid, by mail or phone and title, or by all its values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from uuid_utils.compat import uuid7

from kartotek.core.actor import Actor
from kartotek.core.context import Context
from kartotek.core.fieldtypes import FieldType, ItemList, Link, Tags
from kartotek.core.find import find
from kartotek.core.gathering_many import Wish
from kartotek.core.matching import Pair, by_identifiers, by_titles
from kartotek.core.question import Question
from kartotek.core.recordtype import RecordType
from kartotek.interfaces.files.rows import ReadRow


@dataclass
class _Names:
    """What a row without a uid is looked up by."""

    pairs: list[Pair]
    title: str


def wishes(
    actor: Actor, record_type: RecordType, rows: Sequence[ReadRow], context: Context
) -> list[Wish]:
    """What to write for each row: to the record it means, or to a new one."""
    names = [_names(record_type, row, context) for row in rows]
    shared = by_identifiers(actor, record_type, [pair for one in names for pair in one.pairs])
    plainly = [one.title for one in names if one.title and not one.pairs]
    called = by_titles(actor, record_type, plainly)
    near = {uid for uids in [*shared.values(), *called.values()] for uid in uids}
    standing = _standing(actor, record_type, rows, near)
    found = []
    for row, one in zip(rows, names, strict=True):
        if row.uid is not None:
            found.append(Wish(row.uid, _whole(record_type, row)))
            continue
        uid = _met(record_type, row, one, shared, called, standing)
        if uid is None:
            uid = UUID(bytes=uuid7().bytes)
            for pair in one.pairs:
                shared.setdefault(pair, []).append(uid)
            if not one.pairs:
                called.setdefault(one.title, []).append(uid)
            found.append(Wish(uid, row.values))
        else:
            found.append(Wish(uid, _added(record_type, standing[uid], row.values)))
        standing[uid] = {**standing.get(uid, {}), **found[-1].values}
    return found


def _names(record_type: RecordType, row: ReadRow, context: Context) -> _Names:
    if row.uid is not None:
        return _Names([], "")
    pairs = [
        pair
        for kind in record_type.identifying
        if kind.name in row.values
        for pair in kind.identifiers(row.values[kind.name], context)
    ]
    return _Names(pairs, str(row.values.get(record_type.title) or ""))


def _standing(
    actor: Actor, record_type: RecordType, rows: Sequence[ReadRow], near: set[UUID]
) -> dict[UUID, dict[str, Any]]:
    """The records that rows may mean, with the values the rows would change."""
    if not near:
        return {}
    names = {record_type.title, *(name for row in rows for name in row.values)}
    question = Question(uids=tuple(near), columns=tuple(sorted(names)))
    return {row.uid: dict(row.values) for row in find(actor, record_type, question)}


def _met(
    record_type: RecordType,
    row: ReadRow,
    one: _Names,
    shared: dict[Pair, list[UUID]],
    called: dict[str, list[UUID]],
    standing: dict[UUID, dict[str, Any]],
) -> UUID | None:
    """The record with the row's title and one of its identifiers; without any, its very equal."""
    if not one.title:
        return None
    for pair in one.pairs:
        for uid in shared.get((pair[0], pair[1][:255]), ()):
            if uid in standing and standing[uid].get(record_type.title) == one.title:
                return uid
    for uid in called.get(one.title, ()) if not one.pairs else ():
        if uid in standing and _equal(record_type, standing[uid], row.values):
            return uid
    return None


def _equal(record_type: RecordType, known: dict[str, Any], values: dict[str, Any]) -> bool:
    return all(
        _plain(record_type.fields[name], known.get(name)) == _plain(record_type.fields[name], value)
        for name, value in values.items()
        if name in record_type.fields
    )


def _plain(kind: FieldType, value: Any) -> bytes:
    plain = kind.plain(value) if value is not None else kind.plain(kind.load(kind.empty))
    if isinstance(kind, ItemList):
        plain = sorted(kind.normal(item) for item in plain)
    return orjson.dumps(plain)


def _whole(record_type: RecordType, row: ReadRow) -> dict[str, Any]:
    """A row with a uid stands for the record: an empty cell empties the field.

    Except a link, because an export leaves one empty that its reader may not follow.
    """
    emptied = {
        name: None
        for name in row.empty
        if name in record_type.fields and not isinstance(record_type.fields[name], Link)
    }
    return {**emptied, **row.values}


def _added(
    record_type: RecordType, known: dict[str, Any], values: dict[str, Any]
) -> dict[str, Any]:
    """A row that means a record adds to its lists and takes nothing out of them."""
    found = {}
    for name, value in values.items():
        kind = record_type.fields.get(name)
        if isinstance(kind, ItemList):
            have = {kind.normal(item) for item in known.get(name) or ()}
            more = [item for item in value if kind.normal(item) not in have]
            found[name] = (*(known.get(name) or ()), *more)
        elif isinstance(kind, Tags):
            found[name] = tuple(dict.fromkeys([*(known.get(name) or ()), *value]))
        else:
            found[name] = value
    return found
