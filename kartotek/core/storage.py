"""What Django's migrations do not make: search tables, and guards on append-only tables."""

from __future__ import annotations

from django.db import connection, transaction

from kartotek.core import asking, searching
from kartotek.core.catalogue import catalogue
from kartotek.core.indexing import index
from kartotek.core.recordtype import RECORD_TYPES, RecordType

CHUNK = 2_000
MERGED_PAGES = 200  # at once: a fifth of a second, for which a writer may have to wait
APPEND_ONLY = ("core_securityline",)


def mend() -> list[str]:
    """Make what is missing, or of an older shape, and fill it; returns the names of what was."""
    made = []
    tables = set(connection.introspection.table_names())
    for key, declared in RECORD_TYPES.items():
        name = asking.table_of(declared)
        if declared.table not in tables:
            continue
        record_type = catalogue()[key]
        # Between the two shapes there is a job: it is on its way when a field becomes searched.
        if name in tables and any(map(searching.is_current, (record_type, declared))):
            continue
        with transaction.atomic():
            if name in tables:
                searching.forget(record_type)
            searching.create(record_type)
            rebuild_search(record_type)
        made.append(name)
    for table in APPEND_ONLY:
        if table in tables:
            forbid_rewriting(table)
    return made


def rebuild_search(record_type: RecordType) -> int:
    """Write the search rows of every live record anew; returns how many there are."""
    done, last = 0, 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT id FROM {record_type.table} WHERE id > %s AND removed_at IS NULL "
                f"ORDER BY id LIMIT {CHUNK}",
                [last],
            )
            ids = [row[0] for row in cursor.fetchall()]
        if not ids:
            return done
        index(record_type, ids)
        done, last = done + len(ids), ids[-1]


def merge(record_type: RecordType, *, begin: bool) -> bool:
    """One short step towards an index in one piece, where it is SQLite's; was there one to do?

    Each write leaves a small piece, and each search asks all of them: five thousand changes among
    a million records made a search four times as long (sqlite.org/fts5.html#the_merge_command).
    """
    if connection.vendor != "sqlite":
        return False
    name = asking.table_of(record_type)
    with transaction.atomic(), connection.cursor() as cursor:
        before = connection.connection.total_changes
        pages = -MERGED_PAGES if begin else MERGED_PAGES
        cursor.execute(f"INSERT INTO {name} ({name}, rank) VALUES ('merge', {pages})")
        return bool(connection.connection.total_changes - before >= 2)


def merge_search(record_type: RecordType) -> int:
    """Bring the pieces of a search index together, step by step; returns how many it took."""
    steps = 0
    while merge(record_type, begin=steps == 0):
        steps += 1
    return steps


def allow_rewriting(table: str) -> None:
    """Take the guard of an append-only table away, until `forbid_rewriting` in the same commit."""
    names = ("update", "delete") if connection.vendor == "sqlite" else ("guard",)
    with connection.cursor() as cursor:
        for name in names:
            on = "" if connection.vendor == "sqlite" else f" ON {table}"
            cursor.execute(f"DROP TRIGGER IF EXISTS {table}_{name}{on}")


def forbid_rewriting(table: str) -> None:
    """Let the database itself refuse to change or delete lines of an append-only table."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for verb in ("UPDATE", "DELETE"):
                cursor.execute(
                    f"CREATE TRIGGER IF NOT EXISTS {table}_{verb.lower()} BEFORE {verb} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                )
            return
        cursor.execute(
            f"CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger AS $$ BEGIN "
            f"RAISE EXCEPTION '{table} is append-only'; END $$ LANGUAGE plpgsql"
        )
        cursor.execute(
            f"CREATE OR REPLACE TRIGGER {table}_guard BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()"
        )
