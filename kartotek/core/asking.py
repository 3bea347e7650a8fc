"""What is asked of a search table, in the words of either database; rights are part of it.

Tokens that begin with a private-use letter are not words: see `searching`, which writes them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection

from kartotek.core.recordtype import RecordType
from kartotek.core.scope import Scope
from kartotek.core.tally import total

SOUND, START = "\ue000", "\ue001"
# Whose a record is. Without a letter of their own, "o34" of a million records would stand among
# the words that begin with "o", and be walked by whoever types one.
OWNER, DEPARTMENT = "\ue002", "\ue003"
SHORT = 3  # letters up to which a beginning is a token of its own
LONGEST_TOKEN = 60  # letters; more of a word are not told apart
LOOKED_AT = 1_001  # rows whose words are read, rather than the index asked for beginnings


def table_of(record_type: RecordType) -> str:
    return f"{record_type.table}_search"


@dataclass(frozen=True)
class Query:
    """What is asked of one table: some token of each group; those of the first `whole` groups as
    whole words, the others as beginnings."""

    groups: tuple[tuple[str, ...], ...]
    guarded: bool
    limit: int
    whole: int = 0

    @property
    def of_starts(self) -> Query:
        """The same with the first letters only of a longer beginning: it matches more.

        On PostgreSQL they are a token of their own, which GIN intersects with the others row by
        row; of a beginning it first collects all rows, some 26,000 for a family name.
        """
        groups = tuple(
            tuple(token if place < self.whole or token[0] == SOUND else token[:SHORT]
                  for token in group)
            for place, group in enumerate(self.groups)
        )  # fmt: skip
        return replace(self, groups=groups)

    def written(self, token_as: Callable[[str, bool], str], either: str, both: str) -> str:
        """The query in a database's own words: `token_as` (token, may it be a beginning?)."""
        groups = [
            either.join(token_as(token, place >= self.whole) for token in group)
            for place, group in enumerate(self.groups)
        ]
        return both.join(f"({group})" if len(self.groups) > 1 else group for group in groups)


Question = tuple[RecordType, Query, Scope]


def match(record_type: RecordType, query: Query, scope: Scope) -> list[int]:
    """Ids of the records within a scope that answer a query, newest first."""
    return match_each([(record_type, query, scope)])[0]


def match_each(asked: Sequence[Question]) -> list[list[int]]:
    """`match` for each of several tables, in one statement: a round trip costs more than most."""
    found: list[list[int]] = [[] for _one in asked]
    wanted = []
    for place, (record_type, query, scope) in enumerate(asked):
        rights = [f"{DEPARTMENT}{one}" for one in scope.departments]
        rights += [f"{OWNER}{one}" for one in scope.owners]
        if query.groups and (scope.everything or rights):
            wanted.append((place, record_type, query, rights))
    _ask_each(wanted, found)
    for place, (record_type, query, scope) in enumerate(asked):
        if query.groups and scope.shared and not scope.everything:
            found[place] = _with_shared(record_type, query, scope, found[place])
    return found


def _with_shared(
    record_type: RecordType, query: Query, scope: Scope, found: list[int]
) -> list[int]:
    """What was found, and those of the shared records that answer, newest first."""
    # Older ones than those that are found would be cut off again, and are dear to look for.
    oldest = found[-1] if len(found) >= query.limit else 0
    if newer := tuple(one for one in scope.shared if one > oldest):
        select = _select_sqlite if connection.vendor == "sqlite" else _select_postgres
        sql, match = select(record_type, query, [], newer)
        with connection.cursor() as cursor:
            cursor.execute(sql, [match])
            found = sorted({*found, *(row[0] for row in cursor.fetchall())}, reverse=True)
    return found[: query.limit]


def _ask_each(
    wanted: Sequence[tuple[int, RecordType, Query, list[str]]], found: list[list[int]]
) -> None:
    """Puts the ids, newest first, at the place of each question: (place, type, query, rights)."""
    select = _select_sqlite
    if connection.vendor != "sqlite":
        select = _select_postgres
        wanted = [one for one in wanted if not _found_by_looking(*one, found)]
    selects, params = [], []
    for place, record_type, query, rights in wanted:
        sql, match = select(record_type, query, rights)
        selects.append(f"SELECT {place}, one.* FROM ({sql}) AS one")
        params.append(match)
    if not selects:
        return
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(selects), params)
        for place, id in cursor.fetchall():
            found[place].append(id)
    for place, *_rest in wanted:  # no database promises the order within a union
        found[place].sort(reverse=True)


def _select_sqlite(
    record_type: RecordType, query: Query, rights: list[str], among: tuple[int, ...] = ()
) -> tuple[str, str]:
    """The newest ids that answer: SQL with one parameter, and that."""
    name = table_of(record_type)
    match = _match_sqlite(query)
    if rights:
        match += f" AND {{reach}} : ({' OR '.join(rights)})"
    within = ""
    if among:  # the plus: filtered after the match, which FTS5 else asks anew for each row
        named = ", ".join(map(str, among))
        within = f" AND rowid >= {min(among)} AND +rowid IN ({named})"
    order = f"ORDER BY rowid DESC LIMIT {query.limit}"
    return f"SELECT rowid FROM {name} WHERE {name} MATCH %s{within} {order}", match


def _match_sqlite(query: Query) -> str:
    asked = query.written(
        lambda token, begins: f'"{token}" *' if begins else f'"{token}"', " OR ", " AND "
    )
    return f"{{text{' guarded' if query.guarded else ''}}} : ({asked})"


def matching(
    record_type: RecordType, asked: Sequence[str], *, guarded: bool
) -> tuple[str, list[Any]]:
    """All records in which each asked word begins some word, as a condition on their ids.

    Without rights: the list that uses it brings its own scope.
    """
    name, asked = table_of(record_type), [word[:LONGEST_TOKEN] for word in asked]
    if connection.vendor == "sqlite":
        match = _match_sqlite(Query(tuple((word,) for word in asked), guarded, limit=0))
        return f"id IN (SELECT rowid FROM {name} WHERE {name} MATCH %s)", [match]
    words = "(words || guarded)" if guarded else "words"
    wanted = " & ".join(_lexeme(token, beginning=True) for token in asked)
    return f"id IN (SELECT id FROM {name} WHERE {words} @@ %s::tsquery)", [wanted]


def _lexeme(token: str, *, beginning: bool) -> str:
    if beginning and len(token) <= SHORT:
        token, beginning = START + token, False
    quoted = token.replace("\\", "\\\\").replace("'", "''")
    return f"'{quoted}'{':*' if beginning else ''}"


def _select_postgres(
    record_type: RecordType, query: Query, rights: list[str], among: tuple[int, ...] = ()
) -> tuple[str, str]:
    """Ids that answer, in no order: sorting inside makes the planner walk the whole primary key."""
    words = "(words || guarded)" if query.guarded else "words"
    within = f" AND id IN ({', '.join(map(str, among))})" if among else ""
    sql = (
        f"SELECT id FROM {table_of(record_type)} WHERE {words} @@ %s::tsquery{within} "
        f"LIMIT {query.limit}"
    )
    return sql, _tsquery(query, rights)


def _found_by_looking(
    place: int, record_type: RecordType, query: Query, rights: list[str], found: list[list[int]]
) -> bool:
    """Was it cheaper to look through what a wider question finds? Then that stands in its place."""
    if total(record_type) < LOOKED_AT:
        return False
    asked, narrower = _tsquery(query, rights), _tsquery(query.of_starts, rights)
    if asked == narrower or not (rights or len(query.groups) > 1):
        return False
    words = "(words || guarded)" if query.guarded else "words"
    ids = _look_through(table_of(record_type), words, narrower, asked, query.limit)
    found[place] = ids or []
    return ids is not None


def _look_through(table: str, words: str, wide: str, asked: str, limit: int) -> list[int] | None:
    """Ids of what is asked among the rows that a wider question finds; None where those are many.

    It stops as soon as there are enough. The last row that may be looked at comes in any case, and
    says that others were left.
    """
    sql = (
        f"SELECT id, place FROM (SELECT id, {words} AS words, row_number() OVER () AS place "
        f"FROM {table} WHERE {words} @@ %s::tsquery LIMIT {LOOKED_AT}) AS few "
        f"WHERE place = {LOOKED_AT} OR words @@ %s::tsquery LIMIT {limit}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [wide, asked])
        rows = cursor.fetchall()
    if rows and rows[-1][1] == LOOKED_AT:
        return None
    return sorted([row[0] for row in rows], reverse=True)


def _tsquery(query: Query, rights: list[str]) -> str:
    asked = query.written(lambda token, begins: _lexeme(token, beginning=begins), " | ", " & ")
    reach = " | ".join(_lexeme(one, beginning=False) for one in rights)
    return f"({asked}) & ({reach})" if rights else f"({asked})"
