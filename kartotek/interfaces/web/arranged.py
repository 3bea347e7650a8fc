"""A list drawn otherwise than as a table: its question read, refused, answered, a record moved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from kartotek.core.errors import ValidationError
from kartotek.core.question import Page, Row
from kartotek.core.recordtype import RecordType
from kartotek.core.saved import Saved
from kartotek.interfaces.web import live, viewing
from kartotek.interfaces.web.drawing import url
from kartotek.interfaces.web.filters import added
from kartotek.interfaces.web.frame import (
    actor_of,
    context_of,
    fragment,
    is_partial,
    page,
    toast,
    words_of,
)
from kartotek.interfaces.web.listing import Refusal, listing
from kartotek.interfaces.web.questions import Asked


class Drawn(Protocol):
    """What was drawn: the records that stand in it, and how many there are."""

    @property
    def rows(self) -> tuple[Row, ...]: ...
    @property
    def count(self) -> int: ...


def answered(
    request: HttpRequest, record_type: RecordType, place: str, draw: Callable[[Asked], Drawn]
) -> HttpResponse:
    """The page at `place`, within the words, filters and order of the address; or its piece.

    `draw` asks the doors; a question that they refuse is told where the drawing would stand.
    """
    actor, context, template = actor_of(request), context_of(request), f"{place}.html"
    question, every, after = Asked(), [], live.mark(request)
    try:
        question, every = viewing.opened(actor, record_type, request.GET)
        one = added(actor, record_type, request.GET, context)
        question = question.narrowed(one) if one else question
        drawn = draw(question)
        found = Page(record_type.key, drawn.rows, (), count=drawn.count)
        shown = listing(actor, record_type, question, context, every, found=found, place=place)
    except ValidationError as error:
        if is_partial(request):
            raise  # a toast beside what stands there
        refused = Refusal(words_of(error), viewing.mended(actor, record_type, question, error))
        bare = Asked(of=question.of)
        shown = listing(actor, record_type, bare, context, every, refused, place=place)
        told = {"here": record_type.key, "list": shown, place: None}
        return page(request, template, status=422, **told)
    told = {"here": record_type.key, "list": shown, place: drawn}
    if not is_partial(request):
        return page(request, template, after=after, watch=live.watching(record_type.key), **told)
    response = fragment(request, template, "list", **told)
    response["HX-Replace-Url"] = shown.views.address(question)
    if one:
        response["HX-Trigger"] = "k:filtered"
    return response


def moved(request: HttpRequest, type_key: str, place: str, saved: Saved, said: str) -> HttpResponse:
    """Say that a record was moved: the page hears of it; without script it is gone back to."""
    if is_partial(request):
        return toast(request, said, saved.batch if saved.changed else None)
    query, there = request.GET.urlencode(), url(place, args=[type_key])
    return HttpResponseRedirect(f"{there}?{query}" if query else there)
