"""All that is held about one person, read through the doors: what they may ask for by law.

(EU 2016/679, articles 15 and 20: in words that a person reads, and as data that a program reads.)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from kartotek.core import erased, security
from kartotek.core.actor import Actor
from kartotek.core.catalogue import AnyType, catalogue, the_type, visible
from kartotek.core.context import Context
from kartotek.core.erasing import refuse_what_stays
from kartotek.core.fieldtypes import FieldType, Link, Links, Ref
from kartotek.core.find import find, find_one
from kartotek.core.gathering import reachable
from kartotek.core.history import Entry, history
from kartotek.core.question import LARGEST_PAGE, Condition, Question, Row
from kartotek.core.reading import as_uuid
from kartotek.core.recordtype import RecordType

AT_ONCE = 500


@dataclass(frozen=True)
class Value:
    """One field: as a person reads it, and as data; does it tell of the person?"""

    name: str
    label: str
    shown: str
    plain: Any
    is_personal: bool = True


@dataclass(frozen=True)
class Piece:
    """One record that tells of the person: which, how it leads to them, what it says."""

    type: str
    label: str
    uid: UUID
    title: str
    by: str  # the label of the field that leads there
    values: tuple[Value, ...] = ()


@dataclass(frozen=True)
class PersonFile:
    """Everything about one record, as far as the actor may see it.

    `left_out` counts the fields that their role does not show: the file is not whole then.
    """

    type: str
    label: str
    uid: UUID
    title: str
    made_at: datetime
    by: str
    values: tuple[Value, ...]
    parts: Mapping[str, list[tuple[Value, ...]]] = field(default_factory=dict)
    about: tuple[Piece, ...] = ()
    linked: tuple[Piece, ...] = ()
    lines: tuple[Entry, ...] = ()
    left_out: int = 0

    def plain(self) -> dict[str, Any]:
        """The same as JSON holds it; the names of fields are those of the API."""
        return {
            "type": self.type, "uid": str(self.uid), "made_at": self.made_at.isoformat(),
            "made_by": self.by, "fields_left_out": self.left_out,
            "values": _plain(self.values),
            "lists": {name: [_plain(row) for row in rows] for name, rows in self.parts.items()},
            "about": [_piece(one) for one in self.about],
            "linked_from": [_piece(one) for one in self.linked],
            "history": [_line(one) for one in self.lines],
        }  # fmt: skip


def person_file(actor: Actor, named: AnyType, uid: UUID | str, context: Context) -> PersonFile:
    """All that is held about a record that tells of a person; leaves a line in the security log.

    NotFound, PermissionDenied (the role does not export it), ValidationError (records of this
    type tell of nobody).
    """
    record_type = the_type(named)
    refuse_what_stays(record_type)
    raw = reachable(actor, record_type, uid, "export")
    row = find_one(actor, record_type, raw.uid)
    seen = visible(actor, record_type)
    kinds = [kind for name, kind in record_type.fields.items() if name in seen]
    reads = actor.rights.scope(record_type.key, "see_history") != "none"
    told = PersonFile(
        record_type.key, str(record_type.label), raw.uid, row.title, erased.now(), actor.name,
        _values(record_type, kinds, row.values, context),
        {name: _rows(record_type, name, row, context)
         for name in record_type.parts if name in seen and row.get(name)},
        tuple(_about(actor, record_type, raw.id, context)),
        tuple(_linked(actor, record_type, raw.uid)),
        tuple(_history(actor, record_type, raw.uid, context)) if reads else (),
        len({*record_type.fields, *record_type.parts} - seen - record_type.hidden),
    )  # fmt: skip
    security.note("person_file", actor=actor, type=record_type.key, record=str(raw.uid))
    return told


def _values(
    record_type: RecordType, kinds: list[FieldType], held: Mapping[str, Any], context: Context
) -> tuple[Value, ...]:
    personal = {kind.name for kind in record_type.personal}
    return tuple(
        Value(kind.name, str(kind.label), _shown(kind, held[kind.name], context),
              _data(kind, held[kind.name]), kind.name in personal)
        for kind in kinds
        if kind.name in held and not kind.is_empty(held[kind.name])
    )  # fmt: skip


def _shown(kind: FieldType, value: Any, context: Context) -> str:
    if isinstance(kind, Links):
        return ", ".join(ref.title for ref in value)
    return kind.edit(value, context) if kind.is_list else kind.show(value, context)


def _data(kind: FieldType, value: Any) -> Any:
    if isinstance(kind, Links):
        return [_ref(one) for one in value]
    return _ref(value) if isinstance(value, Ref) else kind.plain(value)


def _ref(one: Ref) -> dict[str, Any]:
    return {"type": one.type, "uid": str(one.uid) if one.uid else None, "title": one.title}


def _rows(
    record_type: RecordType, name: str, row: Row, context: Context
) -> list[tuple[Value, ...]]:
    kinds = list(record_type.parts[name].fields.values())
    return [_values(record_type, kinds, one, context) for one in row[name]]


def _about(actor: Actor, record_type: RecordType, id: int, context: Context) -> Iterator[Piece]:
    """Activities that are about the record, the oldest first."""
    for other in catalogue():
        links = [kind for kind in other.fields.values() if isinstance(kind, Links)]
        if not links or actor.rights.scope(other.key, "view") == "none":
            continue
        seen = visible(actor, other)
        kinds = [kind for name, kind in other.fields.items() if name in seen]
        for uids in _activities(other, record_type, id):
            asked = Question(uids=uids, columns=tuple(one.name for one in kinds), size=LARGEST_PAGE)
            for row in find(actor, other, asked):
                values = _values(other, kinds, row.values, context)
                by = str(links[0].label)
                yield Piece(other.key, str(other.label), row.uid, row.title, by, values)


def _activities(other: RecordType, to: RecordType, id: int) -> Iterator[tuple[UUID, ...]]:
    last = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT DISTINCT r.id, r.uid FROM core_linkrow l JOIN {other.table} r "
                "ON r.id = l.from_record WHERE l.from_type = %s AND l.to_type = %s "
                "AND l.to_record = %s AND l.role <> 'via' AND r.removed_at IS NULL AND r.id > %s "
                f"ORDER BY r.id LIMIT {AT_ONCE}",
                [other.key, to.key, id, last],
            )
            rows = cursor.fetchall()
        if not rows:
            return
        yield tuple(as_uuid(row[1]) for row in rows)
        last = rows[-1][0]


def _linked(actor: Actor, record_type: RecordType, uid: UUID) -> Iterator[Piece]:
    """Records that lead to this one, by their titles: what they say is about others."""
    for other in catalogue():
        if actor.rights.scope(other.key, "view") == "none":
            continue
        seen = visible(actor, other)
        for kind in other.fields.values():
            if not isinstance(kind, Link) or kind.target != record_type.key:
                continue
            if kind.name in seen:
                yield from _leading(actor, other, kind, uid)


def _leading(actor: Actor, other: RecordType, kind: Link, uid: UUID) -> Iterator[Piece]:
    after = ""
    columns = (other.title,) if other.title in visible(actor, other) else ()
    while True:
        where = (Condition(kind.name, "is", str(uid)),)
        page = find(
            actor, other, Question(where=where, columns=columns, size=LARGEST_PAGE, after=after)
        )
        for row in page:
            yield Piece(other.key, str(other.label), row.uid, row.title, str(kind.label))
        if not page.next:
            return
        after = page.next


def _history(actor: Actor, record_type: RecordType, uid: UUID, context: Context) -> Iterator[Entry]:
    before = None
    while lines := history(actor, record_type, uid, context, before=before, limit=AT_ONCE):
        yield from lines
        before = lines[-1].position


def _plain(values: tuple[Value, ...]) -> dict[str, Any]:
    return {one.name: one.plain for one in values}


def _piece(one: Piece) -> dict[str, Any]:
    return {"type": one.type, "uid": str(one.uid), "title": one.title, "by": one.by,
            "values": _plain(one.values)}  # fmt: skip


def _line(one: Entry) -> dict[str, Any]:
    changed = {each.field: {"before": each.before, "after": each.after} for each in one.fields}
    if one.aside:
        changed[one.verb] = {"before": "", "after": one.aside.words}
    at = one.at.astimezone(UTC).isoformat()
    return {"at": at, "by": one.who, "did": one.verb, "through": one.cause, "changed": changed}
