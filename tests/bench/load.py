"""Raw multi-row loading: executemany or COPY, the list indexes made afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID


def load(connection: Any, table: str, columns: Sequence[str], rows: list[list[Any]]) -> None:
    """Rows into a table; values are strings, integers, uids and None."""
    if not rows:
        return
    quoted = ", ".join(f'"{column}"' for column in columns)
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        marks = ", ".join("?" * len(columns))
        raw = connection.connection.cursor()
        places = [place for place, value in enumerate(rows[0]) if isinstance(value, UUID)]
        for row in rows:
            for place in places:
                row[place] = row[place].bytes
        raw.execute("BEGIN")
        raw.executemany(f"INSERT INTO {table} ({quoted}) VALUES ({marks})", rows)
        raw.execute("COMMIT")
        return
    text = "".join(
        "\t".join("\\N" if value is None else str(value) for value in row) + "\n" for row in rows
    )
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({quoted}) FROM STDIN") as copy:
        copy.write(text)


@contextmanager
def with_indexes_aside(connection: Any, tables: Sequence[str]) -> Iterator[None]:
    """Drop what CREATE INDEX made on these tables; make it again at the end."""
    with connection.cursor() as cursor:
        made = _indexes(connection, cursor, tables)
        for name, _sql in made:
            cursor.execute(f'DROP INDEX "{name}"')
    yield
    with connection.cursor() as cursor:  # another one: loading opens the connection anew
        for _name, sql in made:
            cursor.execute(sql)


def _indexes(connection: Any, cursor: Any, tables: Sequence[str]) -> list[tuple[str, str]]:
    marks = ", ".join(["%s"] * len(tables))
    if connection.vendor == "sqlite":
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL "
            f"AND tbl_name IN ({marks})",
            list(tables),
        )
        return list(cursor.fetchall())
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes i WHERE schemaname = 'public' AND NOT EXISTS "
        "(SELECT 1 FROM pg_constraint c WHERE c.conname = i.indexname) "
        f"AND (tablename IN ({marks}) OR tablename IN ({marks}))",
        [*tables, *(f"{table}_search" for table in tables)],
    )
    return list(cursor.fetchall())


def make_haste(connection: Any) -> None:
    """Give up for the loading what protects data that could not be made again."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET synchronous_commit = off")
            cursor.execute("SET session_replication_role = replica")  # no foreign key is looked up
            cursor.execute("SET maintenance_work_mem = '1GB'")
            return
        for pragma in ("synchronous=OFF", "cache_size=-1000000", "foreign_keys=OFF"):
            cursor.execute(f"PRAGMA {pragma}")
