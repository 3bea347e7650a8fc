"""A list as a board: the same question in columns of cards, and a card moved to another one."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue, visible
from kartotek.core.errors import NotFound, ValidationError
from kartotek.core.fieldtypes import Choice
from kartotek.core.find import find_one
from kartotek.core.question import Page
from kartotek.core.recordtype import RecordType
from kartotek.core.viewing import View
from kartotek.core.write import write
from kartotek.interfaces.web import live, viewing
from kartotek.interfaces.web.cards import Drawn, board_field, drawn
from kartotek.interfaces.web.drawing import url
from kartotek.interfaces.web.editing import version_of
from kartotek.interfaces.web.filters import added
from kartotek.interfaces.web.frame import (
    actor_of,
    context_of,
    fragment,
    is_partial,
    page,
    signed_in,
    toast,
    words_of,
)
from kartotek.interfaces.web.listing import Listing, Refusal, let_in, listing
from kartotek.interfaces.web.questions import Asked

TEMPLATE = "board.html"


@require_safe
@signed_in
def board_page(request: HttpRequest, type_key: str) -> HttpResponse:
    """The board of a record type, within the words, filters and order of the address."""
    actor, record_type = actor_of(request), catalogue()[type_key]
    let_in(actor, record_type)
    kind = _field(actor, record_type)
    question, every, after = Asked(), [], live.mark(request)
    try:
        question, every = viewing.opened(actor, record_type, request.GET)
        one = added(actor, record_type, request.GET, context_of(request))
        question = question.narrowed(one) if one else question
        shown, board = _drawn(request, record_type, kind, question, every)
    except ValidationError as error:
        if is_partial(request):
            raise  # a toast beside the board that stands there
        refusal = Refusal(words_of(error), viewing.mended(actor, record_type, question, error))
        refused = listing(
            actor, record_type, Asked(of=question.of), context_of(request), every, refusal,
            place="board",
        )  # fmt: skip
        told = {"here": type_key, "list": refused, "board": None}
        return page(request, TEMPLATE, status=422, **told)
    told = {"here": type_key, "list": shown, "board": board}
    if not is_partial(request):
        return page(request, TEMPLATE, after=after, watch=live.watching(type_key), **told)
    response = fragment(request, TEMPLATE, "list", **told)
    response["HX-Replace-Url"] = shown.views.address(question)
    if one:
        response["HX-Trigger"] = "k:filtered"
    return response


def _drawn(
    request: HttpRequest,
    record_type: RecordType,
    kind: Choice,
    question: Asked,
    every: list[View],
) -> tuple[Listing, Drawn]:
    """What stands around a board, as around the list, and the board."""
    actor, context = actor_of(request), context_of(request)
    board = drawn(actor, record_type, kind, question, context)
    found = Page(record_type.key, board.rows, (), count=board.count)
    around = listing(
        actor, record_type, question, context, every, found=found, place="board"
    )  # fmt: skip
    return around, board


def _field(actor: Actor, record_type: RecordType) -> Choice:
    """The field of the board. A board that is hidden and one that never was are told alike."""
    kind = board_field(actor, record_type)
    if kind is None:
        raise NotFound(_("%(plural)s have no board.") % {"plural": record_type.plural})
    return kind


@require_POST
@signed_in
def move(request: HttpRequest, type_key: str, uid: UUID) -> HttpResponse:
    """Move one card to another column: a write of one field with the version that was drawn.

    The page draws its board anew when it hears of the change; without script it is gone back to.
    """
    actor, record_type = actor_of(request), catalogue()[type_key]
    kind = _field(actor, record_type)
    row = find_one(actor, record_type, uid, _titled(actor, record_type))
    to, version = request.POST.get("to", ""), version_of(request.POST.get("version", ""))
    if version is None or to not in dict(kind.offered):
        raise ValidationError(_("This column is not there any more. Reload the board."))
    saved = write(
        actor, record_type, uid, {kind.name: to}, version=version,
        key=request.headers.get("Idempotency-Key", ""),
    )  # fmt: skip
    if not is_partial(request):
        query = request.GET.urlencode()
        there = url("board", args=[type_key])
        return HttpResponseRedirect(f"{there}?{query}" if query else there)
    message = _("“%(title)s” is in “%(column)s” now.") % {
        "title": row.title[:60] or record_type.label,
        "column": kind.show(to, context_of(request)),
    }
    return toast(request, message, saved.batch if saved.changed else None)


def _titled(actor: Actor, record_type: RecordType) -> tuple[str, ...]:
    return tuple({record_type.title} & visible(actor, record_type))
