"""Days and moments cut to the beginning of their week, month, quarter or year: SQL."""

from __future__ import annotations

from typing import Any

from kartotek.core.dialect import dialect
from kartotek.core.fieldtypes import LEAP_YEAR, FieldType
from kartotek.core.workspace import workspace

CUTS = ("day", "week", "month", "quarter", "year")  # weeks begin on Monday, as in ISO 8601
EACH_YEAR = "each_year"  # a date as the same day of one year, whatever its own


def cut(kind: FieldType, step: str, zone: str = "") -> tuple[str, list[Any]]:
    """The first day of the step in which the field's value lies, in `zone` or the workspace's.

    Raises ValueError for an unknown step, and for EACH_YEAR of what is no date.
    """
    if step == EACH_YEAR and kind.kind == "date":
        return _each_year(kind), []
    if step not in CUTS:
        raise ValueError(step)
    zone = zone or workspace().zone
    is_moment = kind.kind == "datetime"
    if dialect().name == "postgres":
        if is_moment:
            local = f"({kind.column})::timestamptz AT TIME ZONE %s"
            return f"date_trunc('{step}', {local})::date", [zone]
        return f"date_trunc('{step}', ({kind.column})::date::timestamp)::date", []
    # A function of our own, registered with every connection.
    return f"kartotek_cut('{step}', {kind.column}, %s)", [zone if is_moment else ""]


def _each_year(kind: FieldType) -> str:
    """The same day in a leap year, which has them all."""
    if dialect().name == "sqlite":
        return f"('{LEAP_YEAR}' || substr({kind.column}, 5, 6))"
    day = f"({kind.column})::date"
    parts = f"EXTRACT(MONTH FROM {day})::int, EXTRACT(DAY FROM {day})::int"
    return f"make_date({LEAP_YEAR}, {parts})"
