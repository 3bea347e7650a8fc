"""The address under which people open Kartotek, as far as this machine knows it."""

from __future__ import annotations

import json
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _


def _file() -> Path:
    return Path(settings.DATA) / "serving.json"


def tell_where(address: str) -> None:
    """`serve` tells the other commands the address it is reached at; "" forgets it."""
    if address:
        _file().write_text(json.dumps({"address": address}), encoding="utf-8")
    else:
        _file().unlink(missing_ok=True)


def local() -> str:
    return f"http://localhost:{settings.ENVIRONMENT.port}"


def address() -> str:
    """The configured origin, else the address in the house, else this machine's own."""
    if settings.ENVIRONMENT.origins:
        return str(settings.ENVIRONMENT.origins[0]).rstrip("/")
    return _told() or local()


def _told() -> str:
    try:
        return str(json.loads(_file().read_text(encoding="utf-8"))["address"])
    except (OSError, ValueError, KeyError):
        return ""


def reach() -> str:
    """A sentence where only this machine can open a link; else nothing."""
    if not address().startswith("http://localhost:"):
        return ""
    return _(
        "Only this machine can open the link. Start Kartotek with “bin/up --lan” to open it "
        "to the house, then make the link again with “kartotek user invite”."
    )
