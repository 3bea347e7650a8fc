"""Acts that were put down by name: which of them still stand."""

from __future__ import annotations

from uuid import UUID

from django.db import connection

from kartotek.core.reading import as_uuid


def standing(cause: str) -> list[UUID]:
    """The acts of this cause, newest first, that were not taken back, or were brought again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT uid FROM core_batch WHERE cause = %s ORDER BY at DESC", [cause])
        named = [as_uuid(row[0]) for row in cursor.fetchall()]
        cursor.execute("SELECT uid, undoes FROM core_batch WHERE undoes IS NOT NULL")
        undone = {as_uuid(undoes): as_uuid(uid) for uid, undoes in cursor.fetchall()}
    return [one for one in named if _stands(one, undone)]


def _stands(act: UUID, undone: dict[UUID, UUID]) -> bool:
    """An undo that was itself undone leaves the act as it was."""
    stands = True
    while act in undone:
        act, stands = undone[act], not stands
    return stands
