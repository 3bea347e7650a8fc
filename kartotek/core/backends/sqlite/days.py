"""Days and moments cut to the beginning of a month: SQLite knows no time zones.

Django's own function takes 4.3 µs a row instead of 1.8, which a million rows feel.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo


def cut_day(step: str, stored: str | None, zone: str) -> str | None:
    """The first day of the step in which `stored` lies; "" for the zone of what is only a day."""
    if stored is None:
        return None
    if not zone:
        return _first(step, date.fromisoformat(stored[:10]))
    moment = datetime.fromisoformat(stored)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return _first(step, moment.astimezone(_zone(zone)).date())


_zone = lru_cache(maxsize=16)(ZoneInfo)


@lru_cache(maxsize=16_384)
def _first(step: str, day: date) -> str:
    if step == "week":
        day -= timedelta(days=day.weekday())
    elif step == "month":
        day = day.replace(day=1)
    elif step == "quarter":
        day = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    elif step == "year":
        day = day.replace(month=1, day=1)
    return day.isoformat()
