"""The screen for two people who changed the same field: nothing is lost, somebody decides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from django.http import HttpRequest, HttpResponse
from uuid_utils.compat import uuid7

from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue
from kartotek.core.context import Context
from kartotek.core.errors import Conflict, ValidationError
from kartotek.core.fieldtypes import Flag, Link
from kartotek.core.find import find
from kartotek.core.question import Question
from kartotek.core.recordtype import PartType
from kartotek.interfaces.web.frame import actor_of, context_of, fragment

COMBINED = ("text", "long_text")  # kinds of which a person can make one out of two


@dataclass(frozen=True)
class Side:
    """One clash as people read it: where both began, what stands, what was typed."""

    base: str
    theirs: str
    yours: str


def screen(request: HttpRequest, field: Any, error: Conflict, sent: str) -> HttpResponse:
    """Base, theirs and yours of each clash, with a way to keep either or make one of both."""
    actor, context = actor_of(request), context_of(request)
    sides = [
        Side(*(_text(actor, field.kind, plain, context)
               for plain in (clash.base, clash.theirs, clash.yours)))
        for clash in error.clashes
    ]  # fmt: skip
    merges = isinstance(field.kind, PartType) or field.kind.is_list
    if merges:
        # Yours with what they added beside it: choosing yours takes nothing of theirs away.
        sent = orjson.dumps(error.clashes[0].yours).decode()
    return fragment(
        request, "conflict.html", "conflict", status=409,
        field=field, sides=sides, version=error.version, sent=sent, key=str(uuid7()),
        combines=field.shape in COMBINED, merges=merges,
    )  # fmt: skip


def _text(actor: Actor, kind: Any, plain: Any, context: Context) -> str:
    """A plain value as a person reads it; a link by its name, within reach."""
    if isinstance(kind, PartType):
        return "\n".join(_line(actor, kind, line, context) for line in plain)
    if isinstance(kind, Link):
        return _named(actor, kind, plain) if plain else ""
    try:
        value = kind.load(plain) if kind.is_list else kind.parse(plain, Context())
    except ValidationError:
        return str(plain)
    return str(kind.edit(value, context) if kind.is_list else kind.show(value, context))


def _line(actor: Actor, part: PartType, line: dict[str, Any], context: Context) -> str:
    """One line inside a record: what it holds, in the order of its fields."""
    shown = [
        (kind, _text(actor, kind, line[name], context))
        for name, kind in part.fields.items()
        if line.get(name)
    ]
    return " · ".join(str(kind.label) if isinstance(kind, Flag) else text for kind, text in shown)


def _named(actor: Actor, kind: Link, plain: str) -> str:
    target = catalogue()[kind.target]
    page = find(actor, target, Question(uids=(UUID(plain),), columns=(target.title,), removed=True))
    return page.rows[0].title if page.rows else "–"
