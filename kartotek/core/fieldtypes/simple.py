"""Numbers, flags, dates, moments and choices."""

from __future__ import annotations

import re
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kartotek.core.context import Context
from kartotek.core.fieldtypes import formats
from kartotek.core.fieldtypes.base import Dialect, FieldType, refuse

LEAP_YEAR = 2000  # a year that has every day there is


class Number(FieldType):
    """A whole number, read and shown in the person's format."""

    kind = "number"
    schema = {"type": ["integer", "null"]}
    operators = (*FieldType.operators, "before", "after")
    sortable = True
    empty = None
    LIMIT = 2**53  # what every JSON reader can hold

    def parse(self, raw: Any, context: Context) -> int | None:
        if raw is None or raw == "":
            return None
        if isinstance(raw, bool):
            raise refuse(_("Expected a whole number here."))
        text = re.sub(r"[\s\u00a0\u202f']", "", str(raw)).replace("\u2212", "-")  # a true minus
        decimal, group = formats.signs(context)
        sign = re.escape(group)
        if re.fullmatch(rf"-?\d{{1,3}}({sign}\d{{2,3}})*{sign}\d{{3}}", text):
            text = text.replace(group, "")
        text = re.sub(rf"({re.escape(decimal)}|\.)0+$", "", text)
        if not re.fullmatch(r"-?\d+", text):
            raise refuse(
                _("“%(raw)s” is not a whole number. Write it like 1234.") % {"raw": str(raw)[:40]}
            )
        if len(text) > 18 or abs(int(text)) > self.LIMIT:
            raise refuse(_("This number is too large to keep exactly; at most 15 digits fit."))
        return int(text)

    def show(self, value: int | None, context: Context) -> str:
        return "" if value is None else formats.number(value, context)

    def sample(self, seed: int) -> int:
        return 10 + seed * 7


class Flag(FieldType):
    """Yes or no."""

    kind = "flag"
    schema = {"type": "boolean"}
    operators = ("is", "is_not")
    empty = False
    _TRUE = frozenset({"1", "true", "yes", "on", "y", "ja", "jā", "sim", "हाँ", "x"})
    _FALSE = frozenset({"", "0", "false", "no", "off", "n", "nei", "nē", "não", "नहीं"})

    def parse(self, raw: Any, context: Context) -> bool:
        if raw is None or isinstance(raw, bool):
            return bool(raw)
        text = str(raw).strip().casefold()
        if text in self._TRUE:
            return True
        if text in self._FALSE:
            return False
        raise refuse(_("Expected yes or no, not “%(raw)s”.") % {"raw": text[:40]})

    def is_empty(self, value: Any) -> bool:
        return not value

    def stored(self, value: bool, dialect: Dialect) -> Any:
        return dialect.boolean(value)

    def load(self, stored: Any) -> bool:
        return bool(stored)

    def show(self, value: bool, context: Context) -> str:
        return _("Yes") if value else _("No")

    def edit(self, value: bool, context: Context) -> str:
        return "true" if value else "false"

    def export(self, value: bool) -> str:
        return "true" if value else "false"

    def sample(self, seed: int) -> bool:
        return seed % 2 == 1


class Date(FieldType):
    """A day, without time or zone."""

    kind = "date"
    schema = {"type": ["string", "null"], "format": "date"}
    operators = (*FieldType.operators, "before", "after", "yearly")
    sortable = True
    empty = None

    def parse(self, raw: Any, context: Context) -> date | None:
        if raw is None or raw == "":
            return None
        if isinstance(raw, date) and not isinstance(raw, datetime):
            return raw
        text = str(raw).strip()
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
        match = re.fullmatch(r"(\d{1,2})[./](\d{1,2})[./](\d{4})", text)
        if match:
            first, second, year = (int(part) for part in match.groups())
            day, month = (second, first) if formats.is_month_first(context) else (first, second)
            try:
                return date(year, month, day)
            except ValueError:
                pass
        raise refuse(
            _("“%(raw)s” is no date. Write it like 2026-11-21 or 21.11.2026.") % {"raw": text[:40]}
        )

    def plain(self, value: date | None) -> str | None:
        return value.isoformat() if value else None

    def stored(self, value: date | None, dialect: Dialect) -> Any:
        return value and value.isoformat()

    def load(self, stored: Any) -> date | None:
        return date.fromisoformat(stored) if isinstance(stored, str) else stored

    def show(self, value: date | None, context: Context) -> str:
        return formats.day(value, context) if value else ""

    def edit(self, value: date | None, context: Context) -> str:
        return value.isoformat() if value else ""

    def condition(self, op: str, value: Any, dialect: Dialect) -> tuple[str, list[Any]]:
        """`yearly` holds where the day falls on one of those given, whatever its year."""
        if op != "yearly":
            return super().condition(op, value, dialect)
        days = [month_day(one) for one in (value if isinstance(value, list | tuple) else [value])]
        if not days:
            return "0 = 1", []
        marks = ", ".join(["%s"] * len(days))
        spoken = dialect.month_day(self.column, is_text=self.is_custom)
        return f"{spoken} IN ({marks})", [month * 100 + day for month, day in days]

    def sample(self, seed: int) -> str:
        return (date(1980, 2, 29) + timedelta(days=seed * 37)).isoformat()


def month_day(raw: Any) -> tuple[int, int]:
    """Month and day of "11-23", or of a whole date; ValidationError for what is no day at all."""
    text = str(raw).strip()
    held = f"{LEAP_YEAR}-{text}" if re.fullmatch(r"\d\d-\d\d", text, re.ASCII) else raw
    try:
        day = Date().parse(held, Context())
    except ValidationError:
        day = None
    if day is None:
        raise refuse(_("“%(raw)s” is no day of a year. Write it like 11-21.") % {"raw": text[:40]})
    return day.month, day.day


class Moment(FieldType):
    """A moment: kept in UTC, shown in the person's zone."""

    kind = "datetime"
    schema = {"type": ["string", "null"], "format": "date-time"}
    operators = ("before", "after", "empty", "not_empty")
    sortable = True
    empty = None

    def parse(self, raw: Any, context: Context) -> datetime | None:
        if raw is None or raw == "":
            return None
        try:
            value = raw if isinstance(raw, datetime) else datetime.fromisoformat(str(raw).strip())
            if value.tzinfo is None:
                value = value.replace(tzinfo=ZoneInfo(context.zone))
            value = value.astimezone(UTC)
            if not MINYEAR < value.year < MAXYEAR:  # no clock beyond UTC could show it
                raise ValueError
        except (ValueError, OverflowError):
            raise refuse(
                _("“%(raw)s” is no time. Write it like 2026-11-21 14:30.") % {"raw": str(raw)[:40]}
            ) from None
        return value

    def plain(self, value: datetime | None) -> str | None:
        return value.isoformat() if value else None

    def stored(self, value: datetime | None, dialect: Dialect) -> Any:
        return value and dialect.instant(value)

    def load(self, stored: Any) -> datetime | None:
        if stored is None:
            return None
        if isinstance(stored, str):
            stored = datetime.fromisoformat(stored)
        moment: datetime = stored
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    def show(self, value: datetime | None, context: Context) -> str:
        return "" if value is None else formats.moment(value, context)

    def edit(self, value: datetime | None, context: Context) -> str:
        if value is None:
            return ""
        return value.astimezone(ZoneInfo(context.zone)).strftime("%Y-%m-%dT%H:%M")

    def sample(self, seed: int) -> str:
        return (datetime(2026, 1, 2, 3, 4, tzinfo=UTC) + timedelta(hours=seed * 5)).isoformat()


class Offering(FieldType):
    """What is alike for all fields whose values are named beforehand."""

    choices: list[tuple[str, Any]]
    put_away: frozenset[str] = frozenset()  # choices that are shown where they stand, not offered

    @property
    def offered(self) -> list[tuple[str, Any]]:
        """The choices that people may take."""
        return [one for one in self.choices if one[0] not in self.put_away]


def chosen(choices: list[tuple[str, Any]], text: str) -> str:
    """The key of the choice that a text names by key or label; ValidationError lists them."""
    for key, _label in choices:
        if text == key:
            return key
    for key, label in choices:
        if text.casefold() == str(label).casefold():
            return key
    known = ", ".join(str(label) for _key, label in choices)
    raise refuse(
        _("“%(raw)s” is not one of the choices: %(known)s.") % {"raw": text[:40], "known": known}
    )


class Choice(Offering):
    """One of a few named values; kept by its key, shown by its label in a colour of its own."""

    kind = "choice"

    def __init__(self, choices: list[tuple[str, Any]], **options: Any) -> None:
        super().__init__(**options)
        self.choices = choices

    def parse(self, raw: Any, context: Context) -> str:
        text = "" if raw is None else str(raw).strip()
        return chosen(self.choices, text) if text else ""

    def describe(self) -> dict[str, Any]:
        return {"type": "string", "enum": ["", *(key for key, _label in self.choices)]}

    def show(self, value: str, context: Context) -> str:
        return next((str(label) for key, label in self.choices if key == value), value or "")

    def edit(self, value: str, context: Context) -> str:
        return value or ""

    def sample(self, seed: int) -> str:
        return self.choices[seed % len(self.choices)][0]
