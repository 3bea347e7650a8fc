"""Who comes into the pages of the settings that are for administrators alone."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from kartotek.core.actor import Actor
from kartotek.core.errors import PermissionDenied
from kartotek.interfaces.web.frame import actor_of

MEMBERS = "members"


def admitted(request: HttpRequest, why: Any, of: str = MEMBERS) -> Actor:
    """Who asks, where they may change all records of a type; PermissionDenied says why not."""
    actor: Actor = actor_of(request)
    if actor.rights.scope(of, "edit") != "all":
        raise PermissionDenied(str(why))
    return actor
