"""Locks on records, taken by id before anything else of a transaction is."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import connection

from kartotek.core.recordtype import RecordType


class Moved(Exception):
    """A record changed between being read and being locked; the door reads it anew."""


def lock_records(record_type: RecordType, ids: Iterable[int]) -> None:
    """Hold these records until the commit. SQLite's only writer holds everything already."""
    wanted = sorted(set(ids))
    if connection.vendor == "sqlite" or not wanted:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM {record_type.table} WHERE id = ANY(%s) ORDER BY id FOR UPDATE",
            [wanted],
        )


def hold_record(record_type: RecordType, target: UUID | str | None) -> None:
    """Hold one record, named by its uid, until the commit; nothing where it is not there."""
    if connection.vendor == "sqlite" or target is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM {record_type.table} WHERE uid = %s FOR UPDATE", [str(target)]
        )
