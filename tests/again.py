"""Puts rows that an earlier test made through the doors where they were.

Two thousand tests begin with the same world. Making it costs 6 ms on SQLite, and on PostgreSQL
thirty journeys to the server; putting it again costs one statement for each table, sent at once.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from django.db import connection

from tests.emptying import with_rows

Made = TypeVar("Made")


Putting = Callable[[Any], object]  # with a cursor

SEARCH = "_search"  # ends the name of a search table

_KEPT: dict[Callable[[], Any], tuple[Any, list[Putting]]] = {}


def made_or_put(make: Callable[[], Made]) -> Made:
    """What `make` gives; its rows are put again where it began with none of them there."""
    with connection.cursor() as cursor:
        if make in _KEPT:
            result, putting = _KEPT[make]
            for put in putting:
                put(cursor)
            return result
        begins_empty = not with_rows(cursor)
        searched = Searched()
        with connection.execute_wrapper(searched):
            result = make()
        if begins_empty:
            _KEPT[make] = result, _putting(cursor, searched)
    return result


class Searched:
    """What is written for the search on the way: SQLite keeps the index of it and not the words."""

    def __init__(self) -> None:
        self.putting: list[Putting] = []

    def __call__(self, execute, sql, params, many, context):
        if sql.startswith("INSERT") and SEARCH in sql.partition("(")[0]:
            self.putting.append(partial(_put, sql, params if many else [params]))
        return execute(sql, params, many, context)


def _putting(cursor, searched: Searched) -> list[Putting]:
    tables = with_rows(cursor)
    if connection.vendor == "postgresql":
        statements = ";".join(_as_json(cursor, table) for table in tables)
        return [lambda cursor: cursor.execute(statements)]
    rows = [_as_rows(cursor, table) for table in tables if not table.endswith(SEARCH)]
    return rows + searched.putting


def _as_rows(cursor, table: str) -> Putting:
    cursor.execute(f'SELECT * FROM "{table}" LIMIT 0')
    names = [f'"{name}"' for name, *_more in cursor.description]
    raw = ", ".join(f"+{name}" for name in names)  # "+": as it lies there, not read as a date
    cursor.execute(f'SELECT {raw} FROM "{table}"')
    marks = ", ".join(["%s"] * len(names))
    return partial(
        _put, f'INSERT INTO "{table}" ({", ".join(names)}) VALUES ({marks})', cursor.fetchall()
    )


def _put(statement: str, rows: list[tuple[Any, ...]], cursor) -> None:
    cursor.executemany(statement, rows)


def _as_json(cursor, table: str) -> str:
    cursor.execute(f'SELECT json_agg(r)::text FROM "{table}" r')
    (rows,) = cursor.fetchone()
    quoted = rows.replace("'", "''")
    return (
        f'INSERT INTO "{table}" OVERRIDING SYSTEM VALUE '
        f"SELECT * FROM json_populate_recordset(NULL::\"{table}\", '{quoted}')"
    )
