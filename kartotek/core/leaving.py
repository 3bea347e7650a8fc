"""What leaves this house: each outside address that was asked, for what, since when, how often.

Host and port alone: no path, no question and no secret comes here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection

from kartotek.core.dialect import dialect
from kartotek.core.fieldtypes import Moment

MOST = 1_000  # addresses told at once
LONGEST = 255  # letters of a host: RFC 1035 gives a name no more
_PURPOSE = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True)
class Place:
    """One outside address; `last_used` is None where every request to it was refused."""

    host: str
    port: int
    purpose: str
    since: datetime
    last_used: datetime | None
    times: int
    refused: int


def note_left(host: str, port: int, purpose: str, refused: bool = False) -> None:
    """Count one request that goes to an outside address now, or that was refused to go there.

    `purpose` is a short key of ours; ValueError for anything else.
    """
    if not _PURPOSE.fullmatch(purpose):
        raise ValueError(f"{purpose!r} is no purpose: use small letters, digits and underscores.")
    now = dialect().instant(datetime.now(UTC))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_outsideaddress "
            "(host, port, purpose, since, last_used, times, refused) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (host, port, purpose) DO UPDATE SET "
            "last_used = COALESCE(excluded.last_used, core_outsideaddress.last_used), "
            "times = core_outsideaddress.times + excluded.times, "
            "refused = core_outsideaddress.refused + excluded.refused",
            [
                host[:LONGEST], port, purpose, now, None if refused else now,
                int(not refused), int(refused),
            ],
        )  # fmt: skip


def places() -> list[Place]:
    """The outside addresses, the newest use first; whoever calls has asked for the right."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT host, port, purpose, since, last_used, times, refused "
            "FROM core_outsideaddress "
            f"ORDER BY COALESCE(last_used, since) DESC, id DESC LIMIT {MOST}"
        )
        rows = cursor.fetchall()
    at = Moment().load
    return [
        Place(host, port, purpose, since, at(used), times, refused)
        for host, port, purpose, stored, used, times, refused in rows
        if (since := at(stored)) is not None
    ]
