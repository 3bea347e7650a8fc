"""Rows that are new and yet probably records that are here: looked up many at once, for an import.

Stricter than the hint while typing, for here it is counted: names that are all but equal with the
same digits and not much that contradicts, or a shared identifier beside a name that bears it out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from kartotek.core import alike, asking, duplicates, reading, words
from kartotek.core.actor import Actor
from kartotek.core.alike import SHIPPED, Pair, Reason, Side
from kartotek.core.catalogue import AnyType, the_type, visible
from kartotek.core.duplicates import SHORTEST_TITLE, Likely, title_tokens
from kartotek.core.reading import Raw
from kartotek.core.recordtype import RecordType
from kartotek.core.scope import Scope, scope_of

AT_ONCE = 100  # rows that are looked up together
MOST_EACH = 25  # records a row is compared with, on average
EQUAL = 0.95  # likeness of two titles from which nothing else need be shared
NAMED = 4.0  # points that the same name alone must have kept of its own, for other numbers' sake


def likely_many(
    actor: Actor, named: AnyType, rows: Sequence[dict[str, Any]]
) -> list[Likely | None]:
    """For each row the record within reach that it probably is; three queries for 100 rows."""
    record_type = the_type(named)
    scope = scope_of(actor, record_type)
    if scope.is_empty:
        return [None] * len(rows)
    seen = visible(actor, record_type)
    names = duplicates.compared(record_type, seen, {name for row in rows for name in row})
    look = _Look(record_type, seen, scope, names)
    found: list[Likely | None] = []
    for start in range(0, len(rows), AT_ONCE):
        found += _likely_some(look, rows[start : start + AT_ONCE])
    return found


@dataclass(frozen=True)
class _Look:
    """What all rows have in common; `read` holds what rows before were compared with."""

    type: RecordType
    seen: frozenset[str]
    scope: Scope
    names: Sequence[str]  # of the fields that are compared
    read: dict[int, _Near | None] = field(default_factory=dict)


def _likely_some(look: _Look, rows: Sequence[dict[str, Any]]) -> list[Likely | None]:
    """The same for a few rows."""
    record_type, seen, read = look.type, look.seen, look.read
    typed = [duplicates.typed_side(record_type, seen, row) for row in rows]
    ids = [
        *_sharing(record_type, [side for _title, side in typed]),
        *_sounding(record_type, look.scope, [title for title, _side in typed]),
    ]
    fresh = [id for id in dict.fromkeys(ids) if id not in read]
    read.update(dict.fromkeys(fresh))
    for raw in reading.raws(record_type, duplicates.read_for(record_type, seen, look.names), fresh):
        if not raw.removed and look.scope.holds(raw.id, raw.owner, raw.department):
            read[raw.id] = _Near.of(record_type, look.names, raw)
    near = [here for id in dict.fromkeys(ids) if (here := read[id]) is not None]
    by_sound, by_pair = _indexed(near, "sounds"), _indexed(near, "pairs")
    found: list[Likely | None] = []
    for title, side in typed:
        pairs = duplicates.identifiers(side)
        met = {one.raw.id: one for pair in pairs for one in by_pair.get(pair, ())}
        if len(title) >= SHORTEST_TITLE:
            met |= {one.raw.id: one for one in _alike_in_sound(title, by_sound)}
        found.append(_best(record_type, seen, side, met.values()))
    return found


@dataclass(frozen=True)
class _Near:
    """A record that some rows are compared with; worked out once for all of them."""

    raw: Raw
    side: Side
    sounds: frozenset[str]
    pairs: set[Pair]

    @classmethod
    def of(cls, record_type: RecordType, names: Sequence[str], raw: Raw) -> _Near:
        side = duplicates.side_of(record_type, names, raw)
        heard = {asking.SOUND + words.sound(word) for word in side.title}
        tokens = title_tokens(str(raw.values.get(record_type.title) or ""))
        return cls(raw, side, frozenset(heard.union(tokens)), duplicates.identifiers(side))


def _indexed(near: Sequence[_Near], what: str) -> dict[Any, list[_Near]]:
    found: dict[Any, list[_Near]] = {}
    for one in near:
        for key in getattr(one, what):
            found.setdefault(key, []).append(one)
    return found


def _alike_in_sound(title: str, by_sound: dict[Any, list[_Near]]) -> list[_Near]:
    """The records in whose title every asked sound is heard."""
    first, *others = title_tokens(title) or [""]
    return [one for one in by_sound.get(first, ()) if one.sounds.issuperset(others)]


def _best(
    record_type: RecordType, seen: frozenset[str], typed: Side, met: Iterable[_Near]
) -> Likely | None:
    """The one of them that is probably the same, if any is."""
    best: tuple[_Near, list[Reason]] | None = None
    for one in met:
        reasons = _counting(record_type, typed, one.side)
        if reasons and (best is None or alike.points(reasons) > alike.points(best[1])):
            best = one, reasons
    return duplicates.told(record_type, seen, best[0].raw, best[1]) if best else None


def _counting(record_type: RecordType, typed: Side, here: Side) -> list[Reason]:
    """The reasons, where they are enough to count a row as a duplicate."""
    is_named_so = (
        alike.whole_likeness(typed.title, here.title) >= EQUAL
        and alike.numbers(typed.title) == alike.numbers(here.title)
    )  # fmt: skip
    is_shared = duplicates.shares(typed, here)
    if not is_named_so and not is_shared:
        return []
    reasons = alike.reasons(typed, here, title=record_type.title)
    points = alike.points(reasons)
    is_same = (is_shared and points >= SHIPPED.suggest) or (is_named_so and points >= NAMED)
    return reasons if is_same else []


def _sharing(record_type: RecordType, typed: Sequence[Side]) -> list[int]:
    asked: dict[str, dict[str, None]] = {}
    for one in typed:
        for kind, value in sorted(duplicates.identifiers(one)):
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
        tuple(token[: asking.LONGEST_TOKEN] for token in title_tokens(title))
        for title in titles
        if len(title) >= SHORTEST_TITLE
    }
    asked = tuple(sorted(group for group in groups if group))
    query = _AnyOf(asked, guarded=False, limit=AT_ONCE * MOST_EACH, whole=len(asked))
    return asking.match(record_type, query, scope)
