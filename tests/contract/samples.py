"""Raw values for any record type, made from what its fields say of themselves."""

from __future__ import annotations

from typing import Any

from kartotek.core import files
from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue
from kartotek.core.fieldtypes import FieldType, Link, Links
from kartotek.core.recordtype import RecordType
from kartotek.core.saved import Saved
from kartotek.core.write import write

BY_THE_DOOR = ("owner", "department")


def sample(
    actor: Actor, record_type: RecordType, seed: int, *, deep: bool = True
) -> dict[str, Any]:
    """A value for every field a person may fill in; links lead to records made for it."""
    values = {}
    for name, kind in record_type.fields.items():
        if not kind.editable or name in BY_THE_DOOR or name in record_type.hidden:
            continue
        value = _value(actor, kind, seed, deep=deep)
        if value is not None:
            values[name] = value
    return values


def _value(actor: Actor, kind: FieldType, seed: int, *, deep: bool) -> Any:
    if isinstance(kind, Link):
        if not (deep or kind.required):
            return None
        return str(made(actor, catalogue()[kind.target], seed, deep=False).uid)
    if isinstance(kind, Links):
        target = linkable(kind)
        uid = made(actor, target, seed, deep=False).uid
        return [{"type": target.key, "uid": str(uid)}]
    return kind.sample(seed)


def part_sample(actor: Actor, record_type: RecordType, name: str, seed: int) -> dict[str, Any]:
    """A raw row of one part."""
    fields = record_type.parts[name].fields
    values = {field: _value(actor, kind, seed, deep=True) for field, kind in fields.items()}
    return {field: value for field, value in values.items() if value is not None}


def made(actor: Actor, record_type: RecordType, seed: int = 1, *, deep: bool = True) -> Saved:
    """One record of the type, saved."""
    values = sample(actor, record_type, seed, deep=deep)
    return write(actor, record_type, None, {**values, **brought(actor, record_type, seed)})


def brought(actor: Actor, record_type: RecordType, seed: int = 1) -> dict[str, Any]:
    """A fresh file for each field that holds one; they are said once, when a record is made."""
    found = {}
    for kind in record_type.files:
        data = f"The file {seed}.".encode()
        name = f"file {seed}.txt"
        kept = files.keep_bytes(actor, data, name, "text/plain", files.TO_ATTACH)
        found[kind.name] = str(kept.uid)
    return found


def linkable(kind: Links) -> RecordType:
    """A type of which a record may stand in such a list of links, or in such an only one."""
    if kind.is_single:
        return next(one for one in catalogue() if one.takes_part)
    return next(one for one in catalogue() if one.title == "name" and one.scoped)


def least(actor: Actor, record_type: RecordType, title: str) -> dict[str, Any]:
    """What a record of the type needs, and no more, under this title.

    The records it must lead to are made by `actor`, under the same title.
    """
    needed = {kind.name: _needed(actor, kind, title) for kind in record_type.required}
    return {**needed, record_type.title: title}


def _needed(actor: Actor, kind: FieldType, title: str) -> Any:
    if not isinstance(kind, Link | Links):
        return kind.sample(1)
    target = linkable(kind) if isinstance(kind, Links) else catalogue()[kind.target]
    uid = str(write(actor, target, None, least(actor, target, title)).uid)
    return [{"type": target.key, "uid": uid}] if isinstance(kind, Links) else uid


def first_text(record_type: RecordType) -> str:
    """A field that is safe to change in a test: the title."""
    return record_type.title
