"""Rows that are new and yet probably records that are here: looked up many at once, for an import.

Stricter than the hint while typing, for here it is counted: names that are all but equal with the
same digits, the same mail address, or another shared identifier and names that resemble each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection

from kartotek.core import reading, searching, words
from kartotek.core.actor import Actor
from kartotek.core.catalogue import AnyType, the_type, visible
from kartotek.core.duplicates import (
    SHORTEST_TITLE,
    Known,
    Likely,
    _alike,
    _identifiers,
    _likely,
    _needed,
    _tokens,
)
from kartotek.core.reading import Raw
from kartotek.core.recordtype import RecordType
from kartotek.core.scope import Scope, scope_of
from kartotek.core.workspace import workspace

AT_ONCE = 100  # rows that are looked up together
MOST_EACH = 25  # records a row is compared with, on average
EQUAL = 0.95  # likeness of two titles from which nothing else need be shared
RESEMBLING = 0.7  # likeness that a shared phone or domain needs beside it: colleagues share those
Pair = tuple[str, str]


def likely_many(
    actor: Actor, named: AnyType, rows: Sequence[dict[str, Any]]
) -> list[Likely | None]:
    """For each row the record within reach that it probably is; three queries for 100 rows."""
    record_type = the_type(named)
    scope = scope_of(actor, record_type)
    if scope.is_empty:
        return [None] * len(rows)
    seen = visible(actor, record_type)
    found: list[Likely | None] = []
    for start in range(0, len(rows), AT_ONCE):
        found += _likely_some(record_type, seen, scope, rows[start : start + AT_ONCE])
    return found


def _likely_some(
    record_type: RecordType, seen: frozenset[str], scope: Scope, rows: Sequence[dict[str, Any]]
) -> list[Likely | None]:
    known = [_identifiers(record_type, seen, row) for row in rows]
    titles = [words.fold(record_type.titled(row)) for row in rows]
    if record_type.title not in seen:
        titles = [""] * len(rows)
    ids = [*_sharing(record_type, known), *_sounding(record_type, scope, titles)]
    names = [name for name in record_type.fields if name in _needed(record_type, seen)]
    near = [
        raw
        for raw in reading.raws(record_type, names, list(dict.fromkeys(ids)))
        if not raw.removed and scope.holds(raw.id, raw.owner, raw.department)
    ]
    by_token = _indexed(near, lambda raw: _tokens(_title(record_type, raw)))
    by_pair = _indexed(near, lambda raw: _pairs(record_type, raw))
    return [
        _best(record_type, one, title, _met(one, title, by_pair, by_token))
        for one, title in zip(known, titles, strict=True)
    ]


def _title(record_type: RecordType, raw: Raw) -> str:
    return words.fold(str(raw.values.get(record_type.title) or ""))


def _pairs(record_type: RecordType, raw: Raw) -> list[Pair]:
    context = workspace().context
    return [
        pair
        for name, value in raw.values.items()
        for pair in record_type.fields[name].identifiers(value, context)
    ]


def _indexed(near: Sequence[Raw], keys: Callable[[Raw], Sequence[Any]]) -> dict[Any, list[Raw]]:
    found: dict[Any, list[Raw]] = {}
    for raw in near:
        for key in dict.fromkeys(keys(raw)):
            found.setdefault(key, []).append(raw)
    return found


def _met(
    known: Known, title: str, by_pair: dict[Any, list[Raw]], by_token: dict[Any, list[Raw]]
) -> list[Raw]:
    """The records that share an identifier with a row, or a sound of its title."""
    met = [raw for pair in known for raw in by_pair.get(pair, ())]
    if len(title) >= SHORTEST_TITLE:
        met += [raw for token in _tokens(title) for raw in by_token.get(token, ())]
    return list({raw.id: raw for raw in met}.values())


def _best(record_type: RecordType, known: Known, title: str, met: Sequence[Raw]) -> Likely | None:
    found = [
        likely
        for raw in met
        if _is_probable(record_type, known, title, raw)
        if (likely := _likely(record_type, raw, title, known)) is not None
    ]
    return max(found, key=lambda one: one.likeness, default=None)


def _is_probable(record_type: RecordType, known: Known, title: str, raw: Raw) -> bool:
    own = _title(record_type, raw)
    shared = known.keys() & set(_pairs(record_type, raw))
    if any(kind == "mail" for kind, _value in shared):
        return True
    alike = _alike(title, own) if title and own else 0.0
    if shared and alike >= RESEMBLING:
        return True
    return alike >= EQUAL and re.findall(r"\d+", title) == re.findall(r"\d+", own)


def _sharing(record_type: RecordType, known: Sequence[Known]) -> list[int]:
    asked: dict[str, dict[str, None]] = {}
    for one in known:
        for kind, value in one:
            asked.setdefault(kind, {})[value] = None
    found: list[int] = []
    for kind, values in asked.items():
        marks = ", ".join(["%s"] * len(values))
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT record FROM core_identifier WHERE kind = %s AND value IN ({marks}) "
                f'AND "type" = %s ORDER BY record DESC LIMIT {AT_ONCE * MOST_EACH}',
                [kind, *values, record_type.key],
            )
            found += [row[0] for row in cursor.fetchall()]
    return found


class _AnyOf(searching._Query):
    """Every token of some group, where the usual question is some token of every group."""

    def written(self, token_as: Callable[[str, bool], str], either: str, both: str) -> str:
        return super().written(token_as, both, either)


def _sounding(record_type: RecordType, scope: Scope, titles: Sequence[str]) -> list[int]:
    """Records whose title sounds like one of these."""
    if not record_type.search:
        return []
    groups = {
        tuple(token[: searching.LONGEST_TOKEN] for token in _tokens(title))
        for title in titles
        if len(title) >= SHORTEST_TITLE
    }
    asked = tuple(sorted(group for group in groups if group))
    query = _AnyOf(asked, guarded=False, limit=AT_ONCE * MOST_EACH, whole=len(asked))
    return searching._match(record_type, query, scope)
