"""Masked values shown whole, one or a file of them: an act that stands in the security log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from django.db import transaction

from kartotek.core import gathering, security
from kartotek.core.actor import Actor
from kartotek.core.catalogue import AnyType, catalogue, the_type, unknown_field, visible
from kartotek.core.context import Context
from kartotek.core.fieldtypes import Link
from kartotek.core.find import find_one
from kartotek.core.recordtype import RecordType


def reveal(
    actor: Actor, named: AnyType, record: UUID | str, name: str, context: Context | None = None
) -> str:
    """The value, and the line that tells who looked at which record's; never the value itself.

    As a person reads it with a `context`, else as a file for machines has it. NotFound where there
    is no such record within reach, ValidationError where the field is unknown, hidden, or not
    masked.
    """
    record_type = the_type(named)
    if name in masked_of(actor, record_type):
        return _reveal_guarded(actor, record_type, record, name, context)
    raw = gathering.reachable(actor, record_type, record, "view")
    if name not in visible(actor, record_type) or not record_type.fields[name].is_masked:
        raise unknown_field(record_type, name)
    with transaction.atomic():
        security.note(
            "revealed", actor=actor, type=record_type.key, record=str(raw.uid), field=name
        )
    return str(raw.values[name] or "")


def masked_of(actor: Actor, named: AnyType) -> tuple[str, ...]:
    """The fields of a type that are masked for this actor by their role, in their order."""
    record_type = the_type(named)
    masked = actor.rights.masks(record_type.key) - record_type.hidden
    return tuple(name for name in record_type.fields if name in masked) if masked else ()


def _reveal_guarded(
    actor: Actor, record_type: RecordType, record: UUID | str, name: str, context: Context | None
) -> str:
    """The same for a field that a role masks: read as if it were open, this once."""
    rights = actor.rights.unmasked(record_type.key, name)
    open_one = replace(actor, rights=rights, memo=None)
    row = find_one(open_one, record_type, gathering.as_uid(record), (name,))
    with transaction.atomic():
        security.note(
            "revealed", actor=actor, type=record_type.key, record=str(row.uid), field=name
        )
    kind, value = record_type.fields[name], row[name]
    return kind.export(value) if context is None else kind.show(value, context)


def revealing(actor: Actor) -> Actor:
    """The same actor, to whom the read door gives masked values whole.

    Who asks it so ends with `note_revealed`, before anybody gets what was read.
    """
    return replace(actor, reveals=True)


def note_revealed(actor: Actor, named: AnyType, counts: Mapping[str, int], file: str) -> None:
    """The line of many values shown whole: into which file, and how many of which field."""
    with transaction.atomic():
        security.note(
            "revealed", actor=actor, type=the_type(named).key, file=file, fields=dict(counts)
        )


def masked_among(actor: Actor, record_type: RecordType, names: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the columns that are masked, also one step on; as far as the actor may see them."""
    return tuple(name for name in names if _is_masked(actor, record_type, name))


def _is_masked(actor: Actor, record_type: RecordType, name: str) -> bool:
    first, dot, second = name.partition(".")
    kind = record_type.fields.get(first)
    if not dot:
        return kind is not None and kind.is_masked and name in visible(actor, record_type)
    if not isinstance(kind, Link):
        return False
    return _is_masked(actor, catalogue()[kind.target], second)
