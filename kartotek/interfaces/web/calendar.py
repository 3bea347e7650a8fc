"""A list as a calendar: the same question on the days of a month, and a record moved to another."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue, visible
from kartotek.core.context import Context
from kartotek.core.errors import NotFound, ValidationError
from kartotek.core.fieldtypes import Date, Moment
from kartotek.core.find import find_one
from kartotek.core.question import Page
from kartotek.core.recordtype import RecordType
from kartotek.core.viewing import View
from kartotek.core.write import write
from kartotek.interfaces.web import live, viewing
from kartotek.interfaces.web.days import Dates, Drawn, calendar_field, dates_of, drawn
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
from kartotek.interfaces.web.span import in_year, span_of, whole

TEMPLATE = "calendar.html"


@require_safe
@signed_in
def calendar_page(request: HttpRequest, type_key: str) -> HttpResponse:
    """The calendar of a record type, within the words and filters of the address."""
    actor, record_type = actor_of(request), catalogue()[type_key]
    let_in(actor, record_type)
    usual = _field(actor, record_type)
    question, every, after = Asked(), [], live.mark(request)
    try:
        question, every = viewing.opened(actor, record_type, request.GET)
        one = added(actor, record_type, request.GET, context_of(request))
        question = question.narrowed(one) if one else question
        dates = dates_of(actor, record_type, usual, question.on)
        shown, calendar = _drawn(request, record_type, dates, question, every)
    except ValidationError as error:
        if is_partial(request):
            raise  # a toast beside the calendar that stands there
        refusal = Refusal(words_of(error), viewing.mended(actor, record_type, question, error))
        refused = listing(
            actor, record_type, Asked(of=question.of), context_of(request), every, refusal,
            place="calendar",
        )  # fmt: skip
        told = {"here": type_key, "list": refused, "calendar": None}
        return page(request, TEMPLATE, status=422, **told)
    told = {"here": type_key, "list": shown, "calendar": calendar}
    if not is_partial(request):
        return page(request, TEMPLATE, after=after, watch=live.watching(type_key), **told)
    response = fragment(request, TEMPLATE, "list", **told)
    response["HX-Replace-Url"] = shown.views.address(question)
    if one:
        response["HX-Trigger"] = "k:filtered"
    return response


def _drawn(
    request: HttpRequest, record_type: RecordType, dates: Dates, question: Asked, every: list[View]
) -> tuple[Listing, Drawn]:
    """What stands around a calendar, as around the list, and the calendar."""
    actor, context = actor_of(request), context_of(request)
    calendar = drawn(actor, record_type, dates, question, span_of(question, context))
    found = Page(record_type.key, calendar.rows, (), count=calendar.count)
    around = listing(
        actor, record_type, question, context, every, found=found, place="calendar"
    )  # fmt: skip
    return around, calendar


def _field(actor: Actor, record_type: RecordType) -> Date | Moment:
    """The field it is of. A date that is hidden and one that never was are told alike."""
    kind = calendar_field(actor, record_type)
    if kind is None:
        raise NotFound(_("%(plural)s have no calendar.") % {"plural": record_type.plural})
    return kind


@require_POST
@signed_in
def move_to_day(request: HttpRequest, type_key: str, uid: UUID) -> HttpResponse:
    """Move one record to another day: a write of one field with the version that was drawn.

    The page draws its calendar anew when it hears of the change; without script it is gone back to.
    """
    actor, record_type, context = actor_of(request), catalogue()[type_key], context_of(request)
    usual = _field(actor, record_type)
    dates = dates_of(actor, record_type, usual, request.POST.get("on", ""))
    name = dates.kind.name
    titled = {record_type.title} & visible(actor, record_type)
    row = find_one(actor, record_type, uid, (*titled, *({name} - titled)))
    version = version_of(request.POST.get("version", ""))
    to = Date().parse(request.POST.get("to", ""), context)
    if to is None:
        raise ValidationError(_("Choose the day to move to."))
    if version is None or row[name] is None:
        raise ValidationError(_("This stands on no day any more. Reload the calendar."))
    saved = write(
        actor, record_type, uid, {name: dates.kind.plain(_on_day(dates, row[name], to, context))},
        version=version, key=request.headers.get("Idempotency-Key", ""),
    )  # fmt: skip
    if not is_partial(request):
        query = request.GET.urlencode()
        there = url("calendar", args=[type_key])
        return HttpResponseRedirect(f"{there}?{query}" if query else there)
    message = _("“%(title)s” is on %(day)s now.") % {
        "title": row.title[:60] or record_type.label,
        "day": whole(to, context),
    }
    return toast(request, message, saved.batch if saved.changed else None)


def _on_day(dates: Dates, held: Any, to: date, context: Context) -> Any:
    """The value that stands on the day `to`: a moment keeps its time in the reader's zone, what
    comes each year the year it began with. ValidationError where there is no such day."""
    if isinstance(dates.kind, Moment):
        at = held.astimezone(ZoneInfo(context.zone)).time()
        return dates.kind.parse(f"{to.isoformat()}T{at.isoformat()}", context)
    if not dates.yearly:
        return to
    if in_year(held, to.year) == to:
        return held  # 29 February stands on the 28th: it is there already
    try:
        return to.replace(year=held.year)
    except ValueError:
        raise ValidationError(
            _("There was no 29 February in %(year)s. Choose another day, or change the year first.")
            % {"year": held.year}
        ) from None
