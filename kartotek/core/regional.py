"""What a country is used to, by Babel's word, where the company has set nothing else."""

from __future__ import annotations

from datetime import date
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.numbers import get_territory_currencies

from kartotek.core.workspace import WorkspaceFacts

# Where paper is Letter, by CLDR's measurement data (paperSize, territories of US-Letter).
_LETTER = frozenset(
    {"BZ", "CA", "CL", "CO", "CR", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE"}
)
PAPERS = ("A4", "Letter")


def first_weekday(facts: WorkspaceFacts) -> int:
    """On which day a week begins: 0 is Monday, 6 is Sunday."""
    if facts.settings.week_start in set("0123456"):
        return int(facts.settings.week_start)
    return _calendar(facts.country)[0]


def weekdays(facts: WorkspaceFacts) -> tuple[int, ...]:
    """The seven days in the order in which this company's week has them."""
    first = first_weekday(facts)
    return tuple((first + one) % 7 for one in range(7))


def weekend(country: str) -> frozenset[int]:
    """The days on which nobody is expected to work there."""
    _first, start, end = _calendar(country)
    return frozenset((start + one) % 7 for one in range((end - start) % 7 + 1))


@cache
def _calendar(country: str) -> tuple[int, int, int]:
    """The first day of a week, and the first and the last one of the weekend."""
    try:
        land = Locale.parse(f"und_{country or '001'}")
    except (UnknownLocaleError, ValueError):
        land = Locale.parse("und_001")
    return land.first_week_day, land.weekend_start, land.weekend_end


def currencies(facts: WorkspaceFacts) -> tuple[str, ...]:
    """The codes (ISO 4217) this company counts in, the main one first; never none."""
    return facts.settings.currencies or (usual_currency(facts.country),)


@cache
def usual_currency(country: str) -> str:
    """With what is paid there today; the euro where nobody knows."""
    found = get_territory_currencies(country, date.today()) if country else []
    return str(found[0]) if found else "EUR"


def currency_names(language: str) -> dict[str, str]:
    """Code → name in this language, of the currencies that are in use."""
    try:
        named = Locale.parse(language.replace("-", "_")).currencies
    except (UnknownLocaleError, ValueError):
        named = Locale("en").currencies
    return {code: str(named.get(code, code)) for code in currencies_in_use()}


@cache
def currencies_in_use() -> tuple[str, ...]:
    """The codes (ISO 4217) with which some country pays today."""
    today = date.today()
    found = {one for land in get_global("territory_zones")
             for one in get_territory_currencies(land, today)}  # fmt: skip
    return tuple(sorted(found))


def paper(facts: WorkspaceFacts) -> str:
    """On which paper this company prints: "A4" or "Letter"."""
    if facts.settings.paper in PAPERS:
        return facts.settings.paper
    return "Letter" if facts.country in _LETTER else "A4"


def offered_languages(facts: WorkspaceFacts, every: tuple[str, ...]) -> tuple[str, ...]:
    """Those of `every` that people of this company choose from: its own is always there."""
    further = facts.settings.languages
    return tuple(one for one in every if not further or one == facts.language or one in further)


def fiscal_year_of(day: date, facts: WorkspaceFacts) -> int:
    """The fiscal year of a day, called by the year in which it begins."""
    return day.year if day.month >= facts.settings.fiscal_month else day.year - 1
