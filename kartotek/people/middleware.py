"""Puts the actor on every request: who acts, with which rights, for the doors to ask."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from kartotek.core.actor import Actor
from kartotek.core.dialect import dialect
from kartotek.core.security import note
from kartotek.people.acting import actor_of_session, actor_of_user
from kartotek.people.devices import used
from kartotek.people.security import address_of
from kartotek.people.tokens import bearer_of

SEEN_SECONDS = 300
MOST_SEEN = 10_000  # sessions remembered in one process
_seen: dict[tuple[int, str | None], float] = {}


class ActorMiddleware:
    """`request.actor` is the signed-in member's Actor, or None; asked anew at every request.

    Credentials whose member is removed or not active any more lose their session at once: the
    request goes on as nobody's, `access_ended` set, and each interface says so in its own way.

    A request that brings a bearer is nobody's here, whatever cookie comes with it: an interface
    that takes tokens asks for its actor itself, and no page does.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        request.bearer = bearer_of(request)
        if request.bearer is not None:
            request.actor, request.access_ended = None, False
            request.user = AnonymousUser()
            return self._get_response(request)
        user_id, request.actor = actor_of_session(request.session) or _by_django(request.user)
        request.access_ended = user_id is not None and request.actor is None
        if user_id is not None and request.actor is not None:
            translation.activate(request.actor.language)
            request.LANGUAGE_CODE = translation.get_language()  # what the page says of itself
            response = self._get_response(request)
            _note_seen(request, user_id)
            return response
        if request.access_ended:
            note("session_ended", address=address_of(request), email=request.user.username)
            request.session.flush()
            request.user = AnonymousUser()
        return self._get_response(request)


def _by_django(user: Any) -> tuple[int | None, Actor | None]:
    """Who Django says is signed in, and the actor that may act for them."""
    return (user.pk, actor_of_user(user.pk)) if user.is_authenticated else (None, None)


def _note_seen(request: Any, user_id: int) -> None:
    """Remember when a member was last here, at most every five minutes: reading does not write."""
    now, key = time.monotonic(), request.session.session_key
    if (
        request.actor.member is None
        or now - _seen.get((user_id, key), -SEEN_SECONDS) < SEEN_SECONDS
    ):
        return
    if len(_seen) >= MOST_SEEN:
        _seen.clear()
    _seen[user_id, key] = now
    moment, speak = datetime.now(UTC), dialect()
    before = speak.instant(moment - timedelta(seconds=SEEN_SECONDS))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM people_account WHERE user_id = %s "
            "AND (last_seen IS NULL OR last_seen < %s)",
            [user_id, before],
        )
        if cursor.fetchone():
            cursor.execute(
                "UPDATE people_account SET last_seen = %s WHERE user_id = %s",
                [speak.instant(moment), user_id],
            )
    used(request, user_id, speak.instant(moment))
