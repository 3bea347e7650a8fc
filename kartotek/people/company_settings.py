"""Each setting of the company read from what was typed: a value, or a sentence why it cannot be."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from stdnum import get_cc_module

from kartotek.core.errors import ValidationError
from kartotek.core.regional import PAPERS, currencies_in_use, usual_currency
from kartotek.core.workspace import WorkspaceFacts
from kartotek.core.workspace_settings import COLOURS, WorkspaceSettings
from kartotek.people import company_time

LONGEST_ADDRESS, MOST_LINES, LONGEST_NUMBER = 500, 8, 40
MOST_CURRENCIES = 40


def checked_settings(
    facts: WorkspaceFacts, sent: Mapping[str, str], languages: Collection[str]
) -> tuple[WorkspaceSettings, dict[str, str]]:
    """The settings with what was sent, and by field why something cannot be.

    `facts` are those that will hold, their settings the present ones.
    """
    values: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for name, read in _READERS.items():
        if name not in sent:
            continue
        try:
            values[name] = read(sent[name][:20_000], facts, languages)
        except ValidationError as refused:
            wrong[name] = " ".join(refused.messages)
    settings = replace(facts.settings, **values)
    if not company_time.is_region(settings, facts.country):
        if settings.holiday_country == facts.settings.holiday_country and "country" not in sent:
            wrong["holiday_region"] = _("Choose one of the regions.")
        settings = replace(settings, holiday_region="")
    return settings, wrong


def typed(settings: WorkspaceSettings, name: str) -> str:
    """A setting as one would type it; several of them a line each."""
    value = getattr(settings, name)
    if name == "hours":
        return "\n".join(map(company_time.typed_spans, value))
    if name in ("days_off", "half_days", "days_on"):
        return "\n".join(company_time.typed_day(*one) for one in value)
    return "\n".join(value) if isinstance(value, tuple) else str(value)


def shown(text: str) -> str:
    """What was typed as the security log tells it: one line, at most 120 letters."""
    told = " / ".join(line or "–" for line in text.split("\n"))
    return told if len(told) <= 120 else told[:119] + "…"


def odd_tax_number(facts: WorkspaceFacts) -> str:
    """A sentence where the tax number is none of its country; "" where it is, or nobody knows."""
    number, country = facts.settings.tax_number, facts.country.lower()
    module = get_cc_module(country, "vat") if number and country else None
    if module is None or module.is_valid(number):
        return ""
    return _("This is no tax number as %(country)s gives them. Check it; it is kept as it is.") % {
        "country": facts.country
    }


def address_lines(facts: WorkspaceFacts) -> tuple[str, ...]:
    """The postal address, a line each, the name of the company above it; () where none is set."""
    lines = tuple(facts.settings.address.split("\n")) if facts.settings.address else ()
    return (facts.name, *lines) if lines else ()


def _line(typed: str) -> str:
    return "".join(filter(str.isprintable, " ".join(typed.split())))


def _colour(typed: str, _facts: WorkspaceFacts, _languages: Collection[str]) -> str:
    if typed not in COLOURS:
        raise ValidationError(_("Choose one of the colours."))
    return typed


def _address(typed: str, _facts: WorkspaceFacts, _languages: Collection[str]) -> str:
    lines = [line for one in typed.splitlines() if (line := _line(one))]
    if len(lines) > MOST_LINES or len("\n".join(lines)) > LONGEST_ADDRESS:
        raise ValidationError(
            _("An address has at most %(lines)s lines and %(most)s letters.")
            % {"lines": MOST_LINES, "most": LONGEST_ADDRESS}
        )
    return "\n".join(lines)


def _tax_number(typed: str, _facts: WorkspaceFacts, _languages: Collection[str]) -> str:
    number = _line(typed)
    if len(number) > LONGEST_NUMBER:
        raise ValidationError(
            _("A tax number has at most %(most)s signs.") % {"most": LONGEST_NUMBER}
        )
    return number


def _languages(typed: str, facts: WorkspaceFacts, languages: Collection[str]) -> tuple[str, ...]:
    chosen = tuple(dict.fromkeys(typed.split()))
    if any(one not in languages for one in chosen):
        raise ValidationError(_("Choose one of the languages."))
    found = tuple(dict.fromkeys((facts.language, *chosen)))
    return () if all(one in found for one in languages) else found


def _week_start(typed: str, _facts: WorkspaceFacts, _languages: Collection[str]) -> str:
    if typed not in ("", *"0123456"):
        raise ValidationError(_("Choose one of the days."))
    return typed


def _currencies(typed: str, facts: WorkspaceFacts, _languages: Collection[str]) -> tuple[str, ...]:
    """The first line is the main one, the others follow: none at all is as the country has it."""
    main, _end, further = typed.upper().partition("\n")
    codes = [one for one in re.split(r"[\s,;]+", further) if one]
    if not main.strip() and not codes:
        return ()
    found = tuple(dict.fromkeys([main.strip() or usual_currency(facts.country), *codes]))
    if unknown := [one for one in found if one not in currencies_in_use()]:
        raise ValidationError(
            _("“%(code)s” is no currency in use. Write its three letters, such as EUR.")
            % {"code": unknown[0][:20]}
        )
    if len(found) > MOST_CURRENCIES:
        raise ValidationError(
            _("At most %(most)s currencies can be offered.") % {"most": MOST_CURRENCIES}
        )
    return found


def _paper(typed: str, _facts: WorkspaceFacts, _languages: Collection[str]) -> str:
    if typed not in ("", *PAPERS):
        raise ValidationError(_("Choose one of the sizes."))
    return typed


Reader = Callable[[str, WorkspaceFacts, Collection[str]], Any]
_READERS: dict[str, Reader] = {
    "colour": _colour,
    "address": _address,
    "tax_number": _tax_number,
    "languages": _languages,
    "week_start": _week_start,
    "currencies": _currencies,
    "paper": _paper,
    "fiscal_month": company_time.fiscal_month,
    "hours": company_time.hours,
    "holiday_country": company_time.holiday_country,
    "holiday_region": company_time.holiday_region,
    "days_off": company_time.days,
    "half_days": company_time.days,
    "days_on": company_time.days,
}
SETTINGS = tuple(_READERS)
