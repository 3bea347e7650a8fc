"""The board of a record type: its records as cards, in columns by a choice that they hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Board:
    """One column for each choice of `field`; `total` names a number that is summed over a column.

    A card that nobody changed for longer than `stale_after` is marked; None marks none.
    """

    field: str
    total: str = ""
    stale_after: timedelta | None = None


def days(count: int) -> timedelta:
    """So many days, as declarations write them."""
    return timedelta(days=count)
