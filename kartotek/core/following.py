"""What follows from the log inside the house: words of linked records, and fresh tallies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.db import connection
from django_tasks import task

from kartotek.core import jobs, log, tally
from kartotek.core.catalogue import catalogue
from kartotek.core.consumers import consumer
from kartotek.core.fieldtypes import Link
from kartotek.core.indexing import index
from kartotek.core.locking import lock_records
from kartotek.core.log import LoggedChange
from kartotek.core.recordtype import RecordType

CHUNK = 500  # search rows written in one commit
MANY = 1_000  # changes of one act after which the tallies are worth counting again
SOME = 100  # of them in one sitting make it worth a look
SOON = timedelta(seconds=30)


@consumer("search with")
def rewrite_linked(changes: Sequence[LoggedChange]) -> None:
    """The words of a record's title are found on the records that link to it, too."""
    renamed: dict[str, set[int]] = {}
    for change in changes:
        known = change.verb == "update" and change.type in catalogue()
        if known and catalogue()[change.type].title in change.after:
            renamed.setdefault(change.type, set()).add(change.record)
    for record_type in catalogue() if renamed else ():
        for name in record_type.search_with.split():
            kind = record_type.fields[name]
            if not isinstance(kind, Link) or kind.target not in renamed:
                continue
            linked = sorted(renamed[kind.target])
            last = _rewrite(record_type, name, linked, 0)
            if last is not None:
                rest = {"type": record_type.key, "field": name, "linked": linked, "last": last}
                jobs.put_down(rewrite_rest, rest)


@task()
@jobs.in_chunks
def rewrite_rest(type: str, field: str, linked: list[int], last: int) -> None:
    """The same for a record that very many link to."""
    run = jobs.running()
    while True:
        with run.chunk() as progress:
            begun = progress.get("last", last)
            progress["last"] = _rewrite(catalogue()[type], field, linked, begun)
        if run.progress["last"] is None:
            return


def _rewrite(record_type: RecordType, name: str, linked: list[int], last: int) -> int | None:
    """One chunk of search rows; the last id written, or None where there are no more."""
    kind = record_type.fields[name]
    marks = ", ".join(["%s"] * len(linked))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM {record_type.table} WHERE {kind.column} IN ({marks}) AND id > %s "
            f"AND removed_at IS NULL ORDER BY id LIMIT {CHUNK}",
            [*linked, last],
        )
        ids = [row[0] for row in cursor.fetchall()]
    lock_records(record_type, ids)
    index(record_type, ids)
    return ids[-1] if len(ids) == CHUNK else None


@consumer("tallies")
def notice_many(changes: Sequence[LoggedChange]) -> None:
    """After an act of very many changes the tallies are counted again."""
    acts = Counter((change.type, change.batch) for change in changes)
    for (type_key, batch), count in acts.items():
        if count >= SOME and type_key in catalogue() and log.batch_size(batch, MANY) >= MANY:
            arguments = {"type": type_key}
            soon = datetime.now(UTC) + SOON
            jobs.put_down(refresh_tally, arguments, key=f"tally {type_key}", after=soon)


@task()
@jobs.in_chunks
def refresh_tally(type: str) -> None:
    """Count one type anew."""
    if type in catalogue():
        tally.refresh(catalogue()[type])
