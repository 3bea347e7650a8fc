"""Phones, mails and addresses in one cell as a person reads them, and back to the letter.

+47 22 00 00 10 (mobile); +47 55 00 00 00 (work *)     the star marks the main one
Storgata 1 | 0155 | Oslo | | Norway (billing)
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils import translation

from kartotek.core.context import Context
from kartotek.core.errors import ValidationError
from kartotek.core.fieldtypes import ItemList

MAIN = "*"
_MARKED = re.compile(r"(.*\S) \(([^()]{1,40})\)", re.DOTALL)
Item = dict[str, Any]


def written(kind: ItemList, value: Any, context: Context) -> str:
    """The text of a cell; our own JSON where the items cannot be told in this way."""
    if not value:
        return ""
    text = "; ".join(_entry(kind, place, item) for place, item in enumerate(value))
    try:
        is_same = _content(kind, read(kind, text, context)) == _content(kind, value)
    except ValidationError:
        is_same = False
    return text if is_same else kind.export(value)


def read(kind: ItemList, text: str, context: Context) -> Any:
    """The items of a cell. ValidationError where it holds none."""
    if text.lstrip().startswith("[") or not ("(" in text or "|" in text):
        return kind.parse(text, context)
    found = [_read(kind, one.strip()) for one in text.split(";") if one.strip()]
    if not any(len(one) > 1 for one in found):
        return kind.parse(text, context)
    return kind.parse(found, context)


def _entry(kind: ItemList, place: int, item: Item) -> str:
    held = [str(item.get(name, "")) for name in _typed(kind)]
    while len(held) > 1 and not held[-1]:
        held.pop()
    use = "" if item["type"] == kind.first_use else _label(kind, item["type"])
    main = MAIN if item["primary"] and place else ""
    mark = f"{use} {main}".strip()
    text = " | ".join(held)
    return f"{text} ({mark})" if mark else text


def _read(kind: ItemList, entry: str) -> Item:
    """One entry: what it holds by name; with its use where that is marked."""
    item: Item = {}
    if marked := _MARKED.fullmatch(entry):
        text, mark = marked.groups()
        use, main = mark.removesuffix(MAIN).strip(), mark.endswith(MAIN)
        known = _uses(type(kind)).get(use.casefold(), "" if use else kind.first_use)
        if known:
            entry, item = text, {"type": known, "primary": main}
    names = _typed(kind)
    parts = [part.strip() for part in entry.split("|")] if len(names) > 1 else [entry]
    if len(parts) > len(names):
        parts = [entry]
    return {**dict(zip(names, parts, strict=False)), **item}


def _typed(kind: ItemList) -> tuple[str, ...]:
    """The names of what a person types of one item."""
    return kind.holds[:1] if "e164" in kind.holds else kind.holds


def _label(kind: ItemList, use: str) -> str:
    return next((str(label).lower() for key, label in kind.uses if key == use), use)


@lru_cache(maxsize=16)
def _uses(kind: type[ItemList]) -> dict[str, str]:
    """What a use is called in any language that is offered → its key."""
    found = {key: key for key, _label in kind.uses}
    for tongue, _name in settings.LANGUAGES:
        with translation.override(tongue):
            for key, label in kind.uses:
                found.setdefault(str(label).casefold(), key)
    return found


def _content(kind: ItemList, items: Any) -> list[tuple[Any, ...]]:
    """All that matters of the items but their ids, which are made anew."""
    names = ("type", "primary", *kind.holds)
    return [tuple(item.get(name) for name in names) for item in items]
