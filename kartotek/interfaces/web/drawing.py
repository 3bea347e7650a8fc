"""Small things that every page draws: hues and initials of names, icons, addresses of pages."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from functools import cache
from typing import Any
from uuid import UUID

from django.urls import reverse
from lucide.jinja import lucide
from markupsafe import Markup

HUES = 24
ANY = UUID(int=0)  # stands for the record in the kept address of its pages


@cache
def icon(name: str, size: int = 16) -> Markup:
    """An icon of the set, drawn inline; decoration only, so hidden from screen readers."""
    rem = f"{size / 16:g}rem"  # it grows with the text beside it
    return Markup(lucide(name, size=rem, stroke_width=1.8, aria_hidden="true", focusable="false"))  # noqa: S704


def lock_mark(words: str) -> Markup:
    """The small lock of a record that is locked, which says by whom and until when."""
    if not words:
        return Markup()
    html = '<span class="lock-mark" title="{0}">{1}<span class="hidden"> {0}</span></span>'
    return Markup(html).format(words, icon("lock", 13))  # noqa: S704  (a text of ours)


def hue(text: Any) -> int:
    """One of 24 hues for a name, always the same (the classes h0 … h23 of tokens.css)."""
    return zlib.crc32(str(text).encode()) % HUES


def initials(text: Any) -> str:
    """At most two letters that stand for a name."""
    words = str(text).split()
    last = words[-1][:1] if len(words) > 1 else ""
    return (words[0][:1] + last).upper() if words else "–"


def url(name: str, args: Sequence[Any] = ()) -> str:
    """The address of a page, as `reverse` knows it; worked out once for all records of a type."""
    uid = next((one for one in args if isinstance(one, UUID)), None)
    if uid is None:
        return _reverse(name, tuple(args))
    before, after = around(name, *(ANY if one is uid else one for one in args))
    return f"{before}{uid}{after}"


@cache
def around(name: str, *args: Any) -> tuple[str, str]:
    """What stands before and after the uid in the address of a page; ANY holds its place."""
    before, _uid, after = reverse(name, args=args).partition(str(ANY))
    return before, after


@cache
def _reverse(name: str, args: tuple[Any, ...]) -> str:
    return reverse(name, args=args)
