"""One record opened to a member or a department, beside what their role reaches anyway."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from kartotek.core import aside, reading, security
from kartotek.core.actor import Actor
from kartotek.core.catalogue import AnyType, catalogue, the_type
from kartotek.core.dialect import dialect
from kartotek.core.errors import ValidationError
from kartotek.core.fieldtypes import Link, Moment
from kartotek.core.gathering import as_uid, reachable
from kartotek.core.locking import hold_record
from kartotek.core.log import SHARE, LoggedChange
from kartotek.core.reading import Raw
from kartotek.core.recordtype import RecordType

COLUMNS = ("member", "department")  # of the table, and whom they name


@dataclass(frozen=True)
class Share:
    """Whom a record is open to, how far, and until when (None: until it is ended)."""

    to: str  # "member" or "department"
    uid: UUID
    title: str
    may_edit: bool
    until: datetime | None

    def plain(self) -> aside.Plain:
        """As a line of the log holds it: no name."""
        return {
            "to": self.to, "uid": str(self.uid), "may_edit": self.may_edit,
            "until": Moment().plain(self.until),
        }  # fmt: skip


@dataclass(frozen=True)
class Shared:
    """How a record was open to somebody, how it is now, and the act; no act: nothing changed."""

    before: Share | None
    now: Share | None
    batch: UUID | None


def target_of(record_type: RecordType, to: str) -> RecordType:
    """The type of those that a record can be opened to."""
    kind = record_type.fields["owner" if to == "member" else "department"]
    assert isinstance(kind, Link)
    return catalogue()[kind.target]


def shares(actor: Actor, named: AnyType, record: UUID | str) -> list[Share]:
    """Whom a record is open to beside those who see it anyway. NotFound."""
    record_type = the_type(named)
    raw = reachable(actor, record_type, record, "view")
    return _shares(record_type, raw.id)


def share(
    actor: Actor,
    named: AnyType,
    record: UUID | str,
    to: str,
    uid: UUID | str,
    *,
    may_edit: bool = False,
    until: datetime | None = None,
) -> Shared:
    """Open a record to a member or a department, in the place of how it was open to them before.

    Who may change a record may open it. NotFound, PermissionDenied; ValidationError where there is
    no such member or department, or the day has passed. Leaves a line in the history of the record
    and in the security log; none where it is open to them like this already.
    """
    record_type = the_type(named)
    with transaction.atomic():
        hold_record(record_type, as_uid(record))
        raw = _held(actor, record_type, record)
        whom = _target(record_type, to, uid)
        if until is not None and until <= datetime.now(UTC):
            raise ValidationError({"until": _("This day has passed. Choose a later one.")})
        before = _one(record_type, raw.id, to, whom.uid)
        if before and (before.may_edit, before.until) == (may_edit, until):
            return Shared(before, before, None)
        _store(record_type, raw, to, whom, may_edit, until)
        _note("shared", actor, record_type, raw, to, whom.uid, may_edit=may_edit)
        now = _one(record_type, raw.id, to, whom.uid)
        return Shared(before, now, _logged(actor, record_type, raw, before, now))


def unshare(actor: Actor, named: AnyType, record: UUID | str, to: str, uid: UUID | str) -> Shared:
    """Close it to them again; leaves the same lines, none where it was not open to them."""
    record_type = the_type(named)
    with transaction.atomic():
        hold_record(record_type, as_uid(record))
        raw = _held(actor, record_type, record)
        whom = _target(record_type, to, uid)
        before = _one(record_type, raw.id, to, whom.uid)
        if before is None:
            return Shared(None, None, None)
        with connection.cursor() as cursor:
            cursor.execute(
                f'DELETE FROM core_share WHERE "type" = %s AND record = %s AND {to} = %s',
                [record_type.key, raw.id, whom.id],
            )
        _note("unshared", actor, record_type, raw, to, whom.uid)
        return Shared(before, None, _logged(actor, record_type, raw, before, None))


def take_back(actor: Actor, record_type: RecordType, raw: Raw, change: LoggedChange) -> str:
    """Open or close it again as it was before a line of the log; why not, where it is not done.

    Raises as `share` and `unshare` do.
    """
    before, after = aside.sides(change)
    named = before or after
    if named is None:
        return _("It was erased.")
    now = _one(record_type, raw.id, named["to"], UUID(named["uid"]))
    if (now.plain() if now else None) != after:
        return _("It was changed again since.")
    whom = named["to"], UUID(named["uid"])
    if before is None:
        unshare(actor, record_type, raw.uid, *whom)
    else:
        until = Moment().load(before["until"])
        share(actor, record_type, raw.uid, *whom, may_edit=before["may_edit"], until=until)
    return ""


def _logged(
    actor: Actor, record_type: RecordType, raw: Raw, before: Share | None, now: Share | None
) -> UUID:
    was, is_now = (one.plain() if one else None for one in (before, now))
    return aside.note(actor, record_type, raw, SHARE, was, is_now)


def _store(
    record_type: RecordType, raw: Raw, to: str, whom: Raw, may_edit: bool, until: datetime | None
) -> None:
    values: list[Any] = [may_edit, dialect().instant(until) if until else None]
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE core_share SET may_edit = %s, "until" = %s '
            f'WHERE "type" = %s AND record = %s AND {to} = %s',
            [*values, record_type.key, raw.id, whom.id],
        )
        if cursor.rowcount == 0:
            cursor.execute(
                f'INSERT INTO core_share (may_edit, "until", "type", record, {to}) '
                "VALUES (%s, %s, %s, %s, %s)",
                [*values, record_type.key, raw.id, whom.id],
            )


def _held(actor: Actor, record_type: RecordType, record: UUID | str) -> Raw:
    if not record_type.scoped:
        raise ValidationError(
            _("%(plural)s are open to everybody who may see any; there is nothing to share.")
            % {"plural": record_type.plural}
        )
    raw = reachable(actor, record_type, record, "edit")
    if raw.removed:
        raise ValidationError(_("This is in the trash. Put it back first."))
    return raw


def _target(record_type: RecordType, to: str, uid: UUID | str) -> Raw:
    if to in COLUMNS:
        target = target_of(record_type, to)
        for raw in reading.raws_by_uid(target, [target.title], [as_uid(uid)]):
            if not raw.removed:
                return raw
    raise ValidationError({"to": _("Choose a person or a department.")})


def _one(record_type: RecordType, record: int, to: str, uid: UUID) -> Share | None:
    found = _shares(record_type, record)
    return next((one for one in found if one.to == to and one.uid == uid), None)


def _shares(record_type: RecordType, record: int) -> list[Share]:
    now = dialect().instant(datetime.now(UTC))
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT member, department, may_edit, "until" FROM core_share WHERE "type" = %s '
            'AND record = %s AND ("until" IS NULL OR "until" > %s) ORDER BY id',
            [record_type.key, record, now],
        )
        rows = cursor.fetchall()
    found = []
    for place, to in enumerate(COLUMNS):
        target = target_of(record_type, to)
        ids = [row[place] for row in rows if row[place] is not None]
        named = {raw.id: raw for raw in reading.raws(target, [target.title], ids)}
        for row in rows:
            if (raw := named.get(row[place])) is not None and not raw.removed:
                title = str(raw.values[target.title] or "–")
                found.append(Share(to, raw.uid, title, bool(row[2]), Moment().load(row[3])))
    # A merge may have brought a second one for the same: the wider of them holds.
    found.sort(key=lambda one: one.may_edit)
    return list({(one.to, one.uid): one for one in found}.values())


def _note(
    kind: str, actor: Actor, record_type: RecordType, raw: Raw, to: str, uid: UUID, **more: Any
) -> None:
    security.note(
        kind, actor=actor, type=record_type.key, record=str(raw.uid), **{to: str(uid)}, **more
    )
