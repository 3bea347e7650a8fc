"""What all record types share: problems, links, answers to acts, headers, ways to come in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from kartotek.core.idempotency import LONGEST_KEY
from kartotek.core.question import LARGEST_PAGE, PAGE_SIZE
from kartotek.interfaces.api.openapi import exports, filing, openings
from kartotek.interfaces.api.openapi.schemas import UID, VERSION, Schema, ref
from kartotek.interfaces.api.problems import KIND

TEXT = {"type": "string"}
COUNT = {"type": "integer", "minimum": 0}
ERRORS = {"type": "array", "items": {
    "type": "object", "properties": {"field": TEXT, "message": TEXT},
    "required": ["field", "message"]}}  # fmt: skip
_PROBLEM = {"type": TEXT, "title": TEXT, "status": {"type": "integer"}, "detail": TEXT}


def _object(properties: Schema, *optional: str) -> Schema:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def schemas() -> dict[str, Schema]:
    """The schemas that no record type declares."""
    kept = _object(
        {"type": TEXT, "uid": UID, "field": TEXT, "reason": TEXT, "since": {"type": "boolean"}},
        "since",
    )
    figures = dict.fromkeys(("rows", "created", "updated", "unchanged"), COUNT)
    result = _object(
        {"uid": _or_null(UID), "version": VERSION, "problem": ref("Problem"),
         "did": {"enum": ["created", "updated", "unchanged", "refused"]}},
        "version", "problem",
    )  # fmt: skip
    receipt = _object({"uid": UID, **figures, "skipped": COUNT, "failed": COUNT,
                       "kept": _list(kept), "more": COUNT})  # fmt: skip
    states = {"enum": ["ready", "running", "done", "failed"]}
    return {
        **exports.schemas(),
        **filing.schemas(),
        **openings.schemas(),
        "Ref": _object({"uid": UID, "type": TEXT, "title": TEXT}, "type", "title"),
        "HiddenRef": _object({"type": TEXT, "hidden": {"const": True}}),
        "Problem": _object({**_PROBLEM, "errors": ERRORS}, "errors"),
        "Invalid": _object({**_PROBLEM, "errors": ERRORS}),
        "Conflict": _object(
            {**_PROBLEM, "version": {"type": "integer"}, "conflicts": _list(_clash()),
             "errors": ERRORS}, "version", "conflicts", "errors",
        ),
        "Entry": _entry(),
        "Bulk": _object({"batch": _or_null(UID), "receipt": _or_null(UID), **figures,
                         "refused": COUNT, "results": _list(result)}),
        "Undone": _object({"batch": UID, "records": COUNT, "kept": _list(kept)}),
        **_measured(),
        "Begun": _object({"batch": UID, "job": UID}),
        "Standing": _object({"batch": UID, "state": states, "changes": COUNT, "done": COUNT,
                             "receipt": _or_null(receipt)}),
    }  # fmt: skip


def _measured() -> dict[str, Schema]:
    """Groups, what is cut off, and all together: the counts and sums of the first two add up."""
    anything: Schema = {}
    sums = {"type": "object", "additionalProperties": {"type": "number"}}
    keys = {"type": "object", "additionalProperties": anything}
    figures = {"count": COUNT, "sums": sums}
    groups = _list(_object({"keys": keys, **figures}))
    return {"Measured": _object({"groups": groups, "rest": _object({"groups": COUNT, **figures}),
                                 "total": _object(figures)})}  # fmt: skip


def _clash() -> Schema:
    anything: Schema = {}
    return _object({"field": TEXT, "base": anything, "theirs": anything, "yours": anything})


def _entry() -> Schema:
    anything: Schema = {}
    change = _object({"field": TEXT, "line": UID, "before": anything, "after": anything}, "line")
    moment = {"type": "string", "format": "date-time"}
    return _object({"version": VERSION, "at": moment, "who": TEXT, "cause": TEXT, "verb": TEXT,
                    "batch": UID, "fields": _list(change), **openings.entry_parts()},
                   *openings.entry_parts())  # fmt: skip


def _header(name: str, description: str, schema: Schema, example: str) -> Schema:
    return {"name": name, "in": "header", "description": description, "schema": schema,
            "example": example}  # fmt: skip


def parameters() -> dict[str, Schema]:
    """What many requests take beside their body."""
    size = {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE_SIZE}
    key = {"type": "string", "maxLength": LONGEST_KEY}
    return {
        "uid": {"name": "uid", "in": "path", "required": True, "schema": UID},
        "batch": {"name": "batch", "in": "path", "required": True, "schema": UID},
        "size": {"name": "size", "in": "query", "schema": size,
                 "description": _("How many at most.")},
        "after": {"name": "after", "in": "query", "schema": TEXT,
                  "description": _("The “next” of the page before.")},
        "If-Match": _header(
            "If-Match", _("The ETag that the change is based on: what others changed since is "
                          "merged, or told as a conflict."), TEXT, '"1"'),
        "Idempotency-Key": _header(
            "Idempotency-Key", _("A name of your own for this write: sent again within 30 days "
                                 "it is not done again."), key, "9f2c"),
    }  # fmt: skip


def headers() -> dict[str, Schema]:
    """What answers carry beside their body."""
    return {
        "ETag": {"schema": TEXT, "description": _("The version of the record, for If-Match.")},
        "Location": {"schema": TEXT, "description": _("Where the answer is to be found.")},
        "Retry-After": {"schema": COUNT, "description": _("Seconds to wait.")},
        "WWW-Authenticate": {"schema": TEXT, "description": _("How to come in.")},
    }


def _problem(description: str, schema: str = "Problem", **headers: str) -> Schema:
    named = {name.replace("_", "-"): {"$ref": f"#/components/headers/{name.replace('_', '-')}"}
             for name in headers}  # fmt: skip
    answer = {"description": description, "content": {KIND: {"schema": ref(schema)}}}
    return {**answer, "headers": named} if named else answer


def responses() -> dict[str, Schema]:
    """The refusals, by their status."""
    return {
        "400": _problem(_("The body is no JSON object, or names a field twice.")),
        "401": _problem(_("Nobody is signed in, or the token opens nothing any more."),
                        WWW_Authenticate=""),
        "403": _problem(_("Not your right, or the token of the session is missing.")),
        "404": _problem(_("Not there, or not yours to know.")),
        "409": _problem(_("Somebody else was quicker, or the uid is taken."), "Conflict"),
        "413": _problem(_("More than one request takes.")),
        "415": _problem(_("Not JSON.")),
        "422": _problem(_("A value or a parameter is not right; each is named."), "Invalid"),
        "423": _problem(_("Somebody locked it for a while; the detail says who and why.")),
        "429": _problem(_("Too many requests; wait as long as it says."), Retry_After=""),
    }  # fmt: skip


def security_schemes() -> dict[str, Any]:
    """A token for programs; for scripts of our own pages the session and its form token."""
    return {
        "bearer": {"type": "http", "scheme": "bearer",
                   "description": _("A token, made with “kartotek token add”.")},
        "cookie": {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME},
        "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRFToken"},
    }  # fmt: skip
