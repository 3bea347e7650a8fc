"""Which records are already there: looked up by what names them, many at once, within reach."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import connection

from kartotek.core import words
from kartotek.core.actor import Actor
from kartotek.core.catalogue import AnyType, the_type, visible
from kartotek.core.reading import as_uuid
from kartotek.core.recordtype import RecordType
from kartotek.core.scope import scope_of
from kartotek.core.workspace import workspace

Pair = tuple[str, str]  # an identifier: (kind, value)


def by_identifiers(
    actor: Actor, named: AnyType, pairs: Iterable[Pair], *, removed: bool = False
) -> dict[Pair, list[UUID]]:
    """Identifier → the live (or the removed) records of this type that carry it, oldest first."""
    record_type = the_type(named)
    asked: dict[str, dict[str, None]] = {}
    for kind, value in pairs:
        asked.setdefault(kind, {})[value[:255]] = None
    found: dict[Pair, list[UUID]] = {}
    for kind, values in asked.items():
        rows = _rows(
            f"SELECT t.id, t.uid, t.owner_id, t.department_id, i.value FROM core_identifier i "
            f"JOIN {record_type.table} t ON t.id = i.record "
            f"WHERE i.kind = %s AND i.value IN ({_marks(values)}) "
            f'AND i."type" = %s AND t.removed_at IS {"NOT " if removed else ""}NULL ORDER BY t.id',
            [kind, *values, record_type.key],
        )
        for uid, value in _within(actor, record_type, rows):
            found.setdefault((kind, value), []).append(uid)
    return found


def by_titles(actor: Actor, named: AnyType, titles: Iterable[str]) -> dict[str, list[UUID]]:
    """Title, letter by letter → the live records called so, the oldest first."""
    record_type = the_type(named)
    asked = list(dict.fromkeys(title for title in titles if title))
    if not asked or record_type.title not in visible(actor, record_type):
        return {}
    kind = record_type.fields[record_type.title]
    column, keys = kind.column, asked
    if record_type.title in record_type.sort_names:  # its key has the index
        column = record_type.sort_column(record_type.title)
        language = workspace().language
        keys = list(dict.fromkeys(words.sort_key(title, language) or "" for title in asked))
    rows = _rows(
        f"SELECT id, uid, owner_id, department_id, {kind.column} FROM {record_type.table} "
        f"WHERE {column} IN ({_marks(keys)}) AND removed_at IS NULL ORDER BY id",
        keys,
    )
    wanted = set(asked)
    found: dict[str, list[UUID]] = {}
    for uid, title in _within(actor, record_type, rows):
        if title in wanted:
            found.setdefault(title, []).append(uid)
    return found


def _marks(values: Iterable[Any]) -> str:
    return ", ".join("%s" for _value in values)


def _rows(sql: str, params: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def _within(
    actor: Actor, record_type: RecordType, rows: list[tuple[Any, ...]]
) -> list[tuple[UUID, str]]:
    """(uid, what it was found by) of the rows that the actor may see."""
    scope = scope_of(actor, record_type)
    return [
        (as_uuid(uid), named)
        for id, uid, owner, department, named in rows
        if scope.holds(id, owner, department)
    ]
