"""The machinery's own texts (receipts, names of acts, jobs, drafts, answers) without somebody.

Records are changed by the doors; what is here is no record. Read first, without a lock; written in
the transaction of the erasure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from kartotek.core import storage
from kartotek.core.traces import Traces

CHUNK = 5_000


@dataclass(frozen=True)
class Texts:
    """A table of the machinery: its columns of text, and those of JSON."""

    table: str
    plain: tuple[str, ...] = ()
    json: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.plain, *self.json)


MACHINERY = (
    Texts("core_batch", ("label",)),
    Texts("core_receipt", ("label",), ("detail",)),
    Texts("core_securityline", (), ("detail",)),
    Texts("core_job", ("error",), ("arguments", "progress", "result")),
    Texts("core_importdraft", ("name", "error"), ("choices", "receipt")),
    Texts("core_storedfile", ("name",)),
    Texts("core_idempotencykey", (), ("answer",)),
    Texts("core_lock", ("reason",)),
)
# Columns of text that hold what people wrote and are handled by the erasure itself, by the doors,
# or hold names of ours alone: a new column has to be put into one of the two lists.
OTHERWISE = {
    "core_change": {"before", "after", "type", "verb", "actor_kind", "actor_name", "cause"},
    "core_batch": {"cause", "actor_kind", "actor_name"},
    "core_receipt": {"kind", "actor_name"},
    "core_securityline": {"kind", "actor_name", "address"},
    "core_job": {"task", "queue", "unique_key", "state"},
    "core_importdraft": {"who", "type", "state", "acts"},
    "core_storedfile": {"media_type", "digest", "purpose"},
    "core_idempotencykey": {"actor", "key", "digest"},
    "core_identifier": {"kind", "value", "type"},
    "core_suggestion": {"type", "state", "reasons"},
    "core_linkrow": {"from_type", "to_type", "role"},
    "core_share": {"type"},
    "core_lock": {"type"},
    "core_cursor": {"consumer"},
    "core_tally": {"type", "field", "value"},
    "core_sequence": {"name"},
    "core_workspace": {"name", "country", "language", "zone", "settings"},
    "core_erased": {"type", "actor_name"},
    "core_erasedname": {"digest"},
    "core_logo": {"media_type", "digest"},
    "core_outsideaddress": {"host", "purpose"},
}


@dataclass(frozen=True)
class Blanked:
    """One row with its new texts, as the database takes them."""

    table: str
    id: int
    values: dict[str, Any]


def found_in_machinery(traces: Traces, uids: Sequence[UUID]) -> list[Blanked]:
    """Every row that names somebody, as it is to be; answers that name one of `uids` are empty."""
    named = [str(uid) for uid in uids]
    return [one for texts in MACHINERY for one in _found(texts, traces, named)]


def _found(texts: Texts, traces: Traces, uids: Sequence[str]) -> Iterator[Blanked]:
    for id, *held in _rows(texts):
        values: dict[str, Any] = {}
        for name, text in zip(texts.columns, held, strict=True):
            if text is None:
                continue
            if not (traces.may_be_in(text) or name == "answer"):
                continue
            if name == "answer" and any(uid in text for uid in uids):
                values[name] = "null"  # what was answered about the record holds it whole
            elif name in texts.plain:
                blanked = traces.blanked(text)
                values |= {name: blanked} if blanked != text else {}
            else:
                values |= _json(name, text, traces)
        if values:
            yield Blanked(texts.table, id, values)


def _json(name: str, text: str, traces: Traces) -> dict[str, Any]:
    plain = orjson.loads(text)
    blanked = traces.blanked_in(plain)
    return {name: orjson.dumps(blanked).decode()} if blanked != plain else {}


def _rows(texts: Texts) -> Iterator[tuple[Any, ...]]:
    cast = "" if connection.vendor == "sqlite" else "::text"
    columns = ", ".join(f'"{name}"{cast}' for name in texts.columns)
    last = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT id, {columns} FROM {texts.table} WHERE id > %s ORDER BY id LIMIT {CHUNK}",
                [last],
            )
            rows = cursor.fetchall()
        yield from rows
        if len(rows) < CHUNK:
            return
        last = rows[-1][0]


def blank(rows: Sequence[Blanked]) -> int:
    """Write them, in the caller's transaction; how many there were."""
    if not rows:
        return 0
    with _log_open(rows), connection.cursor() as cursor:
        for one in rows:
            settings = ", ".join(f'"{name}" = %s' for name in one.values)
            cursor.execute(
                f"UPDATE {one.table} SET {settings} WHERE id = %s", [*one.values.values(), one.id]
            )
    return len(rows)


@contextmanager
def _log_open(rows: Sequence[Blanked]) -> Iterator[None]:
    """The security log refuses to be changed, but by this one act."""
    tables = [name for name in storage.APPEND_ONLY if any(one.table == name for one in rows)]
    for name in tables:
        storage.allow_rewriting(name)
    yield
    for name in tables:
        storage.forbid_rewriting(name)
