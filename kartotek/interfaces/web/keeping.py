"""Parts of the frame that are the same on page after page, kept as they were drawn."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

MOST = 512  # a few for each person who works here; then all are drawn anew
_kept: dict[tuple[Any, ...], Markup] = {}


@pass_context
def kept(context: Context, template: str) -> Markup:
    """A template that shows nothing but the shell: drawn once for each language and each shell.

    The same shell is one with the same `Shell.key`; whatever else such a template would show,
    others would see too.
    """
    shell = context["shell"]
    key = (template, get_language(), *shell.key)
    found = _kept.get(key)
    if found is None:
        if len(_kept) >= MOST:
            _kept.clear()
        found = Markup(context.environment.get_template(template).render(shell=shell))  # noqa: S704
        _kept[key] = found
    return found
