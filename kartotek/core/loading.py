"""What a load of very many rows asks of the database while it lasts, so that each costs less.

SQLite: more of the file in memory, and its log written back between commits instead of inside them.
PostgreSQL: the words of new records collected, and put into the search index a commit at a time.
"""

from __future__ import annotations

from contextlib import suppress

from django.db import DatabaseError, Error, connection, transaction

from kartotek.core import searching
from kartotek.core.recordtype import RecordType

CACHE_KB = 98_304  # as large as the indexes of half a million contacts
WRITTEN_BACK_AFTER = 8_000  # rows; their log has some 50 MB, and is written back in 0.1 s


class Load:
    """Begun outside of a transaction, and ended; inside of one it changes nothing."""

    def __init__(self, record_type: RecordType) -> None:
        self._type = record_type
        self._rows = 0
        self._seen: int | None = None
        self._is_on = not connection.in_atomic_block
        self._is_sqlite = connection.vendor == "sqlite"
        if self._is_on and self._is_sqlite:
            _keep(CACHE_KB, 0)
            self.others_wrote()
        elif self._is_on:
            self._is_on = _collect(record_type, "on")

    def between(self, rows: int) -> None:
        """After a commit of so many rows, others may write between."""
        self._rows += rows
        if not self._is_on or connection.in_atomic_block:
            return
        if not self._is_sqlite:
            _put_in(self._type)
        elif self._rows >= WRITTEN_BACK_AFTER:
            self._rows = 0
            connection.write_back()  # type: ignore[attr-defined]

    def others_wrote(self) -> bool:
        """Has another connection committed since this was asked last?

        sqlite.org/pragma.html#pragma_data_version; on PostgreSQL nobody waits for a load.
        """
        if not (self._is_on and self._is_sqlite):
            return False
        before = self._seen
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA data_version")
            self._seen = int(cursor.fetchone()[0])
        return before is not None and before != self._seen

    def end(self) -> None:
        """Leave the database as it was; one that is out of reach is settled by the house."""
        if not self._is_on:
            return
        with suppress(Error):
            self.between(WRITTEN_BACK_AFTER)
            if self._is_sqlite:
                _keep(16_384, 1_000)
            else:
                settle(self._type)
        self._is_on = False


def settle(record_type: RecordType) -> None:
    """Where a load was cut off: nothing is collected any more, what was is in the index."""
    if _is_collecting(record_type) and _collect(record_type, "off"):
        _put_in(record_type)


def _is_collecting(record_type: RecordType) -> bool:
    """Asked first: to take back what is not set would hold up everybody who searches."""
    if connection.vendor != "postgresql":
        return False
    names = list(searching.indexes_of(record_type))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_class WHERE relname = ANY(%s) "
            "AND reloptions @> ARRAY['fastupdate=on']",
            [names],
        )
        return cursor.fetchone() is not None


def _keep(cache_kb: int, pages: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA cache_size=-{cache_kb}")
        cursor.execute(f"PRAGMA wal_autocheckpoint={pages}")
        cursor.fetchall()


def _collect(record_type: RecordType, state: str) -> bool:
    """GIN's pending list (postgresql.org/docs, gin-implementation): a word of two thousand records
    is then put in once, which takes a quarter of the time. False where others hold the index."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '2s'")
            for index in searching.indexes_of(record_type):
                cursor.execute(f"ALTER INDEX {index} SET (fastupdate = {state})")
    except DatabaseError:
        return False
    return True


def _put_in(record_type: RecordType) -> None:
    """Each search reads the list from end to end until this is done."""
    with connection.cursor() as cursor:
        for index in searching.indexes_of(record_type):
            cursor.execute("SELECT gin_clean_pending_list(%s::regclass)", [index])
