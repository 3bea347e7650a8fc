"""How one value looks, by the kind of its field: lists, record pages and panels alike.

Made here and not in a template: a list shows some four hundred values, and a template's macros
cost more than everything else of its page together. Whatever is not written here passes `escape`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any

from markupsafe import Markup, escape

from kartotek.core.context import Context
from kartotek.core.fieldtypes import FieldType, Ref, Text
from kartotek.core.workspace import workspace
from kartotek.interfaces.web import showing
from kartotek.interfaces.web.drawing import hue, icon, initials, url

NOTHING = Markup('<span class="nothing" aria-hidden="true">–</span>')


def _made(html: str) -> Markup:
    """HTML of which every part that is a value has been escaped."""
    return Markup(html)  # noqa: S704


def value(kind: FieldType | None, value: Any, context: Context) -> Markup:
    """One value as HTML; `kind` is None for a list of parts, of which the number is shown."""
    if kind is None:
        return escape(len(value) or "")
    if kind.kind != "flag" and kind.is_empty(value):
        return NOTHING
    drawn = _BY_KIND.get(kind.kind)
    return drawn(kind, value, context) if drawn else escape(kind.show(value, context))


@lru_cache(maxsize=1_024)
def choice(kind: Any, value: str, context: Context) -> Markup:
    """A chosen value, in a colour of its own where there are few of them."""
    colour, text = showing.tag_class(kind, value), kind.show(value, context)
    return _made(f'<span class="tag {colour}">{escape(text)}</span>') if colour else escape(text)


def link(ref: Ref, kind: FieldType) -> Markup:
    """The name of a linked record; a dash for one out of reach."""
    if not ref.is_reachable:
        return NOTHING
    if showing.is_person(kind):
        return _person(ref)
    there = url("record", args=[ref.type, ref.uid])
    return _made(f'<a class="plain" href="{there}">{escape(ref.title)}</a>')


@lru_cache(maxsize=4_096)  # the same few of the house stand in every row
def _person(ref: Ref) -> Markup:
    there, title = url("record", args=[ref.type, ref.uid]), escape(ref.title)
    return _made(
        f'<a class="who" href="{there}"><span class="av round h{hue(ref.title)}" '
        f'aria-hidden="true">{escape(initials(ref.title))}</span>'
        f'<span class="cut">{title}</span></a>'
    )


def moment(kind: FieldType, value: datetime, context: Context) -> Markup:
    """A moment by its distance from now, the whole of it for who points at it."""
    return _made(
        f'<time datetime="{value.isoformat()}" title="{escape(shown(kind, value, context))}">'
        f"{escape(showing.short(value, context))}</time>"
    )


def shown(kind: FieldType, value: Any, context: Context) -> str:
    """The value as plain text. Moments and choices are kept: the same ones come again and again."""
    if kind.kind in ("datetime", "choice"):
        return _kept(kind, value, context)
    return kind.show(value, context)


@lru_cache(maxsize=4_096)
def _kept(kind: FieldType, value: Any, context: Context) -> str:
    return kind.show(value, context)


def _links(kind: Any, value: Any, _context: Context) -> Markup:
    return _made(", ".join(link(one, kind) for one in value))


def _others(value: Any) -> Markup:
    """How many there are besides the first."""
    return (
        Markup(' <span class="others">+{}</span>').format(len(value) - 1) if value[1:] else Markup()
    )


def _phones(kind: Any, value: Any, _context: Context) -> Markup:
    item = kind.primary(value) or value[0]
    number = item["e164"] or showing.dialled(item["text"])
    line = escape(kind.line(item))
    return _made(f'<a class="plain number" href="tel:{escape(number)}">{line}</a>{_others(value)}')


def _emails(kind: Any, value: Any, _context: Context) -> Markup:
    line = escape(kind.line(kind.primary(value) or value[0]))
    return _made(f'<a class="plain" href="mailto:{line}">{line}</a>{_others(value)}')


def _address(_kind: Any, value: str, _context: Context) -> Markup:
    there, bare = escape(value), escape(showing.bare_url(value))
    return _made(f'<a class="plain" href="{there}" rel="noopener noreferrer">{bare}</a>')


def _phone(kind: FieldType, value: str, context: Context) -> Markup:
    number = kind.key(value, workspace().context) if isinstance(kind, Text) else None
    there = number if number and number[0] == "+" else showing.dialled(value)
    return _made(f'<a class="plain number" href="tel:{escape(there)}">{escape(value)}</a>')


def _email(_kind: Any, value: str, _context: Context) -> Markup:
    return _made(f'<a class="plain" href="mailto:{escape(value)}">{escape(value)}</a>')


def _several(kind: Any, value: Any, context: Context) -> Markup:
    known = dict(kind.choices)
    shown = [(showing.tag_class(kind, key), escape(known.get(key, key))) for key in value]
    return _made(" ".join(f'<span class="tag {colour}">{text}</span>' for colour, text in shown))


def _flag(kind: FieldType, value: bool, context: Context) -> Markup:
    spoken = _made(f'<span class="hidden">{escape(kind.show(value, context))}</span>')
    return icon("check", 15) + spoken if value else spoken + NOTHING


def _tags(_kind: Any, value: Any, _context: Context) -> Markup:
    return _made(" ".join(f'<span class="tag h{hue(one)}">{escape(one)}</span>' for one in value))


_BY_KIND: dict[str, Callable[[Any, Any, Context], Markup]] = {
    "choice": choice,
    "link": lambda kind, ref, _context: link(ref, kind),
    "links": _links,
    "phones": _phones,
    "emails": _emails,
    "phone": _phone,
    "email": _email,
    "several": _several,
    "url": _address,
    "flag": _flag,
    "datetime": moment,
    "tags": _tags,
}
