"""Records counted and summed by group, asked like a list."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse, QueryDict

from kartotek.core.actor import Actor
from kartotek.core.errors import ValidationError
from kartotek.core.fieldtypes import Ref
from kartotek.core.measure import Measure, Measurement, measure
from kartotek.core.recordtype import RecordType
from kartotek.interfaces.api.asking import conditions_of, refuse_unknown, size_of
from kartotek.interfaces.api.body import ref_of
from kartotek.interfaces.api.routing import as_json, route

KNOWN = ("q", "f", "group", "sum", "size")
AS_ASKED = {"words": "q", "by": "group", "sums": "sum"}  # what the door calls it → the parameter


def _measure(request: HttpRequest, actor: Actor, record_type: RecordType) -> HttpResponse:
    refuse_unknown(request.GET, KNOWN)
    by, sums = _names(request.GET, "group"), _names(request.GET, "sum")
    asked = Measure(
        conditions_of(request.GET), request.GET.get("q", ""), by, sums, size_of(request.GET)
    )
    try:
        found = measure(actor, record_type, asked)
    except ValidationError as error:
        raise _renamed(error) from None
    return as_json(
        {
            "groups": [
                {"keys": dict(zip(by, map(_plain, one.keys), strict=True)), **_figures(one, sums)}
                for one in found.groups
            ],
            "rest": {"groups": found.others, **_figures(found.rest, sums)},
            "total": _figures(found.total, sums),
        }
    )


def _names(query: QueryDict, name: str) -> tuple[str, ...]:
    """Names between commas, or each in a parameter of its own; none twice."""
    given = [one.strip() for text in query.getlist(name) for one in text.split(",")]
    return tuple(dict.fromkeys(filter(None, given)))


def _figures(one: Measurement, names: tuple[str, ...]) -> dict[str, Any]:
    return {"count": one.count, "sums": dict(zip(names, map(_exact, one.sums), strict=True))}


def _exact(total: int | Decimal) -> orjson.Fragment:
    """A sum with all its digits: it may have more of them than a float holds."""
    return orjson.Fragment(f"{total:f}" if isinstance(total, Decimal) else str(total))


def _plain(key: Any) -> Any:
    if isinstance(key, Ref):
        return ref_of(key)
    return key.isoformat() if isinstance(key, date) else key


def _renamed(error: ValidationError) -> ValidationError:
    if not hasattr(error, "error_dict"):
        return error
    return ValidationError(
        {AS_ASKED.get(name, name): texts for name, texts in error.message_dict.items()}
    )


the_measure = route(GET=_measure)
