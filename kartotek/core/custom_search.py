"""Customers' fields that records are found by: the search rows are written anew when they change.

Their words are guarded ones: a role that does not see the field finds nothing by it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django_tasks import task

from kartotek.core import asking, jobs, searching, workspace
from kartotek.core.catalogue import catalogue
from kartotek.core.indexing import index
from kartotek.core.locking import lock_records
from kartotek.core.log import LoggedChange
from kartotek.core.recordtype import RecordType

CHUNK = 1_000  # search rows written in one commit: others wait for it
WAIT = timedelta(seconds=10)  # until no process writes by the fields that it remembers
_TELLING = frozenset({"searched", "hidden", "choices", "removed"})


def notice(changes: Sequence[LoggedChange]) -> None:
    """Of changes of the fields, those that others find records by; a job for each of their types.

    Each change puts down one of its own: a job that is half way has written rows without it.
    """
    telling = [one for one in changes if one.verb == "create" or _TELLING & one.after.keys()]
    turned = {one.record for one in telling if "searched" in one.after}
    for type_key in sorted(_types({one.record for one in telling}, turned)):
        jobs.put_down(rewrite, {"type": type_key}, after=datetime.now(UTC) + WAIT)


def _types(fields: set[int], turned: set[int]) -> set[str]:
    """The types of those of the fields that are searched, or that were `turned` on or off."""
    if not fields:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT id, "on", searched FROM core_customfield '
            f"WHERE id IN ({', '.join(map(str, sorted(fields)))})"
        )
        return {on for id, on, searched in cursor.fetchall() if searched or id in turned}


@task()
@jobs.in_chunks
def rewrite(type: str) -> int:
    """Write the search rows of every live record of a type; returns how many there were."""
    run = jobs.running()
    workspace.forget()
    if type not in catalogue():
        return 0
    _reshape(catalogue()[type])
    while run.progress.get("last", 0) is not None:
        with run.chunk() as progress:
            _one_chunk(catalogue()[type], progress)
    return int(run.progress["rows"])


def _reshape(record_type: RecordType) -> None:
    """Give PostgreSQL's table the index of guarded words that it lacks, or take away a needless.

    Its rows stay what they are. While others write, outside a transaction.
    """
    if connection.vendor == "sqlite" or searching.is_current(record_type):
        return
    name = asking.table_of(record_type)
    leisure = "" if connection.in_atomic_block else "CONCURRENTLY "
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX {leisure}IF EXISTS {name}_guarded")  # one cut off is not whole
        if record_type.guarded:
            cursor.execute(
                f"CREATE INDEX {leisure}{name}_guarded ON {name} "
                "USING gin ((words || guarded)) WITH (fastupdate=off)"
            )
        cursor.execute(f"COMMENT ON TABLE {name} IS '{searching.shape_of(record_type)}'")


def _one_chunk(record_type: RecordType, progress: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM {record_type.table} WHERE id > %s AND removed_at IS NULL "
            f"ORDER BY id LIMIT {CHUNK}",
            [progress.get("last", 0)],
        )
        ids = [row[0] for row in cursor.fetchall()]
    lock_records(record_type, ids)
    index(record_type, ids)
    progress["rows"] = progress.get("rows", 0) + len(ids)
    progress["last"] = ids[-1] if len(ids) == CHUNK else None
