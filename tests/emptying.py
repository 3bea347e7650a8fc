"""Takes out what a test has committed: the rows of the tables that have some, no others.

Django empties every table and fills those of its own anew, which costs 0.5 s a test.
"""

from __future__ import annotations

from functools import lru_cache

from django.db import connection, transaction

from kartotek.core import storage

BY_MIGRATIONS = {"django_migrations", "django_content_type", "auth_permission"}


def empty() -> None:
    """Delete the rows of all tables but those that migrations fill."""
    with transaction.atomic(), connection.cursor() as cursor:  # foreign keys wait for its end
        for table in with_rows(cursor):
            if table in storage.APPEND_ONLY:
                _empty_guarded(cursor, table)
            else:
                cursor.execute(f'DELETE FROM "{table}"')


def with_rows(cursor) -> list[str]:
    """The tables that have rows of a test's."""
    cursor.execute(_asking_which_have_rows(str(connection.settings_dict["NAME"])))
    return [table for (table,) in cursor.fetchall()]


@lru_cache(maxsize=4)
def _asking_which_have_rows(database: str) -> str:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT name FROM pragma_table_list WHERE schema = 'main' "
                "AND type IN ('table', 'virtual') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
            )
        else:
            cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        names = {name for (name,) in cursor.fetchall()} - BY_MIGRATIONS
    return " UNION ALL ".join(
        f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")" for name in sorted(names)
    )


def _empty_guarded(cursor, table: str) -> None:
    """The guards of an append-only table refuse it: they go before and come again after."""
    if connection.vendor == "postgresql":
        cursor.execute(f"TRUNCATE {table}")  # its guard looks at rows
        return
    cursor.execute(f"SELECT sql FROM sqlite_master WHERE name = '{table}_delete'")
    (guard,) = cursor.fetchone()
    cursor.execute(f"DROP TRIGGER {table}_delete")
    cursor.execute(f"DELETE FROM {table}")
    cursor.execute(guard)
