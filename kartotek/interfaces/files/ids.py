"""Ids of other systems, in the one form in which they are kept and looked up."""

from __future__ import annotations

import re

_FIFTEEN = re.compile(r"[0-9A-Za-z]{15}")
_SUFFIXES = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
UNNAMED = "file"  # the system of a file that says of none that it is its own


def external(system: str, text: str) -> str:
    """ "system:id", as the field of external ids keeps it."""
    return f"{system or UNNAMED}:{normal(system, text)}"


def normal(system: str, text: str) -> str:
    """The id as its system writes it in full."""
    return eighteen(text) if system == "salesforce" else text


def eighteen(id: str) -> str:
    """A Salesforce id of 18 characters, also of one that was given with 15.

    Each of the three characters at the end tells which of five letters are capitals
    (help.salesforce.com, "Convert 15-character IDs").
    """
    if not _FIFTEEN.fullmatch(id):
        return id
    fives = (id[start : start + 5] for start in (0, 5, 10))
    return id + "".join(
        _SUFFIXES[sum(1 << place for place, letter in enumerate(five) if "A" <= letter <= "Z")]
        for five in fives
    )


_WRITTEN = {"hubspot": "HubSpot", "vcard": "vCard", "sugarcrm": "SugarCRM", "espocrm": "EspoCRM"}


def label_of(system: str) -> str:
    """A system as it writes itself: "hubspot" is HubSpot."""
    return _WRITTEN.get(system, system.title())
