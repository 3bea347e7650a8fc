"""A connection that loads very many rows: more of the file in memory, its log written back between
commits instead of inside them. On PostgreSQL there is nothing to do."""

from __future__ import annotations

from django.db import connection

CACHE_KB = 98_304  # as large as the indexes of half a million contacts
WRITTEN_BACK_AFTER = 8_000  # rows; their log has some 50 MB, and is written back in 0.1 s


class Load:
    """What is asked of the connection while a load lasts."""

    def __init__(self) -> None:
        self._rows = 0
        self._seen: int | None = None
        self.is_on = connection.vendor == "sqlite" and not connection.in_atomic_block
        if self.is_on:
            self._set(CACHE_KB, 0)
            self.others_wrote()

    def between(self, rows: int) -> None:
        """After a commit of so many rows: write the log back, if there is enough of it."""
        self._rows += rows
        if self._rows >= WRITTEN_BACK_AFTER:
            self._write_back()

    def others_wrote(self) -> bool:
        """Has another connection committed since this was asked last?

        sqlite.org/pragma.html#pragma_data_version; on PostgreSQL nobody waits for a load.
        """
        if not self.is_on:
            return False
        before = self._seen
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA data_version")
            self._seen = int(cursor.fetchone()[0])
        return before is not None and before != self._seen

    def end(self) -> None:
        """Leave the connection as it was."""
        if self.is_on:
            self._write_back()
            self._set(16_384, 1_000)
            self.is_on = False

    def _write_back(self) -> None:
        self._rows = 0
        if self.is_on and not connection.in_atomic_block:
            connection.write_back()  # type: ignore[attr-defined]

    def _set(self, cache_kb: int, pages: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA cache_size=-{cache_kb}")
            cursor.execute(f"PRAGMA wal_autocheckpoint={pages}")
            cursor.fetchall()
