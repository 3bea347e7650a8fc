"""One number for all that is stored: equal before and after what must leave no trace."""

from __future__ import annotations

import hashlib
from functools import lru_cache

from django.db import connection

ROOMS = ("core_", "crm_", "people_", "mfa_", "kartotek_sample_")
PASSING = ("core_securityline", "core_tally")  # what refusals and reading themselves leave


def everything() -> str:
    """A digest of every row of every table, and of every word that records are found by."""
    digest = hashlib.sha256()
    with connection.cursor() as cursor:
        for row in _rows(cursor):
            digest.update(row.encode())
    return digest.hexdigest()


def rows_of_everything(cursor) -> list[str]:
    """Every row of every table as a text, also of those that refusals write to."""
    return _rows(cursor, passing=())


def _rows(cursor, passing=PASSING) -> list[str]:
    """The rows in an order of their own; PostgreSQL is asked once, for each asking is a journey."""
    if connection.vendor == "postgresql":
        cursor.execute(_asking_all(str(connection.settings_dict["NAME"]), passing))
        return sorted(f"{table} {row}" for table, row in cursor.fetchall())
    rows = []
    for table in _tables(cursor, passing):
        cursor.execute(f'SELECT * FROM "{table}"')
        rows += [f"{table} {row!r}" for row in cursor.fetchall()]
    return sorted(rows)


@lru_cache(maxsize=4)
def _asking_all(database: str, passing: tuple[str, ...]) -> str:
    with connection.cursor() as cursor:
        tables = _tables(cursor, passing)
    return " UNION ALL ".join(f"SELECT '{name}', r::text FROM \"{name}\" r" for name in tables)


def _tables(cursor, passing: tuple[str, ...]) -> list[str]:
    names = connection.introspection.table_names(cursor)
    names = [name for name in names if name.startswith(ROOMS) and name not in passing]
    if connection.vendor != "sqlite":
        return names
    # SQLite's search tables show no words, and those beside them change with what is only tidied.
    found = [name for name in names if "_search" not in name]
    for name in names:
        if name.endswith("_search"):
            cursor.execute(
                f"CREATE VIRTUAL TABLE IF NOT EXISTS temp.words_of_{name} "
                f"USING fts5vocab(main, {name}, instance)"
            )
            found.append(f"words_of_{name}")
    return found
