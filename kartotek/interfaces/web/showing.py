"""How a value looks on a page, beyond its plain text: short dates, colours, columns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton, format_timedelta
from django.conf import settings
from django.utils.translation import gettext as _

from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue, unknown_field, visible
from kartotek.core.context import Context
from kartotek.core.fieldtypes import Choice, FieldType, Link
from kartotek.core.recordtype import RecordType

FEW = 8  # choices that are told apart by colour; more of them would only be noise
POSITIONS = 12  # the classes p0 … p11 of tokens.css
IN_CELL = ("text", "number", "flag", "date", "choice", "datetime")
NUMBERS = ("number", "money", "duration", "datetime")


@dataclass(frozen=True)
class Column:
    """One column of a list: its name, its words, how its values are shown and edited."""

    name: str
    label: Any
    kind: FieldType | None  # None for a list of parts
    sorts: bool = False
    edits: bool = False

    @property
    def is_number(self) -> bool:
        return self.kind is not None and self.kind.kind in NUMBERS


def column(actor: Actor, record_type: RecordType, name: str) -> Column:
    """The column `name`; ValidationError where there is no such field for this actor."""
    if name.split(".")[0] not in visible(actor, record_type):
        raise unknown_field(record_type, name)
    if name in record_type.parts:
        return Column(name, record_type.parts[name].label, None)
    first, _dot, second = name.partition(".")
    kind = record_type.fields[first]
    if second:
        target = catalogue()[kind.target] if isinstance(kind, Link) else record_type
        inner = target.fields.get(second, kind)
        return Column(name, f"{kind.label}: {inner.label}", inner)
    writes = kind.editable and name not in actor.rights.protects(record_type.key)
    edits = writes and kind.kind in IN_CELL and name != record_type.title
    return Column(name, kind.label, kind, name in record_type.sort_names, edits)


def short(value: datetime, context: Context) -> str:
    """How long ago, or in how long; the day where that is more than a week."""
    locale = context.language.replace("-", "_")
    delta = value - datetime.now(UTC)
    seconds = abs(delta.total_seconds())
    if seconds < 60:
        return _("now")
    if seconds < 7 * 86_400:
        return format_timedelta(delta, format="narrow", threshold=1, locale=locale)
    day = value.astimezone(ZoneInfo(context.zone))
    if seconds < 300 * 86_400:
        return format_skeleton("MMMd", day, locale=locale)
    return format_date(day, "medium", locale=locale)


def tag_class(kind: Choice, value: str) -> str:
    """The colour class of a choice by its position; "" where there are too many to tell apart."""
    keys = [key for key, _label in kind.choices]
    if len(keys) > FEW or value not in keys:
        return ""
    return f"p{keys.index(value) % POSITIONS}"


def is_person(kind: FieldType) -> bool:
    """Does this link name a member? Members are shown with a round face."""
    return isinstance(kind, Link) and kind.target_model == settings.KARTOTEK_MEMBER_MODEL


def bare_url(url: str) -> str:
    """A web address without what everybody knows: "https://www.fjord.no/" → "fjord.no"."""
    return url.split("://", 1)[-1].removeprefix("www.").rstrip("/")


def dialled(text: str) -> str:
    """What a telephone dials of a number as typed."""
    return "".join(letter for letter in text if letter in "+0123456789*#")
