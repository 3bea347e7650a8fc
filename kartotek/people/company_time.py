"""When the company works, read from what was typed: hours, holidays, half days."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date
from itertools import pairwise

from babel.dates import get_day_names
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kartotek.core.errors import ValidationError
from kartotek.core.fieldtypes.simple import Date
from kartotek.core.public_holidays import NONE, holiday_regions
from kartotek.core.working import DAY, Hours, Span, hours_of
from kartotek.core.workspace import WorkspaceFacts
from kartotek.core.workspace_settings import WorkspaceSettings

MOST_SPANS, MOST_DAYS, LONGEST_DAY_NAME = 6, 200, 80
_SPAN = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*[-–—]\s*(\d{1,2})(?:[:.](\d{2}))?")
_YEARLY = re.compile(r"(\d{1,2})\.(\d{1,2})\.")
LEAP = 2028  # any leap year: the 29th of February is a day of every year that has one


def fiscal_month(typed: str, _facts: WorkspaceFacts, _languages: Collection[str]) -> int:
    """1 to 12."""
    if typed not in map(str, range(1, 13)):
        raise ValidationError(_("Choose one of the months."))
    return int(typed)


def hours(typed: str, facts: WorkspaceFacts, _languages: Collection[str]) -> Hours:
    """A line for each weekday, Monday first; () where they are what is usual there."""
    lines = [*typed.split("\n"), *[""] * 7][:7]
    found = tuple(_spans(line, day) for day, line in enumerate(lines))
    nothing_set = WorkspaceFacts(country=facts.country)
    return () if found == hours_of(nothing_set) else found


def day_name(day: int) -> str:
    """A weekday in the words of whoever looks: 0 is Monday."""
    locale = (get_language() or "en").replace("-", "_")
    return str(get_day_names("wide", "stand-alone", locale)[day])


def _spans(line: str, day: int) -> tuple[Span, ...]:
    found = tuple(_span(one.strip(), day) for one in re.split(r"[,;]", line) if one.strip())
    if len(found) > MOST_SPANS or any(after[0] < before[1] for before, after in pairwise(found)):
        raise ValidationError(
            _("%(day)s: the hours follow one another, at most %(most)s times a day.")
            % {"day": day_name(day), "most": MOST_SPANS}
        )
    return found


def _span(text: str, day: int) -> Span:
    if match := _SPAN.fullmatch(text):
        first, minute, second, other = (int(one or 0) for one in match.groups())
        start, end = first * 60 + minute, second * 60 + other
        if start < end <= DAY and minute < 60 and other < 60:
            return start, end
    raise ValidationError(
        _("%(day)s: “%(raw)s” is no span of hours. Write it like 8:00–12:00, 12:30–16:00.")
        % {"day": day_name(day), "raw": text[:40]}
    )


def typed_spans(spans: tuple[Span, ...]) -> str:
    """The hours of a day as one would type them."""
    return ", ".join(f"{_clock(start)}–{_clock(end)}" for start, end in spans)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def holiday_country(typed: str, _facts: WorkspaceFacts, _languages: Collection[str]) -> str:
    """ "" is the company's own country, "-" none."""
    if typed not in ("", NONE, *holiday_regions()):
        raise ValidationError(_("Choose one of the countries."))
    return typed


def holiday_region(typed: str, _facts: WorkspaceFacts, _languages: Collection[str]) -> str:
    """Whether it is one of the country, `is_region` says: both may come at once."""
    return typed.strip()[:40]


def is_region(settings: WorkspaceSettings, country: str) -> bool:
    """Is the region one of the country whose holidays count?"""
    if not settings.holiday_region:
        return True
    regions = holiday_regions().get(settings.holiday_country or country, ())
    return settings.holiday_region in regions


def days(
    typed: str, facts: WorkspaceFacts, _languages: Collection[str]
) -> tuple[tuple[str, str], ...]:
    """A day on each line, and its name after it: "2026-12-24 Christmas Eve", "24.12. …"."""
    lines = [tidy for one in typed.splitlines() if (tidy := " ".join(one.split()))]
    if len(lines) > MOST_DAYS:
        raise ValidationError(_("At most %(most)s days can be kept here.") % {"most": MOST_DAYS})
    found = {}
    for line in lines:
        said, _blank, name = line.partition(" ")
        found[_day(said, facts)] = "".join(filter(str.isprintable, name))[:LONGEST_DAY_NAME]
    return tuple(sorted(found.items()))


def _day(said: str, facts: WorkspaceFacts) -> str:
    if match := _YEARLY.fullmatch(said):
        try:
            return f"-{date(LEAP, int(match[2]), int(match[1])).isoformat()[4:]}"
        except ValueError:
            pass
    else:
        try:
            if (found := Date().parse(said, facts.context)) is not None:
                return found.isoformat()
        except ValidationError:
            pass
    raise ValidationError(
        _("“%(raw)s” is no day. Write it like 2026-12-24, or 24.12. for every year.")
        % {"raw": said[:40]}
    )


def typed_day(day: str, name: str) -> str:
    """A day as one would type it."""
    said = f"{day[5:7]}.{day[2:4]}." if day.startswith("--") else day
    return f"{said} {name}".strip()
