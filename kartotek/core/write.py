"""The write door: every change to a record passes here, and ends in one transaction.

It raises four errors only: ValidationError, PermissionDenied, Conflict, NotFound. After each of
them the data is as it was.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from kartotek.core import clashing, erased, gathering, idempotency
from kartotek.core.actor import Actor
from kartotek.core.apply import Applied, apply
from kartotek.core.catalogue import AnyType, the_type
from kartotek.core.dialect import dialect
from kartotek.core.errors import Conflict, PermissionDenied, Taken
from kartotek.core.locking import Moved, hold_record
from kartotek.core.prepare import Prepared, prepare
from kartotek.core.question import Row
from kartotek.core.recordtype import RecordType
from kartotek.core.saved import Saved
from kartotek.core.scope import Scope, scope_of
from kartotek.core.workspace import context_for

ROUNDS = 8  # times a write is read anew; the last time nobody else may touch the record


def write(
    actor: Actor,
    named: AnyType,
    record: Row | UUID | str | None,
    values: dict[str, Any],
    *,
    version: int | None = None,
    key: str = "",
    uid: UUID | None = None,
    verb: str = "",
) -> Saved:
    """Create a record (None) or change one; `values` as typed, sent or logged.

    `version` is the one the change was based on: what others changed since is merged, field by
    field. `key` makes the write idempotent for 30 days. `uid` names a record made elsewhere.
    """
    record_type = the_type(named)
    target = record.uid if isinstance(record, Row) else record

    def once() -> Saved:
        return _write(actor, record_type, target, values, version, uid, verb)

    sent = [record_type.key, str(target), values, *([str(uid)] if uid else [])]
    return idempotency.once(actor, key, sent, once)


def _write(
    actor: Actor,
    record_type: RecordType,
    target: UUID | str | None,
    values: dict[str, Any],
    version: int | None,
    uid: UUID | None,
    verb: str,
) -> Saved:
    batch = actor.batch or uuid7()

    def attempt() -> Saved:
        if target is None:
            if uid is not None or values.get("external_ids"):  # a name from before may be erased
                erased.refuse(uid or UUID(int=0), values.get("external_ids"))
            intent, resolved = gathering.for_new(actor, record_type, values, uid or uuid7())
        else:
            intent, resolved = gathering.for_old(actor, record_type, target, values, version, verb)
        try:
            prepared = prepare(actor, record_type, intent, context_for(actor), resolved)
        except Conflict as error:
            told = clashing.within_reach(actor, record_type, error.clashes)
            raise Conflict(told, error.version) from None
        verb_now = "create" if prepared.old is None else "edit"
        refuse_out_of_reach(record_type, prepared, scope_of(actor, record_type, verb_now))
        record_type.admit(prepared.everything, prepared.old and prepared.old.values, prepared.uid)
        done = _stored(actor, record_type, prepared, batch)
        changed = tuple(prepared.after)
        return Saved(record_type.key, done.uid, done.version, batch, target is None, changed)

    return persist(attempt, lambda: hold_record(record_type, target))


def _stored(actor: Actor, record_type: RecordType, one: Prepared, batch: UUID) -> Applied:
    try:
        with transaction.atomic():
            return apply(actor, record_type, [one], batch, datetime.now(UTC))[0]
    except IntegrityError as error:
        if not dialect().is_double(error):
            raise Moved from None  # what it links to is gone by now: read anew, and named
        raise Taken(
            {"uid": _("A record, or a line of one, has this uid already. Use a new one.")}
        ) from None


def persist(attempt: Callable[[], Saved], hold: Callable[[], None]) -> Saved:
    """Try again while others are quicker; each try reads the record anew, the last one holds it."""
    for _round in range(ROUNDS - 1):
        try:
            return attempt()
        except Moved:
            continue
    try:
        with transaction.atomic():
            hold()
            return attempt()
    except Moved:  # a record that goes together with it, not the one held
        raise Conflict([], 0) from None


def refuse_out_of_reach(record_type: RecordType, one: Prepared, scope: Scope) -> None:
    """A change may not make, or carry, a record to where the actor cannot follow."""
    record = one.old.id if one.old else 0
    if scope.holds(record, one.owner, one.department):
        return
    if one.old is None:
        raise PermissionDenied(
            _("Your role may not add %(plural)s for this owner. Ask an administrator.")
            % {"plural": str(record_type.plural).lower()}
        )
    raise PermissionDenied(
        _("After this change the record would be out of your reach, so it was not made. "
          "Ask somebody who may see both sides.")
    )  # fmt: skip
