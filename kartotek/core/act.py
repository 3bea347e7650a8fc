"""Actions that a record type declares: one way to run them, whoever presses the button."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from kartotek.core import gathering, idempotency
from kartotek.core.actor import Actor
from kartotek.core.catalogue import AnyType, the_type
from kartotek.core.errors import Conflict, NotFound
from kartotek.core.find import find_one
from kartotek.core.locking import hold_record
from kartotek.core.question import Row
from kartotek.core.saved import Saved


def act(
    actor: Actor,
    named: AnyType,
    record: Row | UUID | str,
    name: str,
    *,
    version: int | None = None,
    key: str = "",
) -> Saved:
    """Run the action `name` on one record: all it writes is one act, done whole or not at all.

    NotFound where there is no such record or action, Conflict where the record has changed since
    `version`; what else the action's own writes raise. `key` makes it idempotent for 30 days.
    """
    record_type = the_type(named)
    if name not in record_type.actions:
        raise NotFound(
            _("There is no action “%(name)s” here. There are: %(known)s.")
            % {"name": name[:60], "known": ", ".join(record_type.actions) or "–"}
        )
    uid = record.uid if isinstance(record, Row) else gathering.as_uid(record)
    batch = actor.batch or uuid7()

    def once() -> Saved:
        with transaction.atomic():
            hold_record(record_type, uid)
            row = find_one(actor, record_type, uid)
            if version is not None and version != row.version:
                raise Conflict([], row.version)
            done = record_type.actions[name].run(
                record_type, actor.because(actor.cause, batch), row
            )
        untouched = Saved(record_type.key, row.uid, row.version, batch)
        return done if isinstance(done, Saved) else untouched

    return idempotency.once(actor, key, [record_type.key, str(uid), "action", name], once)
