"""What the house does by itself again and again, so that it stays quick and small."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django_tasks import task

from kartotek.core import custom_indexes, drafts, files, idempotency, loading, storage, tally
from kartotek.core.catalogue import catalogue
from kartotek.core.dialect import dialect
from kartotek.core.jobs import in_chunks, recurring

KEPT = timedelta(days=idempotency.KEPT_DAYS)
CHUNK = 5_000


@recurring(every=timedelta(minutes=10), key="tallies")
@task()
@in_chunks
def refresh_tallies() -> None:
    """Count every type anew; plans are made from it."""
    for record_type in catalogue():
        tally.refresh(record_type)


@recurring(every=timedelta(days=1), key="mend")
@task()
@in_chunks
def mend() -> list[str]:
    """Make what is missing of what migrations do not make."""
    return [*storage.mend(), *custom_indexes.mend()]


@recurring(every=timedelta(days=1), key="merge")
@task()
@in_chunks
def merge_search() -> dict[str, int]:
    """Keep searches quick where much is written; others write between the steps."""
    for one in catalogue():
        loading.settle(one)  # an import may have been killed
    return {one.key: storage.merge_search(one) for one in catalogue()}


@recurring(every=timedelta(days=1), key="forget")
@task()
@in_chunks
def forget_old() -> dict[str, int]:
    """Answers to writes that might have come again, jobs and locks that ended: after 30 days."""
    before = dialect().instant(datetime.now(UTC) - KEPT)
    ended = "state IN ('done', 'failed') AND finished_at < %s"
    return {
        "answers": _delete("core_idempotencykey", "at < %s", before),
        "jobs": _delete("core_job", ended, before),
        "locks": _delete("core_lock", '"until" < %s', before),
    }


@recurring(every=timedelta(days=1), key="files")
@task()
@in_chunks
def sweep_files() -> dict[str, int]:
    """Files that nobody needs any more, and imports that were begun and never done: gone."""
    before = dialect().instant(datetime.now(UTC) - KEPT)
    never = "at < %s AND state <> 'done' AND acts = '[]'"
    return {
        "drafts": _delete("core_importdraft", never, before),
        "released": drafts.let_go_of_old(),
        "files": files.sweep(),
    }


def _delete(table: str, where: str, before: Any) -> int:
    """Delete some at a time, so that nobody waits long."""
    gone = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"DELETE FROM {table} WHERE id IN "
                f"(SELECT id FROM {table} WHERE {where} LIMIT {CHUNK})",
                [before],
            )
            deleted = int(cursor.rowcount)
            gone += deleted
            if deleted < CHUNK:
                return gone
