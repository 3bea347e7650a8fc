"""Each setting of the company read from what was typed: a value, or a sentence why it cannot be."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from stdnum import get_cc_module

from kartotek.core.errors import ValidationError
from kartotek.core.workspace import WorkspaceFacts
from kartotek.core.workspace_settings import COLOURS, WorkspaceSettings

LONGEST_ADDRESS, MOST_LINES, LONGEST_NUMBER = 500, 8, 40


def checked_settings(
    facts: WorkspaceFacts, sent: Mapping[str, str], languages: Container[str]
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
    return replace(facts.settings, **values), wrong


def shown(value: Any) -> str:
    """A value as the security log tells it: one line, at most 120 letters."""
    if isinstance(value, tuple | list):
        value = ", ".join(shown(one) for one in value)
    told = " / ".join(str(value).split("\n")) if value not in ("", None) else "–"
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


def _colour(typed: str, _facts: WorkspaceFacts, _languages: Container[str]) -> str:
    if typed not in COLOURS:
        raise ValidationError(_("Choose one of the colours."))
    return typed


def _address(typed: str, _facts: WorkspaceFacts, _languages: Container[str]) -> str:
    lines = [line for one in typed.splitlines() if (line := _line(one))]
    if len(lines) > MOST_LINES or len("\n".join(lines)) > LONGEST_ADDRESS:
        raise ValidationError(
            _("An address has at most %(lines)s lines and %(most)s letters.")
            % {"lines": MOST_LINES, "most": LONGEST_ADDRESS}
        )
    return "\n".join(lines)


def _tax_number(typed: str, _facts: WorkspaceFacts, _languages: Container[str]) -> str:
    number = _line(typed)
    if len(number) > LONGEST_NUMBER:
        raise ValidationError(
            _("A tax number has at most %(most)s signs.") % {"most": LONGEST_NUMBER}
        )
    return number


Reader = Callable[[str, WorkspaceFacts, Container[str]], Any]
_READERS: dict[str, Reader] = {
    "colour": _colour,
    "address": _address,
    "tax_number": _tax_number,
}
SETTINGS = tuple(_READERS)
