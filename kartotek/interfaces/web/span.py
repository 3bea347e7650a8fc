"""The days that a calendar shows: a month in its weeks, a week, or a month day by day."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import UnknownLocaleError, get_global
from babel.dates import format_date, format_interval, format_skeleton, get_day_names
from django.utils.translation import gettext as _

from kartotek.core.context import Context
from kartotek.core.errors import ValidationError
from kartotek.core.fieldtypes import LEAP_YEAR, Date
from kartotek.interfaces.web.questions import Asked

MONTH, WEEK, AGENDA = "month", "week", "agenda"
SPANS = (MONTH, WEEK, AGENDA)
EARLIEST, LATEST = 2, 9998  # years that have a day before them and one after
DAY = timedelta(days=1)
SPOKEN_EVERYWHERE = "en"  # of which language no country tells how its weeks begin


@dataclass(frozen=True)
class Span:
    """The days from `begins` to `ends`, which are asked for, within those shown around them."""

    kind: str
    begins: date
    ends: date
    first: date
    last: date
    today: date
    context: Context

    @cached_property
    def days(self) -> list[date]:
        return [self.first + DAY * n for n in range((self.last - self.first).days + 1)]

    @cached_property
    def by_day_of_year(self) -> dict[tuple[int, int], date]:
        """Month and day → on which of the days it is kept."""
        return {one: day for day in self.days for one in days_of_year(day)}

    @property
    def title(self) -> str:
        """ "November 2026", or the days of the week."""
        locale = _locale(self.context)
        if self.kind == WEEK:
            return _capital(format_interval(self.begins, self.ends, "yMMMd", locale=locale))
        return _capital(format_skeleton("yMMMM", self.begins, locale=locale))

    @property
    def weekdays(self) -> list[tuple[str, str]]:
        """The names of the days as the columns stand: short, and in full."""
        locale = _locale(self.context)
        short = get_day_names("abbreviated", "stand-alone", locale=locale)
        whole = get_day_names("wide", "stand-alone", locale=locale)
        order = [day.weekday() for day in self.days[:7]]
        return [(_capital(short[one]), _capital(whole[one])) for one in order]

    def beside(self, asked: Asked, side: int) -> Asked | None:
        """The same question one span before (-1) or after (1); None where time ends."""
        near = self.begins - DAY if side < 0 else self.ends + DAY
        if not EARLIEST <= near.year <= LATEST:
            return None
        return self._at(asked, near)

    def now(self, asked: Asked) -> Asked:
        return self._at(asked, self.today)

    def _at(self, asked: Asked, day: date) -> Asked:
        if self.kind == WEEK:
            first = week_of(day, self.context)
            return replace(asked, month="", week=first.isoformat())
        return replace(asked, week="", month=day.isoformat()[:7])


def span_of(asked: Asked, context: Context) -> Span:
    """The days of an address; today's month where it names none.

    Raises ValidationError for a month, week or way to show them that is none.
    """
    if asked.span and asked.span not in SPANS:
        raise ValidationError(
            {"span": _("“%(raw)s” is no way to show a calendar. Choose month, week or agenda.")
             % {"raw": asked.span[:40]}}
        )  # fmt: skip
    today = datetime.now(ZoneInfo(context.zone)).date()
    month, week = _month(asked.month), _week(asked.week, context)
    kind = asked.span or MONTH
    if kind == WEEK:
        begins = week or week_of(_within(month, today), context)
        return Span(kind, begins, begins + 6 * DAY, begins, begins + 6 * DAY, today, context)
    begins = month or ((week + 3 * DAY) if week else today).replace(day=1)
    ends = (begins + 31 * DAY).replace(day=1) - DAY
    if kind == AGENDA:
        return Span(kind, begins, ends, begins, ends, today, context)
    last = week_of(ends, context) + 6 * DAY
    return Span(kind, begins, ends, week_of(begins, context), last, today, context)


def _within(month: date | None, today: date) -> date:
    """Today where it lies in this month, else the first of it."""
    return month if month and (month.year, month.month) != (today.year, today.month) else today


def _month(text: str) -> date | None:
    if not text:
        return None
    found = re.fullmatch(r"(\d{4})-(\d\d)", text, re.ASCII)
    year, month = (int(part) for part in found.groups()) if found else (0, 0)
    if not EARLIEST <= year <= LATEST or not 1 <= month <= 12:
        raise ValidationError(
            {"month": _("“%(raw)s” is no month. Write it like 2026-11.") % {"raw": text[:40]}}
        )
    return date(year, month, 1)


def _week(text: str, context: Context) -> date | None:
    if not text:
        return None
    try:
        day = Date().parse(text, context)
    except ValidationError as error:
        raise ValidationError({"week": error.messages}) from None
    if day is None or not EARLIEST <= day.year <= LATEST:
        raise ValidationError(
            {
                "week": _("No calendar reaches to “%(raw)s”. Choose another day.")
                % {"raw": text[:40]}
            }
        )
    return week_of(day, context)


def week_of(day: date, context: Context) -> date:
    """The first day of the week in which a day lies, as it begins where the reader's language is
    spoken."""
    return day - DAY * ((day.weekday() - first_weekday(context)) % 7)


def first_weekday(context: Context) -> int:
    """On which day weeks begin, 0 for Monday: Babel's word for the country of the language.

    Of a language without one, as English, the company's own country decides.
    """
    locale = Locale.parse(_locale(context))
    if locale.territory:
        return int(locale.first_week_day)
    country = context.country
    if locale.language != SPOKEN_EVERYWHERE:
        likely = str(get_global("likely_subtags").get(locale.language, ""))
        country = likely.rpartition("_")[2] or country
    try:
        return int(Locale.parse(f"und_{country}").first_week_day)
    except (UnknownLocaleError, ValueError):
        return 0


def in_year(day: date, year: int) -> date:
    """The same day of another year; of 29 February the day before where there is none."""
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


def days_of_year(day: date) -> list[tuple[int, int]]:
    """Month and day of what is kept on a day each year: of two where its year lacks the other."""
    stands_in = day.day == 28 and in_year(date(LEAP_YEAR, 2, 29), day.year) == day
    return [(day.month, day.day), *([(2, 29)] if stands_in else [])]


def whole(day: date, context: Context) -> str:
    """A day in full: "Monday, November 23, 2026"."""
    return _capital(format_date(day, "full", locale=_locale(context)))


def of_year(day: date, context: Context) -> str:
    """A day without its year: "November 23"."""
    return str(format_skeleton("MMMMd", day, locale=_locale(context)))


def _locale(context: Context) -> str:
    return context.language.replace("-", "_")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
