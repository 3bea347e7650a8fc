"""What every page needs: who asks, for which record type, in which frame."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import engines
from jinja2_fragments import render_block

from kartotek.core.actor import Actor
from kartotek.core.context import Context
from kartotek.core.workspace import workspace


def actor_of(request: HttpRequest) -> Actor:
    """The member who asks; pages are only reached by one (see `signed_in`)."""
    return request.actor  # type: ignore[attr-defined, no-any-return]


def context_of(request: HttpRequest) -> Context:
    """How this person reads and writes values."""
    facts = workspace()
    return Context(actor_of(request).language or facts.language, facts.country, facts.zone)


def page(request: HttpRequest, template: str, *, status: int = 200, **values: Any) -> HttpResponse:
    """A whole page, in the frame of base.html."""
    text = engines["jinja2"].env.get_template(template).render({"request": request, **values})
    return HttpResponse(text, status=status)


def fragment(
    request: HttpRequest, template: str, block: str, *, status: int = 200, **values: Any
) -> HttpResponse:
    """One block of a page, for htmx to swap in."""
    env = engines["jinja2"].env
    text = render_block(env, template, block, {"request": request, **values})
    return HttpResponse(text, status=status)
