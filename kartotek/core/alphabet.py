"""Sort keys written anew when the workspace gets another language, and with it another alphabet.

A key follows from its text, so this changes no record: no version, no line in the log.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from django.db import connection
from django_tasks import task

from kartotek.core import jobs
from kartotek.core.catalogue import catalogue
from kartotek.core.dialect import dialect
from kartotek.core.fieldtypes.custom import key_of
from kartotek.core.recordtype import RecordType
from kartotek.core.workspace import workspace

CHUNK = 2_000  # records a commit: others wait for it, 0.3 s at most
WAIT = timedelta(seconds=10)  # until no process writes in the alphabet that it remembers


def rewrite_later(language: str) -> None:
    """Put the job down, in the transaction that changes the language.

    Each change puts down one of its own: one that was overtaken ends by itself.
    """
    jobs.put_down(rewrite, {"language": language}, after=datetime.now(UTC) + WAIT)


@task()
@jobs.in_chunks
def rewrite(language: str) -> int:
    """Write the keys of every record in the alphabet of `language`; how many were others."""
    run = jobs.running()
    for record_type in sorted(catalogue(), key=lambda one: one.key):
        while record_type.keyed and not _is_past(record_type, run.progress):
            with run.chunk() as progress:
                if not _is_still(language):
                    return int(run.progress.get("changed", 0))
                _one_chunk(record_type, language, progress)
    return int(run.progress.get("changed", 0))


def _is_past(record_type: RecordType, progress: dict[str, Any]) -> bool:
    """Is this type done? `last` is None behind its last record."""
    at = progress.get("type", "")
    return record_type.key < at or (record_type.key == at and progress["last"] is None)


def _is_still(language: str) -> bool:
    """Is it the workspace's language? Nobody changes it before this chunk's commit."""
    held = "" if connection.vendor == "sqlite" else " FOR SHARE"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT language FROM core_workspace{held}")
        return bool(cursor.fetchone() == (language,))


def _one_chunk(record_type: RecordType, language: str, progress: dict[str, Any]) -> None:
    last = progress["last"] if progress.get("type") == record_type.key else 0
    rows = _held(record_type, last)
    own = replace(workspace().context, language=language)
    kinds = record_type.keyed
    changed = [
        [*_stored(record_type, keys), id]
        for id, texts, former in rows
        if (keys := [kind.key(text or "", own) for kind, text in zip(kinds, texts, strict=True)])
        != former
    ]
    settings = [f"{kind.key_column} = %s" for kind in record_type.keyed if not kind.is_custom]
    if record_type.customs:
        settings.append(f"custom = {dialect().patched('custom')}")
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {record_type.table} SET {', '.join(settings)} WHERE id = %s", changed
        )
    progress["type"] = record_type.key
    progress["last"] = rows[-1][0] if len(rows) == CHUNK else None
    progress["changed"] = progress.get("changed", 0) + len(changed)


def _stored(record_type: RecordType, keys: list[str | None]) -> list[str | None]:
    """The keys as parameters: each for its column, those of customers' fields as one JSON."""
    pairs = list(zip(record_type.keyed, keys, strict=True))
    found = [key for kind, key in pairs if not kind.is_custom]
    if record_type.customs:
        inside = {key_of(kind.name): key for kind, key in pairs if kind.is_custom}
        found.append(orjson.dumps(inside).decode())
    return found


def _held(record_type: RecordType, last: int) -> list[tuple[int, list[str], list[str | None]]]:
    """(id, texts, keys) of the next records, also removed ones, held until the commit."""
    kinds = record_type.keyed
    columns = ", ".join(["id", *(k.column for k in kinds), *(k.key_column for k in kinds)])
    held = "" if connection.vendor == "sqlite" else " FOR UPDATE"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns} FROM {record_type.table} WHERE id > %s ORDER BY id "
            f"LIMIT {CHUNK}{held}",
            [last],
        )
        many = len(kinds)
        return [(row[0], list(row[1 : 1 + many]), list(row[1 + many :]))
                for row in cursor.fetchall()]  # fmt: skip
