"""How records are taken out, and how a masked value is shown, for the document."""

from __future__ import annotations

from django.utils.translation import gettext as _

from kartotek.core.actor import Actor
from kartotek.core.recordtype import RecordType
from kartotek.interfaces.api.exporting import MOST_UIDS, OCTETS
from kartotek.interfaces.api.openapi.schemas import UID, Schema, fields_of
from kartotek.interfaces.files.formats import FORMATS

TEXT = {"type": "string"}
COUNT = {"type": "integer", "minimum": 0}
TEXTS = {"type": "array", "items": TEXT}


def body(actor: Actor, record_type: RecordType) -> Schema:
    """What is asked for: which rows, which fields, what kind of file."""
    formats = [one.key for one in FORMATS.values() if one.fits(record_type)]
    sorts = [kind.name for kind in fields_of(actor, record_type) if kind.sortable]
    return {
        "type": "object",
        "properties": {
            "format": {"type": "string", "enum": formats},
            "fields": {**TEXTS, "description": _("Which fields; all that you may see where none "
                                                 "is named.")},
            "f": {**TEXTS, "description": _("Conditions, written as those of the list.")},
            "q": {**TEXT, "description": _("Words that must begin words of the record.")},
            "sort": {"type": "string", "enum": ["", *sorts, *(f"-{name}" for name in sorts)]},
            "uids": {"type": "array", "items": UID, "maxItems": MOST_UIDS,
                     "description": _("These records, in this order, instead of a filter.")},
            "whole": {"type": "boolean", "description": _("Masked values whole; the security log "
                                                          "says so.")},
        },
        "required": ["format"],
        "additionalProperties": False,
    }  # fmt: skip


def schemas() -> dict[str, Schema]:
    """How an export stands."""
    receipt = {
        "type": "object",
        "properties": {"rows": COUNT, "there": {"type": ["integer", "null"]}, "bytes": COUNT,
                       "columns": TEXTS, "remarks": TEXTS,
                       "revealed": {"type": "object", "additionalProperties": COUNT}},
        "required": ["rows", "there", "bytes", "columns", "remarks", "revealed"],
    }  # fmt: skip
    properties = {
        "uid": UID, "format": TEXT, "name": TEXT,
        "state": {"enum": ["waiting", "done", "failed"]}, "rows": COUNT, "done": COUNT,
        "why": {**TEXT, "description": _("Why it failed.")},
        "url": {"type": ["string", "null"], "description": _("Where the file is while it is "
                                                             "kept.")},
        "until": {"type": "string", "format": "date-time"},
        "receipt": {"anyOf": [receipt, {"type": "null"}]},
    }  # fmt: skip
    shown = {"type": "object", "properties": {"field": TEXT, "value": TEXT},
             "required": ["field", "value"]}  # fmt: skip
    export = {"type": "object", "properties": properties, "required": list(properties)}
    return {"Export": export, "Revealed": shown}


def file_answer() -> Schema:
    """The file itself."""
    binary = {"type": "string", "format": "binary"}
    return {"description": _("The file."), "content": {OCTETS: {"schema": binary}}}


def reveal_body() -> Schema:
    """Which field is shown."""
    return {"type": "object", "properties": {"field": TEXT}, "required": ["field"],
            "additionalProperties": False}  # fmt: skip
