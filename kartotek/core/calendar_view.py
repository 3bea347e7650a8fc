"""The calendar of a record type: its records on the days that a date or moment of theirs names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Func, IntegerField

from kartotek.core.dialect import dialect


@dataclass(frozen=True)
class Calendar:
    """Each record on the day in `field`; `yearly` shows a date again in each year after it."""

    field: str
    yearly: bool = False


class MonthDay(Func):
    """Month and day of a date as one number, 1123 for 23 November: what an index of them keeps."""

    arity = 1
    output_field = IntegerField()

    def as_sql(  # type: ignore[override]
        self, compiler: Any, connection: Any, **extra: Any
    ) -> Any:
        """The text of the index is that of the filter "yearly", so that one serves the other."""
        column, params = compiler.compile(self.source_expressions[0])
        return dialect().month_day(column), params
