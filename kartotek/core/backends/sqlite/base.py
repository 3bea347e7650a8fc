"""Django's SQLite, with one writer at a time and every commit synced to the disk.

`synchronous=FULL` because NORMAL loses acknowledged commits when the power goes. A lock file
because writers that wait in the kernel wait shorter than those that poll, and because SQLite
before 3.51.3 must never see two writers at one instant.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.backends.sqlite3 import base
from django.db.backends.sqlite3.base import SQLiteCursorWrapper

from kartotek.core.backends.sqlite.days import cut_day
from kartotek.core.backends.sqlite.lock import WriterLock

PRAGMAS = (
    "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA temp_store=MEMORY;"
    "PRAGMA cache_size=-16384;PRAGMA journal_size_limit=67108864"
)
# Read with its zone at once: Django's own way parses it twice as long, without one.
sqlite3.register_converter(
    "datetime", lambda stored: datetime.fromisoformat(f"{stored.decode()}+00:00")
)
_READS = ("SELECT", "WITH", "EXPLAIN", "PRAGMA", "BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK")


class LockedCursor(SQLiteCursorWrapper):
    """A cursor whose writes outside a transaction pass the lock like those inside one."""

    owner: DatabaseWrapper

    def execute(self, query: str, params: Any = None) -> Any:
        with self.owner.writing_alone(query):
            return super().execute(query, params)

    def executemany(self, query: str, param_list: Any) -> Any:
        with self.owner.writing_alone(query):
            return super().executemany(query, param_list)


class DatabaseWrapper(base.DatabaseWrapper):
    """One connection. Its outermost `atomic` is a write, unless inside `reading()`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lock: WriterLock | None = None
        self._reads_only = False

    def get_connection_params(self) -> dict[str, Any]:
        options = super().get_connection_params()
        self.init_commands = PRAGMAS.split(";")
        options.setdefault("timeout", 20)
        return options

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        made = super().get_new_connection(conn_params)
        made.create_function("kartotek_cut", 3, cut_day, deterministic=True)
        return made

    def create_cursor(self, name: str | None = None) -> Any:
        cursor = self.connection.cursor(factory=LockedCursor)
        cursor.owner = self
        return cursor

    @contextmanager
    def writing_alone(self, query: str) -> Iterator[None]:
        """Hold the lock for one statement that writes outside a transaction."""
        if self.in_atomic_block or query.lstrip()[:9].upper().startswith(_READS):
            yield
            return
        self._lock_file().take()
        try:
            yield
        finally:
            self._lock_file().give_back()

    def _start_transaction_under_autocommit(self) -> None:
        if self._reads_only:
            self.cursor().execute("BEGIN")
            return
        self._lock_file().take()
        try:
            self.cursor().execute("BEGIN IMMEDIATE")
        except BaseException:
            self._lock_file().give_back()
            raise

    def set_autocommit(self, autocommit: bool, *args: Any, **kwargs: Any) -> None:
        # Called when the outermost transaction has ended, before its on_commit hooks run.
        if autocommit and self._lock is not None and not self.in_atomic_block:
            self._lock.give_back()
        super().set_autocommit(autocommit, *args, **kwargs)

    def write_back(self) -> None:
        """Bring what the log holds into the file, alone as a writer; outside of a transaction."""
        self._lock_file().take()
        try:
            with self.cursor() as cursor:
                cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")
                cursor.fetchall()
        finally:
            self._lock_file().give_back()

    def _close(self) -> None:
        # The last connection to close writes the WAL back: that, too, is done alone.
        lock = self._lock_file()
        lock.take()
        try:
            super()._close()  # type: ignore[misc]
        finally:
            lock.close()
            self._lock = None

    def _lock_file(self) -> WriterLock:
        if self._lock is None:
            self._lock = WriterLock(str(self.settings_dict["NAME"]))
        return self._lock

    @contextmanager
    def as_reader(self) -> Iterator[None]:
        """Transactions opened inside read one snapshot and never wait for a writer."""
        before, self._reads_only = self._reads_only, True
        try:
            yield
        finally:
            self._reads_only = before


@contextmanager
def reading() -> Iterator[None]:
    """Mark what follows as reading only; on PostgreSQL every transaction already is a snapshot."""
    as_reader = getattr(connection, "as_reader", None)
    if as_reader is None:
        yield
        return
    with as_reader():
        yield
