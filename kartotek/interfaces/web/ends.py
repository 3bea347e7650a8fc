"""Records of any type that takes part in relationships, offered to an editor."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue
from kartotek.core.find import find
from kartotek.core.question import Question
from kartotek.core.search import search
from kartotek.interfaces.web.frame import actor_of, context_of, fragment, signed_in
from kartotek.interfaces.web.linking import MOST, Option, begins, takers

FIRST = 4  # of each type, where nothing is typed yet


def token(type: str, uid: Any) -> str:
    """How an editor names a record of any type."""
    return f"{type}/{uid}"


@require_safe
@signed_in
def ends(request: HttpRequest) -> HttpResponse:
    """The records of all types that take part whose words begin like what was typed.

    `without` names one that is not meant: the card on which one chooses.
    """
    actor, text = actor_of(request), request.GET.get("q", "").strip()
    found = _searched(request, text) if text else _first(actor)
    found = [one for one in found if one.uid != request.GET.get("without")]
    return fragment(request, "field.html", "options", options=found, new="")


def _searched(request: HttpRequest, text: str) -> list[Option]:
    actor, context = actor_of(request), context_of(request)
    found = []
    for hit in search(actor, text, types=[one.key for one in takers(actor)], limit=MOST):
        record_type = catalogue()[hit.type]
        shown = [
            record_type.fields[name].show(hit.values.get(name), context)
            for name in (hit.subtitle, hit.line)
            if name in record_type.fields
        ]
        line = " · ".join(part for part in (str(record_type.label), *shown) if part)
        likely = begins(hit.title, text)
        found.append(Option(token(hit.type, hit.uid), hit.title or "–", line, likely))
    return found


def _first(actor: Actor) -> list[Option]:
    return [
        Option(token(one.key, row.uid), row.title or "–", str(one.label))
        for one in takers(actor)
        for row in find(actor, one, Question(columns=(one.title,), size=FIRST))
    ]
