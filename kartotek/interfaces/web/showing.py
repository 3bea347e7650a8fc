"""How a value looks on a page, beyond its plain text: short dates, colours, columns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_skeleton, format_timedelta
from django.conf import settings
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue, unknown_field, visible
from kartotek.core.context import Context
from kartotek.core.fieldtypes import Date, FieldType, Link, Moment, Offering, formats
from kartotek.core.recordtype import RecordType

FEW = 8  # choices that are told apart by colour; more of them would only be noise
POSITIONS = 12  # the classes p0 … p11 of tokens.css
IN_CELL = ("text", "number", "decimal", "flag", "date", "choice", "datetime")
NUMBERS = ("number", "decimal", "money", "duration", "datetime")


@dataclass(frozen=True)
class Column:
    """One column of a list: its name, its words, how its values are shown and edited."""

    name: str
    label: str
    kind: FieldType | None  # None for a list of parts
    sorts: bool = False
    edits: bool = False
    classes: str = ""  # of its cells

    @property
    def is_number(self) -> bool:
        return self.kind is not None and self.kind.kind in NUMBERS


def column(actor: Actor, record_type: RecordType, name: str) -> Column:
    """The column `name`; ValidationError where there is no such field for this actor."""
    if name.split(".")[0] not in visible(actor, record_type):
        raise unknown_field(record_type, name)
    is_free = name not in actor.rights.protects(record_type.key)
    return _column(record_type, name, is_free, get_language())


@lru_cache(maxsize=4_096)
def _column(record_type: RecordType, name: str, is_free: bool, _language: str) -> Column:
    """Its labels are those of the language that is spoken just now."""
    if name in record_type.parts:
        return Column(name, str(record_type.parts[name].label), None, classes="col-part")
    first, _dot, second = name.partition(".")
    kind = record_type.fields[first]
    if second:
        target = catalogue()[kind.target] if isinstance(kind, Link) else record_type
        inner = target.fields.get(second, kind)
        label = f"{kind.label}: {inner.label}"
        return Column(name, label, inner, classes=_classes(record_type, name, inner))
    edits = is_free and kind.editable and kind.kind in IN_CELL and name != record_type.title
    return Column(
        name,
        str(kind.label),
        kind,
        name in record_type.sort_names,
        edits,
        _classes(record_type, name, kind),
    )


def _classes(record_type: RecordType, name: str, kind: FieldType) -> str:
    found = [f"col-{kind.kind}"]
    found += ["num"] if kind.kind in NUMBERS else []
    found += ["col-line"] if name == record_type.contact_line else []
    found += ["col-facet"] if name == record_type.facet else []
    return " ".join(found)


def short(value: datetime, context: Context) -> str:
    """How long ago, or in how long; the day where that is more than a week."""
    locale = context.language.replace("-", "_")
    delta = value - datetime.now(UTC)
    seconds = abs(delta.total_seconds())
    if seconds < 60:
        return _("now")
    if seconds < 7 * 86_400:
        return _ago(*_steps(delta), locale)
    day = value.astimezone(ZoneInfo(context.zone)).date()
    if seconds >= 300 * 86_400 and context.formats.date:
        return formats.day(day, context)
    return _day(day, seconds < 300 * 86_400, locale)


def whole(value: datetime, context: Context) -> str:
    """A moment in full, as the person reads it."""
    return Moment().show(value, context)


def day(value: datetime, context: Context) -> str:
    """The day of a moment, as the person reads days."""
    return Date().show(value.astimezone(ZoneInfo(context.zone)).date(), context)


def filesize(size: int, context: Context) -> str:
    """So many bytes as the person reads them: "340 kB", "1.2 MB"; thousands, as disks count."""
    if size < 1_000_000:
        return f"{formats.number(max(1, round(size / 1000)), context)} kB"
    return f"{formats.number(round(size / 1_000_000, 1), context)} MB"


def _steps(delta: timedelta) -> tuple[int, int]:
    """The distance in whole units, and the seconds of the unit: "3 days" is (3, 86400)."""
    seconds = int(delta.total_seconds())
    unit = next(one for one in (86_400, 3_600, 60) if abs(seconds) >= one)
    return round(seconds / unit), unit


# Babel works each of them out from its tables, and a page shows the same few again and again.
@lru_cache(maxsize=4_096)
def _ago(count: int, unit: int, locale: str) -> str:
    delta = timedelta(seconds=count * unit)
    return format_timedelta(delta, format="narrow", threshold=1, locale=locale)


@lru_cache(maxsize=4_096)
def _day(day: date, is_near: bool, locale: str) -> str:
    if is_near:
        return format_skeleton("MMMd", day, locale=locale)
    return format_date(day, "medium", locale=locale)


def tag_class(kind: Offering, value: str) -> str:
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


# Through what a change came, where it was not a page.
_CAUSES = {
    "import": gettext_lazy("import"),
    "api": gettext_lazy("API"),
    "bulk": gettext_lazy("change of many"),
    "merge": gettext_lazy("merge"),
    "hand_over": gettext_lazy("handed over"),
    "config": gettext_lazy("set-up"),
    "command": gettext_lazy("command line"),
    "alike": gettext_lazy("duplicates"),
}


def through(cause: str) -> str:
    """A cause in words; one that a package brings stands as it is."""
    return str(_CAUSES.get(cause, cause))
