"""Receipts: what an operation that moves data did, in figures that add up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from kartotek.core.actor import Actor
from kartotek.core.dialect import dialect
from kartotek.core.errors import NotFound, ValidationError
from kartotek.core.fieldtypes import Moment
from kartotek.core.jobs import dump, load
from kartotek.core.reading import as_uuid

_FIGURES = ("rows", "created", "updated", "unchanged", "skipped", "failed")


@dataclass(frozen=True)
class ReceiptFacts:
    """One receipt: rows in, and what became of each."""

    uid: UUID
    batch: UUID | None
    at: datetime
    kind: str
    label: str
    who: str
    rows: int
    created: int
    updated: int
    unchanged: int
    skipped: int
    failed: int
    detail: dict[str, Any]


def record(
    kind: str,
    label: str,
    actor: Actor,
    *,
    rows: int,
    created: int = 0,
    updated: int = 0,
    unchanged: int = 0,
    skipped: int = 0,
    failed: int = 0,
    detail: dict[str, Any] | None = None,
    batch: UUID | None = None,
) -> UUID:
    """Keep a receipt, with the caller's commit. ValidationError where the figures do not add up."""
    parts = (created, updated, unchanged, skipped, failed)
    if min(rows, *parts) < 0 or rows != sum(parts):
        raise ValidationError(
            _("The receipt of “%(label)s” does not add up: %(rows)s rows came in, but "
              "%(sum)s are accounted for. Nothing was kept; tell who looks after Kartotek.")
            % {"label": label, "rows": rows, "sum": sum(parts)}
        )  # fmt: skip
    uid, speak = uuid7(), dialect()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_receipt (uid, batch, at, kind, label, actor_name, member, "
            '"rows", created, updated, unchanged, skipped, failed, detail) '
            f"VALUES ({', '.join(['%s'] * 14)})",
            [
                speak.uid(uid), batch and speak.uid(batch), speak.instant(datetime.now(UTC)),
                kind[:40], label[:200], actor.name[:200], actor.member, rows, *parts,
                dump(detail or {}),
            ],
        )  # fmt: skip
    return uid


def of_act(actor: Actor, batch: UUID) -> ReceiptFacts | None:
    """The receipt of an act, where it ended in one that this actor may read."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT uid FROM core_receipt WHERE batch = %s ORDER BY id DESC LIMIT 1",
            [dialect().uid(batch)],
        )
        row = cursor.fetchone()
    try:
        return read(actor, as_uuid(row[0])) if row else None
    except NotFound:
        return None


def read(actor: Actor, uid: UUID | str) -> ReceiptFacts:
    """A receipt: one's own, or anybody's for a role that undoes what others did. NotFound."""
    try:
        asked = uid if isinstance(uid, UUID) else UUID(uid)
    except ValueError:
        asked = UUID(int=0)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT member, uid, batch, at, kind, label, actor_name, "
            '"rows", created, updated, unchanged, skipped, failed, detail '
            "FROM core_receipt WHERE uid = %s",
            [dialect().uid(asked)],
        )
        row = cursor.fetchone()
    if row is None or not _may_read(actor, row[0]):
        raise NotFound(_("There is no such receipt, or it is not yours to read."))
    at = Moment().load(row[3])
    assert at is not None
    batch = None if row[2] is None else as_uuid(row[2])
    figures = dict(zip(_FIGURES, row[7:13], strict=True))
    detail = load(row[13])
    return ReceiptFacts(
        as_uuid(row[1]), batch, at, row[4], row[5], row[6], **figures, detail=detail
    )


def _may_read(actor: Actor, member: int | None) -> bool:
    if member is not None and member == actor.member:
        return True
    return actor.rights.scope("*", "undo_others") != "none"
