"""The history of a record, and the way back to how it stood."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from kartotek.core.catalogue import catalogue
from kartotek.core.errors import PermissionDenied
from kartotek.core.undo import restore_version as write_back
from kartotek.interfaces.web import live
from kartotek.interfaces.web.frame import actor_of, fragment, signed_in, toast
from kartotek.interfaces.web.record import card_of, happenings, screen
from kartotek.interfaces.web.removing import method_not_allowed


@signed_in
def history(request: HttpRequest, type_key: str, uid: Any) -> HttpResponse:
    """The record's page with its changes open; older ones as they are reached."""
    after = live.mark(request)
    card = card_of(request, type_key, uid)
    if not card.reads_history:
        raise PermissionDenied(
            _("Your role does not read the history of this. Ask an administrator.")
        )
    if "before" in request.GET:
        found = happenings(request, card, "changes", request.GET["before"])
        return fragment(
            request, "timeline.html", "entries",
            happenings=found, row=card.row, type=card.type, tab="changes",
        )  # fmt: skip
    return screen(request, card, "changes", after)


@signed_in
def restore_version(request: HttpRequest, type_key: str, uid: Any, version: int) -> HttpResponse:
    """Write the record back to how it stood at a version, as one new change."""
    if request.method != "POST":
        return method_not_allowed()
    record_type = catalogue()[type_key]
    saved = write_back(actor_of(request), record_type, uid, version)
    if not saved.changed:
        return toast(request, _("It already stands like this."))
    return toast(request, _("The version of that time is back."), saved.batch)
