"""What leaves this house: outside addresses, what people and programs take out, copies."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from kartotek.core import security
from kartotek.core.leaving import places
from kartotek.interfaces.web.frame import page, signed_in
from kartotek.interfaces.web.menu import SETTINGS
from kartotek.operations import copies
from kartotek.pages.settings.admitting import admitted
from kartotek.people.tokens import tokens

ONLY = gettext_lazy("Only an administrator sees what leaves this house. Ask one.")

TEMPLATE = "pages/settings/leaving.html"
DAYS = 30  # of exports and downloads
TAKEN_OUT = ("export", "download")
PURPOSES: dict[str, Any] = {"webhook": gettext_lazy("webhook")}  # others stand as their key


@require_safe
@signed_in
def leaving(request: HttpRequest) -> HttpResponse:
    """Every way out of this house, and who goes it."""
    admitted(request, ONLY)
    live = [one for one in tokens() if one.state == "live"]
    made = copies.copies()
    return page(
        request, TEMPLATE, here=SETTINGS, days=DAYS, purposes=PURPOSES, places=places(),
        taken=_taken(), links=[one for one in live if one.view is not None],
        tokens=[one for one in live if one.view is None],
        folder=str(copies.folder()), copies=len(made), newest=made[0][0] if made else None,
    )  # fmt: skip


@require_safe
@signed_in
def download(request: HttpRequest) -> HttpResponse:
    """The outside addresses as JSON, the newest use first."""
    actor = admitted(request, ONLY)
    security.note("download", actor=actor, file="what-leaves.json")
    told = [
        {"host": one.host, "port": one.port, "purpose": one.purpose, "since": one.since,
         "last_used": one.last_used, "times": one.times, "refused": one.refused}
        for one in places()
    ]  # fmt: skip
    return HttpResponse(
        orjson.dumps({"addresses": told}, option=orjson.OPT_UTC_Z | orjson.OPT_INDENT_2),
        content_type="application/json",
        headers={
            "Content-Disposition": 'attachment; filename="what-leaves.json"',
            "Cache-Control": "no-store",
        },
    )


def _taken() -> list[tuple[str, dict[str, int]]]:
    """(who, kind → how many) of the last days."""
    found: dict[str, dict[str, int]] = {}
    for who, kind, many in security.counted(TAKEN_OUT, DAYS):
        found.setdefault(who, dict.fromkeys(TAKEN_OUT, 0))[kind] = many
    return list(found.items())
