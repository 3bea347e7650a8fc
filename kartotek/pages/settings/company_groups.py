"""What the company's page asks, group by group, and what each line of it changes."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kartotek.core.regional import PAPERS, currency_names, first_weekday, paper, usual_currency
from kartotek.core.working import hours_of
from kartotek.core.workspace import WorkspaceFacts
from kartotek.core.workspace_settings import COLOURS
from kartotek.pages.settings import company_time_lines
from kartotek.pages.settings.asking import Asked, languages, time_zones
from kartotek.pages.welcome.places import countries
from kartotek.people.company import FIELDS, LONGEST_NAME
from kartotek.people.company_settings import (
    LONGEST_ADDRESS,
    LONGEST_NUMBER,
    SETTINGS,
    odd_tax_number,
    typed,
)
from kartotek.people.company_time import day_name, typed_spans


@dataclass(frozen=True)
class Group:
    """One form of the page: its anchor, its heading and its lines."""

    key: str
    label: str
    asked: tuple[Asked, ...]
    takes_files: bool = False


def groups(facts: WorkspaceFacts) -> list[Group]:
    """The forms in their order."""
    return [
        Group("company", _("Company"), _company(facts)),
        Group("look", _("Appearance"), _look(), takes_files=True),
        Group("region", _("Language and region"), _region(facts)),
        Group("time", _("Working time"), company_time_lines.lines(facts)),
    ]


def values_of(facts: WorkspaceFacts) -> dict[str, str]:
    """What is set, as the inputs hold it."""
    held = {name: str(getattr(facts, name)) for name in FIELDS}
    held |= {name: typed(facts.settings, name) for name in SETTINGS}
    if not facts.settings.hours:
        held["hours"] = "\n".join(map(typed_spans, hours_of(facts)))
    if not facts.settings.languages:
        held["languages"] = "\n".join(code for code, _name in languages(facts.language))
    return held


def colours() -> tuple[tuple[str, str, str], ...]:
    """(key, hue class, word) of each colour that may be chosen."""
    named = {
        "": _("Green"), "teal": _("Teal"), "blue": _("Blue"), "indigo": _("Indigo"),
        "violet": _("Violet"), "plum": _("Plum"), "wine": _("Wine"), "rust": _("Rust"),
        "amber": _("Amber"), "olive": _("Olive"),
    }  # fmt: skip
    return tuple((key, hue, named[key]) for key, hue in COLOURS.items())


def _company(facts: WorkspaceFacts) -> tuple[Asked, ...]:
    return (
        Asked("name", _("Name"), _(
            "Stands on every page. The department that is the company itself is renamed with it."),
            most=LONGEST_NAME, fills="organization"),
        Asked("address", _("Postal address"), _(
            "As it stands on a letter, a line each, without the name."),
            kind="lines", most=LONGEST_ADDRESS, fills="street-address", is_needed=False),
        Asked("tax_number", _("Tax number"), _(
            "Checked against how your country gives them; what looks odd is marked and kept."),
            most=LONGEST_NUMBER, is_needed=False, mark=odd_tax_number(facts)),
    )  # fmt: skip


def _look() -> tuple[Asked, ...]:
    return (
        Asked("logo", _("Logo"), _(
            "Stands in the side bar and where people sign in. PNG, JPEG, WebP or SVG, at most "
            "1 MB and 4000 × 4000 pixels."), kind="logo"),
        Asked("colour", _("Colour"), _(
            "Of buttons and of what is chosen. Each can be read well in light and dark."),
            kind="colour"),
    )  # fmt: skip


def _region(facts: WorkspaceFacts) -> tuple[Asked, ...]:
    here = get_language() or "en"
    blank = [] if facts.country else [("", _("Choose a country"))]
    unset = WorkspaceFacts(country=facts.country)
    return (
        Asked("country", _("Country"), _(
            "Phone numbers without a country code are read as numbers of this country. Those that "
            "stand here already stay as they are."), (*blank, *countries(here))),
        Asked("language", _("Language"), _(
            "Lists stand in the order of its alphabet, files without a mark are read in its "
            "letters, and new people begin with it. Who is here keeps their own."),
            languages(facts.language)),
        Asked("zone", _("Time zone"), _(
            "Times are shown in it to whoever has chosen no zone of their own, and the days of "
            "reports begin by it. What is stored does not change."), time_zones(facts.zone)),
        Asked("languages", _("Languages to choose from"), _(
            "For people who work here. Whoever has chosen another one keeps it."),
            languages(facts.language), kind="boxes"),
        Asked("week_start", _("A week begins on"), _("Of calendars, and of reports by week."),
            (("", _("As the country: %(usual)s") % {"usual": day_name(first_weekday(unset))}),
             *((str(day), day_name(day)) for day in range(7)))),
        Asked("currencies", _("Currencies"), _(
            "The main one, and the others that amounts are given in: three letters each, such as "
            "EUR, SEK."),
            (("", _("As the country: %(usual)s") % {"usual": usual_currency(facts.country)}),
             *((code, f"{code} – {name}") for code, name in currency_names(here).items())),
            kind="currencies"),
        Asked("paper", _("Paper"), _("On which lists and letters are printed."),
            (("", _("As the country: %(usual)s") % {"usual": paper(unset)}),
             *((one, one) for one in PAPERS))),
    )  # fmt: skip
