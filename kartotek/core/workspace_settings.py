"""What else is set for the whole company: plain values in one JSON column, typed here.

A value that is not set is empty, and follows the country where a country says something. Keys that
this version does not know stay as they are: a newer one may have written them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

# The colours that may be chosen: the hue class (see tokens.css) of each; "" is Kartotek's own.
COLOURS = {
    "": "", "teal": "h13", "blue": "h16", "indigo": "h18", "violet": "h20", "plum": "h22",
    "wine": "h0", "rust": "h3", "amber": "h5", "olive": "h8",
}  # fmt: skip


@dataclass(frozen=True)
class WorkspaceSettings:
    """The settings that no query asks for. `others` are those of other versions."""

    colour: str = ""
    address: str = ""
    tax_number: str = ""
    languages: tuple[str, ...] = ()  # codes of those offered besides the company's; (): all
    week_start: str = ""  # "0" Monday … "6" Sunday
    currencies: tuple[str, ...] = ()  # ISO 4217, the main one first
    paper: str = ""
    fiscal_month: int = 1  # in which a fiscal year begins
    hours: tuple[tuple[tuple[int, int], ...], ...] = ()  # by weekday from Monday: minutes of a day
    holiday_country: str = ""  # "-": none but the company's own
    holiday_region: str = ""
    days_off: tuple[tuple[str, str], ...] = ()  # (day, name): "2026-12-24", "--12-24" each year
    half_days: tuple[tuple[str, str], ...] = ()
    days_on: tuple[tuple[str, str], ...] = ()  # worked though the list calls them holidays
    others: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @property
    def hue(self) -> str:
        """The class of the accent; "" for the usual one, and for a colour that is not known."""
        return COLOURS.get(self.colour, "")


_OWN = tuple(one.name for one in fields(WorkspaceSettings) if one.name != "others")


def loaded(stored: Mapping[str, Any]) -> WorkspaceSettings:
    """The settings as they were kept; a value of another kind counts as not set."""
    usual = WorkspaceSettings()
    held = {}
    for name in _OWN:
        value = stored.get(name)
        value = _tuples(value)
        if isinstance(value, type(getattr(usual, name))):
            held[name] = value
    others = {name: value for name, value in stored.items() if name not in held}
    return WorkspaceSettings(**held, others=others)


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


def plain(settings: WorkspaceSettings) -> dict[str, Any]:
    """As they are kept: what is not set takes no room."""
    usual = WorkspaceSettings()
    own = {name: getattr(settings, name) for name in _OWN}
    told = {name: value for name, value in own.items() if value != getattr(usual, name)}
    return {**{name: value for name, value in settings.others.items() if name not in own}, **told}
