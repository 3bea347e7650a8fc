"""Undo: the reversed change as a new one, under today's rights; history is never rewritten.

Per field, where the current value is still what the change wrote. What has moved on since is
left as it is and listed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from kartotek.core import (
    acts,
    erased,
    gathering,
    log,
    reading,
    record_lock,
    sharing,
    undo_receipt,
)
from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue, the_type
from kartotek.core.changed_since import IMPORT, changed_since
from kartotek.core.errors import NotFound, PermissionDenied, ValidationError
from kartotek.core.fieldtypes import Tags
from kartotek.core.log import LoggedChange
from kartotek.core.merging import merge_items, merge_words
from kartotek.core.moving_shares import follow_undo
from kartotek.core.prepare import kind_differs
from kartotek.core.question import Row
from kartotek.core.reading import Raw
from kartotek.core.recordtype import RecordType
from kartotek.core.remove import remove, restore
from kartotek.core.saved import Saved
from kartotek.core.write import write

AT_ONCE = 500  # changes; more of them are undone by a job


@dataclass(frozen=True)
class Kept:
    """One value that undo left as it is, and why."""

    type: str
    uid: UUID
    field: str
    reason: str
    since: bool = False  # an import made it, and a person changed it since

    def plain(self) -> list[Any]:
        return [self.type, str(self.uid), self.field, self.reason, self.since]


@dataclass
class Undone:
    """What an undo did: its own act (to be undone in turn), and what it left alone."""

    batch: UUID
    records: int = 0
    kept: list[Kept] = field(default_factory=list)


def undo(actor: Actor, batch: UUID, *, changed_too: bool = False) -> Undone:
    """Take back every change of one act. NotFound where there is none, PermissionDenied where it
    was another's and the role does not reach that far, ValidationError where it needs a job.

    What an import made and people changed since stays and is listed; with `changed_too` it goes,
    also once the rest has gone.
    """
    size = log.batch_size(batch, AT_ONCE + 1)
    if size > AT_ONCE:
        raise ValidationError(
            _("This act changed more than %(most)s records; it is undone in the background.")
            % {"most": AT_ONCE}
        )
    changes = log.of_batch(batch, None, AT_ONCE)
    if not changes:
        raise NotFound(_("There is nothing to undo here."))
    refuse_erasure(changes)
    is_rest = changed_too and acts.taken_back(batch) is not None
    undone = Undone(uuid7())
    acting = actor.because("undo", undone.batch)
    with transaction.atomic():
        sorted_out = sort_out(changes, changed_too=changed_too, is_rest=is_rest)
        if changes != sorted_out.to_do:
            for change in changes:
                refuse_others(acting, change)
        follow_undo(batch)  # before the first lock on the log
        undone.kept += sorted_out.kept
        for change in sorted_out.to_do:
            undo_change(acting, change, undone)
        acts.remember(acting, undone.batch, None if is_rest else batch)
        if changes[0].cause == IMPORT:
            met = len(sorted_out.to_do) if is_rest else None
            kept = [one.plain() for one in undone.kept]
            undo_receipt.record(acting, batch, kept, left=len(kept), met=met)
    return undone


@dataclass(frozen=True)
class SortedOut:
    """The lines of an act that are to be taken back, and what stays because people changed it."""

    to_do: Sequence[LoggedChange]
    kept: Sequence[Kept] = ()


def sort_out(changes: Sequence[LoggedChange], *, changed_too: bool, is_rest: bool) -> SortedOut:
    """Leave alone what an import made and people changed since, or (`is_rest`) take just that."""
    since = changed_since(changes) if is_rest or not changed_too else {}
    if is_rest:
        return SortedOut([one for one in changes if one.verb == "create" and _key(one) in since])
    kept = [
        Kept(
            one.type, one.uid, "", _("%(who)s changed it since.") % {"who": since[_key(one)]}, True
        )
        for one in changes
        if one.verb == "create" and _key(one) in since
    ]
    return SortedOut([one for one in changes if _key(one) not in since], kept)


def _key(change: LoggedChange) -> tuple[str, int]:
    return (change.type, change.record)


def undo_change(actor: Actor, change: LoggedChange, undone: Undone) -> None:
    """Take back one line of the log, as far as it still stands."""
    record_type = catalogue()[change.type]
    refuse_others(actor, change)
    try:
        raw = gathering.reachable(actor, record_type, change.uid, "view")
    except NotFound:
        if not erased.known([change.uid]):
            raise
        undone.kept.append(Kept(change.type, change.uid, "", _("It was erased.")))
        return
    if change.verb in ("create", "remove", "restore"):
        _turn_back(actor, record_type, raw, change, undone)
        return
    if change.verb in log.ASIDE:
        _take_aside_back(actor, record_type, raw, change, undone)
        return
    values = _values(actor, record_type, raw, change, undone)
    undone.records += _put_back(actor, record_type, change, values, undone)


def _take_aside_back(
    actor: Actor, record_type: RecordType, raw: Raw, change: LoggedChange, undone: Undone
) -> None:
    """Open or close it, lock it or end its lock, as it was."""
    doors = {log.SHARE: sharing.take_back, log.LOCK: record_lock.take_back}
    reason = _("It is in the trash.") if raw.removed else ""
    try:
        reason = reason or doors[change.verb](actor, record_type, raw, change)
    except ValidationError as error:
        reason = "; ".join(error.messages)
    if reason:
        undone.kept.append(Kept(change.type, change.uid, "", reason))
    else:
        undone.records += 1


def _put_back(
    actor: Actor,
    record_type: RecordType,
    change: LoggedChange,
    values: dict[str, Any],
    undone: Undone,
) -> bool:
    """Write the values back; where one is refused, each by itself, the refused ones listed."""
    if not values:
        return False
    try:
        with transaction.atomic():
            write(actor, record_type, change.uid, values, verb="undo")
        return True
    except ValidationError as error:
        if len(values) == 1:
            name = next(iter(values))
            kept = Kept(change.type, change.uid, name, "; ".join(error.messages))
            undone.kept.append(kept)
            return False
    each = [_put_back(actor, record_type, change, {name: values[name]}, undone) for name in values]
    return any(each)


def refuse_erasure(changes: Sequence[LoggedChange]) -> None:
    """ValidationError where an act erased something."""
    if any(change.verb == "erase" for change in changes):
        raise ValidationError(_("This was erased for good. Nothing brings it back."))


def refuse_others(actor: Actor, change: LoggedChange) -> None:
    """Another's act is undone only by a role that may."""
    if actor.kind == "system" or (change.member is not None and change.member == actor.member):
        return
    if actor.rights.scope(change.type, "undo_others") == "none":
        raise PermissionDenied(
            _("%(who)s did this. Your role undoes only what you did yourself; ask them.")
            % {"who": change.actor_name}
        )


def _turn_back(
    actor: Actor, record_type: RecordType, raw: Raw, change: LoggedChange, undone: Undone
) -> None:
    was_gone = change.verb == "restore"  # gone before the change, so gone after its undo
    if raw.removed == (change.verb == "remove"):
        turn = remove if change.verb == "create" or was_gone else restore
        turn(actor, record_type, change.uid)
        undone.records += 1
        return
    reason = _("It is in the trash.") if raw.removed else _("It is not in the trash any more.")
    undone.kept.append(Kept(change.type, change.uid, "", reason))


def _values(
    actor: Actor, record_type: RecordType, raw: Raw, change: LoggedChange, undone: Undone
) -> dict[str, Any]:
    """What to write to take a change back; what has moved on is listed instead."""
    parts = {name: reading.raw_parts(part, [raw.id])[raw.id]
             for name, part in record_type.parts.items()}  # fmt: skip
    gathering.name_pointers(record_type, [(raw, parts, change.before)])
    found: dict[str, Any] = {}
    for name, before in change.before.items():
        if name in record_type.parts:
            found |= _part_values(record_type, name, parts[name], change, undone)
        elif name not in record_type.fields:
            undone.kept.append(Kept(change.type, change.uid, name, _("This field is gone.")))
        else:
            value = _value(record_type, name, before, change.after.get(name), raw)
            if value is None and before is not None:
                undone.kept.append(
                    Kept(change.type, change.uid, name, _("It was changed again since."))
                )
            else:
                found[name] = value
    return found


def _value(record_type: RecordType, name: str, before: Any, after: Any, raw: Raw) -> Any:
    """The value to put back, or None where the field has moved on."""
    kind = record_type.fields[name]
    now = kind.plain(raw.values[name])
    if now == after:
        return before
    if isinstance(kind, Tags):
        return merge_words(after, now, before)
    if kind.is_list:
        merged, clash = merge_items(after, now, before)
        return None if clash else merged
    return None


def _part_values(
    record_type: RecordType,
    name: str,
    rows: list[dict[str, Any]],
    change: LoggedChange,
    undone: Undone,
) -> dict[str, Any]:
    part = record_type.parts[name]
    now = {str(row["uid"]): row for row in rows}
    patch: dict[str, Any] = {}
    for uid, before in change.before[name].items():
        after = change.after[name][uid]
        row = now.get(uid)
        stands = (row is None) == (after is None) and all(
            part.fields[field].plain(row[field]) == value
            for field, value in (after or {}).items()
            if row is not None and field in part.fields
        )
        if stands:
            patch[uid] = before
        else:
            reason = _("This line was changed again since.")
            undone.kept.append(Kept(change.type, change.uid, name, reason))
    return {name: patch} if patch else {}


def restore_version(actor: Actor, named: Any, record: Row | UUID | str, version: int) -> Saved:
    """Write a record back to how it stood at `version`, as one new change. NotFound: never was."""
    record_type = the_type(named)
    target = record.uid if isinstance(record, Row) else record
    raw = gathering.reachable(actor, record_type, target, "view")
    if not 1 <= version <= raw.version:
        raise NotFound(_("There is no version %(n)s of this.") % {"n": str(version)[:20]})
    values: dict[str, Any] = {}
    for name, before in log.since_version(record_type.key, raw.id, version).items():
        if name in record_type.fields or name in record_type.parts:
            values[name] = before
    return write(actor.because("undo"), record_type, raw.uid, values, verb="undo")


__all__ = ["Kept", "Undone", "kind_differs", "restore_version", "undo", "undo_change"]
