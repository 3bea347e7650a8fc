"""What an undo took back and what it left, as a receipt whose figures are counted in the log."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from kartotek.core import receipts
from kartotek.core.actor import Actor
from kartotek.core.dialect import dialect

NAMES = ("type", "uid", "field", "reason", "since")


def record(
    actor: Actor,
    old: UUID,
    kept: Sequence[Sequence[object]],
    *,
    left: int,
    refused: int = 0,
    met: int | None = None,
) -> UUID:
    """Keep it. `kept` are the first of the `left` and `refused`, each by the names above; `met` is
    how many records were looked at, where that was not all of the act."""
    assert actor.batch is not None
    rows, updated = records(old) if met is None else met, records(old, actor.batch)
    failed = min(refused, rows - updated)
    return receipts.record(
        "undo",
        _("Undone"),
        actor,
        rows=rows,
        updated=updated,
        skipped=rows - updated - failed,
        failed=failed,
        detail={
            "undoes": str(old),
            "kept": [dict(zip(NAMES, entry, strict=False)) for entry in kept],
            "more": left + refused - len(kept),
        },
        batch=actor.batch,
    )


def records(old: UUID, new: UUID | None = None) -> int:
    """How many records an act changed; with `new`, how many of them that one changed, too."""
    touched = 'SELECT "type", record FROM core_change WHERE batch = %s'
    both = f"{touched} INTERSECT {touched}" if new else f"{touched} GROUP BY 1, 2"
    batches = [dialect().uid(one) for one in (old, new) if one is not None]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({both}) AS touched", batches)
        return int(cursor.fetchone()[0])
