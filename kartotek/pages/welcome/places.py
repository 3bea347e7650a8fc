"""Countries and their usual time zones, in words of the person who chooses."""

from __future__ import annotations

import os
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from django.http import HttpRequest

from kartotek.core.words import sort_key

# Where a country has several zones: the one most of its people live in.
_MAIN = {
    "AR": "America/Argentina/Buenos_Aires", "AU": "Australia/Sydney", "BR": "America/Sao_Paulo",
    "CA": "America/Toronto", "CD": "Africa/Kinshasa", "CL": "America/Santiago",
    "CN": "Asia/Shanghai", "CY": "Asia/Nicosia", "DE": "Europe/Berlin", "EC": "America/Guayaquil",
    "ES": "Europe/Madrid", "GL": "America/Nuuk", "ID": "Asia/Jakarta", "KZ": "Asia/Almaty",
    "MN": "Asia/Ulaanbaatar", "MX": "America/Mexico_City", "MY": "Asia/Kuala_Lumpur",
    "NZ": "Pacific/Auckland", "PF": "Pacific/Tahiti", "PT": "Europe/Lisbon",
    "RU": "Europe/Moscow", "UA": "Europe/Kyiv", "US": "America/New_York", "UZ": "Asia/Tashkent",
}  # fmt: skip
_NO_COUNTRY = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"}


@cache
def countries(language: str) -> tuple[tuple[str, str], ...]:
    """(code, name) of every country, named and ordered as in this language."""
    try:
        named = Locale.parse(language.replace("-", "_")).territories
    except (UnknownLocaleError, ValueError):
        named = Locale("en").territories
    found = [
        (code, name)
        for code, name in named.items()
        if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRY
    ]
    return tuple(sorted(found, key=lambda one: sort_key(one[1], language) or ""))


def zone_of(country: str) -> str:
    """The usual time zone of a country; UTC where none is known."""
    zones = get_global("territory_zones").get(country, [])
    return _MAIN.get(country) or (zones[0] if zones else "UTC")


@cache
def zones() -> tuple[str, ...]:
    """Every time zone that can be chosen, by name."""
    by_country = get_global("territory_zones").values()
    known = {zone for found in by_country for zone in found} | set(_MAIN.values())
    return (*sorted(zone for zone in known if "/" in zone and not zone.startswith("Etc/")), "UTC")


def likely_country(request: HttpRequest) -> str:
    """The country of the browser's first language, else that of this machine; else none."""
    asked = request.headers.get("Accept-Language", "").split(",")[0].split(";")[0]
    for written in (asked, os.environ.get("LC_ALL", ""), os.environ.get("LANG", "")):
        parts = written.strip().split(".")[0].replace("-", "_").split("_")
        if len(parts) > 1 and parts[-1].upper() in get_global("territory_zones"):
            return parts[-1].upper()
    return ""
