"""Jinja2 as the pages need it: translated, escaped, with icons, static files and URLs."""

from __future__ import annotations

from typing import Any

from django.templatetags.static import static
from django.utils.translation import gettext, ngettext, npgettext, pgettext
from jinja2 import Environment

from kartotek.interfaces.web import assets, grid, showing, values
from kartotek.interfaces.web.drawing import hue, icon, initials, lock_mark, url
from kartotek.interfaces.web.keeping import kept


def environment(**options: Any) -> Environment:
    """The environment of every page; autoescape stays on."""
    found = Environment(  # noqa: S701  (Django's engine passes autoescape=True)
        **{**options, "trim_blocks": True, "lstrip_blocks": True},
        extensions=["jinja2.ext.i18n"],
    )
    found.install_gettext_callables(  # type: ignore[attr-defined]
        gettext, ngettext, newstyle=True, pgettext=pgettext, npgettext=npgettext
    )
    found.globals.update(
        static=static,
        url=url,
        icon=icon,
        lock_mark=lock_mark,
        kept=kept,
        assets=assets,
        grid=grid,
        values=values,
    )
    found.filters.update(
        hue=hue,
        initials=initials,
        ago=showing.short,
        whole=showing.whole,
        day=showing.day,
        filesize=showing.filesize,
        dialled=showing.dialled,
        through=showing.through,
    )
    return found
