"""The log without somebody's values: what an erasure may do to it, and nothing else may."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import orjson
from django.db import connection


def empty(type_key: str, records: Sequence[int]) -> int:
    """Take every value out of these records' lines, as an erasure does; how many lines they have.

    That something was done stays, and by whom and when.
    """
    among = ", ".join(map(str, records))  # integers of our own
    with connection.cursor() as cursor:
        cursor.execute(
            'UPDATE core_change SET "before" = NULL, "after" = NULL '
            f'WHERE record IN ({among}) AND "type" = %s',
            [type_key],
        )
        return int(cursor.rowcount)


def rewrite(type_key: str, record: int, through: Callable[[Any], Any]) -> None:
    """Put the values in a record's lines through a function, as an erasure of another does."""
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT position, "before", "after" FROM core_change WHERE record = %s AND "type" = %s',
            [record, type_key],
        )
        for position, *sides in cursor.fetchall():
            old: list[Any] = [None if side is None else _loaded(side) for side in sides]
            new = [through(side) for side in old]
            if new != old:
                cursor.execute(
                    'UPDATE core_change SET "before" = %s, "after" = %s WHERE position = %s',
                    [_json(new[0]), _json(new[1]), position],
                )


def _loaded(value: Any) -> Any:
    return orjson.loads(value) if isinstance(value, str | bytes) else value


def _json(value: Any) -> str | None:
    return None if value is None else orjson.dumps(value).decode()
