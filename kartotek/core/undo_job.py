"""Undo of big acts: newest first, in chunks, each with its place in the same commit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django_tasks import task

from kartotek.core import jobs, log, receipts
from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue
from kartotek.core.dialect import dialect
from kartotek.core.errors import NotFound, PermissionDenied, ValidationError
from kartotek.core.locking import lock_records
from kartotek.core.log import LoggedChange
from kartotek.core.recordtype import RecordType
from kartotek.core.removing_many import Turned, remove_many, restore_many
from kartotek.core.undo import AT_ONCE, Kept, Undone, refuse_others, remember, undo, undo_change

CHUNK = 500  # changes taken back in one commit
LISTED = 100  # of what was left as it is, with the reason
MOST_ATTEMPTS = 10

Turn = Callable[[Actor, RecordType, dict[int, UUID]], Turned]
_AT_ONCE: dict[str, Turn] = {"remove": restore_many, "create": remove_many}


def undo_or_later(actor: Actor, batch: UUID) -> Undone | UUID:
    """Take an act back at once, or, where it is too big for that, by the job whose uid this is."""
    if log.batch_size(batch, AT_ONCE + 1) > AT_ONCE:
        return undo_later(actor, batch)
    return undo(actor, batch)


def undo_later(actor: Actor, batch: UUID) -> UUID:
    """Put down the job that takes an act back; its uid is also that of the act that undoes.

    NotFound where there is nothing to undo, PermissionDenied where the role does not reach.
    """
    newest = log.of_batch(batch, None, 1)
    if not newest:
        raise NotFound(_("There is nothing to undo here."))
    refuse_others(actor, newest[0])
    asked = {"by": jobs.signed(actor), "batch": str(batch)}
    return jobs.put_down(undo_batch, asked, key=f"undo {batch}", most_attempts=MOST_ATTEMPTS)


@task()
@jobs.in_chunks
def undo_batch(by: dict[str, Any], batch: str) -> dict[str, str]:
    """Take back what is left of an act; ends in a receipt."""
    run, old = jobs.running(), UUID(batch)
    while "receipt" not in run.progress:
        with run.chunk() as progress:
            actor = jobs.signer(by).because("undo", run.uid)
            with translation.override(actor.language):
                _one_chunk(actor, old, progress)
    return {"receipt": run.progress["receipt"], "batch": str(run.uid)}


def _one_chunk(actor: Actor, old: UUID, progress: dict[str, Any]) -> None:
    assert actor.batch is not None
    if "rows" not in progress:
        progress.update(rows=_lines(old), done=0, left=0, refused=0, listed=[])
        remember(actor, actor.batch, old)
    changes = log.of_batch(old, progress.get("position"), CHUNK)
    if not changes:
        progress["receipt"] = str(_receipt(actor, old, progress))
        return
    for kept, is_refused in _take_back(actor, changes):
        progress["refused" if is_refused else "left"] += 1
        if len(progress["listed"]) < LISTED:
            progress["listed"].append([kept.type, str(kept.uid), kept.field, kept.reason])
    progress["position"] = changes[-1].position
    progress["done"] += len(changes)


def _take_back(actor: Actor, changes: Sequence[LoggedChange]) -> list[tuple[Kept, bool]]:
    """What could not be taken back of these changes; True where it was refused."""
    _lock(changes)
    times = Counter((change.type, change.record) for change in changes)
    kept: list[tuple[Kept, bool]] = []
    together: dict[str, dict[str, list[LoggedChange]]] = {verb: {} for verb in _AT_ONCE}
    for change in changes:
        alone = times[change.type, change.record] == 1 and change.type in catalogue()
        if change.verb in together and alone:
            together[change.verb].setdefault(change.type, []).append(change)
        else:
            kept += _singly(actor, change)
    for verb, types in together.items():
        for type_key, alike in types.items():
            kept += _at_once(actor, type_key, alike, _AT_ONCE[verb])
    return kept


def _lock(changes: Sequence[LoggedChange]) -> None:
    """Take every lock on records before the first on the log."""
    types: dict[str, list[int]] = {}
    for change in changes:
        types.setdefault(change.type, []).append(change.record)
    for type_key in sorted(types):
        if type_key in catalogue():
            lock_records(catalogue()[type_key], types[type_key])


def _singly(actor: Actor, change: LoggedChange) -> list[tuple[Kept, bool]]:
    undone = Undone(change.batch)
    try:
        with transaction.atomic():
            undo_change(actor, change, undone)
    except (ValidationError, PermissionDenied, NotFound) as error:
        reason = "; ".join(error.messages) if isinstance(error, ValidationError) else str(error)
        return [(Kept(change.type, change.uid, "", reason), True)]
    return [(kept, False) for kept in undone.kept]


def _at_once(
    actor: Actor, type_key: str, alike: list[LoggedChange], turn: Turn
) -> list[tuple[Kept, bool]]:
    kept: list[tuple[Kept, bool]] = []
    allowed = {}
    for change in alike:
        try:
            refuse_others(actor, change)
            allowed[change.record] = change.uid
        except PermissionDenied as error:
            kept.append((Kept(type_key, change.uid, "", str(error)), True))
    turned = turn(actor, catalogue()[type_key], allowed)
    for uid, reason in turned.left.items():
        kept.append((Kept(type_key, uid, "", reason), False))
    for uid, reason in turned.refused.items():
        kept.append((Kept(type_key, uid, "", reason), True))
    single = set(turned.singly)
    for change in alike:
        if change.uid in single:
            kept += _singly(actor, change)
    return kept


def _lines(batch: UUID) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM core_change WHERE batch = %s", [dialect().uid(batch)])
        return int(cursor.fetchone()[0])


def _records(old: UUID, new: UUID | None = None) -> int:
    """How many records an act changed; with `new`, how many of them that one changed, too."""
    touched = 'SELECT "type", record FROM core_change WHERE batch = %s'
    both = f"{touched} INTERSECT {touched}" if new else f"{touched} GROUP BY 1, 2"
    batches = [dialect().uid(one) for one in (old, new) if one is not None]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({both}) AS touched", batches)
        return int(cursor.fetchone()[0])


def _receipt(actor: Actor, old: UUID, progress: dict[str, Any]) -> UUID:
    """The figures are counted in the log: records of the act, and those that were turned back."""
    assert actor.batch is not None
    rows, updated = _records(old), _records(old, actor.batch)
    failed = min(progress["refused"], rows - updated)
    left = progress["left"] + progress["refused"]
    names = ("type", "uid", "field", "reason")
    kept = [dict(zip(names, entry, strict=True)) for entry in progress["listed"]]
    return receipts.record(
        "undo",
        _("Undone"),
        actor,
        rows=rows,
        updated=updated,
        skipped=rows - updated - failed,
        failed=failed,
        detail={"undoes": str(old), "kept": kept, "more": left - len(kept)},
        batch=actor.batch,
    )
