"""Who reads the log: each consumer at its own pace, from its own cursor.

The cursor moves in the same commit as what the consumer did. One that works outside the house
may see a line twice, none is ever left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction

from kartotek.core import log
from kartotek.core.log import LoggedChange

AT_ONCE = 500  # lines given to a consumer in one commit
MOST_COUNTED = 100_000  # lines of what a late consumer has to read
Reads = Callable[[Sequence[LoggedChange]], None]


@dataclass(frozen=True)
class Consumer:
    """Something that reacts to what was written."""

    name: str
    reads: Reads


CONSUMERS: dict[str, Consumer] = {}


def consumer(name: str) -> Callable[[Reads], Reads]:
    """Declare a function that is given every line of the log, in order, some at a time."""

    def register(reads: Reads) -> Reads:
        CONSUMERS[name] = Consumer(name, reads)
        return reads

    return register


def positions() -> dict[str, int]:
    """How far each consumer has read; 0 for one that has not begun."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT consumer, position FROM core_cursor")
        known = dict(cursor.fetchall())
    return {name: known.get(name, 0) for name in CONSUMERS}


def behind() -> list[str]:
    """The consumers that have something to read. Two reads, no write."""
    newest = log.newest()
    return [name for name, position in positions().items() if position < newest]


@dataclass(frozen=True)
class Lag:
    """A consumer that is late: how many lines it has to read, and when the oldest was written."""

    consumer: str
    lines: int
    since: datetime


def lagging(late: timedelta) -> list[Lag]:
    """The consumers whose next line was written longer ago than `late`."""
    before = datetime.now(UTC) - late
    found = []
    for name, position in positions().items():
        waits = next(log.after(position, 1), None)
        if waits is not None and waits.at < before:
            found.append(Lag(name, log.count_after(position, MOST_COUNTED), waits.at))
    return found


def feed(name: str) -> int:
    """Give a consumer its next lines; how many. 0 where another worker is feeding it just now."""
    with transaction.atomic():
        position = _cursor(name)
        if position is None:
            return 0
        changes = list(log.after(position, AT_ONCE))
        if changes:
            CONSUMERS[name].reads(changes)
            with connection.cursor() as cursor:
                cursor.execute(
                    "UPDATE core_cursor SET position = %s WHERE consumer = %s",
                    [changes[-1].position, name],
                )
        return len(changes)


def _cursor(name: str) -> int | None:
    """The consumer's place, held until the commit."""
    held = "" if connection.vendor == "sqlite" else "FOR UPDATE SKIP LOCKED"
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_cursor (consumer, position) VALUES (%s, 0) ON CONFLICT DO NOTHING",
            [name],
        )
        cursor.execute(f"SELECT position FROM core_cursor WHERE consumer = %s {held}", [name])
        row = cursor.fetchone()
    return None if row is None else int(row[0])
