"""Where somebody is signed in and what acts for them: seen and ended by themselves, and by who
decides over people."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from kartotek.core.actor import Actor
from kartotek.core.errors import PermissionDenied, ValidationError
from kartotek.core.find import find_one
from kartotek.interfaces.web.drawing import url
from kartotek.interfaces.web.forms import errors_of
from kartotek.interfaces.web.frame import actor_of, is_partial, piece_or_page, signed_in, toast
from kartotek.interfaces.web.menu import SETTINGS
from kartotek.people import devices, second_step, tokens
from kartotek.people.invitations import users_of
from kartotek.people.own import TYPE
from kartotek.people.security import address_of

TEMPLATE = "pages/settings/access.html"
LIVES = (30, 90, 365)  # days


def _whose(request: HttpRequest, member: UUID | None) -> tuple[Actor, UUID]:
    """Who acts, and on whose access: their own, or anybody's for who decides over people."""
    actor = actor_of(request)
    if actor.member_uid is None:
        raise PermissionDenied(_("Only a member has sessions. Sign in as one."))
    if member is None or member == actor.member_uid:
        return actor, actor.member_uid
    if actor.rights.scope(TYPE, "edit") != "all":
        raise PermissionDenied(_("Only an administrator decides who comes in. Ask one."))
    find_one(actor, TYPE, member, ("name",))
    return actor, member


@require_safe
@signed_in
def doors(request: HttpRequest, member: UUID | None = None) -> HttpResponse:
    """The open sessions and the tokens."""
    return _answer(request, member)


@require_POST
@signed_in
def end(request: HttpRequest, session: UUID, member: UUID | None = None) -> HttpResponse:
    """End one session."""
    actor, whose = _whose(request, member)
    one = devices.end(actor, whose, session, address_of(request))
    return _done(request, member, _("Signed out there: %(device)s.") % {"device": one.name})


@require_POST
@signed_in
def end_others(request: HttpRequest, member: UUID | None = None) -> HttpResponse:
    """End every session but the one that asks."""
    actor, whose = _whose(request, member)
    count = devices.end_others(actor, whose, request.session.session_key, address_of(request))
    told = ngettext("%(count)s session ended.", "%(count)s sessions ended.", count)
    return _done(request, member, told % {"count": count})


@require_POST
@signed_in
def end_steps(request: HttpRequest, member: UUID) -> HttpResponse:
    """Let somebody in by their password alone again, as after a phone is lost."""
    actor, whose = _whose(request, member)
    if whose == actor.member_uid:
        raise PermissionDenied(_("Your own second step is changed under “Your access”."))
    second_step.end_all(actor, users_of(whose), whose, address_of(request))
    return _done(request, member, _("The password alone is asked now."))


@require_POST
@never_cache
@signed_in
def make(request: HttpRequest) -> HttpResponse:
    """A token of one's own; its secret is shown this once."""
    actor, _own = _whose(request, None)
    try:
        _uid, secret = tokens.make_token(actor, request.POST.get("name", ""), _life_of(request))
    except ValidationError as error:
        return _answer(request, None, errors=errors_of(error), status=422)
    return _answer(request, None, secret=secret)


def _life_of(request: HttpRequest) -> int | None:
    """Days; None, a token without end, only where that was chosen. What is no number is refused."""
    days = request.POST.get("days", "0")
    if not days:
        return None
    return int(days) if days.isascii() and days.isdigit() and len(days) < 6 else 0


@require_POST
@signed_in
def revoke(request: HttpRequest, token: UUID, member: UUID | None = None) -> HttpResponse:
    """End one token."""
    actor, whose = _whose(request, member)
    one = tokens.revoke_of(actor, whose, token)
    return _done(request, member, _("“%(name)s” is refused from now on.") % {"name": one.name})


def _steps(users: list[int]) -> second_step.Steps | None:
    return second_step.steps_of(users[0]) if users else None


def _done(request: HttpRequest, member: UUID | None, message: str) -> HttpResponse:
    if not is_partial(request):
        return HttpResponseRedirect(url("doors", args=[member]) if member else url("my_doors"))
    response = toast(request, message)
    response["HX-Trigger"] = "k:changed"
    return response


def _answer(
    request: HttpRequest,
    member: UUID | None,
    *,
    secret: str = "",
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    actor, whose = _whose(request, member)
    own = whose == actor.member_uid
    told: dict[str, Any] = {
        "here": "me" if own else SETTINGS, "own": own, "member": whose,
        "name": actor.name if own else find_one(actor, TYPE, whose, ("name",)).title,
        "devices": devices.devices_of(whose, request.session.session_key),
        "tokens": tokens.tokens_of(whose), "secret": secret, "errors": errors or {},
        "steps": _steps(users_of(whose)), "lives": LIVES, "sent": request.POST if errors else {},
    }  # fmt: skip
    return piece_or_page(request, TEMPLATE, "doors", status=status, **told)
