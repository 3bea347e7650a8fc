"""The differences between SQLite and PostgreSQL that the doors meet, in one place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection

LOG_LOCK = 0x6B61_7274  # the advisory lock that orders the log; any constant, the same for ever
# How long a moment is that PostgreSQL spells in full: it leaves out zeros at the end of a second.
FULL = (len("2026-11-21 14:30:00+00"), len("2026-11-21 14:30:00.123456+00"))


class Sqlite:
    """Values as SQLite keeps them, and its ways to allocate and lock."""

    name = "sqlite"

    def uid(self, value: UUID) -> Any:
        return value.bytes

    def instant(self, value: datetime) -> Any:
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")

    def boolean(self, value: bool) -> Any:
        return int(value)

    def joined(self, column: str) -> str:
        """The integers of a group's column as one text, commas between: SQL."""
        return f"group_concat({column})"

    def inside(self, column: str, key: str, cast: str) -> str:
        """A value of a JSON column as SQL: the same text for a query and for its index."""
        return f"(\"{column}\" ->> '{key}')"

    def hex_of(self, column: str) -> str:
        """A uid as 32 hexadecimal digits: SQL."""
        return f"lower(hex({column}))"

    def hex_inside(self, column: str, key: str) -> str:
        """A uid that stands as text in a JSON column, in the same spelling: SQL."""
        return f"replace({column} ->> '{key}', '-', '')"

    def holds_any(self, column: str, key: str, values: list[str]) -> tuple[str, list[Any]]:
        """Does the list under a key of a JSON column hold one of these texts? SQL, never NULL."""
        marks = ", ".join(["%s"] * len(values))
        found = f"SELECT 1 FROM json_each(\"{column}\", '$.{key}') WHERE value IN ({marks})"
        return f"EXISTS ({found})", list(values)

    def month_day(self, column: str, *, is_text: bool = False) -> str:
        """Month and day of a date as one number, 1123 for 23 November: SQL."""
        return f"CAST(substr({column}, 6, 2) || substr({column}, 9, 2) AS integer)"

    def patched(self, column: str) -> str:
        """The JSON column with some values put in, and those taken out that come as null: SQL."""
        return f"json_patch({column}, %s)"

    def spelt(self, column: str) -> str:
        """A column of moments, days or uids as the database spells them itself: SQL."""
        return f"+{column}"  # an expression has no type of which Python would make an object

    def iso(self, spelt: Sequence[str | None]) -> list[str | None]:
        """Moments as the database spells them made what `datetime.isoformat` gives, in UTC."""
        return [one and f"{one[:10]}T{one[11:].removesuffix('.000000')}+00:00" for one in spelt]

    def is_double(self, error: IntegrityError) -> bool:
        """Was it refused because a row with this name is there already?"""
        return "UNIQUE" in str(error)

    def allocate(self, table: str, count: int) -> list[int]:
        """`count` fresh ids; safe because the caller holds the only write lock."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            row = cursor.fetchone()
        first = (row[0] if row else 0) + 1
        return list(range(first, first + count))

    def lock_log(self, unless: str = "", params: Sequence[Any] = ()) -> bool:
        """Nothing to lock: the transaction is the only one that writes. Is `unless` true now?"""
        if not unless:
            return False
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {unless}", params)
            return bool(cursor.fetchone()[0])

    def shrink(self) -> None:
        """Let go of the pages of the file that this connection keeps in memory."""
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA shrink_memory")


class Postgres:
    """Values as psycopg takes them, and PostgreSQL's ways to allocate and lock."""

    name = "postgres"

    def uid(self, value: UUID) -> Any:
        return value

    def instant(self, value: datetime) -> Any:
        return value

    def boolean(self, value: bool) -> Any:
        return value

    def joined(self, column: str) -> str:
        return f"string_agg({column}::text, ',')"

    def inside(self, column: str, key: str, cast: str) -> str:
        # Texts in binary order, as SQLite has them; a cast to a date would depend on settings.
        ends = ' COLLATE "C"' if cast == "text" else f"::{cast}"
        return f"((\"{column}\" ->> '{key}'){ends})"

    def hex_of(self, column: str) -> str:
        return f"replace({column}::text, '-', '')"

    def hex_inside(self, column: str, key: str) -> str:
        return f"replace({column} ->> '{key}', '-', '')"

    def holds_any(self, column: str, key: str, values: list[str]) -> tuple[str, list[Any]]:
        return f"COALESCE(\"{column}\" -> '{key}' ?| %s::text[], false)", [list(values)]

    def month_day(self, column: str, *, is_text: bool = False) -> str:
        if is_text:
            return f"CAST(substr({column}, 6, 2) || substr({column}, 9, 2) AS integer)"
        # Of functions that no setting of a session changes, as an index asks for.
        return f"(EXTRACT(MONTH FROM {column}) * 100 + EXTRACT(DAY FROM {column}))"

    def patched(self, column: str) -> str:
        return f"jsonb_strip_nulls({column} || %s::jsonb)"

    def spelt(self, column: str) -> str:
        return f"{column}::text"

    def iso(self, spelt: Sequence[str | None]) -> list[str | None]:
        return [
            one and (
                f"{one[:10]}T{one[11:]}:00" if len(one) in FULL and one[-3:] == "+00"
                else datetime.fromisoformat(one).astimezone(UTC).isoformat()
            )
            for one in spelt
        ]  # fmt: skip

    def is_double(self, error: IntegrityError) -> bool:
        return getattr(error.__cause__, "sqlstate", "") == "23505"  # unique_violation

    def allocate(self, table: str, count: int) -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [table, count],
            )
            return [row[0] for row in cursor.fetchall()]

    def lock_log(self, unless: str = "", params: Sequence[Any] = ()) -> bool:
        """The last lock of a write: positions are drawn inside it, in the order of commit.

        Is the condition `unless` true, asked once all locks on records are held?
        """
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT pg_advisory_xact_lock(%s), {unless or 'false'}", [LOG_LOCK, *params]
            )
            return bool(cursor.fetchone()[1])

    def shrink(self) -> None:
        """Nothing to do: the pages are the server's."""


_SQLITE, _POSTGRES = Sqlite(), Postgres()


def dialect() -> Sqlite | Postgres:
    """How the database behind this process speaks."""
    return _SQLITE if connection.vendor == "sqlite" else _POSTGRES
