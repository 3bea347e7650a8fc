"""A masked value shown on a record's page, once asked for."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.html import escape
from django.views.decorators.http import require_POST

from kartotek.core.revealing import reveal as revealed
from kartotek.interfaces.web.frame import actor_of, context_of, signed_in


@require_POST
@signed_in
def reveal(request: HttpRequest, type_key: str, uid: Any, name: str) -> HttpResponse:
    """The whole value in the place of the mask; it is masked again with the next look."""
    return HttpResponse(
        escape(revealed(actor_of(request), type_key, uid, name, context_of(request))),
        headers={"Cache-Control": "no-store"},
    )
