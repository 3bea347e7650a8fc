"""Public holidays by country and region, as the `holidays` package knows them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache

NONE = "-"  # no country's holidays: only the company's own


@cache
def holiday_regions() -> Mapping[str, tuple[str, ...]]:
    """Country → its regions, of every country whose holidays are known."""
    import holidays  # 50 ms and some memory, for the few who ask

    known = holidays.list_supported_countries(include_aliases=False)
    return {code: tuple(regions) for code, regions in known.items() if len(code) == 2}


@cache
def region_names(country: str) -> Mapping[str, str]:
    """Region → its name, where the package has one, else its code."""
    import holidays

    aliases = holidays.country_holidays(country).get_subdivision_aliases()
    return {
        region: next(iter(aliases.get(region) or ()), region)
        for region in holiday_regions()[country]
    }


@lru_cache(maxsize=64)
def public_holidays(country: str, region: str, year: int, language: str) -> Mapping[date, str]:
    """Day → its name in this language, else in the country's own; empty where none is known."""
    import holidays

    if country not in holiday_regions():
        return {}
    subdivision = region if region in holiday_regions()[country] else None
    spoken = _spoken(country, language)
    return dict(holidays.country_holidays(country, subdiv=subdivision, years=year, language=spoken))


@cache
def _spoken(country: str, language: str) -> str | None:
    """The package's name of the language; left to itself it would take that of the machine."""
    import holidays

    known = holidays.country_holidays(country)
    first = language.partition("-")[0]
    wanted = ("no", "nb") if first == "nb" else (first,)
    found = [one for one in known.supported_languages if one.partition("_")[0] in wanted]
    return next(iter(found), known.default_language)
