"""Many new rows into one table at once, by the way that is fastest on each database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

MANY = 8  # rows from which PostgreSQL takes them faster by COPY


def insert(into: str, rows: Sequence[Sequence[Any]]) -> None:
    """Store rows; `into` is "INSERT INTO table (columns)". Nothing of them may be there yet.

    IntegrityError where something is. On PostgreSQL values go as text, which every column reads
    for itself.
    """
    if not rows:
        return
    marks = ", ".join(["%s"] * len(rows[0]))
    with connection.cursor() as cursor:
        if len(rows) == 1:
            cursor.execute(f"{into} VALUES ({marks})", rows[0])
        elif connection.vendor == "sqlite" or len(rows) < MANY:
            cursor.executemany(f"{into} VALUES ({marks})", rows)
        else:
            _copy(cursor, into, rows)


def _copy(cursor: Any, into: str, rows: Sequence[Sequence[Any]]) -> None:
    command = into.replace("INSERT INTO", "COPY", 1) + " FROM STDIN"
    with connection.wrap_database_errors, cursor.copy(command) as copy:
        for row in rows:
            copy.write_row(row)
