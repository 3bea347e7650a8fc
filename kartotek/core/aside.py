"""What is done about a record and changes nothing of it: it is opened to somebody, or locked.

Such an act leaves a line in the log as any other, so that it stands in the history and is undone.
The line holds uids, moments and flags alone; the record keeps its version.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from kartotek.core import log
from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue
from kartotek.core.context import Context
from kartotek.core.fieldtypes import Date, Link, Moment, Ref
from kartotek.core.log import LOCK, SHARE, Line, LoggedChange
from kartotek.core.reading import Raw
from kartotek.core.recordtype import RecordType

Plain = dict[str, Any]
_OF_WHOM = {"to", "uid", "by", "act"}  # of a line: whose it is, not how it stands


@dataclass(frozen=True)
class Aside:
    """A line as people read it: a share with `whom`, or a lock of theirs, before and after."""

    verb: str
    to: str  # "member" or "department"
    whom: Ref
    before: Plain | None
    after: Plain | None
    words: str


def note(
    actor: Actor,
    record_type: RecordType,
    raw: Raw,
    verb: str,
    before: Plain | None,
    after: Plain | None,
) -> UUID:
    """Write the line, as the last act of a transaction that holds the record; its act."""
    batch = actor.batch or uuid7()
    line = Line(raw.id, raw.uid, raw.version, verb, {verb: before}, {verb: after})
    log.append(actor, record_type.key, batch, datetime.now(UTC), [line])
    return batch


def sides(change: LoggedChange) -> tuple[Plain | None, Plain | None]:
    """What such a line says of before and after; None on both sides once it was erased."""
    return change.before.get(change.verb), change.after.get(change.verb)


def whom(record_type: RecordType, change: LoggedChange) -> tuple[str, str, UUID] | None:
    """Whom such a line is about: "member" or "department", the key of that type, their uid."""
    before, after = sides(change)
    named = after or before
    if named is None:
        return None
    to = str(named.get("to", "member"))
    kind = record_type.fields["owner" if to == "member" else "department"]
    assert isinstance(kind, Link)
    return to, catalogue()[kind.target].key, UUID(named["uid" if "uid" in named else "by"])


def told(
    record_type: RecordType, change: LoggedChange, refs: dict[str, Ref], context: Context
) -> Aside | None:
    """Such a line in words; `refs` names the people. None where nothing is left of it."""
    named = whom(record_type, change)
    if named is None:
        return None
    to, target, uid = named
    ref = refs.get(str(uid), Ref(target))
    before, after = sides(change)
    words = _of_share if change.verb == SHARE else _of_lock
    return Aside(
        change.verb, to, ref, _state(before), _state(after), words(ref.title, after, context)
    )


def _state(side: Plain | None) -> Plain | None:
    return side and {name: value for name, value in side.items() if name not in _OF_WHOM}


def _of_share(who: str, now: Plain | None, context: Context) -> str:
    if now is None:
        return _("Closed to %(who)s again") % {"who": who}
    told = {"who": who, "until": _day(now["until"], context)}
    if now["may_edit"]:
        text = _("Opened to %(who)s, may edit, until %(until)s")
        return (text if now["until"] else _("Opened to %(who)s, may edit")) % told
    text = _("Opened to %(who)s, may read, until %(until)s")
    return (text if now["until"] else _("Opened to %(who)s, may read")) % told


def _of_lock(who: str, now: Plain | None, context: Context) -> str:
    if now is None:
        return _("The lock of %(who)s ended") % {"who": who}
    return _("Locked by %(who)s until %(until)s") % {
        "who": who, "until": _day(now["until"], context),
    }  # fmt: skip


def _day(until: str | None, context: Context) -> str:
    """The last day, where it ends with one; else the moment."""
    moment = Moment().load(until)
    if moment is None:
        return ""
    last = (moment - timedelta(microseconds=1)).astimezone(ZoneInfo(context.zone)).date()
    next_day = moment.astimezone(ZoneInfo(context.zone))
    is_whole = (next_day.hour, next_day.minute, next_day.second) == (0, 0, 0)
    return Date().show(last, context) if is_whole else Moment().show(moment, context)


__all__ = ["LOCK", "SHARE", "Aside", "note", "sides", "told", "whom"]
