"""Who sees a record and why; and the record opened to somebody more."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kartotek.core import sharing
from kartotek.core.catalogue import catalogue
from kartotek.core.errors import ValidationError
from kartotek.core.find import find, find_one
from kartotek.core.question import Question
from kartotek.interfaces.web.drawing import url
from kartotek.interfaces.web.forms import errors_of
from kartotek.interfaces.web.frame import (
    actor_of,
    context_of,
    fragment,
    is_partial,
    page,
    signed_in,
    toast_html,
)
from kartotek.people import sight

TEMPLATE = "seen.html"
CHOICES = 500  # of people and departments that are offered


@signed_in
def seen(request: HttpRequest, type_key: str, uid: UUID) -> HttpResponse:
    """Whom the record is open to, and, for who decides over people, what each of them sees."""
    return _answer(request, type_key, uid)


@require_POST
@signed_in
def share(request: HttpRequest, type_key: str, uid: UUID) -> HttpResponse:
    """Open the record to somebody."""
    actor, sent = actor_of(request), request.POST
    to, _colon, whom = sent.get("to", "").partition(":")
    try:
        until = _until(request, sent.get("until", ""))
        done = sharing.share(
            actor, type_key, uid, to, whom, may_edit=sent.get("may_edit") == "true", until=until
        )
    except ValidationError as error:
        return _answer(request, type_key, uid, errors=errors_of(error))
    message = _("Shared. They see it from now on.")
    return _answer(request, type_key, uid, message=message, batch=done.batch)


@require_POST
@signed_in
def unshare(request: HttpRequest, type_key: str, uid: UUID) -> HttpResponse:
    """Close it to them again."""
    to, _colon, whom = request.POST.get("to", "").partition(":")
    done = sharing.unshare(actor_of(request), type_key, uid, to, whom)
    return _answer(request, type_key, uid, message=_("Not shared any more."), batch=done.batch)


def _until(request: HttpRequest, text: str) -> datetime | None:
    """The end of the day that was typed, where the reader is. ValidationError for no day."""
    if not text.strip():
        return None
    try:
        day = date.fromisoformat(text.strip()) + timedelta(days=1)
    except (ValueError, OverflowError):
        raise ValidationError({"until": _("Choose a day, or leave it empty.")}) from None
    zone = ZoneInfo(context_of(request).zone)
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _answer(
    request: HttpRequest,
    type_key: str,
    uid: UUID,
    *,
    errors: dict[str, str] | None = None,
    message: str = "",
    batch: UUID | None = None,
) -> HttpResponse:
    if not is_partial(request) and request.method == "POST" and not errors:
        return HttpResponseRedirect(url("seen", args=[type_key, uid]))
    actor, record_type = actor_of(request), catalogue()[type_key]
    row = find_one(actor, record_type, uid, (record_type.title,))
    words = request.GET.get("q", "").strip()[:100]
    told: dict[str, Any] = {
        "type": record_type, "row": row, "errors": errors or {}, "sent": request.POST,
        "shares": sharing.shares(actor, record_type, uid) if record_type.scoped else [],
        "may_share": row.may_edit and record_type.scoped and not row.removed,
        "offered": _offered(request, type_key) if row.may_edit else [],
        "sights": sight.sights(actor, record_type, uid, words) if sight.may_ask(actor) else None,
        "words": words, "in_panel": is_partial(request), "most": sight.AT_ONCE,
    }  # fmt: skip
    status = 422 if errors else 200
    if not is_partial(request):
        return page(request, TEMPLATE, status=status, here=type_key, **told)
    response = fragment(request, TEMPLATE, "seen", status=status, **told)
    if message:
        response.content += toast_html(request, message, batch).encode()
    if batch is not None:
        response["HX-Trigger"] = "k:changed"
    return response


def _offered(request: HttpRequest, type_key: str) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Whom a record can be opened to: (label of the group, sort, their uids and names)."""
    actor, record_type = actor_of(request), catalogue()[type_key]
    groups = []
    for to in sharing.COLUMNS:
        target = sharing.target_of(record_type, to)
        question = Question(columns=(target.title,), sort=target.title, size=CHOICES)
        rows = find(actor, target, question)
        groups.append((str(target.plural), to, [(str(row.uid), row.title) for row in rows]))
    return groups
