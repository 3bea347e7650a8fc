"""The styles and modules that every page links: whatever lies in their folders, in order."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path

import orjson
from django.templatetags.static import static
from markupsafe import Markup

from kartotek import ui

STATIC = Path(ui.__file__).parent / "static"
FIRST = ("tokens", "base", "layout")  # what the others build on
LAST = ("print",)


def _order(path: Path) -> tuple[int, str]:
    if path.stem in FIRST:
        return FIRST.index(path.stem), ""
    return (len(FIRST) + (path.stem in LAST)), path.stem


@cache
def stylesheets() -> tuple[str, ...]:
    """The URLs of all styles: fonts where the build made them, tokens, then by component."""
    fonts = sorted(STATIC.glob("fonts/*.css"))
    found = sorted((STATIC / "css").glob("*.css"), key=_order)
    return tuple(static(path.relative_to(STATIC).as_posix()) for path in [*fonts, *found])


@cache
def modules() -> dict[str, str]:
    """Each script by the name under which others import it: "k/keys" → its URL."""
    found = sorted((STATIC / "js").glob("*.js"))
    return {f"k/{path.stem}": static(f"js/{path.name}") for path in found}


@cache
def import_map() -> Markup:
    """The one inline script; the policy names its hash, so that no other can run."""
    return Markup(orjson.dumps({"imports": modules()}).decode())  # noqa: S704  (our own file names)


@cache
def import_map_hash() -> str:
    """The hash of the import map, as Content-Security-Policy writes it."""
    digest = hashlib.sha256(str(import_map()).encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
