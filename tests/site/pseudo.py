"""A language that nobody speaks: every text of ours in brackets, so that what has none shows."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo

ROOT = Path(__file__).parent.parent.parent
CODE = "eo"  # Django needs a language it knows; nobody is offered it
METHODS = [("kartotek/**.py", "python"), ("kartotek/ui/templates/**.html", "jinja2")]
KEYWORDS = {
    "_": None, "_now": None, "_lazy": None,
    "gettext": None, "gettext_lazy": None, "ngettext": (1, 2),
    "ngettext_lazy": (1, 2), "pgettext": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3),
}  # fmt: skip
_BLOCKS = {"newstyle_gettext": "true", "trim_blocks": "true", "lstrip_blocks": "true"}
OPTIONS = {"kartotek/ui/templates/**.html": _BLOCKS}


def messages() -> Catalog:
    """Every text the source asks gettext for."""
    found = Catalog(locale=CODE)
    for message, context in _asked_for():
        found.add(message, context=context)
    return found


@lru_cache(maxsize=1)  # reading the whole source takes seconds
def _asked_for() -> tuple[tuple[Any, Any], ...]:
    found = extract_from_dir(str(ROOT), METHODS, OPTIONS, keywords=KEYWORDS)
    return tuple((message, context) for _file, _line, message, _comments, context in found)


def bracketed(text: str) -> str:
    return f"⟦{text}⟧"


def compile_into(folder: Path) -> int:
    """Write the catalogue below `folder`; returns how many texts it has."""
    catalogue = messages()
    for message in catalogue:
        if not message.id:
            continue
        if isinstance(message.id, tuple | list):
            message.string = tuple(bracketed(one) for one in message.id)
        else:
            message.string = bracketed(message.id)
    target = folder / CODE / "LC_MESSAGES" / "django.mo"
    target.parent.mkdir(parents=True)
    with target.open("wb") as file:
        write_mo(file, catalogue)
    return len(catalogue)
