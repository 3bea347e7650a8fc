"""Removal and putting back, each with Undo; no question is asked before."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kartotek.core import remove as doors
from kartotek.core.catalogue import catalogue
from kartotek.core.find import find_one
from kartotek.interfaces.web.frame import actor_of, is_partial, signed_in, toast


def method_not_allowed() -> HttpResponse:
    """The answer to a GET of what only a POST may do."""
    return HttpResponseNotAllowed(["POST"])


@signed_in
def remove(request: HttpRequest, type_key: str, uid: Any) -> HttpResponse:
    """Put the record into the trash and go back to the list."""
    if request.method != "POST":
        return method_not_allowed()
    record_type, actor = catalogue()[type_key], actor_of(request)
    title = find_one(actor, record_type, uid, columns=(record_type.title,)).title
    saved = doors.remove(actor, record_type, uid, key=request.POST.get("key", ""))
    message = _("“%(title)s” is in the trash.") % {"title": title[:60] or record_type.label}
    url = reverse("list", args=[type_key])
    if not is_partial(request):
        return HttpResponseRedirect(url)
    response = toast(request, message, saved.batch)
    if request.POST.get("stay"):  # pressed beside it, on another record's page
        return response
    response["HX-Trigger"] = orjson.dumps({"k:goto": {"url": url}}).decode()
    return response


@signed_in
def restore(request: HttpRequest, type_key: str, uid: Any) -> HttpResponse:
    """Bring the record back, wherever it was found."""
    if request.method != "POST":
        return method_not_allowed()
    record_type, actor = catalogue()[type_key], actor_of(request)
    saved = doors.restore(actor, record_type, uid, key=request.POST.get("key", ""))
    if not is_partial(request):
        return HttpResponseRedirect(reverse("record", args=[type_key, uid]))
    return toast(request, _("It is back."), saved.batch)
