"""One change for many records: a field set, or added to; or all of them into the trash.

To change many at once is a right of its own. Whatever the doors refuse of it is told record by
record, and stops nobody but itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from kartotek.core import idempotency, log, reading, receipts
from kartotek.core.actor import Actor
from kartotek.core.acts import remember
from kartotek.core.catalogue import AnyType, the_type, unknown_field, visible
from kartotek.core.errors import Conflict, NotFound, PermissionDenied, ValidationError
from kartotek.core.fieldtypes import FieldType, ItemList, Tags
from kartotek.core.find import find
from kartotek.core.gathering_many import Wish
from kartotek.core.locking import Moved
from kartotek.core.question import Question
from kartotek.core.receipts import ReceiptFacts
from kartotek.core.recordtype import RecordType
from kartotek.core.remove import remove
from kartotek.core.removing_many import remove_many
from kartotek.core.workspace import context_for
from kartotek.core.write_many import write_many

AT_ONCE = 200  # records changed while somebody waits; more of them by a job
CHUNK = 500  # records changed in one commit of a job
SAID = 3  # reasons told where every record was refused
LISTED = 100  # of what was refused, with the reason
EDIT, REMOVE = "edit", "remove"
SET, ADD, TAKE = "set", "add", "take"
NOT_TYPED = ("links", "external_ids")  # kinds that say something about one record only
_DOORS = (ValidationError, PermissionDenied, Conflict, NotFound)


@dataclass(frozen=True)
class BulkAct:
    """What is done with each record: `value` as typed, or as a form has settled it."""

    verb: str
    field: str = ""
    how: str = SET
    value: Any = None

    def plain(self) -> dict[str, Any]:
        return asdict(self)


@dataclass
class Tally:
    """What became of the records so far."""

    rows: int = 0
    done: int = 0
    unchanged: int = 0
    failed: int = 0
    listed: list[list[str]] = field(default_factory=list)  # [uid, reason]

    def refuse(self, uid: UUID, error: Exception | str) -> None:
        self.failed += 1
        if len(self.listed) < LISTED:
            self.listed.append([str(uid), error if isinstance(error, str) else reason_of(error)])


def offered(actor: Actor, record_type: RecordType) -> list[FieldType]:
    """The fields that may be set for many records at once, in the order of the form."""
    free = visible(actor, record_type) - actor.rights.protects(record_type.key)
    in_form = [name for group in record_type.form_groups for name in group]
    names = dict.fromkeys([*in_form, *record_type.fields])
    kinds = [record_type.fields[name] for name in names if name in record_type.fields]
    return [
        kind for kind in kinds
        if kind.name in free and kind.editable and kind.kind not in NOT_TYPED
        and kind.name != record_type.title
    ]  # fmt: skip


def takes_parts(kind: FieldType) -> bool:
    """Can something be added to its value, or taken out of it?"""
    return isinstance(kind, ItemList | Tags)


def acting_as(actor: Actor, record_type: RecordType, verb: str, batch: UUID) -> Actor:
    """The actor for one bulk act, whose verb reaches no further than the right to do many."""
    if actor.rights.scope(record_type.key, "bulk_edit") == "none":
        raise PermissionDenied(
            _("Your role changes records one by one only. Ask an administrator for the right to "
              "change many at once.")
        )  # fmt: skip
    return actor.because("bulk", batch).within(record_type.key, verb, "bulk_edit")


def check(actor: Actor, named: AnyType, act: BulkAct) -> None:
    """Refuse what could be written to no record: an unknown field, a value that is none of it."""
    record_type = the_type(named)
    acting_as(actor, record_type, act.verb, uuid7())
    if act.verb == REMOVE:
        return
    kind = next((one for one in offered(actor, record_type) if one.name == act.field), None)
    if kind is None:
        raise unknown_field(record_type, act.field)
    if act.how != SET and not takes_parts(kind):
        raise ValidationError({act.field: _("This field holds one value. Replace it.")})
    try:
        cleaned = kind.clean(act.value, context_for(actor))
    except ValidationError as error:
        raise ValidationError({act.field: error.messages}) from None
    if act.how != SET and kind.is_empty(cleaned):
        raise ValidationError({act.field: _("Say what to add or to take out.")})


def do(
    actor: Actor, named: AnyType, act: BulkAct, uids: Sequence[UUID], *, key: str = ""
) -> ReceiptFacts:
    """Change up to `AT_ONCE` records in one transaction; the receipt names the act to undo.

    ValidationError where the value is none of the field's, or where every record is refused.
    """
    record_type = the_type(named)
    check(actor, record_type, act)
    if not 1 <= len(uids) <= AT_ONCE:
        raise ValidationError(_("Choose 1 to %(most)s rows.") % {"most": AT_ONCE})
    chosen = list(dict.fromkeys(uids))
    try:
        receipt = idempotency.answered_once(
            actor, key, [record_type.key, "bulk", act.plain(), [str(uid) for uid in chosen]],
            lambda: str(_done(actor, record_type, act, chosen)),
        )  # fmt: skip
    except Moved:  # others changed the same records, again and again
        raise Conflict([], 0) from None
    return receipts.read(actor, receipt)


def _done(actor: Actor, record_type: RecordType, act: BulkAct, uids: Sequence[UUID]) -> UUID:
    batch, tally = uuid7(), Tally()
    acting = acting_as(actor, record_type, act.verb, batch)
    with transaction.atomic():
        one_chunk(acting, record_type, act, uids, tally)
        if tally.failed == tally.rows:
            raise _all_refused(act, tally)  # and nothing is left of it, not even a receipt
        if tally.done:
            remember(acting, batch, None, str(record_type.plural))
        return receipt_of(acting, record_type, act, tally)


def _all_refused(act: BulkAct, tally: Tally) -> ValidationError:
    said = _("Nothing was removed.") if act.verb == REMOVE else _("Nothing was changed.")
    reasons = list(dict.fromkeys(reason for _uid, reason in tally.listed))
    return ValidationError([said, *reasons[:SAID]])


def one_chunk(
    acting: Actor, record_type: RecordType, act: BulkAct, uids: Sequence[UUID], tally: Tally
) -> None:
    """Change these records inside the caller's transaction, and count what became of them."""
    tally.rows += len(uids)
    if act.verb == REMOVE:
        _remove(acting, record_type, uids, tally)
        return
    for outcome in write_many(acting, record_type, _wishes(acting, record_type, act, uids)):
        if outcome.error is not None:
            tally.refuse(outcome.uid, outcome.error)
        elif outcome.did == "unchanged":
            tally.unchanged += 1
        else:
            tally.done += 1


def _wishes(
    acting: Actor, record_type: RecordType, act: BulkAct, uids: Sequence[UUID]
) -> list[Wish]:
    """What to write to each; of lists, what the record holds with something added or taken out."""
    if act.how == SET:
        return [Wish(uid, {act.field: act.value}, only_change=True) for uid in uids]
    kind = record_type.fields[act.field]
    asked = Question(uids=tuple(uids), columns=(act.field,))
    rows = {row.uid: row for row in find(acting, record_type, asked)}
    given = kind.parse(act.value, context_for(acting))
    wishes = []
    for uid in uids:
        row = rows.get(uid)
        value = _combined(kind, row[act.field], given, act.how) if row else act.value
        version = row.version if row else None  # one out of reach is the door's to refuse
        wishes.append(Wish(uid, {act.field: value}, version, only_change=True))
    return wishes


def _combined(kind: FieldType, now: Any, given: Any, how: str) -> list[Any]:
    """What a list holds with some items more, or without them; each item once."""

    def same(item: Any) -> Any:
        return kind.normal(item) if isinstance(kind, ItemList) else item

    held, meant = {same(item) for item in now}, {same(item) for item in given}
    if how == TAKE:
        return [item for item in now if same(item) not in meant]
    more = [item for item in given if same(item) not in held]
    if isinstance(kind, ItemList):  # its id is made anew, beside those that are there
        more = [{**item, "id": "", "primary": not now and item["primary"]} for item in more]
    return [*now, *more]


def _remove(acting: Actor, record_type: RecordType, uids: Sequence[UUID], tally: Tally) -> None:
    found = {raw.id: raw.uid for raw in reading.raws_by_uid(record_type, [], list(uids))}
    for uid in set(uids) - set(found.values()):
        tally.refuse(uid, _("It is not there, or not open to you."))
    turned = remove_many(acting, record_type, found)
    tally.done += len(turned.done)
    tally.unchanged += len(turned.left)
    for uid, reason in turned.refused.items():
        tally.refuse(uid, reason)
    for uid in turned.singly:  # others are linked to it
        try:
            with transaction.atomic():
                saved = remove(acting, record_type, uid)
        except _DOORS as error:
            tally.refuse(uid, error)
        else:
            tally.done += bool(saved.changed)
            tally.unchanged += not saved.changed


def reason_of(error: Exception) -> str:
    """Why a record was refused, in a sentence."""
    if isinstance(error, Conflict):
        return _("Somebody else changed it meanwhile.")
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    return str(error)


def receipt_of(
    acting: Actor, record_type: RecordType, act: BulkAct, tally: Tally, **more: Any
) -> UUID:
    """The receipt of a bulk act; what was changed is counted in the log, not by the loop."""
    assert acting.batch is not None
    verbs = log.verbs_of_batch(acting.batch, record_type.key)
    # What goes together with a record goes into the trash beside those that were chosen.
    done = verbs.get("update", 0) if act.verb == EDIT else min(verbs.get("remove", 0), tally.done)
    detail = {
        "type": record_type.key, "verb": act.verb, "field": act.field, "refused": tally.listed,
        "more": tally.failed - len(tally.listed), **more,
    }  # fmt: skip
    return receipts.record(
        "bulk", str(record_type.plural), acting, rows=tally.rows, updated=done,
        unchanged=tally.unchanged, failed=tally.failed, detail=detail, batch=acting.batch,
    )  # fmt: skip
