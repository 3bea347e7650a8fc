"""Dates as other programs write them: how a column writes them is decided from all its values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from functools import cache

from babel.dates import get_month_names
from django.utils.translation import gettext as _

from kartotek.core.context import Context

DMY, MDY = "dmy", "mdy"
ORDERS = (DMY, MDY)
SAMPLES = 3
LONGEST = 60  # letters of a date, with a time and a zone; what is longer is none
LANGUAGES = ("en", "lv", "nb", "pt_BR", "hi")  # whose names of months are read
MONTH_FIRST = frozenset({"US", "PH", "PR", "GU", "FM", "MH", "PW"})  # CLDR: short dates as M/d/y
AHEAD = 10  # years from now up to which two digits mean a year to come
# Days since 1899-12-30, as spreadsheets count them; between 1954 and 2064 they are taken for dates.
SERIAL_FROM, SERIAL_TO, _DAY_0 = 20_000, 60_000, datetime(1899, 12, 30)
_SERIAL = re.compile(r"\d{5}(?:[.,]\d+)?")
_YEAR_FIRST = re.compile(r"(\d{4})([-./\\])(\d{1,2})\2(\d{1,2})")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)")
_SHORT = re.compile(r"(\d{1,2})([-./ ])(\d{1,2})\2(\d{4}|\d\d)")
_TIME = re.compile(
    r"(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d{1,6})\d*)?)?\s*([ap]\.?m\.?)?\s*(z|[+-]\d\d:?\d\d)?",
    re.I,
)
_SPLIT = re.compile(r"[T\s,]+(?=\d{1,2}:\d\d)", re.I)
_PIECES = re.compile(r"\d+|[^\W\d_](?:[^\W\d_]|[\u0900-\u097f])*", re.UNICODE)
_BESIDE = frozenset({"de", "gada", "of", "st", "nd", "rd", "th", "g"})


@dataclass
class Seen:
    """What was seen of one column: which orders of day and month fit how many of its values."""

    fits: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ORDERS, 0))
    short: int = 0  # values whose order must be known
    short_years: int = 0  # of those: with a year of two digits
    serials: int = 0
    both: list[str] = field(default_factory=list)  # samples that fit either order

    def add(self, text: str) -> None:
        """Look at one value."""
        text = text.strip()
        if not 0 < len(text) <= LONGEST:
            return
        self.serials += _serial(text) is not None
        if (found := _SHORT.fullmatch(_halves(text)[0])) is None:
            return
        self.short += 1
        self.short_years += len(found[4]) == 2
        fitting = [order for order in ORDERS if _day(found, order) is not None]
        for order in fitting:
            self.fits[order] += 1
        if len(fitting) == 2 and found[1] != found[3] and len(self.both) < SAMPLES:
            self.both.append(text)

    @property
    def is_ambiguous(self) -> bool:
        """Do all values fit both orders, and would it make a difference?"""
        return self.fits[DMY] == self.fits[MDY] and bool(self.both)

    def order(self, usual: str) -> str:
        """The order that most values fit; the usual one where both fit alike."""
        other = MDY if usual == DMY else DMY
        return other if self.fits[other] > self.fits[usual] else usual


def usual_order(context: Context) -> str:
    """How dates are written in this country, or this language."""
    is_month_first = context.country in MONTH_FIRST or context.language == "en-us"
    return MDY if is_month_first else DMY


def seen_in(rows: Iterable[Sequence[str]], places: Iterable[int]) -> dict[int, Seen]:
    """Place → what was seen of the column in all these rows."""
    found = {place: Seen() for place in places}
    for row in rows if found else ():
        for place, seen in found.items():
            if place < len(row):
                seen.add(row[place])
    return found


def labels_of_orders() -> list[tuple[str, str]]:
    return [(DMY, _("day, month, year")), (MDY, _("month, day, year"))]


def remarks_of(header: str, seen: Seen, order: str, *, chosen: bool) -> list[str]:
    """How the dates of a column were read, wherever that had to be decided."""
    words = {"column": header, "order": dict(labels_of_orders())[order]}
    found = []
    if seen.is_ambiguous and not chosen:
        found.append(
            _("The dates of “%(column)s” can be read in two ways; they are taken as %(order)s.")
            % words
        )
    elif seen.short:
        found.append(_("The dates of “%(column)s” are read as %(order)s.") % words)
    if seen.short_years:
        last = _last_year()
        found.append(
            _("Years of two digits in “%(column)s” are read as %(first)s to %(last)s.")
            % {"column": header, "first": last - 99, "last": last}
        )
    if seen.serials:
        found.append(_("Numbers in “%(column)s” are read as the days of a spreadsheet.") % words)
    return found


def read(text: str, order: str) -> datetime | date | None:
    """The date, or the moment where a time stands beside it; None for what is neither."""
    if len(text) > LONGEST:
        return None
    if (serial := _serial(text)) is not None:
        return serial
    before, after = _halves(text)
    day = _numbers(before, order) or _named(before)
    if day is None or not after:
        return day
    clock = _clock(after)
    return None if clock is None else datetime.combine(day, clock)


def _halves(text: str) -> tuple[str, str]:
    """The day and the time beside it."""
    before, *after = _SPLIT.split(text.strip(), maxsplit=1)
    return before.strip(" ,"), after[0] if after else ""


def _serial(text: str) -> datetime | date | None:
    if not _SERIAL.fullmatch(text):
        return None
    days = float(text.replace(",", "."))
    if not SERIAL_FROM <= days < SERIAL_TO:
        return None
    moment = _DAY_0 + timedelta(seconds=round(days * 86_400))
    return moment.date() if days.is_integer() else moment


def _numbers(text: str, order: str) -> date | None:
    if (found := _YEAR_FIRST.fullmatch(text)) is not None:
        return _valid(int(found[1]), int(found[3]), int(found[4]))
    if (found := _COMPACT.fullmatch(text)) is not None:
        return _valid(*(int(part) for part in found.groups()))
    found = _SHORT.fullmatch(text)
    return None if found is None else _day(found, order)


def _day(found: re.Match[str], order: str) -> date | None:
    first, second = int(found[1]), int(found[3])
    day, month = (first, second) if order == DMY else (second, first)
    return _valid(_year(found[4]), month, day)


def _year(text: str) -> int:
    if len(text) > 2:
        return int(text)
    last = _last_year()
    year = last - last % 100 + int(text)
    return year if year <= last else year - 100


def _last_year() -> int:
    return date.today().year + AHEAD


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _named(text: str) -> date | None:
    """ "21 Nov 2026", "Nov 21, 2026", "2026. gada 21. novembris", "21 de nov. de 2026"."""
    pieces = [piece.casefold() for piece in _PIECES.findall(text.replace("॰", ""))]
    numbers = [piece for piece in pieces if piece.isdecimal()]
    words = [piece for piece in pieces if not piece.isdecimal() and piece not in _BESIDE]
    month = _months().get(words[0]) if len(words) == 1 else None
    if month is None or len(numbers) != 2:
        return None
    day, year = numbers if len(numbers[0]) <= 2 else reversed(numbers)
    return _valid(_year(year), month, int(day)) if len(day) <= 2 and len(year) in (2, 4) else None


@cache
def _months() -> dict[str, int]:
    """Names of months, whole and cut short, without the point at their end."""
    found: dict[str, int] = {}
    for language in LANGUAGES:
        for width in ("wide", "abbreviated"):
            for use in ("format", "stand-alone"):
                names = get_month_names(width, use, language)  # type: ignore[arg-type]
                found |= {name.casefold().rstrip(".॰"): month for month, name in names.items()}
    return {**found, "sept": 9}


def _clock(text: str) -> time | None:
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return None
    hour, minute, second = (int(found[part] or 0) for part in (1, 2, 3))
    if found[5]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found[5][0] in "pP" else 0)
    try:
        return time(hour, minute, second, int((found[4] or "").ljust(6, "0")), _zone(found[6]))
    except ValueError:
        return None


def _zone(text: str | None) -> timezone | None:
    if not text:
        return None
    if text in "zZ":
        return timezone.utc  # noqa: UP017
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return timezone(timedelta(minutes=minutes if text[0] == "+" else -minutes))
