"""A list as a calendar: the same question on the days of a month, and a record moved to another."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue, visible
from kartotek.core.context import Context
from kartotek.core.errors import NotFound, ValidationError
from kartotek.core.fieldtypes import Date, Moment
from kartotek.core.find import find_one
from kartotek.core.recordtype import RecordType
from kartotek.core.write import write
from kartotek.interfaces.web.arranged import answered, moved
from kartotek.interfaces.web.days import Dates, Drawn, calendar_field, dates_of, drawn
from kartotek.interfaces.web.editing import version_of
from kartotek.interfaces.web.frame import actor_of, context_of, signed_in
from kartotek.interfaces.web.listing import let_in
from kartotek.interfaces.web.questions import Asked
from kartotek.interfaces.web.span import in_year, span_of, whole

PLACE = "calendar"


@require_safe
@signed_in
def calendar_page(request: HttpRequest, type_key: str) -> HttpResponse:
    """The calendar of a record type, within the words and filters of the address."""
    actor, record_type, context = actor_of(request), catalogue()[type_key], context_of(request)
    let_in(actor, record_type)
    usual = _field(actor, record_type)

    def draw(question: Asked) -> Drawn:
        dates = dates_of(actor, record_type, usual, question.on)
        return drawn(actor, record_type, dates, question, span_of(question, context))

    return answered(request, record_type, PLACE, draw)


def _field(actor: Actor, record_type: RecordType) -> Date | Moment:
    """The field it is of. A date that is hidden and one that never was are told alike."""
    kind = calendar_field(actor, record_type)
    if kind is None:
        raise NotFound(_("%(plural)s have no calendar.") % {"plural": record_type.plural})
    return kind


@require_POST
@signed_in
def move_to_day(request: HttpRequest, type_key: str, uid: UUID) -> HttpResponse:
    """Move one record to another day: a write of one field with the version that was drawn."""
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
    message = _("“%(title)s” is on %(day)s now.") % {
        "title": row.title[:60] or record_type.label,
        "day": whole(to, context),
    }
    return moved(request, type_key, PLACE, saved, message)


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
