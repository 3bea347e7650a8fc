"""Search as you type, over every type the actor may see; and what sounds like it, if nothing is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from uuid import UUID

from rapidfuzz.distance import OSA, JaroWinkler

from kartotek.core import asking, locked, reading, searching, words
from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue, knows, visible
from kartotek.core.listing import estimate
from kartotek.core.recordtype import RecordType
from kartotek.core.scope import Scope, scope_of
from kartotek.core.search_with import within_reach
from kartotek.core.tally import tallies, total

MOST_WORDS = 8
WINDOW = 200  # newest matches of a type that are looked at and ranked, at most
FEW = 64  # the same where all of them are within reach: the index was asked for it
ENOUGH = 8  # of them within reach: as many as are shown; weaker matches are not asked for then
SMALL = 1_000  # records up to which a table is asked for beginnings at once
NARROW = 0.05  # share of the rows below which the index is asked for the reach at once
NEAREST = 3
ALIKE = 0.7  # likeness below which a name is no help


@dataclass(frozen=True)
class Hit:
    """One record found: what the palette shows of it."""

    type: str
    icon: str
    uid: UUID
    title: str
    subtitle: str
    line: str
    values: dict[str, Any]
    lock: str = ""  # by whom it is locked and until when, in words


_Reach = tuple[RecordType, Scope]


@dataclass(frozen=True)
class _Found:
    type: RecordType
    id: int
    score: float


@dataclass(frozen=True)
class _Way:
    """How one type is asked: its newest matches `among` some, looked through for the `scope`."""

    type: RecordType
    asked: tuple[str, ...]
    guarded: bool
    scope: Scope
    among: Scope
    is_small: bool

    reach: float  # the part of all rows that lies within the scope, about

    @property
    def limit(self) -> int:
        """So many that half of `FEW` are likely to be within reach."""
        if self.scope.everything or self.among is self.scope:
            return FEW
        return max(FEW, min(WINDOW, int(FEW / 2 / self.reach)))

    @property
    def steps(self) -> tuple[int, ...]:
        """How many of the asked words must be whole ones, question after question.

        Whole words first: they are the best matches, and the cheapest ones; but of a small table
        one question has them all.
        """
        steps = (len(self.asked), len(self.asked) - 1, 0)
        return tuple(dict.fromkeys((0, *steps) if self.is_small else steps))

    def question(self, whole: int) -> asking.Question:
        query = searching.query(self.asked, guarded=self.guarded, limit=self.limit, whole=whole)
        return self.type, query, self.among


def search(actor: Actor, text: str, *, types: list[str] | None = None, limit: int = 8) -> list[Hit]:
    """The best `limit` records in which each word of `text` begins some word."""
    asked = words.split(text)[:MOST_WORDS]
    ways = [_way(actor, one, asked, scope) for one, scope in _searchable(actor, types)]
    ways = ways if asked else []
    firsts = asking.match_each([way.question(way.steps[0]) for way in ways])
    named = reading.named_each([(way.type, ids) for way, ids in zip(ways, firsts, strict=True)])
    found: list[_Found] = []
    for way, ids, rows in zip(ways, firsts, named, strict=True):
        found += [
            _Found(way.type, id, _score(actor, asked, str(row[1]), row[2], place))
            for place, (id, row) in enumerate(_matches(actor, way, ids, rows).items())
        ]
    found.sort(key=lambda one: -one.score)
    return _hits(actor, found[:limit])


def _way(actor: Actor, record_type: RecordType, asked: list[str], scope: Scope) -> _Way:
    """Most scopes are wide: the newest matches of everybody, looked through, are cheaper than
    asking the index for the rights of each."""
    reach = 1.0 if scope.everything else _reach(record_type, scope)
    is_wide = reach >= NARROW
    return _Way(
        record_type,
        tuple(asked),
        _sees_guarded(actor, record_type),
        scope,
        Scope(everything=True) if is_wide else scope,
        total(record_type) <= SMALL,
        reach,
    )


def _matches(actor: Actor, way: _Way, ids: list[int], rows: dict[int, Any]) -> dict[int, Any]:
    """The newest matches within reach, newest first: id → what `reading.named_rows` tells.

    `ids` and `rows` are what the first question found. Where too few of everybody's matches are
    within reach, the index is asked for the reach.
    """
    found, is_all = _newest(way, ids, rows)
    if not (is_all or way.among is way.scope or way.scope.everything or len(found) >= ENOUGH):
        narrow = replace(way, among=way.scope)
        ids = asking.match(*narrow.question(narrow.steps[0]))
        found, _is_all = _newest(narrow, ids, reading.named_rows(way.type, ids))
    kept = set(within_reach(actor, way.type, way.asked, list(found), guarded=way.guarded))
    return {id: row for id, row in found.items() if id in kept}


def _reach(record_type: RecordType, scope: Scope) -> float:
    """About which part of all rows lies within a scope."""
    return estimate(tallies(record_type), scope, []).reach


def _newest(way: _Way, ids: list[int], rows: dict[int, Any]) -> tuple[dict[int, Any], bool]:
    """The newest matches within the scope of a way; did no window cut any off?"""
    found = _near(way.scope, ids, rows)
    is_all = len(ids) < way.limit
    for whole in way.steps[1:]:
        if is_all if way.is_small else len(found) >= ENOUGH:
            break
        more = asking.match(*way.question(whole))
        is_all = is_all and len(more) < way.limit
        new = [id for id in more if id not in found]
        found |= _near(way.scope, new, reading.named_rows(way.type, new))
    return found, is_all


def _near(scope: Scope, ids: list[int], rows: dict[int, Any]) -> dict[int, Any]:
    """Those within reach, in their order."""
    return {
        id: row
        for id in ids
        if (row := rows.get(id)) and (scope.everything or scope.holds(id, row[2], row[3]))
    }


def nearest(actor: Actor, text: str, *, types: list[str] | None = None) -> list[Hit]:
    """The three records whose titles are nearest to `text` by sound and by typing error."""
    asked = words.split(text)[:MOST_WORDS]
    # One letter sounds like very many names, and like none.
    asked = [word for word in asked if len(word) > 1] or asked
    reaches = _searchable(actor, types) if asked else []
    found: list[_Found] = []
    for (record_type, _scope), named in zip(reaches, _alike(asked, reaches), strict=True):
        titles = {id: _title_words(str(row[1])) for id, row in named.items()}
        likeness = _Likeness(asked, {word for title in titles.values() for word in title})
        scored = ((id, likeness.of(title)) for id, title in titles.items())
        found += [_Found(record_type, id, score) for id, score in scored if score > ALIKE]
    found.sort(key=lambda one: -one.score)
    return _hits(actor, found[:NEAREST])


def _alike(asked: list[str], reaches: Sequence[_Reach]) -> list[dict[int, Any]]:
    """Of each type, records within reach that sound like what is asked, or begin like it.

    Everybody's first where the reach is wide; where too few of those lie within it, its own.
    """
    found: list[dict[int, Any]] = [{} for _one in reaches]
    wide = [scope.everything or _reach(one, scope) >= NARROW for one, scope in reaches]
    first = [
        (one, Scope(everything=True) if is_wide else scope)
        for is_wide, (one, scope) in zip(wide, reaches, strict=True)
    ]
    _add_alike(asked, first, reaches, found)
    again = [
        reach
        if is_wide and not reach[1].everything and len(known) < ENOUGH
        else (reach[0], Scope())
        for is_wide, reach, known in zip(wide, reaches, found, strict=True)
    ]
    if any(not scope.is_empty for _one, scope in again):
        _add_alike(asked, again, reaches, found)
    return found


def _add_alike(
    asked: list[str],
    among: Sequence[_Reach],
    reaches: Sequence[_Reach],
    found: list[dict[int, Any]],
) -> None:
    """Adds to each type's own those that are alike `among` some and lie within its reach."""
    every = searching.sounding(asked, every=True)
    ids = asking.match_each([(one, every, scope) for one, scope in among])
    if len(asked) == 1 or sum(map(len, ids)) < ENOUGH:
        others = [searching.sounding(asked, every=False)]
        for word in asked:
            if len(word) >= 4:  # the error is often near the end
                others.append(searching.query([word[:3]], guarded=False, limit=searching.SOME))
        more = asking.match_each([(one, query, scope) for one, scope in among for query in others])
        for number, own in enumerate(more):
            ids[number // len(others)] += own
    new = [
        [id for id in dict.fromkeys(own) if id not in known]
        for own, known in zip(ids, found, strict=True)
    ]
    rows = reading.named_each([(one, own) for (one, _scope), own in zip(among, new, strict=True)])
    for known, (_one, scope), own, named in zip(found, reaches, new, rows, strict=True):
        known |= _near(scope, own, named)


def _searchable(actor: Actor, types: list[str] | None) -> list[_Reach]:
    found = []
    for record_type in catalogue():
        if not record_type.search or (types is not None and record_type.key not in types):
            continue
        hidden = actor.rights.hides(record_type.key)
        if hidden & (record_type.search.keys() - set(record_type.guarded.split())):
            continue
        scope = scope_of(actor, record_type)
        if not scope.is_empty:
            found.append((record_type, scope))
    return found


def _sees_guarded(actor: Actor, record_type: RecordType) -> bool:
    guards = set(record_type.guarded.split())
    return bool(guards) and guards <= visible(actor, record_type)


def _score(actor: Actor, asked: list[str], title: str, owner: int | None, place: int) -> float:
    """Whole words before beginnings, titles before the rest, own before others', new before old."""
    of_title = _title_words(title)
    score = 0.0
    for word in asked:
        if word in of_title:
            score += 4 if of_title[0] == word else 3
        elif any(one.startswith(word) for one in of_title):
            score += 2
    if owner is not None and owner == actor.member:
        score += 0.5
    return score - place / 1000


@lru_cache(maxsize=8_192)
def _title_words(title: str) -> tuple[str, ...]:
    return tuple(words.split(title))


class _Likeness:
    """How like each word of some titles is to each asked one, worked out once for every word."""

    def __init__(self, asked: list[str], among: set[str]) -> None:
        self._asked = len(asked)
        self._of = [{one: _alike_words(word, one) for one in among} for word in asked]

    def of(self, title: tuple[str, ...]) -> float:
        """Mean likeness of each asked word to its nearest word of the title, 0 to 1."""
        if not title:
            return 0.0
        total = sum(max(map(known.__getitem__, title)) for known in self._of)
        return total / self._asked - 0.01 * abs(len(title) - self._asked)


def _alike_words(word: str, one: str) -> float:
    return (
        0.5 * JaroWinkler.similarity(word, one)
        + 0.3 * OSA.normalized_similarity(word, one)
        + 0.2 * (words.sound(word) == words.sound(one))
    )


def _hits(actor: Actor, found: list[_Found]) -> list[Hit]:
    hits: dict[tuple[str, int], Hit] = {}
    for record_type in {one.type.key: one.type for one in found}.values():
        ids = [one.id for one in found if one.type is record_type]
        extra = [record_type.subtitle, record_type.contact_line]
        names = [name for name in extra if name and knows(actor, record_type, name)]
        own = [record_type.title, *(name.split(".")[0] for name in names)]
        raws = reading.raws(record_type, list(dict.fromkeys(own)), ids, locks=True)
        rows = reading.rows(actor, record_type, names, raws)
        for raw, row in zip(raws, locked.marked(actor, record_type, raws, rows), strict=True):
            hits[record_type.key, raw.id] = Hit(
                type=record_type.key,
                icon=record_type.icon,
                uid=row.uid,
                title=row.title,
                subtitle=record_type.subtitle if record_type.subtitle in names else "",
                line=record_type.contact_line if record_type.contact_line in names else "",
                values=dict(row.values),
                lock=row.lock,
            )
    order = [(one.type.key, one.id) for one in found]
    return [hits[key] for key in dict.fromkeys(order) if key in hits]
