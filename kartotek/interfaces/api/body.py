"""Records as JSON, and requests as values."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import orjson
from django.http import HttpRequest
from django.utils.translation import gettext as _

from kartotek.core.catalogue import catalogue
from kartotek.core.fieldtypes import FieldType, Link, Links, Ref
from kartotek.core.question import Page, Row
from kartotek.core.recordtype import PartType, RecordType
from kartotek.interfaces.api.problems import Problem

MOST_BODY = 1_000_000  # bytes; more belongs in a file
MOST_BULK = 4_000_000  # bytes of many records at once
LONGEST_NUMBER = 15  # digits of a length that is worth reading
DEEPEST = 20  # levels of lists and objects in each other; the deepest field has four
Plain = Callable[[Any], Any]


def rows_of(record_type: RecordType, page: Page) -> list[dict[str, Any]]:
    """The rows of a page; how to write each column is decided once for all of them."""
    plains = [(name, plain_of(record_type, name)) for name in page.columns]
    return [
        {
            "uid": row.uid,  # orjson writes it as its text, and faster
            "version": row.version,
            **{name: plain(row.values[name]) for name, plain in plains},
        }
        for row in page.rows
    ]


def row_of(record_type: RecordType, row: Row) -> dict[str, Any]:
    """One record with everything that was read of it."""
    found: dict[str, Any] = {"uid": row.uid, "version": row.version, "removed": row.removed}
    for name in [*record_type.fields, *record_type.parts]:
        if name in row.values:
            found[name] = plain_of(record_type, name)(row.values[name])
    return found


def plain_of(record_type: RecordType, name: str) -> Plain:
    """How a column is written; a dotted one as the field it leads to."""
    if name in record_type.parts:
        part = record_type.parts[name]
        return lambda rows: [_part(part, row) for row in rows]
    first, _dot, second = name.partition(".")
    kind = record_type.fields[first]
    if second and isinstance(kind, Link):
        target = catalogue()[kind.target].fields.get(second)
        if target is None:
            return lambda value: None
        plain = _plain(target)
        return lambda value: None if value is None else plain(value)
    return _plain(kind)


def _plain(kind: FieldType) -> Plain:
    if isinstance(kind, Link):
        return ref_of
    if isinstance(kind, Links):
        return lambda refs: [ref_of(one) for one in refs or ()]
    return kind.plain


def ref_of(ref: Ref | None) -> dict[str, Any] | None:
    """A link; one that leads out of reach tells its type alone."""
    if ref is None:
        return None
    if not ref.is_reachable:
        return {"type": ref.type, "hidden": True}
    return {"uid": ref.uid, "type": ref.type, "title": ref.title}


def _part(part: PartType, row: Any) -> dict[str, Any]:
    fields = {name: _plain(kind)(row[name]) for name, kind in part.fields.items()}
    return {"uid": row["uid"], **fields}


def sent(request: HttpRequest, most: int = MOST_BODY) -> dict[str, Any]:
    """The JSON object in the body. Problem 413 above `most` bytes, 400 for what is no object."""
    declared = request.headers.get("Content-Length") or "0"
    is_number = declared.isascii() and declared.isdigit()
    if is_number and (len(declared) > LONGEST_NUMBER or int(declared) > most):
        raise _too_big(most)
    raw = request.read(most + 1)
    if len(raw) > most:
        raise _too_big(most)
    try:
        found = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise Problem(
            400,
            _("The body is no JSON (%(why)s). Correct it and send it again.") % {"why": error.msg},
        ) from None
    if not isinstance(found, dict):
        raise Problem(400, _("The body must be one JSON object of fields."))
    if _is_deep(found):
        raise Problem(400, _("The body is nested deeper than any field holds. Send it flat."))
    # orjson keeps the last of two values for one name: which was meant is not ours to guess.
    json.loads(raw, object_pairs_hook=_each_once)
    return found


def _is_deep(found: dict[str, Any]) -> bool:
    level: list[Any] = [found]
    for _step in range(DEEPEST):
        inside = [one.values() if isinstance(one, dict) else one for one in level]
        level = [one for many in inside for one in many if isinstance(one, dict | list)]
        if not level:
            return False
    return True


def _each_once(pairs: list[tuple[str, Any]]) -> None:
    names = Counter(name for name, _value in pairs)
    for name, times in names.items():
        if times > 1:
            raise Problem(
                400, _("“%(name)s” stands in the body twice. Send it once.") % {"name": name[:60]}
            )


def _too_big(most: int) -> Problem:
    return Problem(
        413, _("At most %(most)s bytes fit in this request. Send less at a time.") % {"most": most}
    )
