"""A record locked by pressing a button: why and until which day; and the lock ended."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from uuid_utils.compat import uuid7

from kartotek.core import record_lock as doors
from kartotek.core.catalogue import catalogue
from kartotek.core.errors import PermissionDenied, ValidationError
from kartotek.core.find import find_one
from kartotek.interfaces.web.drawing import url
from kartotek.interfaces.web.forms import errors_of
from kartotek.interfaces.web.frame import actor_of, fragment, is_partial, page, signed_in, toast

TEMPLATE = "lock.html"


@signed_in
def lock(request: HttpRequest, type_key: str, uid: UUID) -> HttpResponse:
    """GET asks why and until when; POST locks the record."""
    if request.method != "POST":
        return _form(request, type_key, uid)
    sent, batch = request.POST, uuid7()
    acting = actor_of(request).because("web", batch)
    try:
        doors.lock(acting, type_key, uid, sent.get("reason", ""), _day(sent.get("until", "")))
    except ValidationError as error:
        return _form(request, type_key, uid, errors=errors_of(error))
    return _back(request, type_key, uid, _("Locked. Nobody else changes it until then."), batch)


@require_POST
@signed_in
def unlock(request: HttpRequest, type_key: str, uid: UUID) -> HttpResponse:
    """End the lock on the record."""
    batch = doors.end_lock(actor_of(request), type_key, uid)
    message = _("The lock has ended. It can be changed again.")
    return _back(request, type_key, uid, message, batch)


def _day(text: str) -> date | None:
    """The day that was typed; None for none. ValidationError for what is no day."""
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise ValidationError({"until": _("There is no such day. Choose another.")}) from None


def _form(
    request: HttpRequest, type_key: str, uid: UUID, *, errors: dict[str, str] | None = None
) -> HttpResponse:
    actor, record_type = actor_of(request), catalogue()[type_key]
    row = find_one(actor, record_type, uid, (record_type.title,))
    if not row.may_edit:
        raise PermissionDenied(
            _("You may look at this %(label)s, but your role may not do this with it.")
            % {"label": str(record_type.label).lower()}
        )
    held = doors.lock_on(actor, record_type, uid)
    typed = {"reason": held.reason, "until": held.until} if held and held.is_own else {}
    told: dict[str, Any] = {
        "type": record_type, "row": row, "errors": errors or {}, "held": held,
        "typed": request.POST if errors else typed, "in_panel": is_partial(request),
        "first": doors.today(actor), "last": doors.last_day(actor), "most": doors.LONGEST,
    }  # fmt: skip
    status = 422 if errors else 200
    if is_partial(request):
        return fragment(request, TEMPLATE, "lock", status=status, **told)
    return page(request, TEMPLATE, status=status, here=type_key, **told)


def _back(
    request: HttpRequest, type_key: str, uid: UUID, message: str, batch: UUID | None
) -> HttpResponse:
    """To the record, which shows the lock, or no lock any more."""
    if not is_partial(request):
        return HttpResponseRedirect(url("record", args=[type_key, uid]))
    response = toast(request, message, batch)
    response["HX-Trigger"] = "k:changed, k:close"
    return response
