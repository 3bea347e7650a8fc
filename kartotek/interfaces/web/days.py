"""What a calendar shows: the days of a span, how many records each has, and the first of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_time
from babel.numbers import format_decimal
from babel.units import format_unit
from markupsafe import Markup

from kartotek.core.actor import Actor
from kartotek.core.catalogue import knows, unknown_field, visible
from kartotek.core.context import Context
from kartotek.core.fieldtypes import Choice, Date, FieldType, Moment
from kartotek.core.find import find_each
from kartotek.core.measure import MOST_GROUPS, Measure, measure
from kartotek.core.question import LARGEST_PAGE, Condition, Question, Row
from kartotek.core.recordtype import KEPT_BY_THE_DOOR, RecordType
from kartotek.interfaces.web.drawing import url
from kartotek.interfaces.web.questions import Asked
from kartotek.interfaces.web.showing import column, tag_class
from kartotek.interfaces.web.span import AGENDA, DAY, MONTH, WEEK, Span, days_of_year, whole
from kartotek.interfaces.web.values import value

MOST = {MONTH: 4, WEEK: 12, AGENDA: 12}  # records of a day
AT_ONCE = LARGEST_PAGE  # records that are read in one go, however they lie in the days
LEAST_STEP = timedelta(microseconds=1)


@dataclass(frozen=True)
class Dates:
    """The field that a calendar takes its days from, and whether they come again each year."""

    kind: Date | Moment
    yearly: bool


@dataclass(frozen=True)
class Entry:
    """One record on a day of a calendar."""

    row: Row
    time: str  # of a moment, in the reader's zone
    years: tuple[str, str] | None  # since the first time: in short and in full
    lines: list[Markup]
    hue: str
    may_move: bool


@dataclass(frozen=True)
class Day:
    """One day of a calendar: `further` is how many more there are than entries."""

    day: date
    label: str
    count: int
    entries: list[Entry]
    url: str  # the same records as a list
    is_today: bool
    is_outside: bool  # of the month that is shown

    @property
    def key(self) -> str:
        return self.day.isoformat()

    @property
    def further(self) -> int:
        return max(self.count - len(self.entries), 0)


@dataclass(frozen=True)
class Drawn:
    """A calendar as it stands."""

    dates: Dates
    span: Span
    days: list[Day]
    asked: Asked
    here: str
    kinds: list[Date | Moment]  # that it may be made of

    @property
    def fields(self) -> list[tuple[str, Any, str]]:
        """Name, label and address of each date that the calendar may be of."""
        return [(one.name, one.label, self._at(on=one.name)) for one in self.kinds]

    @property
    def spans(self) -> dict[str, str]:
        """The address of each way to show it."""
        return {one: self._at(span=one) for one in MOST}

    @property
    def before(self) -> str:
        return self._beside(-1)

    @property
    def after(self) -> str:
        return self._beside(1)

    @property
    def today(self) -> str:
        return self.here + self.span.now(self.asked).query()

    def _beside(self, side: int) -> str:
        near = self.span.beside(self.asked, side)
        return self.here + near.query() if near else ""

    def _at(self, **changes: str) -> str:
        return self.here + self.asked.query(**changes)

    def week_url(self, week: list[Day]) -> str:
        return self._at(span=WEEK, week=week[0].key, month="")

    def number_of(self, week: list[Day]) -> int:
        """The number of a week, as ISO 8601 counts: it is that of its Monday."""
        return next(one.day for one in week if not one.day.weekday()).isocalendar().week

    @property
    def weeks(self) -> list[list[Day]]:
        return [self.days[n : n + 7] for n in range(0, len(self.days), 7)]

    @cached_property
    def filled(self) -> list[Day]:
        """The days of the month or week itself that have any record."""
        return [day for day in self.days if day.count and not day.is_outside]

    @property
    def count(self) -> int:
        return sum(day.count for day in self.filled)

    @property
    def rows(self) -> tuple[Row, ...]:
        return tuple(entry.row for day in self.days for entry in day.entries)

    def number(self, day: Day) -> str:
        locale = self.span.context.language.replace("-", "_")
        return str(format_decimal(day.count, locale=locale))


def date_fields(actor: Actor, record_type: RecordType) -> list[Date | Moment]:
    """Every date and moment that this actor may know of, the declared one first."""
    seen = visible(actor, record_type)
    kinds = [kind for name, kind in record_type.fields.items() if name in seen]
    dates = [one for one in kinds if isinstance(one, Date | Moment) and not one.is_masked]
    declared = record_type.calendar.field if record_type.calendar else ""
    return sorted(dates, key=lambda one: (one.name != declared, one.name in KEPT_BY_THE_DOOR))


def calendar_field(actor: Actor, record_type: RecordType) -> Date | Moment | None:
    """The date that the calendar is of by itself; None where there is no calendar.

    When a record was written down, or changed, makes none: every type would have one.
    """
    first = next(iter(date_fields(actor, record_type)), None)
    return first if first is not None and first.name not in KEPT_BY_THE_DOOR else None


def dates_of(actor: Actor, record_type: RecordType, usual: Date | Moment, on: str) -> Dates:
    """The field that an address asks for; ValidationError where it is none, or none of dates."""
    kinds = {one.name: one for one in date_fields(actor, record_type)}
    if on and on not in kinds:
        raise unknown_field(record_type, on)
    kind, declared = kinds[on] if on else usual, record_type.calendar
    return Dates(kind, bool(declared and declared.yearly and declared.field == kind.name))


def drawn(actor: Actor, record_type: RecordType, dates: Dates, asked: Asked, span: Span) -> Drawn:
    """Ask both doors of reading, once for the figures and once for all entries.

    Raises ValidationError where the question names what is unknown or hidden.
    """
    shows = _Entries(actor, record_type, dates, span)
    within = (*_conditions(dates, span.first, span.last, span.context), *_living(dates, span.last))
    question = replace(asked, after="").question((*shows.names, dates.kind.name), count=False)
    question = replace(question, where=(*question.where, *within), locks=True)
    counts = _counts(actor, record_type, dates, question, span)
    found = _rows(actor, record_type, dates, question, span, counts)
    days = [
        Day(
            day, whole(day, span.context), counts.get(day, 0),
            [shows.entry(row, day) for row in found.get(day, ())],
            _list_of(record_type, dates, asked, span, day),
            day == span.today, not span.begins <= day <= span.ends,
        )
        for day in span.days
    ]  # fmt: skip
    here, kinds = url("calendar", args=[record_type.key]), date_fields(actor, record_type)
    return Drawn(dates, span, days, asked, here, kinds)


def day_of(dates: Dates, held: Any, span: Span) -> date | None:
    """On which of the shown days a value stands; None where it is on none of them."""
    if held is None:
        return None
    if isinstance(dates.kind, Moment):
        return held.astimezone(ZoneInfo(span.context.zone)).date()  # type: ignore[no-any-return]
    if not dates.yearly:
        return held  # type: ignore[no-any-return]
    return span.by_day_of_year.get((held.month, held.day))


def _conditions(dates: Dates, first: date, last: date, context: Context) -> tuple[Condition, ...]:
    """What the records of some days answer to."""
    name = dates.kind.name
    if dates.yearly:
        days = [first + DAY * n for n in range((last - first).days + 1)]
        of_year = [f"{month:02}-{day:02}" for one in days for month, day in days_of_year(one)]
        return (Condition(name, "yearly", tuple(of_year)),)
    if isinstance(dates.kind, Moment):
        zone = ZoneInfo(context.zone)
        begins, ends = (
            datetime.combine(day, time(), zone).astimezone(UTC) for day in (first, last + DAY)
        )
        return (
            Condition(name, "after", (begins - LEAST_STEP).isoformat()),
            Condition(name, "before", ends.isoformat()),
        )
    if first == last:
        return (Condition(name, "is", first.isoformat()),)
    return (
        Condition(name, "after", (first - DAY).isoformat()),
        Condition(name, "before", (last + DAY).isoformat()),
    )


def _living(dates: Dates, last: date) -> tuple[Condition, ...]:
    """Nothing comes again before it was there for the first time."""
    name = dates.kind.name
    return (Condition(name, "before", (last + DAY).isoformat()),) if dates.yearly else ()


def _list_of(record_type: RecordType, dates: Dates, asked: Asked, span: Span, day: date) -> str:
    own = _conditions(dates, day, day, span.context)
    living = _living(dates, day) if day < span.today else ()
    one = replace(asked, filters=(*asked.filters, *own, *living))
    return url("list", args=[record_type.key]) + one.query()


def _counts(
    actor: Actor, record_type: RecordType, dates: Dates, question: Question, span: Span
) -> dict[date, int]:
    """How many records each day has."""
    by = f"{dates.kind.name}:{'each_year' if dates.yearly else 'day'}"
    asked = Measure(
        question.where, question.words, (by,), (), MOST_GROUPS, zone=span.context.zone
    )  # fmt: skip
    shown = span.by_day_of_year
    counts: dict[date, int] = {}
    for one in measure(actor, record_type, asked).groups:
        key = one.keys[0]
        day = shown.get((key.month, key.day)) if dates.yearly else key
        if day is not None:
            counts[day] = counts.get(day, 0) + one.count
    return counts


def _rows(
    actor: Actor,
    record_type: RecordType,
    dates: Dates,
    question: Question,
    span: Span,
    counts: dict[date, int],
) -> dict[date, Sequence[Row]]:
    """The first rows of each day. A few are asked for at once, many day by day.

    Many by a date without an index would read the whole table for each day: of them come as many
    as are read in one go, and the rest is counted.
    """
    most, name = MOST[span.kind], dates.kind.name
    every, is_indexed = sum(counts.values()), name in (*record_type.sort_names, *record_type.walks)
    order = question.sort or (name if is_indexed else "")
    if every > AT_ONCE and (is_indexed or dates.yearly):
        filled = [day for day in span.days if counts.get(day)]
        parts = [
            replace(
                question, size=min(most, counts[day]), sort=order or "id",
                where=(*question.where, *_conditions(dates, day, day, span.context)),
            )
            for day in filled
        ]  # fmt: skip
        pages = find_each(actor, record_type, parts)
        return {day: page.rows for day, page in zip(filled, pages, strict=True)}
    found: dict[date, list[Row]] = {}
    part = replace(question, sort=order, size=min(every, AT_ONCE))
    rows = find_each(actor, record_type, [part])[0].rows if every else ()
    for row in rows:
        if (day := day_of(dates, row.values[name], span)) is not None:
            found.setdefault(day, []).append(row)
    if isinstance(dates.kind, Moment) and not question.sort:
        for one in found.values():
            one.sort(key=lambda row: row.values[name])
    return {day: rows[:most] for day, rows in found.items()}


class _Entries:
    """Makes entries: what is the same for all of one calendar is worked out once."""

    def __init__(self, actor: Actor, record_type: RecordType, dates: Dates, span: Span) -> None:
        self.dates, self.context = dates, span.context
        facet = record_type.fields.get(record_type.facet)
        seen = facet is not None and knows(actor, record_type, facet.name) and not facet.is_masked
        self.facet = facet if seen and isinstance(facet, Choice) else None
        beside = [record_type.subtitle, record_type.contact_line]
        known = [name for name in beside if name and knows(actor, record_type, name)]
        self.lines = [column(actor, record_type, name) for name in known]
        colour = [self.facet.name] if self.facet else []
        self.names = tuple(dict.fromkeys([record_type.title, *known, *colour]))
        kind: FieldType = dates.kind
        self.is_free = kind.editable and kind.name not in actor.rights.protects(record_type.key)

    def entry(self, row: Row, day: date) -> Entry:
        held = row.values[self.dates.kind.name]
        lines = [(one.kind, row.values[one.name]) for one in self.lines]
        return Entry(
            row=row,
            time=self._time(held),
            years=self._years(day.year - held.year) if self.dates.yearly else None,
            lines=[value(kind, one, self.context) for kind, one in lines
                   if kind is not None and not kind.is_empty(one)],
            hue=tag_class(self.facet, row.values[self.facet.name]) if self.facet else "",
            may_move=self.is_free and row.may_edit,
        )  # fmt: skip

    def _time(self, held: Any) -> str:
        if not isinstance(self.dates.kind, Moment):
            return ""
        zone, locale = ZoneInfo(self.context.zone), self.context.language.replace("-", "_")
        return str(format_time(held.astimezone(zone), "short", tzinfo=zone, locale=locale))

    def _years(self, count: int) -> tuple[str, str] | None:
        """So many years, short and in full."""
        locale = self.context.language.replace("-", "_")
        short, full = (
            format_unit(count, "duration-year", length, locale=locale)
            for length in ("narrow", "long")
        )  # fmt: skip
        return (str(short), str(full)) if count else None
