"""The company itself: what is set for everybody who works here, a form for each group of it."""

from __future__ import annotations

from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kartotek.core.errors import PermissionDenied, ValidationError
from kartotek.core.picture import MOST_BYTES
from kartotek.core.workspace import workspace
from kartotek.interfaces.web.drawing import url
from kartotek.interfaces.web.forms import errors_of
from kartotek.interfaces.web.frame import actor_of, is_partial, piece_or_page, signed_in, toast
from kartotek.interfaces.web.menu import SETTINGS
from kartotek.pages.settings.asking import languages
from kartotek.pages.settings.company_groups import colours, groups, values_of
from kartotek.people.company import FIELDS, change_company, may_change
from kartotek.people.company_settings import SETTINGS as OTHERS

TEMPLATE = "pages/settings/company.html"
HOURS = "hours"


@signed_in
def company(request: HttpRequest) -> HttpResponse:
    """GET gives the forms; POST changes what was sent, all of one group."""
    actor = actor_of(request)
    if not may_change(actor):
        raise PermissionDenied(_("Only an administrator sets up the company. Ask one."))
    if request.method != "POST":
        return _form(request, {}, {})
    part = request.POST.get("part", "")
    sent = {name: _sent(request, name) for name in (*FIELDS, *OTHERS) if name in request.POST}
    if f"{HOURS}-0" in request.POST:  # a field for each weekday
        sent[HOURS] = "\n".join(request.POST.get(f"{HOURS}-{day}", "") for day in range(7))
    try:
        changed = change_company(
            actor, sent, dict(languages(workspace().language)),
            logo=_file(request), drops_logo="drop_logo" in request.POST,
        )  # fmt: skip
    except ValidationError as error:
        return _form(request, sent, errors_of(error), part)
    if not is_partial(request):
        return HttpResponseRedirect(_at(part))
    response = toast(request, _told(changed))
    if changed:  # name, logo and language stand in the frame, too: the page is drawn anew
        response["HX-Trigger"] = orjson.dumps({"k:goto": {"url": _at(part)}}).decode()
    return response


def _sent(request: HttpRequest, name: str) -> str:
    """What was sent under a name; of several boxes each on a line."""
    return "\n".join(request.POST.getlist(name))


def _file(request: HttpRequest) -> bytes | None:
    """The bytes of the file that was chosen, at most one too many; its name is not looked at."""
    found = request.FILES.get("logo")
    return None if found is None else found.read(MOST_BYTES + 1)


def _at(part: str) -> str:
    """The address of this page where the group stands."""
    is_known = part in {one.key for one in groups(workspace())}
    return f"{url('company')}#{part}" if is_known else url("company")


def _told(changed: tuple[str, ...]) -> str:
    if not changed:
        return _("Everything is as it was.")
    if "language" in changed:
        return _("Saved. Lists are put into the order of the new language while everybody works.")
    return ngettext("%(count)s change saved.", "%(count)s changes saved.", len(changed)) % {
        "count": len(changed)
    }


def _form(
    request: HttpRequest, sent: dict[str, str], errors: dict[str, str], part: str = ""
) -> HttpResponse:
    """All groups, or that of which something was refused alone, to stand in its old place."""
    facts = workspace()
    found = groups(facts)
    if is_partial(request) and part:
        found = [one for one in found if one.key == part] or found
    told: dict[str, Any] = {
        "here": SETTINGS, "groups": found, "values": {**values_of(facts), **sent},
        "errors": errors, "colours": colours(),
    }  # fmt: skip
    status = 422 if errors else 200
    return piece_or_page(request, TEMPLATE, "form", status=status, **told)
