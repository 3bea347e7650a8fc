"""Puts rows that an earlier test made through the doors where they were, in one journey.

Two thousand tests begin with the same world. On PostgreSQL making it asks thirty times, and each
asking is a journey to the server; SQLite is in the process and needs none of this.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.db import connection

from tests.emptying import with_rows

Made = TypeVar("Made")


_KEPT: dict[Callable[[], Any], tuple[Any, str]] = {}


def made_or_put(make: Callable[[], Made]) -> Made:
    """What `make` gives; its rows are put again where it began with none of them there."""
    if connection.vendor != "postgresql":
        return make()
    with connection.cursor() as cursor:
        if make in _KEPT:
            result, statements = _KEPT[make]
            cursor.execute(statements)
            return result
        begins_empty = not with_rows(cursor)
        result = make()
        if begins_empty:
            _KEPT[make] = result, ";".join(_putting(cursor, table) for table in with_rows(cursor))
    return result


def _putting(cursor, table: str) -> str:
    cursor.execute(f'SELECT json_agg(r)::text FROM "{table}" r')
    (rows,) = cursor.fetchone()
    quoted = rows.replace("'", "''")
    return (
        f'INSERT INTO "{table}" OVERRIDING SYSTEM VALUE '
        f"SELECT * FROM json_populate_recordset(NULL::\"{table}\", '{quoted}')"
    )
