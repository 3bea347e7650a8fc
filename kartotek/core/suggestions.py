"""Suggested pairs of records that may be the same, within reach; "not a duplicate" is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from kartotek.core import jobs, reading
from kartotek.core.actor import Actor
from kartotek.core.alike import SHIPPED, Reason, points
from kartotek.core.catalogue import AnyType, the_type, visible
from kartotek.core.dialect import dialect
from kartotek.core.errors import NotFound
from kartotek.core.fieldtypes import Link, Moment, Ref
from kartotek.core.jobs import JobFacts
from kartotek.core.recordtype import RecordType
from kartotek.core.scope import Scope, scope_of
from kartotek.core.suggesting import job_key, suggest

WALKED = 10  # batches looked through for one page: where fields are hidden, pairs fall out
OPEN, DISMISSED = "open", "dismissed"
_ORDER = {OPEN: "score", DISMISSED: "at"}  # the surest, the last dismissed first

Place = tuple[Any, int]  # of a pair in its order, and its id


@dataclass(frozen=True)
class Suggestion:
    """Two records that may be the same, the older first, and why, as far as the actor may know.

    Of a dismissed one also who said so and when; nobody where that was no member of the company.
    """

    one: UUID
    other: UUID
    reasons: tuple[Reason, ...]
    by: Ref | None = None
    at: datetime | None = None

    @property
    def cursor(self) -> str:
        return f"{self.one}.{self.other}"


def suggestions(
    actor: Actor, named: AnyType, *, after: str = "", size: int = 20
) -> tuple[list[Suggestion], str]:
    """The open pairs of which the actor sees both records, the surest first; and the next page.

    A pair is shown for what visible fields say: where hidden ones tipped the scale it is left out.
    """
    return _walk(actor, the_type(named), OPEN, after, size)


def dismissals(
    actor: Actor, named: AnyType, *, after: str = "", size: int = 20
) -> tuple[list[Suggestion], str]:
    """The pairs that somebody said are not the same, the last said first; and the next page.

    Bounded as `suggestions` are. Each tells by whom and when; `reopen` takes it back.
    """
    return _walk(actor, the_type(named), DISMISSED, after, size)


def _walk(
    actor: Actor, record_type: RecordType, state: str, after: str, size: int
) -> tuple[list[Suggestion], str]:
    seen, scope = visible(actor, record_type), scope_of(actor, record_type)
    found: list[Suggestion] = []
    place = _place(record_type, state, after)
    for _batch in range(WALKED if not scope.is_empty else 0):
        rows = _rows(record_type, scope, state, place, size + 1)
        found += _seen(actor, record_type, rows, seen)
        if len(found) > size:
            return found[:size], found[size - 1].cursor
        if len(rows) <= size:
            return found, ""
        place = (rows[-1][1], rows[-1][0])
    return found, found[-1].cursor if found else ""


def _seen(
    actor: Actor, record_type: RecordType, rows: Sequence[Any], seen: frozenset[str]
) -> list[Suggestion]:
    """Those that are alike by what this actor may see of them."""
    found = []
    for _id, _place, stored, one, other, by, at in rows:
        told = tuple(Reason(*each) for each in jobs.load(stored) if each[0] in seen)
        if points(told) >= SHIPPED.suggest:
            pair = reading.as_uuid(one), reading.as_uuid(other)
            found.append((Suggestion(*pair, told, at=Moment().load(at)), by))
    members = cast(Link, record_type.fields["changed_by"]).target
    named = reading.refs(actor, members, [by for _one, by in found if by is not None])
    return [replace(one, by=named.get(by)) for one, by in found]


def dismiss(actor: Actor, named: AnyType, one: UUID, other: UUID) -> None:
    """Remember that these two are not the same. NotFound where no such pair is open to one."""
    _say(actor, the_type(named), one, other, DISMISSED)


def reopen(actor: Actor, named: AnyType, one: UUID, other: UUID) -> None:
    """Take back what was remembered of two records."""
    _say(actor, the_type(named), one, other, OPEN)


def last_search(named: AnyType) -> JobFacts | None:
    """The search that waits, runs, or was the last; None where nobody looked yet."""
    record_type = the_type(named)
    uid = jobs.waiting(job_key(record_type))
    if uid is None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT uid, arguments FROM core_job WHERE task = %s ORDER BY id DESC LIMIT 50",
                [suggest.module_path],
            )
            rows = cursor.fetchall()
        mine = [row[0] for row in rows if _asks_for(row[1], record_type)]
        uid = reading.as_uuid(mine[0]) if mine else None
    return None if uid is None else jobs.facts(uid)


def _asks_for(arguments: Any, record_type: RecordType) -> bool:
    return bool(jobs.load(arguments)["kwargs"].get("type") == record_type.key)


def _place(record_type: RecordType, state: str, after: str) -> Place | None:
    """Where the pair of a cursor stands; None for the beginning, and for one that is gone."""
    try:
        uids = [UUID(part) for part in after.split(".")] if after else []
    except ValueError:
        uids = []
    raws = reading.raws_by_uid(record_type, [], uids)
    if len(raws) != 2:
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_ORDER[state]}, id FROM core_suggestion "
            'WHERE "type" = %s AND one = %s AND other = %s',
            [record_type.key, raws[0].id, raws[1].id],
        )
        row = cursor.fetchone()
    return None if row is None else (row[0], row[1])


def _rows(
    record_type: RecordType, scope: Scope, state: str, place: Place | None, most: int
) -> list[Any]:
    table, (reach, params) = record_type.table, scope.condition()
    order = _ORDER[state]
    within, bound = "", []
    for column in ("one", "other") if reach else ():
        within += f" AND s.{column} IN (SELECT id FROM {table} WHERE id = s.{column} AND {reach})"
        bound += params
    beyond = f" AND (s.{order}, s.id) < (%s, %s)" if place else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT s.id, s.{order}, s.reasons, a.uid, b.uid, s."by", s.at '
            f"FROM core_suggestion s "
            f"JOIN {table} a ON a.id = s.one JOIN {table} b ON b.id = s.other "
            f'WHERE s."type" = %s AND s.state = %s AND a.removed_at IS NULL '
            f"AND b.removed_at IS NULL{within}{beyond} "
            f"ORDER BY s.{order} DESC, s.id DESC LIMIT {most}",
            [record_type.key, state, *bound, *_bound(state, place)],
        )
        return list(cursor.fetchall())


def _bound(state: str, place: Place | None) -> list[Any]:
    """A place as the database takes it back: SQLite hands moments out in another shape."""
    if place is None:
        return []
    value, id = place
    at = Moment().load(value) if state == DISMISSED else None
    return [dialect().instant(at) if at else value, id]


def _say(actor: Actor, record_type: RecordType, one: UUID, other: UUID, state: str) -> None:
    reach = [scope_of(actor, record_type, verb) for verb in ("view", "merge")]
    raws = reading.raws_by_uid(record_type, [], [one, other])
    near = [
        raw.id for raw in raws if all(s.holds(raw.id, raw.owner, raw.department) for s in reach)
    ]
    said = 0
    if len(near) == 2:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                'UPDATE core_suggestion SET state = %s, "by" = %s, at = %s '
                'WHERE "type" = %s AND one = %s AND other = %s',
                [state, actor.member, jobs.moment(), record_type.key, min(near), max(near)],
            )
            said = cursor.rowcount
    if not said:
        raise NotFound(_("There is no such suggestion, or it is not open to you. Look again."))
