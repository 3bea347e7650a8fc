"""What a record is called: the title it was given, else one made of its other fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kartotek.core.context import Context
from kartotek.core.fieldtypes import FieldType, Link, Pointer

if TYPE_CHECKING:
    from kartotek.core.recordtype import RecordType

Titles = Mapping[tuple[str, int], str]  # (type, id) → what a linked record is called


def titled(record_type: RecordType, values: Mapping[str, Any], titles: Titles) -> str:
    """The title of a record with these values."""
    if values.get(record_type.title):
        return str(values[record_type.title])
    for group in record_type.title_from.split("|"):
        named = [(record_type.fields[name], values.get(name)) for name in group.split()]
        shown = [_shown(kind, value, titles) for kind, value in named if value]
        if any(shown):
            return " ".join(shown)
    return ""


def follow(
    record_type: RecordType, everything: dict[str, Any], old: Mapping[str, Any], titles: Titles
) -> None:
    """Put the title in; one that was made of a link follows it where that leads elsewhere now."""
    name = record_type.title
    made_of = (record_type.fields[one] for one in record_type.title_from.replace("|", " ").split())
    moved = old and any(
        isinstance(kind, Link) and _id(old[kind.name]) != _id(everything[kind.name])
        for kind in made_of
    )
    is_made = moved and old[name] == titled(record_type, {**old, name: ""}, titles)
    given = "" if is_made and everything[name] == old[name] else everything[name]
    everything[name] = titled(record_type, {**everything, name: given}, titles)


def _shown(kind: FieldType, value: Any, titles: Titles) -> str:
    if isinstance(kind, Link) and isinstance(value, Pointer):
        return titles.get((kind.target, value.id), "")
    return kind.show(value, Context())


def _id(value: Any) -> int | None:
    return value.id if isinstance(value, Pointer) else None
