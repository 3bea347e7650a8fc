"""What everybody sets for themselves: how they are called and reached, and how pages look to them.

The second half is kept in the browser, by cookies: it is about a device, not about a person.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from uuid_utils.compat import uuid7

from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue
from kartotek.core.errors import ValidationError
from kartotek.core.fieldtypes import Ref
from kartotek.core.question import Row
from kartotek.core.workspace import workspace
from kartotek.interfaces.web import forms
from kartotek.interfaces.web.drawing import url
from kartotek.interfaces.web.frame import (
    actor_of,
    context_of,
    is_partial,
    piece_or_page,
    signed_in,
    toast,
)
from kartotek.pages.settings.asking import Asked, own_languages, time_zones
from kartotek.people.member import CLOCKS, DATES, NUMBERS
from kartotek.people.own import (
    AWAY,
    FORMATS,
    OWN,
    TYPE,
    change_own,
    own_fields,
    own_record,
    possible_deputies,
    stood_in_for,
    take_back_own,
)
from kartotek.people.roles import known

TEMPLATE = "pages/settings/me.html"
HERE = "me"
FIELDS = ("name", "language", "zone", *FORMATS, "no_letter_keys", *AWAY)
SHOWN = (*OWN, "role", "department", "emails")


@signed_in
def me(request: HttpRequest) -> HttpResponse:
    """GET gives the form; POST changes the few fields that are one's own to change."""
    actor = actor_of(request)
    row, names = own_record(actor, SHOWN), own_fields(actor)
    if request.method != "POST":
        return _form(request, row, {}, {})
    kinds = catalogue()[TYPE].fields
    sent = {
        name: _plain(forms.read(kinds[name], name, request.POST))
        for name in names
        if forms.is_sent(name, request.POST)
    }
    offered = dict(own_languages(str(row.get("language") or "")))
    try:
        saved = change_own(actor, sent, offered, version=_version(request),
                           key=request.POST.get("key", ""))  # fmt: skip
    except ValidationError as error:
        return _form(request, row, sent, forms.errors_of(error, names))
    if not is_partial(request):
        return HttpResponseRedirect(url("me"))
    if not saved.changed:
        return toast(request, _("Everything is as it was."))
    return _anew(toast(request, _("Saved."), back=url("me_back", args=[saved.batch])))


@require_POST
@signed_in
def back(request: HttpRequest, batch: UUID) -> HttpResponse:
    """Take back what one changed of oneself."""
    undone = take_back_own(actor_of(request), batch)
    if not is_partial(request):
        return HttpResponseRedirect(url("me"))
    told = _("Taken back.") if undone.records else _("It was changed again since.")
    return _anew(toast(request, told))


def _anew(response: HttpResponse) -> HttpResponse:
    """Name and language stand in the frame, too: the page is drawn anew, the toast goes along."""
    response["HX-Trigger"] = orjson.dumps({"k:goto": {"url": url("me")}}).decode()
    return response


def _version(request: HttpRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _asked(actor: Actor, row: Row, names: tuple[str, ...]) -> list[Asked]:
    language, zone = str(row.get("language") or ""), str(row.get("zone") or "")
    house = _("As the company: %(zone)s") % {"zone": workspace().zone}
    every = [
        Asked("name", _("Name"), _("How colleagues find you. It stands beside what you do."),
              fills="name"),
        Asked("language", _("Language"), _("Of every page, and how dates and numbers are written."),
              own_languages(language)),
        Asked("zone", _("Time zone"),
              _("Times are shown as your clock has them, and read so when you type them."),
              (("", house), *time_zones(zone))),
        *_formats(),
        *_absence(actor, row),
    ]  # fmt: skip
    return [one for one in every if one.name in names]


def _formats() -> list[Asked]:
    """How dates, numbers and hours are written, and whether letters act."""
    usual = ("", _("As the language"))
    return [
        Asked("date_format", _("Dates"),
              _("How they are written on pages, and read where you type them. 2026-11-24 is always "
                "read."), (usual, *DATES)),
        Asked("number_format", _("Numbers"), _("With a comma or a point before the places."),
              (usual, *NUMBERS)),
        Asked("clock", _("Clock"), _("Of every time on a page."), (usual, *CLOCKS)),
        Asked("no_letter_keys", _("Letter keys"),
              _("Whether single letters act, such as N for a new record, wherever you sign in. Put "
                "them off if you speak to your computer. Ctrl K and Esc work all the same."),
              (("false", _("On")), ("true", _("Off")))),
    ]  # fmt: skip


def _absence(actor: Actor, row: Row) -> list[Asked]:
    """From when until when one is away, and who sees and does meanwhile what is one's own."""
    people = [(str(one.uid), one.title) for one in possible_deputies(actor)]
    deputy = row.get("deputy")
    if isinstance(deputy, Ref) and str(deputy.uid) not in dict(people):
        people.append((str(deputy.uid), deputy.title))
    return [
        Asked("away_from", _("Away from"), _("The first day that you are not here."),
              kind="date", is_needed=False),
        Asked("away_until", _("Away until"), _("The last one; empty while it is not known."),
              kind="date", is_needed=False),
        Asked("deputy", _("Deputy"),
              _("Sees and changes meanwhile what is yours, as far as their own role goes."),
              (("", "–"), *people)),
    ]  # fmt: skip


def _plain(read: Any) -> Any:
    """What was chosen from a list is a uid alone: no words are typed here."""
    return read.uid if isinstance(read, forms.Chosen) else read


def _typed(held: Any) -> str:
    """A value as its input holds it."""
    if isinstance(held, bool):
        return "true" if held else "false"
    return str(held.uid) if isinstance(held, Ref) else str(held or "")


def _form(
    request: HttpRequest, row: Row, sent: dict[str, Any], errors: dict[str, str]
) -> HttpResponse:
    actor = actor_of(request)
    names, context = own_fields(actor), context_of(request)
    values = {name: _typed(row.get(name)) for name in FIELDS}
    values["language"] = values["language"] or context.language
    phones = None
    if "phones" in names:
        kind, given = catalogue()[TYPE].fields["phones"], sent.get("phones", row.get("phones"))
        phones = (
            forms.refused(kind, "phones", given, errors["phones"], context, "me")
            if "phones" in errors
            else forms.cell(kind, "phones", given, context, "me")
        )
    role = known().get(str(row.get("role")))
    told: dict[str, Any] = {
        "here": HERE, "row": row, "asked": _asked(actor, row, names), "errors": errors,
        "phones": phones, "role": role, "stands_in": stood_in_for(actor),
        "values": {**values, **{name: sent[name] for name in values if name in sent}},
        "key": request.POST.get("key") or str(uuid7()),
        "version": request.POST.get("version") or row.version,
    }  # fmt: skip
    status = 422 if errors else 200
    return piece_or_page(request, TEMPLATE, "form", status=status, **told)
