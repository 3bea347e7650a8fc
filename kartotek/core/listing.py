"""The list builder: which plan answers a list, and its SQL, the same on both databases.

Each planner picks wrong in some cell (0.24 against 152 ms), so the plan is chosen here, from
tallies, and forced: on SQLite by INDEXED BY and a unary plus, on PostgreSQL by a materialised
inner LIMIT.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import connection

from kartotek.core.recordtype import RecordType
from kartotek.core.scope import Scope

GATHER_MOST = 3_000  # rows under a filter's value that are cheaper gathered than walked
WALK_MOST = 10_000  # index rows a bounded walk may look at
FARTHEST_WALK = 40_000
GATHER_COST = 8  # index rows looked at in the time of one row gathered from all over the table
SMALLEST_WINDOW = 200
LEAST = -(2**63)  # on SQLite every number and every text is more than that, and NULL is not
OWN_MOST = 5_000
DEPARTMENTS_MOST = 20

Sql = tuple[str, list[Any]]
Found = list[tuple[int, Any]]


@dataclass(frozen=True)
class Walk:
    """One list to be walked: which rows, in which order, from where."""

    record_type: RecordType
    scope: Scope
    conditions: tuple[Sql, ...]
    column: str  # "" walks by id alone
    by_department: bool = False  # also walked within a department, by an index of its own
    index: str = ""  # the name of the column's own index, where it has one
    down: bool = False
    removed: bool = False
    limit: int = 51
    rows: int = 0  # about how many there are in all
    share: float = 1.0  # about which part of them the conditions leave
    reach: float = 1.0  # about which part of them the scope leaves
    own: int = 0  # about how many the actor owns
    gathers: bool = False  # a condition that is best answered by its own index
    keeps: Callable[[list[int]], list[int]] | None = None  # what SQL cannot say of rows: some ids
    faceted: float = 1.0  # the part that is left by a filter on the facet, which rides in indexes


@dataclass(frozen=True)
class Start:
    """Where to go on: in the segment of empty values or before it, after which key and id."""

    empty: bool = False
    key: Any = None
    id: int | None = None


def found(walk: Walk, start: Start) -> list[tuple[int, Any, bool]]:
    """(id, key, is empty) of the next `limit` rows, empty values last in both directions."""
    if walk.keeps is None:
        return _found(walk, start)
    kept: list[tuple[int, Any, bool]] = []
    while rows := _found(walk, start):
        near = set(walk.keeps([id for id, _key, _empty in rows]))
        kept += [row for row in rows if row[0] in near]
        if len(kept) >= walk.limit or len(rows) < walk.limit:
            break
        id, key, empty = rows[-1]
        start = Start(empty, key, id)
    return kept[: walk.limit]


def _found(walk: Walk, start: Start) -> list[tuple[int, Any, bool]]:
    rows: list[tuple[int, Any, bool]] = []
    if walk.column and start == Start() and plan(walk) == "gather":
        return [(id, key, key is None) for id, key in _run(_gathered(walk))]
    if not start.empty:
        rows = [(id, key, False) for id, key in _segment(walk, start)]
        start = Start(empty=True)
    if len(rows) < walk.limit and walk.column:
        rest = replace(walk, limit=walk.limit - len(rows))
        rows += [(id, None, True) for id, _key in _segment(rest, start)]
    return rows


def plan(walk: Walk) -> str:
    """ "walk", "gather", "bounded", "branches": the list builder's rule, in its order."""
    filtered = bool(walk.conditions)
    if walk.removed or not walk.column:
        return "walk"
    if walk.scope.everything and not filtered:
        return "walk"
    few = walk.own * walk.faceted + len(walk.scope.shared)
    only_few = not walk.scope.everything and not walk.scope.departments
    if walk.gathers or not walk.index:
        return "gather"
    if filtered and (matching := walk.rows * walk.share) <= GATHER_MOST:
        return "branches" if only_few and few < matching else "gather"
    expected = _expected(walk)
    gathering = GATHER_COST * few
    if only_few:
        if expected > gathering:
            return "branches"
        expected = min(expected, WALK_MOST) if gathering <= FARTHEST_WALK else expected
    if expected <= WALK_MOST:
        return "bounded"
    return "branches" if _branches_serve(walk) else "walk"


def _branches_serve(walk: Walk) -> bool:
    """Is every branch of the scope bounded: departments with an index of their own, few own?"""
    departments = len(walk.scope.departments)
    few = departments == 0 or (departments <= DEPARTMENTS_MOST and walk.by_department)
    return not walk.scope.everything and few and walk.own <= OWN_MOST


def _expected(walk: Walk) -> float:
    """How many index rows hold one page of answers."""
    kept = walk.share * (1.0 if walk.scope.everything else walk.reach)
    return walk.limit / kept if kept > 0 else float("inf")


def _segment(walk: Walk, start: Start) -> Found:
    chosen = plan(walk)
    if chosen == "bounded" and (_branches_serve(walk) or connection.vendor != "sqlite"):
        found = _run(_bounded(walk, start, max(SMALLEST_WINDOW, int(4 * _expected(walk)))))
        if len(found) >= walk.limit:
            return found
        # The end, or a wrong estimate: a short answer is never taken for the end.
        chosen = "branches" if _branches_serve(walk) else "walk"
    if chosen == "branches":
        return _run(_branches(walk, start))
    return _run(_select(walk, start, gathers=chosen == "gather"))


def _run(sql: Sql) -> Found:
    with connection.cursor() as cursor:
        cursor.execute(*sql)
        return [(row[0], row[1]) for row in cursor.fetchall()]


def _key(walk: Walk) -> str:
    return walk.column or "id"


def _order(walk: Walk, empty: bool) -> str:
    down = " DESC" if walk.down and not empty else ""
    return f"{_key(walk)}{down}, id{down}" if walk.column else f"id{down}"


def _position(walk: Walk, start: Start, *, gathers: bool = False) -> Sql:
    """The segment and the place in it, as a condition; row values, so that the index serves."""
    sign = "<" if walk.down and not start.empty else ">"
    if "(" in walk.column and connection.vendor == "sqlite" and not start.empty:
        return _inside(walk.column, start, sign, gathers=gathers)
    if not walk.column:
        return (f"id {sign} %s", [start.id]) if start.id else ("", [])
    if start.empty:
        after = (" AND id > %s", [start.id]) if start.id else ("", [])
        return f"{walk.column} IS NULL{after[0]}", after[1]
    if start.id is None:
        return f"{walk.column} IS NOT NULL", []
    return (
        f"{walk.column} IS NOT NULL AND ({walk.column}, id) {sign} (%s, %s)",
        [start.key, start.id],
    )


def _inside(column: str, start: Start, sign: str, *, gathers: bool) -> Sql:
    """The same for a customer's field, whose index SQLite takes for plain comparisons only.

    A range instead of IS NOT NULL passes the empty values over. Unless the index is to be walked,
    a unary plus keeps SQLite from it.
    """
    if gathers:
        column = f"+{column}"
        after = (f" AND ({column}, id) {sign} (%s, %s)", [start.key, start.id])
        return f"{column} IS NOT NULL{after[0] if start.id else ''}", after[1] if start.id else []
    if start.id is None:
        return f"{column} >= {LEAST}", []
    sql = f"{column} {sign}= %s AND ({column} {sign} %s OR id {sign} %s)"
    return sql, [start.key, start.key, start.id]


def _presence(walk: Walk) -> str:
    return f"removed_at IS {'NOT ' if walk.removed else ''}NULL"


def _where(*conditions: Sql) -> Sql:
    parts = [sql for sql, _params in conditions if sql]
    return " AND ".join(parts), [param for sql, params in conditions if sql for param in params]


def _select(walk: Walk, start: Start, *, gathers: bool = False, by_filter: bool = True) -> Sql:
    """One walk over the list, or (gathers) the rows of filter or scope sorted afterwards."""
    plus = "+" if gathers and by_filter and connection.vendor == "sqlite" else ""
    where, params = _where(
        (_presence(walk), []),
        _position(walk, start, gathers=gathers),
        *walk.conditions,
        walk.scope.condition(plus),
    )
    order = _order(walk, start.empty)
    limit = f"LIMIT {walk.limit}"
    if not gathers:
        by = "" if walk.removed else _forced(walk.index)
        sql = f"SELECT id, {_key(walk)} FROM {walk.record_type.table}{by} WHERE {where}"
        return f"{sql} ORDER BY {order} {limit}", params
    if connection.vendor == "sqlite":
        plus = ", ".join(f"+{column}" for column in order.split(", "))
        sql = f"SELECT id, {_key(walk)} FROM {walk.record_type.table} WHERE {where}"
        return f"{sql} ORDER BY {plus} {limit}", params
    inner = f"SELECT id, {_key(walk)} AS k FROM {walk.record_type.table} WHERE {where}"
    outer = order.replace(_key(walk), "k", 1) if walk.column else order
    return f"WITH g AS MATERIALIZED ({inner}) SELECT id, k FROM g ORDER BY {outer} {limit}", params


def _gathered(walk: Walk) -> Sql:
    """The first page of a gathered list: all of it is sorted anyway, empty values with the rest."""
    plus = "+" if connection.vendor == "sqlite" else ""
    where, params = _where((_presence(walk), []), *walk.conditions, walk.scope.condition(plus))
    kept = "" if connection.vendor == "sqlite" else "MATERIALIZED"
    down = " DESC" if walk.down else ""
    order = f"k IS NULL, k{down}, CASE WHEN k IS NULL THEN id END, id{down}"
    return (
        f"WITH g AS {kept} (SELECT id, {walk.column} AS k FROM {walk.record_type.table} "
        f"WHERE {where}) SELECT id, k FROM g ORDER BY {order} LIMIT {walk.limit}",
        params,
    )


def _forced(index: str) -> str:
    return f" INDEXED BY {index}" if index and connection.vendor == "sqlite" else ""


def _bounded(walk: Walk, start: Start, size: int) -> Sql:
    """Look at the next `size` index rows only, in their order; stops at the first full page."""
    inside, params = _where((_presence(walk), []), _position(walk, start))
    outside, more = _where(*walk.conditions, walk.scope.condition())
    order, key = _order(walk, start.empty), _key(walk)
    # A customer's field is read out of another column: outside it is called k.
    columns = f"*, {key} AS k" if walk.conditions else f"id, {key} AS k, department_id, owner_id"
    sql = (
        f"SELECT id, k FROM (SELECT {columns} FROM {walk.record_type.table}"
        f"{_forced(walk.index)} "
        f"WHERE {inside} ORDER BY {order} LIMIT {size}) AS w WHERE {outside or '1 = 1'}"
    )
    # SQLite would sort the whole window again; it hands the rows on as they come.
    outer = order.replace(key, "k", 1) if walk.column else order
    again = f" ORDER BY {outer}" if connection.vendor != "sqlite" else ""
    return f"{sql}{again} LIMIT {walk.limit}", [*params, *more]


def _branches(walk: Walk, start: Start) -> Sql:
    """The best of each branch, merged: departments and own by their indexes, shared by ids."""
    scopes = [Scope(departments=(one,)) for one in walk.scope.departments]
    scopes += [Scope(owner=one) for one in walk.scope.owners]
    if walk.scope.shared:
        scopes.append(Scope(shared=walk.scope.shared))
    parts: list[str] = []
    params: list[Any] = []
    for scope in scopes:
        one = replace(walk, scope=scope, index=_branch_index(walk, scope))
        sql, values = _select(one, start, gathers=not scope.departments, by_filter=False)
        parts.append(f"SELECT * FROM ({sql}) AS b{len(parts)}")
        params += values
    order = _order(walk, start.empty)
    down = " DESC" if walk.down and not start.empty else ""
    outer = f"2{down}, 1{down}" if walk.column else order
    return f"{' UNION '.join(parts)} ORDER BY {outer} LIMIT {walk.limit}", params


def _branch_index(walk: Walk, scope: Scope) -> str:
    return f"{walk.index[:-2]}_d" if scope.departments and walk.by_department and walk.index else ""


@dataclass(frozen=True)
class Estimate:
    """What the tallies say of one list."""

    rows: int = 0
    share: float = 1.0
    reach: float = 1.0
    own: int = 0
    known: dict[str, int] = field(default_factory=dict)


def estimate(
    tallies: dict[tuple[str, str], int], scope: Scope, equal: list[tuple[str, Any]]
) -> Estimate:
    """Shares of scope and conditions; `equal` lists (column, value) that must be equal."""
    rows = tallies.get(("", ""), 0)
    if not rows:
        return Estimate()
    own = sum(tallies.get(("owner_id", str(one)), 0) for one in scope.owners)
    within = own + len(scope.shared)
    within += sum(tallies.get(("department_id", str(one)), 0) for one in scope.departments)
    share = 1.0
    for column, value in equal:
        if (column, str(value)) in tallies:
            share *= tallies[column, str(value)] / rows
    return Estimate(rows, share, min(1.0, within / rows), own)
