"""Which record a row of a file means: by uid, by the id of another system, by mail or phone and
title, or by all its values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from uuid_utils.compat import uuid7

from kartotek.core.actor import Actor
from kartotek.core.catalogue import visible
from kartotek.core.context import Context
from kartotek.core.fieldtypes import FieldType, ItemList, Link, Tags, identifier
from kartotek.core.find import find
from kartotek.core.gathering_many import Wish
from kartotek.core.matching import Pair, by_identifiers, by_titles
from kartotek.core.question import Question
from kartotek.core.recordtype import RecordType
from kartotek.interfaces.files.rows import ReadRow
from kartotek.interfaces.files.targets import EXTERNAL


@dataclass
class _Names:
    """What a row without a uid is looked up by."""

    ids: list[Pair]  # what other systems call it: decisive
    pairs: list[Pair]  # mails, phones: together with the title
    title: str


def wishes(
    actor: Actor, record_type: RecordType, rows: Sequence[ReadRow], context: Context
) -> list[Wish | None]:
    """What to write for each row: to the record it means, or to a new one.

    None for a row that was deleted where it comes from and lies in the trash here already.
    """
    names = [_names(record_type, row, context) for row in rows]
    known = [pair for one in names for pair in (*one.ids, *one.pairs)]
    shared = by_identifiers(actor, record_type, known)
    gone_ids = [pair for row, one in zip(rows, names, strict=True) if row.removed
                for pair in one.ids]  # fmt: skip
    gone = by_identifiers(actor, record_type, gone_ids, removed=True)
    plainly = [one.title for one in names if one.title and not one.pairs]
    called = by_titles(actor, record_type, plainly)
    near = {uid for uids in [*shared.values(), *called.values()] for uid in uids}
    near |= {row.uid for row in rows if row.uid is not None and _has_lists(record_type, row)}
    met = _Met(record_type, shared, called, _standing(actor, record_type, rows, near))
    return [
        None if any(pair in gone and pair not in shared for pair in one.ids) else met.wish(row, one)
        for row, one in zip(rows, names, strict=True)
    ]


def _names(record_type: RecordType, row: ReadRow, context: Context) -> _Names:
    if row.uid is not None:
        return _Names([], [], "")
    ids: list[Pair] = []
    pairs: list[Pair] = []
    for kind in record_type.identifying:
        if kind.name in row.values:
            found = kind.identifiers(row.values[kind.name], context)
            (ids if kind.name == EXTERNAL else pairs).extend(found)
    return _Names(ids, pairs, record_type.titled(row.values))


def _standing(
    actor: Actor, record_type: RecordType, rows: Sequence[ReadRow], near: set[UUID]
) -> dict[UUID, dict[str, Any]]:
    """The records that rows may mean, with the values the rows would change."""
    if not near:
        return {}
    names = {record_type.title, EXTERNAL, *(name for row in rows for name in row.values)}
    names &= visible(actor, record_type)
    question = Question(uids=tuple(near), columns=tuple(sorted(names)))
    return {row.uid: dict(row.values) for row in find(actor, record_type, question)}


@dataclass
class _Met:
    """The records that rows are compared with: those that stand, and those of rows before."""

    type: RecordType
    shared: dict[Pair, list[UUID]]
    called: dict[str, list[UUID]]
    standing: dict[UUID, dict[str, Any]]

    def wish(self, row: ReadRow, one: _Names) -> Wish:
        """What to write for one row; the next rows may mean the same record."""
        if row.uid is not None:
            known = self.standing.get(row.uid, {})
            return Wish(row.uid, _with_their_ids(self.type, known, _whole(self.type, row)))
        uid = self._same(row, one)
        if uid is None:
            uid = UUID(bytes=uuid7().bytes)
            for pair in (*one.ids, *one.pairs):
                self.shared.setdefault(pair, []).append(uid)
            if not one.pairs:
                self.called.setdefault(one.title, []).append(uid)
            found = Wish(uid, row.values)
        else:
            found = Wish(uid, _added(self.type, self.standing[uid], row.values))
        titled = {self.type.title: one.title} if one.title else {}
        self.standing[uid] = {**self.standing.get(uid, {}), **titled, **found.values}
        return found

    def _same(self, row: ReadRow, one: _Names) -> UUID | None:
        """The record with one of the row's ids; else the one with its title and a mail or phone of
        it; without any, its very equal. What has another id of the same system is another record.
        """
        for pair in one.ids:
            for uid in self.shared.get((pair[0], pair[1][:255]), ()):
                if uid in self.standing:
                    return uid
        if not one.title:
            return None
        for pair in one.pairs:
            for uid in self.shared.get((pair[0], pair[1][:255]), ()):
                if self._is_called(uid, one.title) and not self._is_another(uid, one):
                    return uid
        for uid in self.called.get(one.title, ()) if not one.pairs else ():
            known = self.standing.get(uid)
            if known and not self._is_another(uid, one) and _equal(self.type, known, row.values):
                return uid
        return None

    def _is_called(self, uid: UUID, title: str) -> bool:
        return uid in self.standing and self.standing[uid].get(self.type.title) == title

    def _is_another(self, uid: UUID, one: _Names) -> bool:
        """Does the same system call this record otherwise?"""
        systems = {kind for kind, _value in one.ids}
        known = self.standing[uid].get(EXTERNAL) or ()
        return any(identifier(id)[0] in systems for id in known)


def _equal(record_type: RecordType, known: dict[str, Any], values: dict[str, Any]) -> bool:
    return all(
        _plain(record_type.fields[name], known.get(name)) == _plain(record_type.fields[name], value)
        for name, value in values.items()
        if name in record_type.fields and name != EXTERNAL
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


def _has_lists(record_type: RecordType, row: ReadRow) -> bool:
    return any(isinstance(record_type.fields.get(name), ItemList) for name in row.values)


def _with_their_ids(
    record_type: RecordType, known: dict[str, Any], values: dict[str, Any]
) -> dict[str, Any]:
    """An item that stands in the record already is that one: a cell for people tells no ids."""
    found = dict(values)
    for name, value in values.items():
        kind = record_type.fields.get(name)
        if isinstance(kind, ItemList) and value:
            ids = {kind.normal(item): item["id"] for item in known.get(name) or ()}
            taken = set(ids.values())
            found[name] = tuple(
                item
                if item["id"] in taken
                else {**item, "id": ids.get(kind.normal(item), item["id"])}
                for item in value
            )
    return found


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
