"""Which column of a file fills which field, and which kind of record a file holds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue, visible
from kartotek.core.errors import ValidationError
from kartotek.core.recordtype import RecordType

UID = "uid"
LINE, REASON = "line", "why it was not imported"  # columns of a file of failed rows


@dataclass(frozen=True)
class Column:
    """One column: its header, the field it fills; without one, the reason why."""

    place: int
    header: str
    field: str = ""
    reason: str = ""


def columns_of(
    actor: Actor, record_type: RecordType, headers: tuple[str, ...], language: str
) -> list[Column]:
    """Every column of the file with its field; no field is filled twice."""
    known = names_of(actor, record_type, language)
    taken: dict[str, str] = {}
    found = []
    for place, header in enumerate(headers):
        name = known.get(_bare(header), "")
        reason = _reason(record_type, header, name, taken)
        if not reason:
            taken[name] = header
        shown = header or _("column %(number)s") % {"number": place + 1}
        found.append(Column(place, shown, "" if reason else name, reason))
    return found


def _reason(record_type: RecordType, header: str, name: str, taken: dict[str, str]) -> str:
    if header in (LINE, REASON):
        return _("Written by Kartotek beside the rows that failed.")
    if not name:
        return _("%(plural)s have no field of this name.") % {"plural": record_type.plural}
    if name in taken:
        return _("“%(other)s” fills the same field.") % {"other": taken[name]}
    if name in record_type.fields and not record_type.fields[name].editable:
        return _("Kept by Kartotek itself.")
    return ""


def names_of(actor: Actor, record_type: RecordType, language: str) -> dict[str, str]:
    """What a column may be called → field: its name, its label in English and in `language`."""
    seen = visible(actor, record_type)
    labels: dict[str, Any] = {
        name: one.label for name, one in (record_type.fields | record_type.parts).items()
        if name in seen
    }  # fmt: skip
    found = {UID: UID, **{_bare(name): name for name in labels}}
    for tongue in ("en", language):
        with translation.override(tongue):
            for name, label in labels.items():
                found.setdefault(_bare(str(label)), name)
    return found


def _bare(header: str) -> str:
    """Letters and digits alone: "E-mail", "email" and "E mail" are one name."""
    return re.sub(r"[\W_]+", "", header.casefold())


def guessed(actor: Actor, headers: tuple[str, ...], language: str) -> RecordType:
    """The type that most columns fit; ValidationError where none does, or several alike."""
    fits: dict[str, int] = {}
    for record_type in catalogue():
        columns = columns_of(actor, record_type, headers, language)
        filled = {column.field for column in columns if column.field}
        if record_type.title in filled or (UID in filled and len(filled) > 1):
            fits[record_type.key] = len(filled)
    best = [key for key, count in fits.items() if count == max(fits.values())]
    if not best:
        raise ValidationError(
            _("No column of this file is known (%(columns)s). Name the columns like the fields, "
              "or say what it holds with --type.")
            % {"columns": ", ".join(headers)[:200]}
        )  # fmt: skip
    if len(best) > 1:
        raise ValidationError(
            _("This file could hold any of: %(types)s. Say which with --type.")
            % {"types": ", ".join(best)}
        )
    return catalogue()[best[0]]


def chosen(actor: Actor, key: str, headers: tuple[str, ...], language: str) -> RecordType:
    """The type named, or the one the columns speak for."""
    if not key:
        return guessed(actor, headers, language)
    if key not in catalogue():
        known = ", ".join(one.key for one in catalogue())
        raise ValidationError(
            _("There is no type “%(key)s”. Known are: %(known)s.")
            % {"key": key[:60], "known": known}
        )
    return catalogue()[key]
