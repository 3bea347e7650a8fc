"""Search as you type, over every type the actor may see; and what sounds like it, if nothing is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any
from uuid import UUID

from rapidfuzz.distance import OSA, JaroWinkler

from kartotek.core import reading, searching, words
from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue, knows, visible
from kartotek.core.listing import estimate
from kartotek.core.recordtype import RecordType
from kartotek.core.scope import Scope, scope_of
from kartotek.core.search_with import within_reach
from kartotek.core.tally import tallies, total

MOST_WORDS = 8
WINDOW = 200  # newest matches of a type that are looked at and ranked
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


@dataclass(frozen=True)
class _Found:
    type: RecordType
    id: int
    score: float


def search(actor: Actor, text: str, *, types: list[str] | None = None, limit: int = 8) -> list[Hit]:
    """The best `limit` records in which each word of `text` begins some word."""
    asked = words.split(text)[:MOST_WORDS]
    found: list[_Found] = []
    for record_type, scope in _searchable(actor, types) if asked else []:
        named = _matches(actor, record_type, asked, scope)
        found += [
            _Found(record_type, id, _score(actor, asked, str(row[1]), row[2], place))
            for place, (id, row) in enumerate(named.items())
        ]
    found.sort(key=lambda one: -one.score)
    return _hits(actor, found[:limit])


def _matches(
    actor: Actor, record_type: RecordType, asked: list[str], scope: Scope
) -> dict[int, Any]:
    """The newest matches within reach, newest first: id → what `reading.named_rows` tells.

    Most scopes are wide: the newest matches of everybody, looked through, are cheaper than asking
    the index for the rights of each. Where too few of them are within reach, it is asked.
    """
    guarded = _sees_guarded(actor, record_type)
    found: dict[int, Any] = {}
    is_all = False
    if scope.everything or _reach(record_type, scope) >= NARROW:
        found, is_all = _newest(record_type, asked, Scope(everything=True), scope, guarded)
    if not (is_all or scope.everything or len(found) >= ENOUGH):
        found, _is_all = _newest(record_type, asked, scope, scope, guarded)
    kept = set(within_reach(actor, record_type, asked, list(found), guarded=guarded))
    return {id: row for id, row in found.items() if id in kept}


def _reach(record_type: RecordType, scope: Scope) -> float:
    """About which part of all rows lies within a scope."""
    return estimate(tallies(record_type), scope, []).reach


def _newest(
    record_type: RecordType, asked: list[str], among: Scope, scope: Scope, guarded: bool
) -> tuple[dict[int, Any], bool]:
    """The newest matches within `scope` of those in `among`; did no window cut any off?

    Whole words first: they are the best matches, and the cheapest ones; but of a small table one
    question has them all.
    """
    limit = FEW if scope.everything or among is scope else WINDOW
    is_small = total(record_type) <= SMALL
    steps = (len(asked), len(asked) - 1, 0)
    found: dict[int, Any] = {}
    is_all = True
    for whole in dict.fromkeys((0, *steps) if is_small else steps):
        ids = searching.candidates(
            record_type, asked, among, guarded=guarded, limit=limit, whole=whole
        )
        found |= _near(record_type, scope, [id for id in ids if id not in found])
        is_all = is_all and len(ids) < limit
        if (is_all and whole == 0) or (len(found) >= ENOUGH and not is_small):
            break
    return found, is_all


def _near(record_type: RecordType, scope: Scope, ids: list[int]) -> dict[int, Any]:
    """Those within reach, in their order."""
    rows = reading.named_rows(record_type, ids)
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
    found: list[_Found] = []
    for record_type, scope in _searchable(actor, types) if asked else []:
        titles = {id: _title_words(str(row[1])) for id, row in
                  _alike(record_type, asked, scope).items()}  # fmt: skip
        likeness = _Likeness(asked, {word for title in titles.values() for word in title})
        scored = ((id, likeness.of(title)) for id, title in titles.items())
        found += [_Found(record_type, id, score) for id, score in scored if score > ALIKE]
    found.sort(key=lambda one: -one.score)
    return _hits(actor, found[:NEAREST])


def _alike(record_type: RecordType, asked: list[str], scope: Scope) -> dict[int, Any]:
    """Records within reach that sound like what is asked, or of which a word begins like it."""
    is_wide = scope.everything or _reach(record_type, scope) >= NARROW
    found: dict[int, Any] = {}
    for among in (Scope(everything=True), scope) if is_wide else (scope,):
        find = partial(searching.sounding, record_type, asked, among, searching.CANDIDATES)
        ids = find(every=True)
        is_enough = len(asked) > 1 and len(ids) >= ENOUGH
        if not is_enough:
            ids += find(every=False)
        for word in asked:
            if len(word) >= 4 and not is_enough:  # the error is often near the end
                ids += searching.candidates(
                    record_type, [word[:3]], among, guarded=False, limit=searching.CANDIDATES
                )
        found |= _near(record_type, scope, [id for id in dict.fromkeys(ids) if id not in found])
        if scope.everything or len(found) >= ENOUGH:
            break
    return found


def _searchable(actor: Actor, types: list[str] | None) -> list[tuple[RecordType, Scope]]:
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
        raws = reading.raws(record_type, list(dict.fromkeys(own)), ids)
        for raw, row in zip(raws, reading.rows(actor, record_type, names, raws), strict=True):
            hits[record_type.key, raw.id] = Hit(
                type=record_type.key,
                icon=record_type.icon,
                uid=row.uid,
                title=row.title,
                subtitle=record_type.subtitle if record_type.subtitle in names else "",
                line=record_type.contact_line if record_type.contact_line in names else "",
                values=dict(row.values),
            )
    order = [(one.type.key, one.id) for one in found]
    return [hits[key] for key in dict.fromkeys(order) if key in hits]
