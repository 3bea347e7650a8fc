"""The timeline of a record: older entries as they are reached, new ones as they are written."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from kartotek.core.errors import NotFound, ValidationError
from kartotek.core.fieldtypes import Links
from kartotek.core.write import write
from kartotek.interfaces.web.frame import fragment, signed_in, toast_html
from kartotek.interfaces.web.record import Card, card_of, happenings


@signed_in
def timeline(request: HttpRequest, type_key: str, uid: Any) -> HttpResponse:
    """GET gives the entries before a cursor; POST adds an activity about this record."""
    card = card_of(request, type_key, uid)
    if request.method == "POST":
        return _add(request, card)
    tab = request.GET.get("tab", "timeline")
    found = happenings(request, card, tab, request.GET.get("before", ""))
    return fragment(
        request, "timeline.html", "entries",
        happenings=found, row=card.row, type=card.type, tab=tab,
    )  # fmt: skip


def _add(request: HttpRequest, card: Card) -> HttpResponse:
    """Write one activity; the composer comes back empty, or with what was typed and why."""
    post = request.POST
    kind = next((one for one in card.composers if one.key == post.get("kind")), None)
    if kind is None:
        raise NotFound(_("This cannot be written here. Reload the page."))
    about = next(name for name, one in kind.fields.items() if isinstance(one, Links))
    values = {
        kind.title: post.get("text", ""),
        about: [{"type": card.type.key, "uid": str(card.row.uid)}],
    }
    try:
        saved = write(card.actor, kind, None, values, key=post.get("key", ""))
    except ValidationError as error:
        return _composer(request, card, 422, " ".join(error.messages), post)
    response = _composer(request, card, 200, "", {"kind": kind.key})
    message = _("%(label)s saved.") % {"label": kind.label}
    response.write(toast_html(request, message, saved.batch))
    response["HX-Trigger"] = "k:changed"
    return response


def _composer(request: HttpRequest, card: Card, status: int, error: str, post: Any) -> HttpResponse:
    return fragment(
        request, "timeline.html", "composer", status=status, card=card, row=card.row,
        type=card.type, error=error, text=post.get("text", ""), kind=post.get("kind", ""),
        key=str(uuid7()),
    )  # fmt: skip
