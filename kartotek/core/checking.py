"""Start-up checks: a misspelt name in a declaration stops the start with a hint."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from django.core import checks

from kartotek.core.fieldtypes import Choice, Date, Moment
from kartotek.core.measure import SUMMED
from kartotek.core.recordtype import RECORD_TYPES, RecordType, Related

_NAMED = ("columns", "sorts", "form", "quick", "title", "facet", "same_as", "guarded",
          "linked_by", "timeline_at", "timeline_parent", "search_with", "contact_line", "open_by",
          "open_to")  # fmt: skip
MOST_SORTS = 3


def declarations(app_configs: Any, **options: Any) -> list[checks.CheckMessage]:
    """Every field that a record type names exists; every type that a panel names exists."""
    found: list[checks.CheckMessage] = []
    for record_type in RECORD_TYPES.values():
        for attribute in _NAMED:
            for name in str(getattr(record_type, attribute)).replace("|", " ").split():
                found += _unknown(record_type, attribute, name)
        for name in record_type.search:
            found += _unknown(record_type, "search", name)
        if len(record_type.sort_names) > MOST_SORTS:
            hint = "Each costs an index on every write."
            found.append(_error(record_type, "has more than three sorts.", hint, "E002"))
        found += [
            _error(record_type, f"has a panel of unknown type “{panel.type}”.",
                   f"Types are: {', '.join(sorted(RECORD_TYPES))}.", "E003")
            for panel in record_type.panels
            if isinstance(panel, Related) and panel.type not in RECORD_TYPES
        ]  # fmt: skip
        found += _board(record_type)
        found += _calendar(record_type)
    return found


def _board(record_type: RecordType) -> list[checks.CheckMessage]:
    """The columns of a board are choices, and what it sums up is a number."""
    board = record_type.board
    if board is None:
        return []
    names = [name for name in (board.field, board.total) if name]
    if unknown := [one for name in names for one in _unknown(record_type, "board", name)]:
        return unknown
    found = []
    if not isinstance(record_type.fields.get(board.field), Choice):
        hint = "The columns of a board are the choices of a field."
        found.append(_error(record_type, f"has a board of “{board.field}”.", hint, "E004"))
    if board.total and getattr(record_type.fields.get(board.total), "kind", "") not in SUMMED:
        hint = "Only numbers have a sum."
        found.append(_error(record_type, f"has a board summing “{board.total}”.", hint, "E005"))
    return found


def _calendar(record_type: RecordType) -> list[checks.CheckMessage]:
    """The days of a calendar are those of a date or moment; only a date comes again each year."""
    calendar = record_type.calendar
    if calendar is None:
        return []
    if unknown := _unknown(record_type, "calendar", calendar.field):
        return unknown
    kind = record_type.fields.get(calendar.field)
    if not isinstance(kind, Date if calendar.yearly else Date | Moment):
        hint = "Its field is a date or a moment, and where it is yearly a date."
        return [_error(record_type, f"has a calendar of “{calendar.field}”.", hint, "E006")]
    return []


def _unknown(record_type: RecordType, attribute: str, name: str) -> list[checks.CheckMessage]:
    known = [*record_type.fields, *record_type.parts]
    if name.split(".")[0] in known:
        return []
    near = get_close_matches(name, known, 1)
    hint = f"Did you mean “{near[0]}”? " if near else ""
    return [
        _error(record_type, f"{attribute} names unknown field “{name}”.",
               f"{hint}Fields are: {', '.join(sorted(known))}.", "E001")
    ]  # fmt: skip


def _error(record_type: RecordType, text: str, hint: str, number: str) -> checks.CheckMessage:
    return checks.Error(f"{type(record_type).__name__} {text}", hint=hint, id=f"kartotek.{number}")
