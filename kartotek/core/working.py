"""When the company works: hours by weekday, less holidays, in its own time zone. Pure functions.

A day's minutes are those of the clock on the wall, so a day on which clocks are put on or back has
an hour less or more where that hour is worked in. What lies between two moments is real time.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from kartotek.core.public_holidays import NONE, public_holidays
from kartotek.core.regional import weekend
from kartotek.core.workspace import WorkspaceFacts

Span = tuple[int, int]  # minutes of a day, from and to
Hours = tuple[tuple[Span, ...], ...]
DAY = 24 * 60
NINE_TO_FIVE: tuple[Span, ...] = ((9 * 60, 17 * 60),)
MOST_DAYS = 3700  # ten years: what is asked for beyond is cut off there


def hours_of(facts: WorkspaceFacts) -> Hours:
    """The spans of each weekday, Monday first; nine to five where none are set."""
    if len(facts.settings.hours) == 7:
        return facts.settings.hours
    off = weekend(facts.country)
    return tuple(() if day in off else NINE_TO_FIVE for day in range(7))


def holidays_between(first: date, last: date, facts: WorkspaceFacts) -> dict[date, str]:
    """The whole holidays from `first` to `last`, by day: the country's and the company's own."""
    settings = facts.settings
    found: dict[date, str] = {}
    country = settings.holiday_country or facts.country
    for year in range(first.year, last.year + 1):
        if country != NONE:
            found |= public_holidays(country, settings.holiday_region, year, facts.language)
        for day in _in_year(settings.days_on, year):
            found.pop(day, None)
        found |= _in_year(settings.days_off, year)
    return {day: found[day] for day in sorted(found) if first <= day <= last}


def half_days_between(first: date, last: date, facts: WorkspaceFacts) -> dict[date, str]:
    """The days from `first` to `last` of which the first half alone is worked."""
    years = range(first.year, last.year + 1)
    found = {
        day: name
        for year in years
        for day, name in _in_year(facts.settings.half_days, year).items()
    }
    return {day: found[day] for day in sorted(found) if first <= day <= last}


def spans_of(day: date, facts: WorkspaceFacts) -> tuple[Span, ...]:
    """From when to when is worked on this day, in minutes of it; () on a holiday."""
    if holidays_between(day, day, facts):
        return ()
    spans = hours_of(facts)[day.weekday()]
    return _first_half(spans) if half_days_between(day, day, facts) else spans


def is_working(moment: datetime, facts: WorkspaceFacts) -> bool:
    """Is the company at work at this moment? ValueError for one without a zone."""
    if moment.tzinfo is None:
        raise ValueError("A moment needs its zone.")
    local = moment.astimezone(ZoneInfo(facts.zone))
    minute = local.hour * 60 + local.minute
    return any(start <= minute < end for start, end in spans_of(local.date(), facts))


def working_minutes_between(a: datetime, b: datetime, facts: WorkspaceFacts) -> int:
    """Whole minutes of work from `a` to `b`; less than none where `b` is the earlier one.

    ValueError for a moment without a zone.
    """
    if a.tzinfo is None or b.tzinfo is None:
        raise ValueError("A moment needs its zone.")
    a, b = a.astimezone(UTC), b.astimezone(UTC)  # in one zone Python would count by the wall
    if b < a:
        return -working_minutes_between(b, a, facts)
    seconds = sum(
        (min(b, end) - max(a, start)).total_seconds()
        for start, end in _stretches(a, b, facts)
        if start < b and end > a
    )
    return int(seconds // 60)


def _stretches(
    a: datetime, b: datetime, facts: WorkspaceFacts
) -> Iterator[tuple[datetime, datetime]]:
    """The stretches of work of the days from `a` to `b`, as moments of UTC."""
    zone = ZoneInfo(facts.zone)
    day, last = a.astimezone(zone).date(), b.astimezone(zone).date()
    last = min(last, day + timedelta(days=MOST_DAYS))
    off = holidays_between(day, last, facts)
    half = half_days_between(day, last, facts)
    hours = hours_of(facts)
    while day <= last:
        spans = () if day in off else hours[day.weekday()]
        for start, end in _first_half(spans) if day in half else spans:
            yield _moment(day, start, zone), _moment(day, end, zone)
        day += timedelta(days=1)


def _moment(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """The clock on the wall as a moment; midnight at a day's end is the next day's beginning."""
    day, minute = (day + timedelta(days=1), 0) if minute >= DAY else (day, minute)
    return datetime.combine(day, time(minute // 60, minute % 60), zone).astimezone(UTC)


def _first_half(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    left = sum(end - start for start, end in spans) // 2
    found = []
    for start, end in spans:
        taken = min(left, end - start)
        if taken > 0:
            found.append((start, start + taken))
        left -= taken
    return tuple(found)


def _in_year(days: tuple[tuple[str, str], ...], year: int) -> dict[date, str]:
    """Those of the kept days that fall into this year; "--12-24" does so in each."""
    found = {}
    for text, name in days:
        text = f"{year}{text[1:]}" if text.startswith("--") else text
        try:
            day = date.fromisoformat(text)
        except ValueError:  # the 29th of February of a year without
            continue
        if day.year == year:
            found[day] = name
    return found
