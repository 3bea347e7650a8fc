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

from kartotek.core import acts, jobs, log, undo_receipt
from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue
from kartotek.core.dialect import dialect
from kartotek.core.errors import NotFound, PermissionDenied, ValidationError
from kartotek.core.locking import lock_records
from kartotek.core.log import LoggedChange
from kartotek.core.moving_shares import follow_undo
from kartotek.core.recordtype import RecordType
from kartotek.core.removing_many import Turned, remove_many, restore_many
from kartotek.core.undo import (
    AT_ONCE,
    Kept,
    Undone,
    refuse_erasure,
    refuse_others,
    sort_out,
    undo,
    undo_change,
)

CHUNK = 500  # changes taken back in one commit
LISTED = 100  # of what was left as it is, with the reason
MOST_ATTEMPTS = 10

Turn = Callable[[Actor, RecordType, dict[int, UUID]], Turned]
_AT_ONCE: dict[str, Turn] = {"remove": restore_many, "create": remove_many}


def undo_or_later(actor: Actor, batch: UUID, *, changed_too: bool = False) -> Undone | UUID:
    """Take an act back at once, or, where it is too big for that, by the job whose uid this is."""
    if log.batch_size(batch, AT_ONCE + 1) > AT_ONCE:
        return undo_later(actor, batch, changed_too=changed_too)
    return undo(actor, batch, changed_too=changed_too)


def undo_later(actor: Actor, batch: UUID, *, changed_too: bool = False) -> UUID:
    """Put down the job that takes an act back; its uid is also that of the act that undoes.

    NotFound where there is nothing to undo, PermissionDenied where the role does not reach.
    """
    newest = log.of_batch(batch, None, 1)
    if not newest:
        raise NotFound(_("There is nothing to undo here."))
    refuse_erasure(newest)
    refuse_others(actor, newest[0])
    asked = {"by": jobs.signed(actor), "batch": str(batch), "changed_too": changed_too}
    return jobs.put_down(undo_batch, asked, key=f"undo {batch}", most_attempts=MOST_ATTEMPTS)


@task()
@jobs.in_chunks
def undo_batch(by: dict[str, Any], batch: str, changed_too: bool = False) -> dict[str, str]:
    """Take back what is left of an act; ends in a receipt."""
    run, old = jobs.running(), UUID(batch)
    while "receipt" not in run.progress:
        with run.chunk() as progress:
            actor = jobs.signer(by).because("undo", run.uid)
            with translation.override(actor.language):
                _one_chunk(actor, old, progress, changed_too)
    return {"receipt": run.progress["receipt"], "batch": str(run.uid)}


def _one_chunk(actor: Actor, old: UUID, progress: dict[str, Any], changed_too: bool) -> None:
    assert actor.batch is not None
    if "rows" not in progress:
        progress.update(rows=_lines(old), done=0, left=0, refused=0, listed=[])
        # Taken back already: what is left of it is removed, as an act that undoes nothing.
        is_rest = changed_too and acts.taken_back(old) is not None
        progress["met"] = 0 if is_rest else None
        follow_undo(old)
        acts.remember(actor, actor.batch, None if is_rest else old)
    changes = log.of_batch(old, progress.get("position"), CHUNK)
    if not changes:
        progress["receipt"] = str(
            undo_receipt.record(
                actor, old, progress["listed"], left=progress["left"],
                refused=progress["refused"], met=progress.get("met"),
            )
        )  # fmt: skip
        return
    for kept, is_refused in _take_back(actor, changes, progress, changed_too=changed_too):
        progress["refused" if is_refused else "left"] += 1
        if len(progress["listed"]) < LISTED:
            progress["listed"].append(kept.plain())
    progress["position"] = changes[-1].position
    progress["done"] += len(changes)


def _take_back(
    actor: Actor, changes: Sequence[LoggedChange], progress: dict[str, Any], *, changed_too: bool
) -> list[tuple[Kept, bool]]:
    """What could not be taken back of these changes; True where it was refused."""
    _lock(changes)
    sorted_out = sort_out(changes, changed_too=changed_too, is_rest=progress.get("met") is not None)
    changes = sorted_out.to_do
    if progress.get("met") is not None:
        progress["met"] += len(changes)
    times = Counter((change.type, change.record) for change in changes)
    kept = [(one, False) for one in sorted_out.kept]
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
