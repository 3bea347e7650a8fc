"""The first half of a write: pure. Checks rights on fields, parses, merges, settles, and works
out what apply will store. No database, no clock; it may run in another process.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from kartotek.core import merging, searching, titling
from kartotek.core.actor import Actor
from kartotek.core.catalogue import unknown_field, visible
from kartotek.core.context import Context
from kartotek.core.errors import Clash, Conflict, PermissionDenied, ValidationError
from kartotek.core.fieldtypes import FieldType, Link, Pointer
from kartotek.core.fieldtypes.custom import MASK
from kartotek.core.merging_parts import (
    BESIDE_FIELDS,
    PartChange,
    PartReader,
    labelled,
    merge_parts,
    part_changes,
)
from kartotek.core.reading import Raw
from kartotek.core.recordtype import RecordType
from kartotek.core.searching import SearchRow
from kartotek.core.titling import Titles

Identifiers = frozenset[tuple[str, str]]
_NONE: Identifiers = frozenset()


@dataclass(frozen=True)
class Intent:
    """What somebody wants of one record, with all that prepare must know about it."""

    uid: UUID
    values: dict[str, Any]
    old: Raw | None = None
    old_parts: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    since: dict[str, Any] = field(default_factory=dict)  # what others changed: field → its base
    owner: int | None = None
    department: int | None = None
    titles: Titles = field(default_factory=dict)  # of what `search_with` may link to
    forced: bool = False  # an undo: may put back what a person cannot type


class Prepared(NamedTuple):
    """Everything apply stores for one record; empty `after` and `parts` mean nothing changes."""

    uid: UUID
    old: Raw | None
    values: dict[str, Any]
    keys: dict[str, str | None]
    parts: tuple[PartChange, ...]
    before: dict[str, Any]
    after: dict[str, Any]
    owner: int | None
    department: int | None
    search: SearchRow | None
    new_identifiers: Identifiers
    old_identifiers: Identifiers
    everything: dict[str, Any]

    @property
    def changes_nothing(self) -> bool:
        return self.old is not None and not self.after


Resolved = dict[tuple[str, UUID], int]


def prepare(
    actor: Actor, record_type: RecordType, intent: Intent, context: Context, resolved: Resolved
) -> Prepared:
    """One write made ready. Raises ValidationError, PermissionDenied or Conflict."""
    parsed, raw_parts = _parsed(actor, record_type, intent, context, resolved)
    old_values = intent.old.values if intent.old else {}
    merged, clashes = merging.merge_fields(record_type, parsed, old_values, intent.since)
    parts, more = merge_parts(
        record_type, raw_parts, intent.old_parts, intent.since, _part_reader(context, resolved)
    )
    if clashes or more:
        raise Conflict([*clashes, *more], intent.old.version if intent.old else 0)
    everything = {**record_type.blank, **old_values, **merged}
    if intent.old is None:
        everything["owner"] = everything["owner"] or _pointer(intent.owner)
        everything["department"] = everything["department"] or _pointer(intent.department)
    _settle(record_type, everything, old_values, parts, intent.titles)
    _refuse_empty(record_type, everything, intent)
    return _stored(record_type, intent, context, everything, parts)


def _pointer(id: int | None) -> Pointer | None:
    return Pointer(id) if id else None


def _parsed(
    actor: Actor, record_type: RecordType, intent: Intent, context: Context, resolved: Resolved
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Fields and parts as values; every field that does not parse is named in one error."""
    seen = visible(actor, record_type)
    guarded = actor.rights.protects(record_type.key)
    found: dict[str, Any] = {}
    parts: dict[str, Any] = {}
    errors: dict[str, Any] = {}
    for name, raw in intent.values.items():
        if name not in seen:
            errors.update(unknown_field(record_type, name).error_dict)
        elif name in guarded:
            raise PermissionDenied(_("“%(name)s” is read-only for your role.") % {"name": name})
        elif name in record_type.parts:
            parts[name] = raw
        elif _is_mask(record_type.fields[name], raw) and not intent.forced:
            continue  # what was shown came back: nobody typed it
        else:
            kind = record_type.fields[name]
            try:
                if not (kind.editable or intent.forced or _is_said_once(actor, kind, intent)):
                    raise ValidationError(_("This is kept by Kartotek and cannot be typed in."))
                value = kind.clean(raw, context)
                found[name] = _resolve(kind, value, resolved) if isinstance(value, UUID) else value
            except ValidationError as error:
                errors[name] = error.messages
    if errors:
        raise ValidationError(errors)
    return found, parts


def _is_said_once(actor: Actor, kind: FieldType, intent: Intent) -> bool:
    """Is this what its maker, or an import and nobody else, may say of a new record?"""
    return (kind.is_once or (kind.is_brought and actor.brings)) and intent.old is None


def _is_mask(kind: FieldType, raw: Any) -> bool:
    return kind.is_masked and isinstance(raw, str) and raw.startswith(MASK)


def _resolve(kind: FieldType, value: Any, resolved: Resolved) -> Any:
    """A link's uid made into the record it names."""
    if not isinstance(kind, Link) or not isinstance(value, UUID):
        return value
    id = resolved.get((kind.target, value))
    if id is None:
        raise ValidationError(
            _("The record you linked is not there, or not open to you. Choose another.")
        )
    return Pointer(id, value)


def _part_reader(context: Context, resolved: Resolved) -> PartReader:
    def read(fields: dict[str, FieldType], raw: dict[str, Any]) -> dict[str, Any]:
        found = {}
        for name, value in raw.items():
            if name in BESIDE_FIELDS:
                continue
            if name not in fields:
                raise ValidationError(_("A line has no field “%(name)s”.") % {"name": name[:60]})
            kind = fields[name]
            try:
                found[name] = _resolve(kind, kind.clean(value, context), resolved)
            except ValidationError as error:
                raise labelled(kind, error) from None
        return found

    return read


def _settle(
    record_type: RecordType,
    everything: dict[str, Any],
    old: dict[str, Any],
    parts: dict[str, list[dict[str, Any]]],
    titles: Titles,
) -> None:
    """Let the business check the whole and work out what follows from it."""
    if record_type.title_from:
        titling.follow(record_type, everything, old, titles)
    before = SimpleNamespace(**old) if old and (record_type.settles or record_type.checks) else None
    if record_type.settles:
        _work_out(record_type, everything, before, parts)
    if record_type.checks:
        record_type.model.clean(SimpleNamespace(**everything), before)


def _work_out(
    record_type: RecordType,
    everything: dict[str, Any],
    before: SimpleNamespace | None,
    parts: dict[str, list[dict[str, Any]]],
) -> None:
    """Put in what follows from the fields and the rows inside."""
    new = SimpleNamespace(**everything)
    inside = {
        name: [SimpleNamespace(**entry) for entry in entries] for name, entries in parts.items()
    }
    everything.update(record_type.model.settle(new, before, inside))
    for name, entries in inside.items():
        parts[name] = [dict(vars(entry)) for entry in entries]


def _refuse_empty(record_type: RecordType, everything: dict[str, Any], intent: Intent) -> None:
    """A required field is filled in, whether it was sent or not."""
    missing = {
        kind.name: [_("Fill this in; it is the one thing needed here.")]
        for kind in record_type.required
        if kind.is_empty(everything[kind.name])
    }
    if missing and (intent.old is None or missing.keys() & intent.values.keys()):
        raise ValidationError(missing)


def _stored(
    record_type: RecordType,
    intent: Intent,
    context: Context,
    everything: dict[str, Any],
    parts: dict[str, list[dict[str, Any]]],
) -> Prepared:
    old = intent.old
    changed = everything if old is None else _changed(record_type, old.values, everything)
    lines, before, after = part_changes(record_type, intent.old_parts, parts)
    if old is None:  # a creation is logged without a copy of the row
        after = {**after, **record_type.unsaid} if after else record_type.unsaid
    else:
        before.update((name, record_type.fields[name].plain(old.values[name])) for name in changed)
        after.update((name, record_type.fields[name].plain(everything[name])) for name in changed)
    owner, department = _id(everything["owner"]), _id(everything["department"])
    new_pairs, old_pairs = _identified(record_type, old, changed, everything, context)
    return Prepared(
        uid=intent.uid,
        old=old,
        values=changed,
        keys={
            kind.key_column: kind.key(everything[kind.name], context)
            for kind in record_type.keyed
            if kind.name in changed
        },
        parts=tuple(lines),
        before=before,
        after=after,
        owner=owner,
        department=department,
        search=_searched(record_type, intent, changed, everything, (owner, department)),
        new_identifiers=new_pairs,
        old_identifiers=old_pairs,
        everything=everything,
    )


def _changed(
    record_type: RecordType, old: dict[str, Any], everything: dict[str, Any]
) -> dict[str, Any]:
    """The fields that are others than before."""
    return {
        name: value
        for name, value in everything.items()
        if value is not old[name] and kind_differs(record_type.fields[name], old[name], value)
    }


def _searched(
    record_type: RecordType,
    intent: Intent,
    changed: dict[str, Any],
    everything: dict[str, Any],
    place: tuple[int | None, int | None],
) -> SearchRow | None:
    """The search row as it is to be; None where it stays what it is."""
    old = intent.old
    if old is None:
        return searching.row_of(record_type, everything, *place, intent.titles)
    if place == (old.owner, old.department) and not record_type.searched & changed.keys():
        return None
    row = searching.row_of(record_type, everything, *place, intent.titles)
    was = searching.row_of(record_type, old.values, old.owner, old.department, intent.titles)
    return None if row == was else row


def _identified(
    record_type: RecordType,
    old: Raw | None,
    changed: dict[str, Any],
    everything: dict[str, Any],
    context: Context,
) -> tuple[Identifiers, Identifiers]:
    """What names the record after and before; nothing where no field that names it changes."""
    kinds = record_type.identifying
    if old is None:
        return _identifiers(kinds, everything, context), _NONE
    if not any(kind.name in changed for kind in kinds):
        return _NONE, _NONE
    # All of them: a number may stand in a second field, which does not change.
    return _identifiers(kinds, everything, context), _identifiers(kinds, old.values, context)


def kind_differs(kind: FieldType, one: Any, other: Any) -> bool:
    """Are two values of a field different? Links are compared by the record they point at."""
    if isinstance(kind, Link):
        return _id(one) != _id(other)
    return bool(kind.plain(one) != kind.plain(other))


def _id(value: Any) -> int | None:
    return value.id if isinstance(value, Pointer) else None


def _identifiers(kinds: list[FieldType], values: dict[str, Any], context: Context) -> Identifiers:
    return frozenset(
        [
            (kind, value[:255])
            for field in kinds
            if (own := values.get(field.name))
            for kind, value in field.identifiers(own, context)
        ]
    )


__all__ = ["Clash", "Intent", "PartChange", "Prepared", "kind_differs", "prepare"]
