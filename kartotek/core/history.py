"""History as people read it: who changed what, when, from what to what; hidden fields left out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from kartotek.core import aside, gathering, log, reading
from kartotek.core.actor import Actor
from kartotek.core.aside import Aside
from kartotek.core.catalogue import AnyType, the_type, visible
from kartotek.core.context import Context
from kartotek.core.errors import PermissionDenied
from kartotek.core.fieldtypes import FieldType, Link, Links, Ref
from kartotek.core.log import LoggedChange
from kartotek.core.question import Row
from kartotek.core.recordtype import RecordType

PAGE = 50
Refs = dict[str, Ref]


@dataclass(frozen=True)
class FieldChange:
    """One field of one line: its label, and both values as a person reads them.

    `was` and `now` are the same as JSON holds them, links as Refs; of a part it is the row `line`.
    """

    field: str
    label: str
    before: str
    after: str
    was: Any = None
    now: Any = None
    line: str = ""


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
    aside: Aside | None = None  # of a line that changed nothing of the record: a share, a lock


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
    refs = _named(actor, record_type, changes)
    return [_entry(actor, record_type, change, seen, refs, context) for change in changes]


def _entry(
    actor: Actor,
    record_type: RecordType,
    change: LoggedChange,
    seen: frozenset[str],
    refs: Refs,
    context: Context,
) -> Entry:
    fields: list[FieldChange] = []
    is_aside = change.verb in log.ASIDE
    for name in change.after if not is_aside else ():
        if name not in seen:
            continue
        if name in record_type.parts:
            fields += _part_lines(record_type, name, change, refs, context)
        else:
            kind = record_type.fields[name]
            sides = [kind.outward(side.get(name)) for side in (change.before, change.after)]
            shown = [_shown(kind, one, refs, context) for one in sides]
            plain = [_plain(kind, one, refs) for one in sides]
            fields.append(FieldChange(name, str(kind.label), *shown, *plain))
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
        aside=aside.told(record_type, change, refs, context) if is_aside else None,
    )


def _part_lines(
    record_type: RecordType,
    name: str,
    change: LoggedChange,
    refs: Refs,
    context: Context,
) -> list[FieldChange]:
    part = record_type.parts[name]

    def line(row: dict[str, Any] | None) -> str:
        shown = [
            _shown(part.fields[field], value, refs, context)
            for field, value in (row or {}).items()
            if field in part.fields and not part.fields[field].is_empty(value)
        ]
        return ", ".join(text for text in shown if text)

    def plain(row: dict[str, Any] | None) -> dict[str, Any] | None:
        return row and {
            field: _plain(part.fields[field], value, refs)
            for field, value in row.items()
            if field in part.fields
        }

    sides = [(uid, change.before[name].get(uid), row) for uid, row in change.after[name].items()]
    return [
        FieldChange(name, part.label, line(was), line(now), plain(was), plain(now), uid)
        for uid, was, now in sides
    ]


def _plain(kind: FieldType, plain: Any, refs: Refs) -> Any:
    if isinstance(kind, Link):
        return refs.get(str(plain), Ref(kind.target)) if plain else None
    if isinstance(kind, Links):
        return [refs.get(one["uid"], Ref(one["type"])) for one in plain or ()]
    return plain


def _shown(kind: FieldType, plain: Any, refs: Refs, context: Context) -> str:
    if isinstance(kind, Link | Links):
        found = _plain(kind, plain, refs)
        return ", ".join(
            ref.title for ref in (found if isinstance(found, list) else [found]) if ref
        )
    if plain is None:
        return ""
    value = kind.load(plain) if kind.is_list else kind.parse(plain, Context())
    return kind.edit(value, context) if kind.is_list else kind.show(value, context)


def _named(actor: Actor, record_type: RecordType, changes: list[LoggedChange]) -> Refs:
    """Every record the lines link to, by its uid; out of the actor's reach without a name."""
    wanted: dict[str, set[UUID]] = {}

    def note(kind: FieldType | None, plain: Any) -> None:
        if isinstance(kind, Link) and plain:
            wanted.setdefault(kind.target, set()).add(UUID(plain))
        elif isinstance(kind, Links):
            for entry in plain or ():
                wanted.setdefault(entry["type"], set()).add(UUID(entry["uid"]))

    for change in changes:
        if change.verb in log.ASIDE:
            if whom := aside.whom(record_type, change):
                wanted.setdefault(whom[1], set()).add(whom[2])
            continue
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
        str(uid): ref
        for target, uids in wanted.items()
        for uid, ref in reading.refs_by_uid(actor, target, uids).items()
    }
