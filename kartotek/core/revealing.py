"""Masked values shown whole, one or a file of them: an act that stands in the security log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from django.db import transaction

from kartotek.core import gathering, security
from kartotek.core.actor import Actor
from kartotek.core.catalogue import AnyType, catalogue, the_type, unknown_field, visible
from kartotek.core.fieldtypes import Link
from kartotek.core.recordtype import RecordType


def reveal(actor: Actor, named: AnyType, record: UUID | str, name: str) -> str:
    """The value, and the line that tells who looked at which record's; never the value itself.

    NotFound where there is no such record within reach, ValidationError where the field is
    unknown, hidden, or not masked.
    """
    record_type = the_type(named)
    raw = gathering.reachable(actor, record_type, record, "view")
    if name not in visible(actor, record_type) or not record_type.fields[name].is_masked:
        raise unknown_field(record_type, name)
    with transaction.atomic():
        security.note(
            "revealed", actor=actor, type=record_type.key, record=str(raw.uid), field=name
        )
    return str(raw.values[name] or "")


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
