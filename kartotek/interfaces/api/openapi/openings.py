"""Shares and locks, for the document."""

from __future__ import annotations

from kartotek.core.record_lock import LONGEST
from kartotek.core.sharing import COLUMNS
from kartotek.interfaces.api.openapi.schemas import UID, Schema, ref

TEXT = {"type": "string"}
FLAG = {"type": "boolean"}
TO = {"type": "string", "enum": list(COLUMNS)}
DAY = {"type": "string", "format": "date"}
MOMENT = {"type": ["string", "null"], "format": "date-time"}
PERSON = {"anyOf": [ref("Ref"), ref("HiddenRef")]}
WHOM = [
    {"name": "to", "in": "query", "required": True, "schema": TO},
    {"name": "uid", "in": "query", "required": True, "schema": UID},
]


def _object(properties: Schema, *required: str, is_closed: bool = False) -> Schema:
    found = {"type": "object", "properties": properties, "required": [*required]}
    return {**found, "additionalProperties": False} if is_closed else found


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def share_body() -> Schema:
    """To whom, how far, and until when; no end where none is sent."""
    return _object(
        {"to": TO, "uid": UID, "may_edit": FLAG, "until": MOMENT}, "to", "uid", is_closed=True
    )


def lock_body() -> Schema:
    """Why, and the last day."""
    reason = {**TEXT, "minLength": 1, "maxLength": LONGEST}
    return _object({"reason": reason, "until": DAY}, "reason", "until", is_closed=True)


def schemas() -> dict[str, Schema]:
    """What is answered, and what the history says of it."""
    state = {"may_edit": FLAG, "until": MOMENT}
    share = {"to": TO, "with": ref("Ref"), **state}
    lock = {"who": TEXT, "reason": TEXT, "until": DAY, "is_own": FLAG, "may_end": FLAG}
    shares = {"type": "array", "items": _object(share, *share)}
    batch = {"type": ["string", "null"], "format": "uuid"}
    return {
        "Shares": _object({"shares": shares, "batch": batch}, "shares"),
        "Lock": _object({"lock": _or_null(_object(lock, *lock))}, "lock"),
    }


def entry_parts() -> Schema:
    """What an entry of the history has where it is of a share or a lock."""
    share, lock = {"may_edit": FLAG, "until": MOMENT}, {"until": MOMENT}
    shares, locks = _or_null(_object(share, *share)), _or_null(_object(lock, *lock))
    return {
        "share": _object({"to": TO, "with": PERSON, "before": shares, "after": shares},
                         "to", "with", "before", "after"),
        "lock": _object({"by": PERSON, "before": locks, "after": locks}, "by", "before", "after"),
    }  # fmt: skip
