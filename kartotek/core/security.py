"""The security log: who came in, was refused, took data out or changed rights. Append-only."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from django.db import connection

from kartotek.core.actor import Actor
from kartotek.core.dialect import dialect
from kartotek.core.fieldtypes import Moment

AT_ONCE = 50  # lines of one page


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


@dataclass(frozen=True)
class LogLine:
    """One line: when, what, by whom and from which machine; `detail` holds plain values."""

    id: int  # a place in the log, for the page after it; it names no record
    at: datetime
    kind: str
    actor: str
    address: str
    detail: Mapping[str, Any]


def lines(
    kinds: Sequence[str] = (), words: str = "", before: int = 0, most: int = AT_ONCE
) -> list[LogLine]:
    """The newest lines, older than the place `before`; whoever calls has asked for the right.

    `words` is a part of who did it, or of the machine's address.
    """
    where = ["1 = 1"]
    params: list[Any] = []
    if kinds:
        where.append(f"kind IN ({', '.join(['%s'] * len(kinds))})")
        params += kinds
    if before:
        where.append("id < %s")
        params.append(before)
    if words:
        part = "%" + re.sub(r"([\\\\%_])", r"\\\1", words.casefold()) + "%"
        where.append("(lower(actor_name) LIKE %s ESCAPE '\\' OR address LIKE %s ESCAPE '\\')")
        params += [part, part]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, at, kind, actor_name, address, detail FROM core_securityline "
            f"WHERE {' AND '.join(where)} ORDER BY id DESC LIMIT {most}",
            params,
        )
        rows = cursor.fetchall()
    return [
        LogLine(id, at, kind, actor, address, _loaded(detail))
        for id, stored, kind, actor, address, detail in rows
        if (at := Moment().load(stored)) is not None
    ]


def _loaded(detail: Any) -> dict[str, Any]:
    return dict(orjson.loads(detail) if isinstance(detail, str | bytes) else detail)


def counted(kinds: Sequence[str], days: int) -> list[tuple[str, str, int]]:
    """(who, kind, how many) of these kinds' lines of the last days, by who."""
    since = dialect().instant(datetime.now(UTC) - timedelta(days=days))
    marks = ", ".join(["%s"] * len(kinds))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT actor_name, kind, COUNT(*) FROM core_securityline "
            f"WHERE kind IN ({marks}) AND at >= %s GROUP BY actor_name, kind "
            "ORDER BY actor_name, kind",
            [*kinds, since],
        )
        return [(str(who), str(kind), int(many)) for who, kind, many in cursor.fetchall()]


def recent(
    kinds: tuple[str, ...], seconds: int, address: str = ""
) -> list[tuple[str, str, dict[str, Any]]]:
    """(kind, address, detail) of these kinds' lines of the last seconds, the newest first.

    From one machine where `address` says so. An index leads to them: no other line is read, so
    none pushes them out of a count.
    """
    since = dialect().instant(datetime.now(UTC) - timedelta(seconds=seconds))
    marks = ", ".join(["%s"] * len(kinds))
    here, params = (" AND address = %s", [address]) if address else ("", [])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, address, detail FROM core_securityline "
            f"WHERE kind IN ({marks}) AND at >= %s{here} ORDER BY id DESC",
            [*kinds, since, *params],
        )
        rows = cursor.fetchall()
    return [(kind, address, _loaded(detail)) for kind, address, detail in rows]
