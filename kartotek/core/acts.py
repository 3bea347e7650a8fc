"""Acts, and which of them still stand: an undo takes one back, its own undo brings it again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from uuid import UUID

from django.db import connection

from kartotek.core.actor import Actor
from kartotek.core.dialect import dialect
from kartotek.core.reading import as_uuid


def remember(actor: Actor, batch: UUID, undoes: UUID | None, label: str = "") -> None:
    """Write the row that names an act: one of many changes, or one that has words of its own."""
    speak = dialect()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_batch "
            "(uid, at, label, cause, actor_kind, actor_name, member, undoes) "
            "VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
            [
                speak.uid(batch), speak.instant(datetime.now(UTC)), label[:200], actor.cause,
                actor.kind, actor.name[:200], actor.member, undoes and speak.uid(undoes),
            ],
        )  # fmt: skip


def name_of(batch: UUID) -> str:
    """What an act is called; "" for one without a name."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT label FROM core_batch WHERE uid = %s", [dialect().uid(batch)])
        row = cursor.fetchone()
    return str(row[0]) if row else ""


def standing(cause: str) -> list[UUID]:
    """The acts of this cause, newest first, that were not taken back, or were brought again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT uid FROM core_batch WHERE cause = %s ORDER BY at DESC", [cause])
        named = [as_uuid(row[0]) for row in cursor.fetchall()]
        cursor.execute("SELECT uid, undoes FROM core_batch WHERE undoes IS NOT NULL")
        undone = {as_uuid(undoes): as_uuid(uid) for uid, undoes in cursor.fetchall()}
    return [one for one in named if _stands(one, undone)]


def those_standing(named: Collection[UUID]) -> set[UUID]:
    """Those of the acts that are no undo themselves, and that stand."""
    undone: dict[UUID, UUID] = {}
    undoing = set(_rows("uid", named))
    asked = set(named) - undoing
    level: set[UUID] = asked
    while level:
        newer = _rows("undoes", level)
        undone |= {undoes: uid for uid, undoes in newer.items() if undoes is not None}
        level = set(newer) - undone.keys()
    return {one for one in asked if _stands(one, undone)}


def _rows(column: str, named: Collection[UUID]) -> dict[UUID, UUID | None]:
    """Undo → what it undoes, of those whose `column` is one of these; the newest last."""
    if not named:
        return {}
    speak = dialect()
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT uid, undoes FROM core_batch WHERE {column} IN "
            f"({', '.join(['%s'] * len(named))}) AND undoes IS NOT NULL ORDER BY id",
            [speak.uid(one) for one in named],
        )
        return {as_uuid(uid): as_uuid(undoes) for uid, undoes in cursor.fetchall()}


def taken_back(act: UUID) -> UUID | None:
    """The act that undid this one and was not undone itself; None while it stands."""
    undone, now = None, act
    while newer := _rows("undoes", [now]):
        last = list(newer)[-1]
        undone, now = (last if undone is None else None), last
    return undone


def origin(act: UUID) -> tuple[UUID, bool]:
    """The act that a chain of undos goes back to, and whether undoing this one takes it back."""
    is_taken_back = True
    while undoes := _rows("uid", [act]).get(act):
        act, is_taken_back = undoes, not is_taken_back
    return act, is_taken_back


def _stands(act: UUID, undone: dict[UUID, UUID]) -> bool:
    """An undo that was itself undone leaves the act as it was."""
    stands = True
    while act in undone:
        act, stands = undone[act], not stands
    return stands
