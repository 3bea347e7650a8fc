"""Jinja2 as the pages need it: translated, escaped, with icons, static files and URLs."""

from __future__ import annotations

import zlib
from functools import cache
from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext, ngettext, npgettext, pgettext
from jinja2 import Environment
from lucide.jinja import lucide

from kartotek.interfaces.web import assets, showing

HUES = 24


def hue(text: Any) -> int:
    """One of 24 hues for a name, always the same (the classes h0 … h23 of tokens.css)."""
    return zlib.crc32(str(text).encode()) % HUES


def initials(text: Any) -> str:
    """At most two letters that stand for a name."""
    words = str(text).split()
    last = words[-1][:1] if len(words) > 1 else ""
    return (words[0][:1] + last).upper() if words else "–"


@cache
def icon(name: str, size: int = 16) -> Any:
    """An icon of the set, drawn inline; decoration only, so hidden from screen readers."""
    return lucide(name, size=size, stroke_width=1.8, aria_hidden="true", focusable="false")


def environment(**options: Any) -> Environment:
    """The environment of every page; autoescape stays on."""
    found = Environment(  # noqa: S701  (Django's engine passes autoescape=True)
        **{**options, "trim_blocks": True, "lstrip_blocks": True},
        extensions=["jinja2.ext.i18n"],
    )
    found.install_gettext_callables(  # type: ignore[attr-defined]
        gettext, ngettext, newstyle=True, pgettext=pgettext, npgettext=npgettext
    )
    found.globals.update(static=static, url=reverse, icon=icon, assets=assets)
    found.filters.update(
        hue=hue,
        initials=initials,
        ago=showing.short,
        tag_class=showing.tag_class,
        is_person=showing.is_person,
        bare_url=showing.bare_url,
        dialled=showing.dialled,
    )
    return found
