"""A masked value shown whole: an act that leaves a line in the security log."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from kartotek.core import gathering, security
from kartotek.core.actor import Actor
from kartotek.core.catalogue import AnyType, the_type, unknown_field, visible


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
