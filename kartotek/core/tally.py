"""About how many records stand under one owner, department, choice: what plans are made from.

The figures may be old: a plan made from a wrong one is slower, never wrong.
"""

from __future__ import annotations

import time
from typing import Any

from django.db import connection, transaction

from kartotek.core.fieldtypes import Choice
from kartotek.core.recordtype import RecordType

KEPT_SECONDS = 60
_kept: dict[str, tuple[float, dict[tuple[str, str], int]]] = {}
_totals: tuple[float, dict[str, int]] = (0.0, {})


def tallies(record_type: RecordType) -> dict[tuple[str, str], int]:
    """(field, value) → count; ("", "") → all of them. Read from the table once a minute."""
    read_at, known = _kept.get(record_type.key, (0.0, {}))
    if time.monotonic() - read_at < KEPT_SECONDS and read_at:
        return known
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT field, value, count FROM core_tally WHERE "type" = %s', [record_type.key]
        )
        known = {(field, value): count for field, value, count in cursor.fetchall()}
    _kept[record_type.key] = (time.monotonic(), known)
    return known


def total(record_type: RecordType) -> int:
    """About how many there are; asked for every type at once, once a minute."""
    global _totals
    read_at, found = _totals
    if not read_at or time.monotonic() - read_at >= KEPT_SECONDS:
        with connection.cursor() as cursor:
            cursor.execute("SELECT \"type\", count FROM core_tally WHERE field = '' AND value = ''")
            found = dict(cursor.fetchall())
        _totals = (time.monotonic(), found)
    return found.get(record_type.key, 0)


def forget() -> None:
    """Read the table again at the next question."""
    global _totals
    _kept.clear()
    _totals = (0.0, {})


def counted(record_type: RecordType) -> dict[str, str]:
    """What is counted: the name under which its tallies stand → SQL of its values."""
    kinds = [kind for kind in record_type.fields.values() if isinstance(kind, Choice)]
    scope = ["owner_id", "department_id"] if record_type.scoped else []
    return {name: name for name in scope} | {kind.db_name: kind.column for kind in kinds}


def refresh(record_type: RecordType) -> None:
    """Count anew, in one pass for each counted column."""
    lines: list[tuple[Any, ...]] = []
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {record_type.table} WHERE removed_at IS NULL")
        lines.append((record_type.key, "", "", cursor.fetchone()[0]))
        for name, column in counted(record_type).items():
            cursor.execute(
                f"SELECT {column}, count(*) FROM {record_type.table} "
                f"WHERE removed_at IS NULL GROUP BY {column}"
            )
            lines += [
                (record_type.key, name, str(value), count)
                for value, count in cursor.fetchall()
                if value is not None
            ]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute('DELETE FROM core_tally WHERE "type" = %s', [record_type.key])
        cursor.executemany(
            'INSERT INTO core_tally ("type", field, value, count) VALUES (%s, %s, %s, %s)', lines
        )
    _kept.pop(record_type.key, None)
