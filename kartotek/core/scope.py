"""Rights turned into the bounded branches that the list builder walks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from django.db import connection

from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue
from kartotek.core.dialect import dialect
from kartotek.core.recordtype import RecordType

MOST_OPEN = 1_000  # records of one type that are open to everybody
MOST_TIED = 20_000  # relationships within reach of who does not see all records, the newest
WRITES = ("create", "edit", "remove")  # of what the actor sees, which is asked before


@dataclass(frozen=True)
class Scope:
    """What an actor may reach of one type: everything, or a few bounded branches.

    `others` are the members whom the actor stands in for while they are away.
    """

    everything: bool = False
    departments: tuple[int, ...] = ()
    owner: int | None = None
    shared: tuple[int, ...] = ()
    others: tuple[int, ...] = ()

    @property
    def owners(self) -> tuple[int, ...]:
        """The members whose records are reached as one's own."""
        return self.others if self.owner is None else (self.owner, *self.others)

    @property
    def is_empty(self) -> bool:
        return not (self.everything or self.departments or self.owners or self.shared)

    def holds(self, record: int, owner: int | None, department: int | None) -> bool:
        """Does a record with this owner and department lie within reach?"""
        return (
            self.everything
            or (department is not None and department in self.departments)
            or (owner is not None and owner in self.owners)
            or record in self._shared_set
        )

    @cached_property
    def _shared_set(self) -> frozenset[int]:
        return frozenset(self.shared)

    def condition(self, plus: str = "") -> tuple[str, list[Any]]:
        """The branches as one condition on a row; "+" keeps SQLite from using their indexes."""
        if self.everything:
            return "", []
        sql: list[str] = []
        params: list[Any] = []
        # Integers of our own, written out: a thousand bound ones cost more than the query.
        if self.departments:
            sql.append(f"{plus}department_id IN ({', '.join(map(str, self.departments))})")
        for owner in self.owners:
            sql.append(f"{plus}owner_id = %s")
            params.append(owner)
        if self.shared:
            sql.append(f"{plus}id IN ({', '.join(map(str, self.shared))})")
        return (f"({' OR '.join(sql)})", params) if sql else ("0 = 1", [])


def scope_of(actor: Actor, record_type: RecordType, verb: str = "view") -> Scope:
    """The reach of `actor` for one verb. One query at most, none for an actor who sees all.

    An actor of one request asks once for each type and verb (`Actor.memo`). Of relationships those
    are within reach of which both ends are.
    """
    if record_type.relates is None or verb in WRITES:
        return own_scope(actor, record_type, verb)
    return _once(actor, ("tied", record_type.key, verb), lambda: _tied(actor, record_type, verb))


def own_scope(actor: Actor, record_type: RecordType, verb: str) -> Scope:
    """The reach by a record's own owner, department and shares, whatever it ties together."""
    return _once(actor, (record_type.key, verb), lambda: _scope_of(actor, record_type, verb))


def forget(actor: Actor, record_type: RecordType) -> None:
    """Relationships were written: which of them are within reach is asked anew."""
    for key in [key for key in actor.memo or () if key[:2] == ("tied", record_type.key)]:
        del (actor.memo or {})[key]


def _once(actor: Actor, asked: tuple[str, ...], look: Callable[[], Scope]) -> Scope:
    if actor.memo is None:
        return look()
    if asked not in actor.memo:
        actor.memo[asked] = look()
    found: Scope = actor.memo[asked]
    return found


def _tied(actor: Actor, record_type: RecordType, verb: str) -> Scope:
    """The ids of the relationships of which no end is out of reach; who sees all ends asks none."""
    own = own_scope(actor, record_type, verb)
    ends = [(one, scope_of(actor, one)) for one in catalogue() if one.takes_part]
    if own.is_empty or all(reach.everything for _one, reach in ends):
        return own
    where, params = own.condition()
    near, values = ["0 = 1"], []
    for one, reach in ends:
        within, more = reach.condition()
        among = f" AND l.to_record IN (SELECT id FROM {one.table} WHERE {within})" if within else ""
        near.append(f"(l.to_type = %s{among})")
        values += [one.key, *more]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT r.id FROM {record_type.table} r WHERE {where or '1 = 1'} AND NOT EXISTS "
            "(SELECT 1 FROM core_linkrow l WHERE l.from_record = r.id AND l.from_type = %s "
            f"AND NOT ({' OR '.join(near)})) ORDER BY r.id DESC LIMIT {MOST_TIED}",
            [*params, record_type.key, *values],
        )
        return Scope(shared=tuple(row[0] for row in cursor.fetchall()))


def placed(actor: Actor, record_type: RecordType, verb: str = "view") -> Scope:
    """The reach by owner and department alone, without what is shared or open: no query."""
    widest = actor.rights.scope(record_type.key, verb)
    if widest == "all" or (widest != "none" and not record_type.scoped):
        return Scope(everything=True)
    if widest == "none":
        return Scope()
    departments = actor.departments if widest == "department" else ()
    # What is open by a declaration of its own, such as a saved view, is nobody else's affair.
    others = () if record_type.open_by else actor.stands_in
    return Scope(departments=departments, owner=actor.member, others=others)


def _scope_of(actor: Actor, record_type: RecordType, verb: str) -> Scope:
    found = placed(actor, record_type, verb)
    if found.everything or actor.rights.scope(record_type.key, verb) == "none":
        return found
    shared = _shared_with(actor, record_type.key, verb) if verb in ("view", "edit") else ()
    if record_type.open_by and verb == "view":
        shared = tuple(dict.fromkeys((*shared, *_open_to_all(actor, record_type))))
    return replace(found, shared=shared)


def _open_to_all(actor: Actor, record_type: RecordType) -> list[int]:
    """The ids of the records that everybody may see who may view the type that they are of."""
    flag, of = record_type.fields[record_type.open_by].column, record_type.open_to
    about = record_type.fields[of].column if of else "''"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, {about} FROM {record_type.table} "
            f"WHERE {flag} AND removed_at IS NULL ORDER BY id DESC LIMIT {MOST_OPEN}"
        )
        rows = cursor.fetchall()
    types = {key for _id, key in rows if key in catalogue()}
    open_types = {key for key in types if actor.rights.scope(key, "view") != "none"}
    return [id for id, key in rows if not of or key in open_types]


def _shared_with(actor: Actor, type_key: str, verb: str) -> tuple[int, ...]:
    if actor.member is None:
        return ()
    memo = {} if actor.memo is None else actor.memo
    if ("shares",) not in memo:
        memo["shares",] = _shares(actor)
    found: tuple[int, ...] = memo["shares",].get((type_key, verb), ())
    return found


_SHARED = (
    'SELECT "type", may_edit, {ids} FROM core_share WHERE {whose} '
    'AND ("until" IS NULL OR "until" > %s) GROUP BY "type", may_edit'
)


def _shares(actor: Actor) -> dict[tuple[str, str], tuple[int, ...]]:
    """(type, verb) → ids of the records opened to this actor: one query for all types.

    A thousand ids come as one text: as rows they take longer than the list that asks for them.
    """
    now = dialect().instant(datetime.now(UTC))
    selects = [_SHARED.format(ids=dialect().joined("record"), whose="member = %s")]
    params: list[Any] = [actor.member, now]
    if actor.departments:
        whose = f"department IN ({', '.join(map(str, actor.departments))})"
        selects.append(_SHARED.format(ids=dialect().joined("record"), whose=whose))
        params.append(now)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(selects), params)
        rows = cursor.fetchall()
    found: dict[tuple[str, str], list[str]] = {}
    for type_key, may_edit, records in rows:
        for verb in ("view", "edit") if may_edit else ("view",):
            found.setdefault((type_key, verb), []).append(records)
    # A record may be opened twice, to the member and to a department of theirs.
    return {
        key: tuple(dict.fromkeys(map(int, ",".join(texts).split(","))))
        for key, texts in found.items()
    }
