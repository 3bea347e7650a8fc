"""What stands in bodies: the JSON schemas of records, worked out from their fields."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import cycle
from typing import Any

from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue, visible
from kartotek.core.fieldtypes import FieldType, Link, Links, Offering
from kartotek.core.recordtype import PartType, RecordType
from kartotek.core.workspace import workspace

Schema = dict[str, Any]
UID = {"type": "string", "format": "uuid"}
VERSION = {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}
EXAMPLE_UID = "019aa2c4-8f00-7000-8000-000000000001"


def ref(name: str) -> Schema:
    """A pointer to a schema among the components."""
    return {"$ref": f"#/components/schemas/{name}"}


def fields_of(actor: Actor, record_type: RecordType) -> list[FieldType]:
    """The fields this actor may know of, in the order of the declaration."""
    seen = visible(actor, record_type)
    return [kind for name, kind in record_type.fields.items() if name in seen]


def parts_of(actor: Actor, record_type: RecordType) -> list[PartType]:
    """The lists of lines this actor may know of."""
    seen = visible(actor, record_type)
    return [part for name, part in record_type.parts.items() if name in seen]


def writable(actor: Actor, record_type: RecordType) -> tuple[list[FieldType], list[PartType]]:
    """What of a type this actor may send."""
    guarded = actor.rights.protects(record_type.key)
    fields = fields_of(actor, record_type)
    return (
        [kind for kind in fields if kind.editable and kind.name not in guarded],
        [part for part in parts_of(actor, record_type) if part.name not in guarded],
    )


def record(actor: Actor, record_type: RecordType) -> Schema:
    """A record as it is read; in a list only the fields that were asked for are there."""
    fields = fields_of(actor, record_type)
    properties: Schema = {"uid": UID, "version": VERSION, "removed": {"type": "boolean"}}
    properties |= {kind.name: _read(kind) for kind in fields}
    properties |= {part.name: _lines(part) for part in parts_of(actor, record_type)}
    example = {"uid": EXAMPLE_UID, "version": 1, "removed": False, **_examples(fields, plain=True)}
    return {"type": "object", "title": str(record_type.label), "properties": properties,
            "required": ["uid", "version"], "examples": [example]}  # fmt: skip


def change(actor: Actor, record_type: RecordType) -> Schema:
    """What may be sent to change a record: any of its fields, none that is not known."""
    fields, parts = writable(actor, record_type)
    properties = {kind.name: _written(kind) for kind in fields}
    properties |= {part.name: _sent_lines(part) for part in parts}
    return {"type": "object", "properties": properties, "additionalProperties": False,
            "examples": [_examples(fields)]}  # fmt: skip


def new(actor: Actor, record_type: RecordType) -> Schema:
    """What makes a record: as a change, with a uid if it was made elsewhere, nothing missing."""
    schema = change(actor, record_type)
    fields, _parts = writable(actor, record_type)
    required = [kind.name for kind in fields if kind.required]
    properties = {"uid": {**UID, "type": ["string", "null"]}, **schema["properties"]}
    guarded = actor.rights.protects(record_type.key)
    for kind in record_type.files:
        if kind.name in visible(actor, record_type) - guarded:
            properties[kind.name] = _named(kind, getattr(kind, "sent", {}))
    example = {**schema["examples"][0], **_led(kind for kind in fields if kind.required)}
    return {**schema, "properties": properties, "examples": [example],
            **({"required": required} if required else {})}  # fmt: skip


def _led(required: Iterable[FieldType]) -> dict[str, Any]:
    """What a record must lead to: an example cannot know one, but shows how it is named."""
    ends = cycle(one.key for one in catalogue() if one.takes_part)
    found: dict[str, Any] = {}
    for kind in required:
        if isinstance(kind, Link):
            found[kind.name] = EXAMPLE_UID
        elif isinstance(kind, Links):
            found[kind.name] = [{"type": next(ends), "uid": EXAMPLE_UID}]
    return found


def _examples(fields: Iterable[FieldType], *, plain: bool = False) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for kind in fields:
        raw = kind.sample(1) if kind.editable else None
        if raw is not None:
            value = kind.parse(raw, workspace().context) if plain else raw
            found[kind.name] = kind.plain(value) if plain else value
    return found


def _named(kind: FieldType, shape: Schema) -> Schema:
    return {"title": str(kind.label), **shape}


def _read(kind: FieldType) -> Schema:
    shape = _shape(kind)
    if not kind.editable:
        shape = {**shape, "readOnly": True}
    return _named(kind, shape)


def _shape(kind: FieldType) -> Schema:
    if isinstance(kind, Link):
        return {"anyOf": [ref("Ref"), ref("HiddenRef"), {"type": "null"}]}
    if isinstance(kind, Links):
        return _listed(kind, {"anyOf": [ref("Ref"), ref("HiddenRef")]})
    if isinstance(kind, Offering):
        told = ", ".join(f"{key} = {label}" for key, label in kind.choices)
        return {**kind.describe(), "description": told}
    return kind.describe()


def _listed(kind: Links, items: Schema) -> Schema:
    shape = {"type": "array", "items": items}
    return {**shape, "maxItems": 1} if kind.is_single else shape


def _written(kind: FieldType) -> Schema:
    if isinstance(kind, Link):
        return _named(kind, {"anyOf": [UID, ref("Ref"), {"type": "null"}]})
    if isinstance(kind, Links):
        return _named(kind, _listed(kind, ref("Ref")))
    return _named(kind, _shape(kind))


def _lines(part: PartType) -> Schema:
    properties = {"uid": UID, **{name: _read(kind) for name, kind in part.fields.items()}}
    line = {"type": "object", "properties": properties, "required": ["uid"]}
    return {"type": "array", "title": part.label, "items": line}


def _sent_lines(part: PartType) -> Schema:
    """All lines as a list, or some of them by their uid: null takes one out."""
    fields = {name: _written(kind) for name, kind in part.fields.items() if kind.editable}
    line = {"type": "object", "properties": {"uid": UID, **fields}, "additionalProperties": False}
    some = {"type": "object", "propertyNames": UID,
            "additionalProperties": {"anyOf": [line, {"type": "null"}]}}  # fmt: skip
    return {"title": part.label, "anyOf": [{"type": "array", "items": line}, some]}
