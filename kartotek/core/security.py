"""The security log: who came in, was refused, took data out or changed rights. Append-only."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from django.db import connection

from kartotek.core.actor import Actor
from kartotek.core.dialect import dialect

LOOK_BACK = 2_000  # lines; a count over a minute never reads more than this


def note(kind: str, *, actor: Actor | None = None, address: str = "", **detail: Any) -> None:
    """Write one line, in the caller's transaction; `detail` holds plain values, never secrets."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_securityline (at, kind, actor_name, member, address, detail) "
            "VALUES (%s, %s, %s, %s, %s, %s)",
            [
                dialect().instant(datetime.now(UTC)),
                kind[:40],
                (actor.name if actor else "")[:200],
                actor.member if actor else None,
                address[:64],
                orjson.dumps(detail).decode(),
            ],
        )


def recent(kinds: tuple[str, ...], seconds: int) -> list[tuple[str, str, dict[str, Any]]]:
    """(kind, address, detail) of these kinds' lines of the last seconds, the newest first."""
    since = dialect().instant(datetime.now(UTC) - timedelta(seconds=seconds))
    marks = ", ".join(["%s"] * len(kinds))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, address, detail FROM "
            f"(SELECT * FROM core_securityline ORDER BY id DESC LIMIT {LOOK_BACK}) newest "
            f"WHERE at >= %s AND kind IN ({marks}) ORDER BY id DESC",
            [since, *kinds],
        )
        rows = cursor.fetchall()
    return [
        (kind, address, orjson.loads(detail) if isinstance(detail, str | bytes) else detail)
        for kind, address, detail in rows
    ]
