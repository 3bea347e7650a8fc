"""What happened with one record: the activities about it and its own changes, newest first."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import orjson
from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from kartotek.core import gathering, reading
from kartotek.core.actor import Actor
from kartotek.core.catalogue import AnyType, catalogue, the_type, visible
from kartotek.core.context import Context
from kartotek.core.dialect import dialect
from kartotek.core.errors import ValidationError
from kartotek.core.fieldtypes import Links, Moment, Ref
from kartotek.core.history import Entry, history_of
from kartotek.core.log import ASIDE
from kartotek.core.question import Row
from kartotek.core.recordtype import RecordType
from kartotek.core.scope import scope_of

CHANGE = "change"


@dataclass(frozen=True)
class Happening:
    """One entry: `kind` is "change" or the key of the activity's type; a Row or an Entry."""

    kind: str
    icon: str
    label: str
    at: datetime
    who: str
    row: Row | None = None
    entry: Entry | None = None


@dataclass(frozen=True)
class TimelinePage:
    """Entries, and the way to older ones ("" where there are none)."""

    entries: tuple[Happening, ...]
    next: str = ""


@dataclass(frozen=True)
class _Place:
    """How far was read: the last activity (type, uid, moment), the last change's version, and
    which of the lines of this version it was: what changes nothing of a record leaves it there.
    """

    at: str = ""
    type: str = ""
    uid: str = ""
    version: int = 0
    nth: int = 1


@dataclass(frozen=True)
class _LinkRow:
    id: int
    type: str
    record: int
    at: datetime


def timeline(
    actor: Actor,
    named: AnyType,
    record: Row | UUID | str,
    context: Context,
    *,
    before: str = "",
    limit: int = 20,
    only_changes: bool = False,
) -> TimelinePage:
    """One page of a record's timeline, from before a cursor.

    An activity out of reach is left out, as are changes for a role that reads no history (unless
    they are all that is asked for: then PermissionDenied). ValidationError for a damaged cursor.
    """
    record_type = the_type(named)
    target = record.uid if isinstance(record, Row) else record
    uid = gathering.as_uid(target)
    id = _reached(actor, record_type, uid)
    place = _decode(before, uid)
    links = [] if only_changes else _links(record_type, id, place, limit + 1)
    changes: list[Entry] = []
    if only_changes or actor.rights.scope(record_type.key, "see_history") != "none":
        older = _position(record_type, id, place)
        changes = history_of(actor, record_type, id, context, before=older, limit=limit + 1)
    both: list[_LinkRow | Entry] = [*links, *changes]
    both.sort(key=lambda one: one.at, reverse=True)
    taken = both[:limit]
    shown = _activities(actor, [one for one in taken if isinstance(one, _LinkRow)])
    entries = [
        _change(one) if isinstance(one, Entry) else shown.get((one.type, one.record))
        for one in taken
    ]
    more = _cursor(uid, record_type, id, taken, place) if len(both) > limit else ""
    return TimelinePage(tuple(one for one in entries if one is not None), more)


def activity_types() -> list[RecordType]:
    """The types that stand in timelines: they have a moment and name the records they are about."""
    return [
        one
        for one in catalogue()
        if one.timeline_at and any(isinstance(kind, Links) for kind in one.fields.values())
    ]


def _reached(actor: Actor, record_type: RecordType, uid: UUID) -> int:
    """The record's id; NotFound where it may not be seen."""
    near = reading.near_ids(actor, record_type, [uid])
    return near[0] if near else gathering.reachable(actor, record_type, uid, "view").id


def _links(record_type: RecordType, record: int, place: _Place, limit: int) -> list[_LinkRow]:
    """The keyset page on the table of links; each activity once."""
    params: list[str | int | datetime]
    where, params = "to_record = %s AND to_type = %s", [record, record_type.key]
    tying = [one.key for one in catalogue() if one.relates]  # they have a panel of their own
    if tying:
        where += f" AND from_type NOT IN ({', '.join(['%s'] * len(tying))})"
        params += tying
    if place.at:
        at = Moment().load(place.at)
        assert at is not None
        where += " AND (at, id) < (%s, %s)"
        params += [dialect().instant(at), _link_id(record_type, record, place)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, from_type, from_record, at FROM core_linkrow WHERE {where} "
            f"ORDER BY at DESC, id DESC LIMIT {limit}",
            params,
        )
        rows = cursor.fetchall()
    found: dict[tuple[str, int], _LinkRow] = {}
    for id, type_key, one, at in rows:
        when = Moment().load(at)
        if when is not None and type_key in catalogue():
            found.setdefault((type_key, one), _LinkRow(id, type_key, one, when))
    return list(found.values())


def _link_id(record_type: RecordType, record: int, place: _Place) -> int:
    """The link a cursor ended with; 0 where it is gone: then its moment alone divides."""
    if place.type not in catalogue():
        return 0
    near = reading.raws_by_uid(catalogue()[place.type], [], [UUID(place.uid)])
    if not near:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(id) FROM core_linkrow WHERE to_record = %s AND to_type = %s "
            "AND from_record = %s AND from_type = %s",
            [record, record_type.key, near[0].id, place.type],
        )
        return int(cursor.fetchone()[0] or 0)


def _position(record_type: RecordType, record: int, place: _Place) -> int | None:
    """Where in the log a version's nth line stands; versions may be shown, positions may not."""
    if not place.version:
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT position FROM core_change WHERE record = %s AND "type" = %s '
            f"AND version >= %s ORDER BY position LIMIT 1 OFFSET {place.nth - 1}",
            [record, record_type.key, place.version],
        )
        found = cursor.fetchone()
    return None if found is None else int(found[0])


def _nth(record_type: RecordType, record: int, entry: Entry) -> int:
    """Which of the lines of its version a change is, from the oldest."""
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT count(*) FROM core_change WHERE record = %s AND "type" = %s '
            "AND version = %s AND position <= %s",
            [record, record_type.key, entry.version, entry.position],
        )
        return int(cursor.fetchone()[0])


def _activities(actor: Actor, links: Sequence[_LinkRow]) -> dict[tuple[str, int], Happening]:
    """The activities of a page as rows, one look for each type; (type, id) → what is shown."""
    found: dict[tuple[str, int], Happening] = {}
    for type_key in dict.fromkeys(one.type for one in links):
        record_type = catalogue()[type_key]
        scope = scope_of(actor, record_type)
        names = _shown(actor, record_type)
        when = {one.record: one.at for one in links if one.type == type_key}
        raws = [
            raw
            for raw in reading.raws(record_type, names, list(when))
            if scope.holds(raw.id, raw.owner, raw.department) and not raw.removed
        ]
        for raw, row in zip(raws, reading.rows(actor, record_type, names, raws), strict=True):
            found[type_key, raw.id] = _activity(record_type, row, when[raw.id])
    return found


def _shown(actor: Actor, record_type: RecordType) -> list[str]:
    """What of an activity is read: its form, who made it; not again what it is about."""
    form = [name for group in record_type.form_groups for name in group]
    seen = visible(actor, record_type)
    return [
        name
        for name in dict.fromkeys([record_type.title, *form, "created_by"])
        if name in seen and name in record_type.fields
        if not isinstance(record_type.fields[name], Links)
    ]


def _activity(record_type: RecordType, row: Row, at: datetime) -> Happening:
    author = row.get("created_by")
    return Happening(
        kind=record_type.key,
        icon=record_type.icon,
        label=str(record_type.label),
        at=at,
        who=author.title if isinstance(author, Ref) else "",
        row=row,
    )


def _change(entry: Entry) -> Happening:
    return Happening(
        kind=CHANGE, icon="history", label=_("Change"), at=entry.at, who=entry.who, entry=entry
    )


def _cursor(
    uid: UUID,
    record_type: RecordType,
    record: int,
    taken: Sequence[_LinkRow | Entry],
    place: _Place,
) -> str:
    """A sealed cursor that names uids and versions only."""
    links = [one for one in taken if isinstance(one, _LinkRow)]
    changes = [one for one in taken if isinstance(one, Entry)]
    if links:
        last = links[-1]
        near = reading.raws(catalogue()[last.type], [], [last.record])
        uid_of_last = near[0].uid.hex if near else ""
        place = replace(place, at=last.at.isoformat(), type=last.type, uid=uid_of_last)
    if changes:
        last_change = changes[-1]
        nth = _nth(record_type, record, last_change) if last_change.verb in ASIDE else 1
        place = replace(place, version=last_change.version, nth=nth)
    body = orjson.dumps([uid.hex, place.at, place.type, place.uid, place.version, place.nth])
    return base64.urlsafe_b64encode(_seal(body) + body).decode().rstrip("=")


def _seal(body: bytes) -> bytes:
    secret = settings.SECRET_KEY.encode()
    return hmac.new(secret, b"kartotek.timeline" + body, hashlib.sha256).digest()[:12]


def _decode(cursor: str, uid: UUID) -> _Place:
    if not cursor:
        return _Place()
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        seal, body = raw[:12], raw[12:]
        if not hmac.compare_digest(seal, _seal(body)):
            raise ValueError
        about, *parts = orjson.loads(body)
        if about != uid.hex:
            raise ValueError
        return _Place(*parts)
    except (ValueError, TypeError):
        raise ValidationError(
            {"before": _("This link to older entries is damaged. Reload the page.")}
        ) from None


__all__ = ["CHANGE", "Happening", "TimelinePage", "activity_types", "timeline"]
