"""Who asks, by token or by session, and whether they may ask just now."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kartotek.core.actor import Actor
from kartotek.interfaces.api import limits
from kartotek.interfaces.api.problems import Problem
from kartotek.people.security import address_of
from kartotek.people.tokens import TokenRefused, actor_of_bearer

SAFE = ("GET", "HEAD")
WITH_BODY = ("POST", "PATCH", "PUT")
# RFC 6750, section 3: how to come in, and that a token was no good.
HOW = 'Bearer realm="Kartotek"'
REFUSED_A_MINUTE = 60  # tokens that open nothing, from one machine
NO_GOOD = f'{HOW}, error="invalid_token"'


class _TokenCheck(CsrfViewMiddleware):
    """Django's check of a cookie session's writes, answering with the reason alone."""

    def _reject(self, request: HttpRequest, reason: str) -> Any:
        return reason


def admitted(request: Any, *, takes_bytes: bool = False) -> Actor:
    """Who asks. 401 for nobody, 429 for too much, 403 without the form token, 415 for no JSON.

    A bearer is sent on purpose, by a program: it needs no token against forged forms. One that is
    no good ends the request; the cookie that may have come along is not looked at.
    """
    actor = _by_session(request) if request.bearer is None else _by_token(request)
    refuse_flood(actor.key)
    is_json = request.content_type in ("application/json", "") or takes_bytes
    if request.method in WITH_BODY and not is_json:
        raise Problem(415, _("Send JSON, with Content-Type: application/json."))
    if request.method not in SAFE and request.bearer is None:
        refused = _TokenCheck(lambda _request: HttpResponse()).process_view(
            request, lambda: None, (), {}
        )
        if refused:
            raise Problem(403, _("The security token is missing. Send it as X-CSRFToken."))
    return actor


def refuse_flood(who: str, most: int | None = None) -> None:
    """Problem 429 where this actor has asked too often within a minute."""
    wait = limits.spend(who, most)
    if wait:
        raise Problem(
            429,
            ngettext(
                "Too many requests. Wait %(seconds)s second, then go on more slowly.",
                "Too many requests. Wait %(seconds)s seconds, then go on more slowly.",
                wait,
            )
            % {"seconds": wait},
            {"Retry-After": str(wait)},
        )


def _by_token(request: Any) -> Actor:
    try:
        actor = actor_of_bearer(request, request.bearer)
    except TokenRefused as refused:
        refuse_flood(f"address:{address_of(request)}", REFUSED_A_MINUTE)
        raise Problem(401, str(refused), {"WWW-Authenticate": NO_GOOD}) from None
    translation.activate(actor.language)
    return actor


def _by_session(request: Any) -> Actor:
    if request.actor is not None:
        actor: Actor = request.actor
        return actor
    why = _("Sign in first, or send a token as “Authorization: Bearer …”.")
    if request.access_ended:
        why = _("Your access has ended. Ask an administrator if you still need it.")
    raise Problem(401, why, {"WWW-Authenticate": HOW})
