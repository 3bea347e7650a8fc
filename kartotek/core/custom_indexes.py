"""Indexes of customers' fields: made when they are wanted, gone when they are not."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection
from django_tasks import task

from kartotek.core import custom_search, customizing, jobs, workspace
from kartotek.core.catalogue import catalogue
from kartotek.core.consumers import consumer
from kartotek.core.log import LoggedChange
from kartotek.core.recordtype import RECORD_TYPES, RecordType


@consumer("customers' indexes")
def notice_wanted(changes: Sequence[LoggedChange]) -> None:
    """After a change of the fields, their indexes are looked at by a job of their own."""
    of_fields = [
        one for one in changes if one.type in RECORD_TYPES and RECORD_TYPES[one.type].customizes
    ]
    if of_fields:
        jobs.put_down(mend_later, {}, key="customers' indexes")
        custom_search.notice(of_fields)


@task()
@jobs.in_chunks
def mend_later() -> list[str]:
    """Make and drop indexes; each is a step of its own, nobody waits for all of them."""
    workspace.forget()
    return mend()


def mend() -> list[str]:
    """Make the indexes that are wanted and missing, drop those that are not; their names."""
    wanted = {
        index: (record_type, name)
        for record_type in catalogue()
        for name, index in record_type.wanted.items()
    }
    built = customizing.indexes()
    done = []
    for index in sorted(built - wanted.keys()):
        _run(f"DROP INDEX {_at_leisure()}IF EXISTS {index}")
        done.append(index)
    for index, (record_type, name) in wanted.items():
        if index not in built:
            _make(index, record_type, name)
            done.append(index)
    if done:
        workspace.customized()  # the lists walk it from now on
    return done


def _make(index: str, record_type: RecordType, name: str) -> None:
    if connection.vendor == "postgresql":
        _run(f"DROP INDEX {_at_leisure()}IF EXISTS {index}")  # one that was cut off is not whole
    scope = ", department_id, owner_id" if record_type.scoped else ""
    _run(
        f"CREATE INDEX {_at_leisure()}{index} ON {record_type.table} "
        f"({record_type.sort_column(name)}, id{scope}) WHERE removed_at IS NULL"
    )


def _at_leisure() -> str:
    """While others write: PostgreSQL can, outside a transaction."""
    is_free = connection.vendor == "postgresql" and not connection.in_atomic_block
    return "CONCURRENTLY " if is_free else ""


def _run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
