"""Which record a row of a file means: by uid, by the id of another system, by mail or phone and
title, or by all its values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from kartotek.core.actor import Actor
from kartotek.core.catalogue import visible
from kartotek.core.context import Context
from kartotek.core.fieldtypes import ItemList, identifier
from kartotek.core.find import find
from kartotek.core.gathering_many import Wish
from kartotek.core.matching import Pair, by_identifiers, by_titles
from kartotek.core.question import Question
from kartotek.core.recordtype import RecordType
from kartotek.interfaces.files.rows import ReadRow
from kartotek.interfaces.files.rules import CREATE, FILL, OVERWRITE, SKIP, Rules, equal, whole
from kartotek.interfaces.files.targets import EXTERNAL


@dataclass
class Names:
    """What a row without a uid is looked up by."""

    ids: list[Pair]  # what other systems call it: decisive
    pairs: list[Pair]  # mails, phones: together with the title
    title: str


def names_of(record_type: RecordType, rows: Sequence[ReadRow], context: Context) -> list[Names]:
    """What each of the rows is looked up by."""
    return [_names(record_type, row, context) for row in rows]


def wishes(
    actor: Actor, rules: Rules, rows: Sequence[ReadRow], names: Sequence[Names]
) -> list[Wish | None]:
    """What to write for each row, of these names: to the record it means, or to a new one.

    None for a row that was deleted where it comes from and lies in the trash here already, and for
    one that leaves its record as it is.
    """
    record_type = rules.type
    known = [pair for one in names for pair in (*one.ids, *one.pairs)]
    shared = by_identifiers(actor, record_type, known)
    gone_ids = [pair for row, one in zip(rows, names, strict=True) if row.removed
                for pair in one.ids]  # fmt: skip
    gone = by_identifiers(actor, record_type, gone_ids, removed=True)
    plainly = [one.title for one in names if one.title and not one.pairs]
    called = by_titles(actor, record_type, plainly)
    near = {uid for uids in [*shared.values(), *called.values()] for uid in uids}
    near |= {rules.meant[row.source.line] for row in rows if row.source.line in rules.meant}
    near |= {
        row.uid for row in rows
        if row.uid is not None and (not rules.is_usual or _is_compared(record_type, row))
    }  # fmt: skip
    met = _Met(rules, shared, called, _standing(actor, rules, rows, near))
    return [
        None if any(pair in gone and pair not in shared for pair in one.ids) else met.wish(row, one)
        for row, one in zip(rows, names, strict=True)
    ]


def _names(record_type: RecordType, row: ReadRow, context: Context) -> Names:
    if row.uid is not None:
        return Names([], [], "")
    ids: list[Pair] = []
    pairs: list[Pair] = []
    for kind in record_type.identifying:
        if kind.name in row.values:
            found = kind.identifiers(row.values[kind.name], context)
            (ids if kind.name == EXTERNAL else pairs).extend(found)
    return Names(ids, pairs, record_type.titled(row.values))


def _standing(
    actor: Actor, rules: Rules, rows: Sequence[ReadRow], near: set[UUID]
) -> dict[UUID, dict[str, Any]]:
    """The records that rows may mean, with the values the rows would change."""
    if not near:
        return {}
    record_type = rules.type
    names = {record_type.title, EXTERNAL, *(name for row in rows for name in row.values)}
    later = {place for row in rows for place in row.later}
    names |= {name for name, places in rules.places.items() if later & {*places}}
    names &= visible(actor, record_type)
    question = Question(uids=tuple(near), columns=tuple(sorted(names)))
    return {row.uid: dict(row.values) for row in find(actor, record_type, question)}


@dataclass
class _Met:
    """The records that rows are compared with: those that stand, and those of rows before."""

    rules: Rules
    shared: dict[Pair, list[UUID]]
    called: dict[str, list[UUID]]
    standing: dict[UUID, dict[str, Any]]

    @property
    def type(self) -> RecordType:
        return self.rules.type

    def wish(self, row: ReadRow, one: Names) -> Wish | None:
        """What to write for one row; the next rows may mean the same record."""
        if row.uid is not None:
            return self._of_uid(row, row.uid)
        meant = self.rules.meant.get(row.source.line)
        if meant in self.standing:
            return self._into(meant, row, FILL)
        named = self._named(one)
        uid = named or self._same(row, one)
        if uid is None or self.rules.whole == CREATE:
            return self._new(row, one, self.rules.without_id(row) if named else row.values)
        return self._into(uid, row, OVERWRITE if named else FILL)

    def _into(self, uid: UUID, row: ReadRow, usual: str) -> Wish | None:
        """A row for a record that stands; None where it leaves all of it as it is."""
        values = self.rules.met(row, self.standing[uid], usual)
        self.standing[uid] = {**self.standing[uid], **values}
        return Wish(uid, values) if values or self.rules.whole != SKIP else None

    def _of_uid(self, row: ReadRow, uid: UUID) -> Wish | None:
        """A row of our own export: it stands for its record, unless there is a rule for it."""
        if uid not in self.standing or self.rules.is_usual:
            known, values = self.standing.get(uid, {}), whole(self.type, row)
            if uid in self.standing:
                values = self.rules.without_brought(row, values, known)
            return Wish(uid, _with_their_ids(self.type, known, values))
        if self.rules.whole == CREATE:
            return Wish(UUID(bytes=uuid7().bytes), self.rules.without_id(row))
        known = self.standing[uid]
        values = self.rules.met(row, known, OVERWRITE)
        emptied = {
            name: value for name, value in whole(self.type, row).items()
            if name not in row.values and self.rules.rule(name, OVERWRITE) == OVERWRITE
        }  # fmt: skip
        if not values and self.rules.whole == SKIP:
            return None
        return Wish(uid, {**emptied, **_with_their_ids(self.type, known, values)})

    def _new(self, row: ReadRow, one: Names, values: dict[str, Any]) -> Wish:
        uid = UUID(bytes=uuid7().bytes)
        for pair in (*one.ids, *one.pairs):
            self.shared.setdefault(pair, []).append(uid)
        if not one.pairs:
            self.called.setdefault(one.title, []).append(uid)
        titled = {self.type.title: one.title} if one.title else {}
        self.standing[uid] = {**titled, **values}
        return Wish(uid, values)

    def _named(self, one: Names) -> UUID | None:
        """The record that has one of the row's ids in its own system."""
        for pair in one.ids:
            for uid in self.shared.get((pair[0], pair[1][:255]), ()):
                if uid in self.standing:
                    return uid
        return None

    def _same(self, row: ReadRow, one: Names) -> UUID | None:
        """The record with the row's title and a mail or phone of it; without any, its very equal.

        What has another id of the same system is another record.
        """
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

    def _is_another(self, uid: UUID, one: Names) -> bool:
        """Does the same system call this record otherwise?"""
        systems = {kind for kind, _value in one.ids}
        known = self.standing[uid].get(EXTERNAL) or ()
        return any(identifier(id)[0] in systems for id in known)


def _equal(record_type: RecordType, known: dict[str, Any], values: dict[str, Any]) -> bool:
    return all(
        equal(record_type, name, known, value)
        for name, value in values.items()
        if (kind := record_type.fields.get(name)) and name != EXTERNAL and not kind.is_brought
    )


def _is_compared(record_type: RecordType, row: ReadRow) -> bool:
    """Does it matter to the values of a row whether its record is here, and with which values?"""
    kinds = [kind for name in row.values if (kind := record_type.fields.get(name))]
    return any(isinstance(kind, ItemList) or kind.is_brought for kind in kinds)


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
