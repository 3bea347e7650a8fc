"""Merging records that mean the same: one stays, what led to the others leads to it, one undo.

It is a write like any other: the records that linked to the others are changed, the one that stays
is changed, the others go to the trash, all under one batch. The uids of the others become ids of
the one that stays ("kartotek:<uid>"), so that old links find it for ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from kartotek.core import gathering, idempotency, locked, receipts
from kartotek.core.actor import EVERYTHING, Actor
from kartotek.core.acts import remember
from kartotek.core.catalogue import AnyType, catalogue, the_type, unknown_field, visible
from kartotek.core.combining import Side, combined, let_go, linked
from kartotek.core.errors import Locked, PermissionDenied, ValidationError
from kartotek.core.locking import lock_records
from kartotek.core.matching import by_identifiers
from kartotek.core.moving_shares import bring_shares
from kartotek.core.reading import near_ids, raw_parts
from kartotek.core.reading import raws as raws_of
from kartotek.core.record_lock import bring_lock
from kartotek.core.recordtype import RecordType
from kartotek.core.redirecting import redirect_links
from kartotek.core.remove import remove
from kartotek.core.saved import Saved
from kartotek.core.write import write

MOST = 10  # records made one at once
OURS = "kartotek"  # the system of ids that are uids of merged records


@dataclass(frozen=True)
class Merge:
    """What is to become one: the record that stays, the others, and what was chosen of fields."""

    stays: UUID
    others: tuple[UUID, ...]
    values: dict[str, Any]


def merge(actor: Actor, named: AnyType, wanted: Merge, *, key: str = "") -> Saved:
    """Make several records one; what `values` does not name is combined so that nothing is lost.

    Raises NotFound, PermissionDenied (a record out of the right to merge, a field that is read
    only), ValidationError (fewer than two, more than ten, one in the trash), Conflict (one of them
    was changed in this very moment). `key` as in `write`.
    """
    record_type = the_type(named)
    _refuse(actor, record_type, wanted)
    sent = [record_type.key, "merge", str(wanted.stays), *map(str, wanted.others), wanted.values]
    return idempotency.once(actor, key, sent, lambda: _merged(actor, record_type, wanted))


def merged_into(actor: Actor, named: AnyType, uid: UUID) -> UUID | None:
    """The record that stands for one that was merged, as far as the actor may see it."""
    pair = (f"id {OURS}", str(uid))
    found = by_identifiers(actor, named, [pair]).get(pair, [])
    return found[0] if found else None


def _refuse(actor: Actor, record_type: RecordType, wanted: Merge) -> None:
    if wanted.stays in wanted.others or len(set(wanted.others)) != len(wanted.others):
        raise ValidationError(_("A record cannot be merged with itself. Choose others."))
    if not 1 <= len(wanted.others) < MOST:
        raise ValidationError(
            _("Choose 2 to %(most)s records that mean the same.") % {"most": MOST}
        )
    seen, kept = visible(actor, record_type), actor.rights.protects(record_type.key)
    for name in wanted.values:
        if name not in seen:
            raise unknown_field(record_type, name)
        if name in kept:
            raise PermissionDenied(_("“%(name)s” is read-only for your role.") % {"name": name})


def _merged(actor: Actor, record_type: RecordType, wanted: Merge) -> Saved:
    batch = actor.batch or uuid7()
    with transaction.atomic():
        sides = _sides(actor, record_type, wanted)
        lock_records(record_type, [side.raw.id for side in sides])
        # Whoever may merge these moves all that leads to them, also what they may not edit.
        acting = replace(actor.because("merge", batch), rights=EVERYTHING, memo=None)
        stays, others = sides[0], sides[1:]
        gone = [side.raw.id for side in others]
        shares = bring_shares(record_type.key, stays.raw.id, gone, batch)
        bring_lock(record_type.key, stays.raw.id, gone)
        moved = _redirected(actor, acting, record_type, sides)
        values = combined(record_type, sides) | _whole(record_type, sides, wanted.values)
        known = values.get("external_ids", stays.raw.values["external_ids"])
        values["external_ids"] = [*known, *(f"{OURS}:{side.uid}" for side in others)]
        # As read: what somebody changed in this very moment is a conflict and not overwritten.
        saved = write(acting, record_type, stays.uid, values, version=stays.raw.version)
        for side in others:
            remove(acting, record_type, side.uid, version=side.raw.version)
        _tell(acting, record_type, sides, moved, shares)
    return saved


def _redirected(actor: Actor, acting: Actor, record_type: RecordType, sides: Sequence[Side]) -> int:
    """How many records led to the others. A locked one is named to whom it is open only."""
    stays, *others = (side.raw for side in sides)
    try:
        return redirect_links(acting, record_type, stays, others)
    except Locked as error:
        if error.uid and near_ids(actor, the_type(error.type_key), [error.uid]):
            raise
        raise Locked(
            _("A record that leads to one of these is locked, and not open to you. Ask an "
              "administrator.")
        ) from None  # fmt: skip


def _whole(
    record_type: RecordType, sides: Sequence[Side], chosen: dict[str, Any]
) -> dict[str, Any]:
    """What was chosen; of a masked value, of which nobody saw the whole, the whole."""
    found = dict(chosen)
    for kind in record_type.masked:
        if kind.name in chosen:
            held = [side.raw.values[kind.name] for side in sides]
            meant = [value for value in held if kind.outward(value) == chosen[kind.name]]
            found[kind.name] = meant[0] if meant else chosen[kind.name]
    return found


def _sides(actor: Actor, record_type: RecordType, wanted: Merge) -> list[Side]:
    """The records as they stand, the one that stays first; each within the right to merge."""
    raws = [
        gathering.reachable(actor, record_type, uid, "merge")
        for uid in (wanted.stays, *wanted.others)
    ]
    for raw in raws:
        locked.refuse(actor, record_type, raw)
        if raw.removed:
            raise ValidationError(
                _("“%(title)s” is in the trash. Put it back first, then merge it.")
                % {"title": raw.values.get(record_type.title) or record_type.label}
            )
    parts = {
        name: raw_parts(part, [raw.id for raw in raws]) for name, part in record_type.parts.items()
    }
    sides = [Side(raw, {name: rows[raw.id] for name, rows in parts.items()}) for raw in raws]
    every = dict.fromkeys(record_type.fields)
    gathering.name_pointers(record_type, [(side.raw, side.parts, every) for side in sides])
    gone = {(record_type.key, raw.id) for raw in raws}
    for target, ids in linked(record_type, sides).items():
        there = raws_of(catalogue()[target], [], sorted(ids))
        gone |= {(target, raw.id) for raw in there if raw.removed}
    let_go(record_type, sides, gone)
    return sides


def _tell(
    actor: Actor, record_type: RecordType, sides: Sequence[Side], moved: int, shares: int
) -> None:
    """Name the act, and keep its receipt: every record that it changed."""
    assert actor.batch is not None
    title = str(sides[0].raw.values.get(record_type.title) or record_type.label)
    label = _("%(count)s merged into “%(title)s”") % {"count": len(sides) - 1, "title": title}
    remember(actor, actor.batch, None, label)
    rows = len(sides) + moved
    receipts.record(
        "merge", label, actor, rows=rows, updated=rows, batch=actor.batch,
        detail={"type": record_type.key, "stays": str(sides[0].uid), "moved": moved,
                "shares": shares, "others": [str(side.uid) for side in sides[1:]]},
    )  # fmt: skip
