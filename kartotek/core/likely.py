"""Rows that are new and yet probably records that are here: looked up many at once, for an import.

Stricter than the hint while typing, for here it is counted: names that are all but equal with the
same digits, the same mail address, or another shared identifier and names that resemble each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from kartotek.core import asking, reading, words
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
    read: dict[int, _Near | None] = {}
    for start in range(0, len(rows), AT_ONCE):
        found += _likely_some(record_type, seen, scope, rows[start : start + AT_ONCE], read)
    return found


def _likely_some(
    record_type: RecordType,
    seen: frozenset[str],
    scope: Scope,
    rows: Sequence[dict[str, Any]],
    read: dict[int, _Near | None],
) -> list[Likely | None]:
    """The same for a few rows; `read` holds the records that rows before were compared with."""
    known = [_identifiers(record_type, seen, row) for row in rows]
    titles = [words.fold(record_type.titled(row)) for row in rows]
    if record_type.title not in seen:
        titles = [""] * len(rows)
    ids = [*_sharing(record_type, known), *_sounding(record_type, scope, titles)]
    names = [name for name in record_type.fields if name in _needed(record_type, seen)]
    fresh = [id for id in dict.fromkeys(ids) if id not in read]
    read.update(dict.fromkeys(fresh))
    for raw in reading.raws(record_type, names, fresh):
        if not raw.removed and scope.holds(raw.id, raw.owner, raw.department):
            read[raw.id] = _Near.of(record_type, raw)
    near = [here for id in dict.fromkeys(ids) if (here := read[id]) is not None]
    by_sound, by_pair = _indexed(near, "sounds"), _indexed(near, "pairs")
    found: list[Likely | None] = []
    for one, title in zip(known, titles, strict=True):
        met = {raw.raw.id: raw for pair in one for raw in by_pair.get(pair, ())}
        if len(title) >= SHORTEST_TITLE:
            met |= {raw.raw.id: raw for raw in _alike_in_sound(title, by_sound)}
        found.append(_best(record_type, one, title, met.values()))
    return found


@dataclass(frozen=True)
class _Near:
    """A record that some rows are compared with; worked out once for all of them."""

    raw: Raw
    title: str
    numbers: tuple[str, ...]
    sounds: frozenset[str]
    pairs: frozenset[Pair]

    @classmethod
    def of(cls, record_type: RecordType, raw: Raw) -> _Near:
        title = words.fold(str(raw.values.get(record_type.title) or ""))
        context = workspace().context
        pairs = frozenset(
            pair
            for name, value in raw.values.items()
            for pair in record_type.fields[name].identifiers(value, context)
        )
        heard = {asking.SOUND + words.sound(word) for word in words.split(title)}
        sounds = frozenset(heard | set(_tokens(title)))
        return cls(raw, title, _numbers(title), sounds, pairs)


def _numbers(title: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\d+", title))


def _indexed(near: Sequence[_Near], what: str) -> dict[Any, list[_Near]]:
    found: dict[Any, list[_Near]] = {}
    for one in near:
        for key in getattr(one, what):
            found.setdefault(key, []).append(one)
    return found


def _alike_in_sound(title: str, by_sound: dict[Any, list[_Near]]) -> list[_Near]:
    """The records in whose title every asked sound is heard."""
    first, *others = _tokens(title) or [""]
    return [one for one in by_sound.get(first, ()) if one.sounds.issuperset(others)]


def _best(record_type: RecordType, known: Known, title: str, met: Iterable[_Near]) -> Likely | None:
    """The one of them that is probably the same, if any is."""
    numbers, best, most = _numbers(title), None, 0.0
    for one in met:
        shared = known.keys() & one.pairs
        alike = _alike(title, one.title) if title and one.title else 0.0
        is_same = (alike >= EQUAL and numbers == one.numbers) or (
            bool(shared) and (alike >= RESEMBLING or any(kind == "mail" for kind, _v in shared))
        )
        if is_same and alike + len(shared) > most:
            best, most = one, alike + len(shared)
    return _likely(record_type, best.raw, title, known) if best else None


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


class _AnyOf(asking.Query):
    """Every token of some group, where the usual question is some token of every group."""

    def written(self, token_as: Callable[[str, bool], str], either: str, both: str) -> str:
        return super().written(token_as, both, either)


def _sounding(record_type: RecordType, scope: Scope, titles: Sequence[str]) -> list[int]:
    """Records whose title sounds like one of these."""
    if not record_type.search:
        return []
    groups = {
        tuple(token[: asking.LONGEST_TOKEN] for token in _tokens(title))
        for title in titles
        if len(title) >= SHORTEST_TITLE
    }
    asked = tuple(sorted(group for group in groups if group))
    query = _AnyOf(asked, guarded=False, limit=AT_ONCE * MOST_EACH, whole=len(asked))
    return asking.match(record_type, query, scope)
