"""How numbers, days and moments are written: as the language does, or as the person has chosen."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time, get_datetime_format
from babel.numbers import format_decimal, get_decimal_symbol, get_group_symbol

from kartotek.core.context import Context

# Patterns of Unicode LDML, by the choice that names them.
DATES = {"dot": "dd.MM.yyyy", "slash": "dd/MM/yyyy", "us": "MM/dd/yyyy", "iso": "yyyy-MM-dd"}
# The signs before the places and between the thousands.
NUMBERS = {"comma": (",", "\u00a0"), "point": (".", ",")}
CLOCKS = {"24": "HH:mm:ss", "12": "h:mm:ss a"}


def locale_of(context: Context) -> str:
    """Babel's name of the person's language."""
    return context.language.replace("-", "_")


def signs(context: Context) -> tuple[str, str]:
    """What stands before the places behind the point, and between thousands."""
    locale = locale_of(context)
    usual = str(get_decimal_symbol(locale)), str(get_group_symbol(locale))
    return NUMBERS.get(context.formats.number, usual)


def number(value: int | float | Decimal, context: Context, pattern: str | None = None) -> str:
    """A number in words of the person; `pattern` is one of Babel's."""
    locale = locale_of(context)
    text = str(format_decimal(value, pattern, locale=locale))
    if context.formats.number not in NUMBERS:
        return text
    point, group = signs(context)
    return text.translate(
        {ord(get_decimal_symbol(locale)): point, ord(get_group_symbol(locale)): group}
    )


def day(value: date, context: Context) -> str:
    """A day in full."""
    pattern = DATES.get(context.formats.date, "medium")
    return str(format_date(value, pattern, locale=locale_of(context)))


def moment(value: datetime, context: Context) -> str:
    """A moment in full, in the person's zone."""
    zone, locale = ZoneInfo(context.zone), locale_of(context)
    if not context.formats.date and not context.formats.clock:
        return str(format_datetime(value, "medium", tzinfo=zone, locale=locale))
    clock = CLOCKS.get(context.formats.clock, "medium")
    hour = format_time(value, clock, tzinfo=zone, locale=locale)
    joined = str(get_datetime_format("medium", locale=locale)).replace("'", "")
    today = day(value.astimezone(zone).date(), context)
    return joined.replace("{0}", hour).replace("{1}", today)


def is_month_first(context: Context) -> bool:
    """Is 11/12/2026 the twelfth of November?"""
    if context.formats.date in DATES:
        return context.formats.date == "us"
    return context.language == "en-us"
