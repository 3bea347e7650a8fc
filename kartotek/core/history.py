"""History as people read it: who changed what, when, from what to what; hidden fields left out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from kartotek.core import gathering, log, reading
from kartotek.core.actor import Actor
from kartotek.core.catalogue import AnyType, the_type, visible
from kartotek.core.context import Context
from kartotek.core.errors import PermissionDenied
from kartotek.core.fieldtypes import FieldType, Link, Links
from kartotek.core.log import LoggedChange
from kartotek.core.question import Row
from kartotek.core.recordtype import RecordType

PAGE = 50


@dataclass(frozen=True)
class FieldChange:
    """One field of one line: its label, and both values as a person reads them."""

    field: str
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    """One line of a record's history."""

    position: int
    at: datetime
    who: str
    cause: str
    verb: str
    version: int
    batch: UUID
    is_mine: bool
    fields: tuple[FieldChange, ...]


def history(
    actor: Actor,
    named: AnyType,
    record: Row | UUID | str,
    context: Context,
    *,
    before: int | None = None,
    limit: int = PAGE,
) -> list[Entry]:
    """A record's lines, newest first, from before a position. PermissionDenied, NotFound."""
    record_type = the_type(named)
    target = record.uid if isinstance(record, Row) else record
    raw = gathering.reachable(actor, record_type, target, "view")
    return history_of(actor, record_type, raw.id, context, before=before, limit=limit)


def history_of(
    actor: Actor,
    record_type: RecordType,
    record: int,
    context: Context,
    *,
    before: int | None = None,
    limit: int = PAGE,
) -> list[Entry]:
    """The same of a record that was read already, inside the doors."""
    if actor.rights.scope(record_type.key, "see_history") == "none":
        raise PermissionDenied(
            _("Your role does not read the history of this. Ask an administrator.")
        )
    changes = log.of_record(record_type.key, record, before, limit)
    seen = visible(actor, record_type)
    named_records = _named(actor, record_type, changes)
    return [_entry(actor, record_type, change, seen, named_records, context) for change in changes]


def _entry(
    actor: Actor,
    record_type: RecordType,
    change: LoggedChange,
    seen: frozenset[str],
    names: dict[str, str],
    context: Context,
) -> Entry:
    fields: list[FieldChange] = []
    for name in change.after:
        if name not in seen:
            continue
        if name in record_type.parts:
            fields += _part_lines(record_type, name, change, names, context)
        else:
            kind = record_type.fields[name]
            was, now = (
                _shown(kind, side.get(name), names, context)
                for side in (change.before, change.after)
            )
            fields.append(FieldChange(name, str(kind.label), was, now))
    return Entry(
        position=change.position,
        at=change.at,
        who=change.actor_name,
        cause=change.cause,
        verb=change.verb,
        version=change.version,
        batch=change.batch,
        is_mine=change.member is not None and change.member == actor.member,
        fields=tuple(fields),
    )


def _part_lines(
    record_type: RecordType,
    name: str,
    change: LoggedChange,
    names: dict[str, str],
    context: Context,
) -> list[FieldChange]:
    part = record_type.parts[name]

    def line(row: dict[str, Any] | None) -> str:
        shown = [
            _shown(part.fields[field], value, names, context)
            for field, value in (row or {}).items()
            if field in part.fields and not part.fields[field].is_empty(value)
        ]
        return ", ".join(text for text in shown if text)

    return [
        FieldChange(name, part.label, line(change.before[name].get(uid)), line(row))
        for uid, row in change.after[name].items()
    ]


def _shown(kind: FieldType, plain: Any, names: dict[str, str], context: Context) -> str:
    if isinstance(kind, Link):
        return names.get(str(plain), "–") if plain else ""
    if isinstance(kind, Links):
        return ", ".join(names.get(entry["uid"], "–") for entry in plain or ())
    if plain is None:
        return ""
    value = kind.load(plain) if kind.is_list else kind.parse(plain, Context())
    return kind.edit(value, context) if kind.is_list else kind.show(value, context)


def _named(actor: Actor, record_type: RecordType, changes: list[LoggedChange]) -> dict[str, str]:
    """uid → title of every record the lines link to, within the actor's reach."""
    wanted: dict[str, set[UUID]] = {}

    def note(kind: FieldType | None, plain: Any) -> None:
        if isinstance(kind, Link) and plain:
            wanted.setdefault(kind.target, set()).add(UUID(plain))
        elif isinstance(kind, Links):
            for entry in plain or ():
                wanted.setdefault(entry["type"], set()).add(UUID(entry["uid"]))

    for change in changes:
        for side in (change.before, change.after):
            for name, plain in side.items():
                if name in record_type.parts:
                    fields = record_type.parts[name].fields
                    for row in plain.values():
                        for field, value in (row or {}).items():
                            note(fields.get(field), value)
                else:
                    note(record_type.fields.get(name), plain)
    return {
        str(uid): ref.title
        for target, uids in wanted.items()
        for uid, ref in reading.refs_by_uid(actor, target, uids).items()
    }
