"""The company itself: its name, country, language and time zone, and what each of them changes."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from kartotek.core.errors import PermissionDenied, ValidationError
from kartotek.core.workspace import WorkspaceFacts, workspace
from kartotek.interfaces.web.drawing import url
from kartotek.interfaces.web.forms import errors_of
from kartotek.interfaces.web.frame import actor_of, is_partial, piece_or_page, signed_in, toast
from kartotek.interfaces.web.menu import SETTINGS
from kartotek.pages.settings.asking import Asked, languages, time_zones
from kartotek.pages.welcome.places import countries
from kartotek.people.company import FIELDS, LONGEST_NAME, change_company, may_change

TEMPLATE = "pages/settings/company.html"


@signed_in
def company(request: HttpRequest) -> HttpResponse:
    """GET gives the form; POST changes what was sent."""
    actor = actor_of(request)
    if not may_change(actor):
        raise PermissionDenied(_("Only an administrator sets up the company. Ask one."))
    if request.method != "POST":
        return _form(request, _values(workspace()), {})
    sent = {name: request.POST[name] for name in FIELDS if name in request.POST}
    try:
        changed = change_company(actor, sent, dict(languages(workspace().language)))
    except ValidationError as error:
        return _form(request, {**_values(workspace()), **sent}, errors_of(error))
    if not is_partial(request):
        return HttpResponseRedirect(url("company"))
    response = toast(request, _told(changed))
    if changed:  # its name and language stand in the frame, too: the page is drawn anew
        response["HX-Trigger"] = orjson.dumps({"k:goto": {"url": url("company")}}).decode()
    return response


def _told(changed: tuple[str, ...]) -> str:
    if not changed:
        return _("Everything is as it was.")
    if "language" in changed:
        return _("Saved. Lists are put into the order of the new language while everybody works.")
    return ngettext("%(count)s change saved.", "%(count)s changes saved.", len(changed)) % {
        "count": len(changed)
    }


def _values(facts: WorkspaceFacts) -> dict[str, str]:
    return {name: str(getattr(facts, name)) for name in FIELDS}


def _asked(facts: WorkspaceFacts) -> list[Asked]:
    here = get_language() or "en"
    blank = [] if facts.country else [("", _("Choose a country"))]
    return [
        Asked("name", _("Name"), _(
            "Stands on every page. The department that is the company itself is renamed with it."),
            most=LONGEST_NAME, fills="organization"),
        Asked("country", _("Country"), _(
            "Phone numbers without a country code are read as numbers of this country. Those that "
            "stand here already stay as they are."), (*blank, *countries(here))),
        Asked("language", _("Language"), _(
            "Lists stand in the order of its alphabet, files without a mark are read in its "
            "letters, and new people begin with it. Who is here keeps their own."),
            languages(facts.language)),
        Asked("zone", _("Time zone"), _(
            "Times are shown in it to whoever has chosen no zone of their own, and the days of "
            "reports begin by it. What is stored does not change."), time_zones(facts.zone)),
    ]  # fmt: skip


def _form(request: HttpRequest, values: dict[str, str], errors: dict[str, str]) -> HttpResponse:
    told: dict[str, Any] = {
        "here": SETTINGS, "asked": _asked(workspace()), "values": values, "errors": errors,
    }  # fmt: skip
    status = 422 if errors else 200
    return piece_or_page(request, TEMPLATE, "form", status=status, **told)
