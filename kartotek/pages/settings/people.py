"""The people of the company: who may come in, as what, and by which link."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue
from kartotek.core.errors import ValidationError
from kartotek.core.find import find, find_one
from kartotek.core.question import Condition, Question
from kartotek.interfaces.web.drawing import url
from kartotek.interfaces.web.forms import errors_of
from kartotek.interfaces.web.frame import (
    context_of,
    fragment,
    is_partial,
    page,
    piece_or_page,
    signed_in,
    toast,
)
from kartotek.interfaces.web.menu import SETTINGS
from kartotek.interfaces.web.standing_acts import number
from kartotek.operations import links
from kartotek.pages.settings.admitting import admitted
from kartotek.people import handing, roster
from kartotek.people.invitations import DAYS, member_of
from kartotek.people.roles import known

ONLY = _lazy("Only an administrator decides who comes in. Ask one.")

TEMPLATE, FORM = "pages/settings/people.html", "pages/settings/person.html"
LINK, HAND = "pages/settings/invited.html", "pages/settings/hand.html"
SHOWN = ("name", "role", "department", "emails", "is_active")
AT_ONCE = 200


@signed_in
def people(request: HttpRequest) -> HttpResponse:
    """Everybody, who is in first; `role` narrows to those of one role, `q` to a name."""
    actor = admitted(request, ONLY)
    role, words = request.GET.get("role", ""), request.GET.get("q", "").strip()[:100]
    where = (Condition("role", "is", role),) if role in known() else ()
    question = Question(columns=SHOWN, where=where, words=words, sort="name", size=AT_ONCE)
    found = find(actor, "members", question)
    rows = sorted(found.rows, key=lambda row: not row["is_active"])
    told: dict[str, Any] = {
        "here": SETTINGS, "rows": rows, "accesses": roster.accesses(), "roles": known(),
        "role": role, "words": words, "is_more": bool(found.next),
    }  # fmt: skip
    return piece_or_page(request, TEMPLATE, "people", **told)


@signed_in
def new(request: HttpRequest) -> HttpResponse:
    """GET gives the form of a new person; POST makes them and shows the link of invitation."""
    actor = admitted(request, ONLY)
    if request.method != "POST":
        return _form(request, actor, {"role": "sales"}, {})
    sent = {name: request.POST.get(name, "").strip()
            for name in ("name", "email", "role", "department")}  # fmt: skip
    try:
        user: User = roster.add_member(
            actor, sent["name"], sent["email"], role=sent["role"], department=sent["department"]
        )
    except ValidationError as error:
        return _form(request, actor, sent, errors_of(error))
    return _link(request, actor, member_of(user), is_new=True)


@require_POST
@never_cache
@signed_in
def invite(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A new link by which somebody chooses a password; for who forgot theirs, too."""
    return _link(request, admitted(request, ONLY), uid, is_new=False)


@require_POST
@signed_in
def access(request: HttpRequest, uid: UUID) -> HttpResponse:
    """End somebody's access, or give it back."""
    actor = admitted(request, ONLY)
    is_open = request.POST.get("open") == "true"
    row = find_one(actor, "members", uid, ("name",))
    saved = roster.set_access(actor, uid, is_open=is_open)
    if not is_partial(request):
        return HttpResponseRedirect(url("people"))
    told = _("%(name)s has access again.") if is_open else _(
        "%(name)s is out: every open page and every token of theirs is refused.")  # fmt: skip
    return toast(request, told % {"name": row.title}, saved.batch)


@signed_in
def hand(request: HttpRequest, uid: UUID) -> HttpResponse:
    """GET asks to whom everything of somebody goes; POST hands it over, as one act."""
    actor = admitted(request, ONLY)
    if request.method != "POST":
        return _ask(request, actor, uid, {})
    try:
        to = UUID(request.POST.get("to", ""))
    except ValueError:
        return _ask(request, actor, uid, {"to": _("Choose who gets it.")})
    try:
        handed = handing.hand_over(actor, uid, to)
    except ValidationError as error:
        return _ask(request, actor, uid, errors_of(error))
    if not is_partial(request):
        return HttpResponseRedirect(url("people"))
    counted = ngettext("%(count)s record", "%(count)s records", handed.count)
    told = _("Handing over %(records)s; it goes on in the background.") if handed.is_later else _(
        "Handed over: %(records)s.")  # fmt: skip
    batch = None if handed.is_later else handed.batch
    response = toast(request, told % {"records": counted % {"count": handed.count}}, batch)
    response["HX-Trigger"] = "k:changed, k:close"
    return response


def _ask(request: HttpRequest, actor: Actor, uid: UUID, errors: dict[str, str]) -> HttpResponse:
    question = Question(columns=("name",), where=(Condition("is_active", "is", True),),
                        sort="name", size=500)  # fmt: skip
    others = [row for row in find(actor, "members", question) if row.uid != uid]
    counts = handing.owned(actor, uid)
    told: dict[str, Any] = {
        "here": SETTINGS, "row": find_one(actor, "members", uid, ("name",)), "others": others,
        "counts": [(catalogue()[key], number(count, context_of(request)))
                   for key, count in counts.items()],
        "errors": errors,
        "in_panel": is_partial(request),
    }  # fmt: skip
    status = 422 if errors else 200
    return piece_or_page(request, HAND, "hand", status=status, **told)


def _link(request: HttpRequest, actor: Actor, uid: UUID, *, is_new: bool) -> HttpResponse:
    secret = roster.invite(actor, uid)
    told: dict[str, Any] = {
        "here": SETTINGS, "row": find_one(actor, "members", uid, ("name",)), "days": DAYS,
        "address": f"{links.address()}{url('invitation', args=[secret])}", "is_new": is_new,
    }  # fmt: skip
    if is_partial(request):
        response = fragment(request, LINK, "link", in_panel=True, **told)
        response["HX-Trigger"] = "k:changed"
        return response
    return page(request, LINK, in_panel=False, **told)


def _form(
    request: HttpRequest, actor: Actor, values: dict[str, str], errors: dict[str, str]
) -> HttpResponse:
    places = find(actor, "departments", Question(columns=("name",), sort="name", size=500))
    told: dict[str, Any] = {
        "here": SETTINGS, "values": values, "errors": errors, "roles": known(),
        "departments": [row.title for row in places],
    }  # fmt: skip
    status = 422 if errors else 200
    if is_partial(request):
        return fragment(request, FORM, "form", status=status, in_panel=True, **told)
    return page(request, FORM, status=status, in_panel=False, **told)
