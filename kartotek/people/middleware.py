"""Puts the actor on every request: who acts, with which rights, for the doors to ask."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from kartotek.people.acting import actor_of_user


class ActorMiddleware:
    """`request.actor` is the signed-in member's Actor, or None; asked anew at every request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        user = request.user
        request.actor = actor_of_user(user.pk) if user.is_authenticated else None
        if request.actor is not None:
            translation.activate(request.actor.language)
        return self._get_response(request)
