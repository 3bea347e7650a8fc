"""Days and moments cut to the beginning of their week, month, quarter or year: SQL."""

from __future__ import annotations

from typing import Any

from kartotek.core.dialect import dialect
from kartotek.core.fieldtypes import FieldType
from kartotek.core.workspace import workspace

CUTS = ("day", "week", "month", "quarter", "year")  # weeks begin on Monday, as in ISO 8601


def cut(kind: FieldType, step: str) -> tuple[str, list[Any]]:
    """The first day of the step in which the field's value lies, in the workspace's zone."""
    if step not in CUTS:
        raise ValueError(step)
    zone = workspace().zone
    is_moment = kind.kind == "datetime"
    if dialect().name == "postgres":
        if is_moment:
            local = f"({kind.column})::timestamptz AT TIME ZONE %s"
            return f"date_trunc('{step}', {local})::date", [zone]
        return f"date_trunc('{step}', ({kind.column})::date::timestamp)::date", []
    # A function of our own, registered with every connection.
    return f"kartotek_cut('{step}', {kind.column}, %s)", [zone if is_moment else ""]
