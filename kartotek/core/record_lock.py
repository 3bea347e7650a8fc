"""A record locked for a while: nobody but who locked it changes it; who, why and until when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from kartotek.core import acts, aside, locked, reading, security
from kartotek.core.actor import Actor
from kartotek.core.catalogue import AnyType, catalogue, the_type
from kartotek.core.context import Context
from kartotek.core.dialect import dialect
from kartotek.core.errors import PermissionDenied, ValidationError
from kartotek.core.fieldtypes import Link, Moment, Text
from kartotek.core.gathering import as_uid, reachable
from kartotek.core.locking import hold_record, lock_records
from kartotek.core.log import LOCK, LoggedChange
from kartotek.core.reading import Raw
from kartotek.core.recordtype import RecordType
from kartotek.core.scope import scope_of
from kartotek.core.workspace import context_for

LONGEST = 200  # letters of a reason


@dataclass(frozen=True)
class RecordLock:
    """Who keeps a record from being changed, why, and until the end of which day."""

    who: str
    reason: str
    until: date
    day: str  # the same, as the actor reads days
    is_own: bool
    may_end: bool


def last_day(actor: Actor) -> date:
    """The latest day until which anything can be locked: a year from today, where the actor is."""
    day = today(actor)
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # the 29th of February
        return day.replace(year=day.year + 1, day=28)


def today(actor: Actor) -> date:
    """The day it is where the actor is."""
    return datetime.now(ZoneInfo(context_for(actor).zone)).date()


def lock_on(actor: Actor, named: AnyType, record: UUID | str) -> RecordLock | None:
    """The lock that holds on a record, as far as the actor may see that; one statement."""
    record_type = the_type(named)
    reach, params = scope_of(actor, record_type).condition()
    where = (
        f"record = (SELECT id FROM {record_type.table} WHERE uid = %s{reach and ' AND '}{reach})"
    )
    held = locked.holding(record_type, where, [dialect().uid(as_uid(record)), *params])
    return _told(actor, record_type, held) if held else None


def lock(
    actor: Actor, named: AnyType, record: UUID | str, reason: str, until: date | None
) -> RecordLock:
    """Keep everybody else from changing a record, until the end of a day where the actor is.

    Who may change a record may lock it; a second lock takes the place of their first. NotFound,
    PermissionDenied (Locked where somebody else was first); ValidationError for no reason, one
    of more than 200 letters, a day that has passed or is more than a year ahead, a record in the
    trash. Leaves a line in the history of the record, undone as act `actor.batch` where that is
    given, and one in the security log.
    """
    record_type = the_type(named)
    raw = reachable(actor, record_type, record, "edit")
    locked.refuse(actor, record_type, raw)
    if actor.member is None:
        raise PermissionDenied(_("Only a member locks records. Act as one."))
    if raw.removed:
        raise ValidationError(_("This is in the trash. Put it back first."))
    cleaned, end = _checked(actor, reason, until)
    with transaction.atomic():
        lock_records(record_type, [raw.id])  # whoever writes it now is waited for
        raw = reachable(actor, record_type, raw.uid, "edit")
        locked.refuse(actor, record_type, raw)
        acting = actor.because(actor.cause, actor.batch or uuid7())
        assert acting.batch is not None
        acts.remember(acting, acting.batch, None, cleaned)
        wanted = locked.Held(raw.id, actor.member, actor.name, cleaned, end, acting.batch)
        return _told(actor, record_type, _locked(acting, record_type, raw, wanted))


def end_lock(actor: Actor, named: AnyType, record: UUID | str) -> UUID | None:
    """End the lock on a record; the act, or None where there is no lock any more.

    NotFound; PermissionDenied for whoever neither made it nor may change all records of the type.
    Leaves a line in the history of the record and in the security log.
    """
    record_type = the_type(named)
    with transaction.atomic():
        hold_record(record_type, as_uid(record))
        raw = reachable(actor, record_type, record, "view")
        held = locked.holding(record_type, "record = %s", [raw.id])
        if held is None:
            reachable(actor, record_type, record, "edit")  # who could not lock it ends nothing
            return None
        _refuse_end(actor, record_type, held)
        acting = actor.because(actor.cause, actor.batch or uuid7())
        held = _named(acting, held)
        with connection.cursor() as cursor:
            cursor.execute(
                'DELETE FROM core_lock WHERE "type" = %s AND record = %s',
                [record_type.key, raw.id],
            )
        _note("lock_ended", actor, record_type, raw)
        return aside.note(acting, record_type, raw, LOCK, _plain(record_type, held), None)


def take_back(actor: Actor, record_type: RecordType, raw: Raw, change: LoggedChange) -> str:
    """Lock it, or end its lock, as it was before a line of the log; why not, where it is not done.

    Who may end a lock may bring it back. Raises as `lock` and `end_lock` do.
    """
    before, after = aside.sides(change)
    held = locked.holding(record_type, "record = %s", [raw.id])
    if (_plain(record_type, held) if held else None) != after:
        return _("It was changed again since.")
    if before is None:
        end_lock(actor, record_type, raw.uid)
        return ""
    reachable(actor, record_type, raw.uid, "edit")
    members = _members(record_type)
    found = reading.raws_by_uid(members, [members.title], [UUID(before["by"])])
    reason, until = acts.name_of(UUID(before["act"])), Moment().load(before["until"])
    if not (found and reason and until) or until <= datetime.now(UTC):
        return _("Its day has passed.")
    who = str(found[0].values[members.title] or "–")
    wanted = locked.Held(raw.id, found[0].id, who, reason, until, UUID(before["act"]))
    _refuse_end(actor, record_type, wanted)
    _locked(actor, record_type, raw, wanted)
    return ""


def bring_lock(type_key: str, stays: int, others: Sequence[int]) -> None:
    """A record into which others are merged is locked as the longest locked of them was.

    It keeps a lock of its own; those that go keep theirs, for whoever looks into the trash.
    """
    now = dialect().instant(datetime.now(UTC))
    ids = ", ".join(map(str, others))
    with connection.cursor() as cursor:
        cursor.execute(
            'DELETE FROM core_lock WHERE "type" = %s AND record = %s AND "until" <= %s',
            [type_key, stays, now],
        )
        cursor.execute(
            'INSERT INTO core_lock ("type", record, member, reason, "until", made_at, act) '
            'SELECT "type", %s, member, reason, "until", made_at, act FROM core_lock '
            f'WHERE "type" = %s AND record IN ({ids}) AND "until" > %s '
            'ORDER BY "until" DESC LIMIT 1 ON CONFLICT DO NOTHING',
            [stays, type_key, now],
        )


def _checked(actor: Actor, reason: str, until: date | None) -> tuple[str, datetime]:
    """The reason as it is kept, and the moment after the last day."""
    errors: dict[str, Any] = {}
    cleaned = ""
    try:
        cleaned = Text(LONGEST).parse(reason, Context())
        if not cleaned:
            errors["reason"] = _("Say why: others will read it.")
    except ValidationError as error:
        errors["reason"] = error.messages
    if until is None:
        errors["until"] = _("Choose the last day.")
    elif until < today(actor):
        errors["until"] = _("This day has passed. Choose a later one.")
    elif until > last_day(actor):
        errors["until"] = _("This is more than a year ahead. Choose an earlier day.")
    if errors or until is None:
        raise ValidationError(errors)
    zone = ZoneInfo(context_for(actor).zone)
    return cleaned, datetime.combine(until + timedelta(days=1), time(), zone).astimezone(UTC)


def _locked(actor: Actor, record_type: RecordType, raw: Raw, wanted: locked.Held) -> locked.Held:
    """Lock it as wanted, inside a transaction that holds it, and leave the lines."""
    before = locked.holding(record_type, "record = %s", [raw.id])
    _store(record_type, wanted)
    held = locked.holding(record_type, "record = %s", [raw.id])
    assert held is not None
    _note("record_locked", actor, record_type, raw, until=wanted.until.isoformat())
    was = _plain(record_type, _named(actor, before)) if before else None
    aside.note(actor, record_type, raw, LOCK, was, _plain(record_type, held))
    return held


def _named(actor: Actor, held: locked.Held) -> locked.Held:
    """The same, its reason the name of an act: an old one has none, and gets one to be kept by."""
    if held.act is not None:
        return held
    act = uuid7()
    acts.remember(actor, act, None, held.reason)
    return replace(held, act=act)


def _store(record_type: RecordType, wanted: locked.Held) -> None:
    speak = dialect()
    assert wanted.act is not None
    values = [
        wanted.member, wanted.reason, speak.instant(wanted.until),
        speak.instant(datetime.now(UTC)), speak.uid(wanted.act), record_type.key, wanted.record,
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            'UPDATE core_lock SET member = %s, reason = %s, "until" = %s, made_at = %s, act = %s '
            'WHERE "type" = %s AND record = %s',
            values,
        )
        if cursor.rowcount == 0:
            cursor.execute(
                'INSERT INTO core_lock (member, reason, "until", made_at, act, "type", record) '
                "VALUES (%s, %s, %s, %s, %s, %s, %s)",
                values,
            )


def _plain(record_type: RecordType, held: locked.Held) -> aside.Plain:
    """A lock as a line of the log holds it: no name, and its reason by the act it is named by."""
    found = reading.raws(_members(record_type), [], [held.member])
    by = found[0].uid if found else UUID(int=0)  # of a member who was erased
    until = Moment().plain(held.until)
    return {"by": str(by), "until": until, "act": str(held.act) if held.act else None}


def _members(record_type: RecordType) -> RecordType:
    kind = record_type.fields["owner"]
    assert isinstance(kind, Link)
    return catalogue()[kind.target]


def _refuse_end(actor: Actor, record_type: RecordType, held: locked.Held) -> None:
    if not _may_end(actor, record_type, held):
        raise PermissionDenied(
            _("%(who)s locked this. Ask them to end it, or an administrator.") % {"who": held.who}
        )


def _may_end(actor: Actor, record_type: RecordType, held: locked.Held) -> bool:
    return held.member == actor.member or actor.rights.scope(record_type.key, "edit") == "all"


def _told(actor: Actor, record_type: RecordType, held: locked.Held) -> RecordLock:
    return RecordLock(
        held.who, held.reason, held.day(actor), held.day_text(actor),
        is_own=held.member == actor.member, may_end=_may_end(actor, record_type, held),
    )  # fmt: skip


def _note(kind: str, actor: Actor, record_type: RecordType, raw: Raw, **more: Any) -> None:
    security.note(kind, actor=actor, type=record_type.key, record=str(raw.uid), **more)
