"""Search as you type, over every type the actor may see; and what sounds like it, if nothing is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from rapidfuzz.distance import OSA, JaroWinkler

from kartotek.core import reading, searching, words
from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue, knows, visible
from kartotek.core.recordtype import RecordType
from kartotek.core.scope import Scope, scope_of
from kartotek.core.search_with import within_reach

MOST_WORDS = 8
NEAREST = 3


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
    raw: reading.Raw
    score: float


def search(actor: Actor, text: str, *, types: list[str] | None = None, limit: int = 8) -> list[Hit]:
    """The best `limit` records in which each word of `text` begins some word."""
    asked = words.split(text)[:MOST_WORDS]
    found: list[_Found] = []
    for record_type, scope in _searchable(actor, types) if asked else []:
        guarded = _sees_guarded(actor, record_type)
        ids = searching.candidates(
            record_type, asked, scope, guarded=guarded, limit=searching.CANDIDATES
        )
        ids = within_reach(actor, record_type, asked, ids, guarded=guarded)
        raws = reading.raws(record_type, [record_type.title], ids[: searching.CANDIDATES])
        found += [
            _Found(record_type, raw, _score(actor, asked, raw, place, record_type.title))
            for place, raw in enumerate(raws)
        ]
    found.sort(key=lambda one: -one.score)
    return _hits(actor, found[:limit])


def nearest(actor: Actor, text: str, *, types: list[str] | None = None) -> list[Hit]:
    """The three records whose titles are nearest to `text` by sound and by typing error."""
    asked = words.split(text)[:MOST_WORDS]
    found: list[_Found] = []
    for record_type, scope in _searchable(actor, types) if asked else []:
        ids = searching.sounding(record_type, asked, scope, searching.CANDIDATES)
        ids += _alike(record_type, asked, scope)
        for raw in reading.raws(record_type, [record_type.title], list(dict.fromkeys(ids))):
            title = words.split(str(raw.values[record_type.title]))
            likeness = _likeness(asked, title)
            if likeness > 0.7:
                found.append(_Found(record_type, raw, likeness))
    found.sort(key=lambda one: -one.score)
    return _hits(actor, found[:NEAREST])


def _alike(record_type: RecordType, asked: list[str], scope: Scope) -> list[int]:
    """Records of which a word begins like an asked one: the error is often near its end."""
    ids: list[int] = []
    for word in asked:
        if len(word) >= 4:
            ids += searching.candidates(
                record_type, [word[:3]], scope, guarded=False, limit=searching.CANDIDATES
            )
    return ids


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


def _score(actor: Actor, asked: list[str], raw: reading.Raw, place: int, title_field: str) -> float:
    """Whole words before beginnings, titles before the rest, own before others', new before old."""
    title = words.split(str(raw.values[title_field]))
    score = 0.0
    for word in asked:
        if word in title:
            score += 4 if title and title[0] == word else 3
        elif any(one.startswith(word) for one in title):
            score += 2
    if raw.owner is not None and raw.owner == actor.member:
        score += 0.5
    return score - place / 1000


def _likeness(asked: list[str], title: list[str]) -> float:
    """Mean likeness of each asked word to its nearest word of the title, 0 to 1."""
    if not title:
        return 0.0
    total = 0.0
    for word in asked:
        total += max(
            0.5 * JaroWinkler.similarity(word, one)
            + 0.3 * OSA.normalized_similarity(word, one)
            + 0.2 * (words.sound(word) == words.sound(one))
            for one in title
        )
    return total / len(asked) - 0.01 * abs(len(title) - len(asked))


def _hits(actor: Actor, found: list[_Found]) -> list[Hit]:
    hits: dict[tuple[str, int], Hit] = {}
    for record_type in {one.type.key: one.type for one in found}.values():
        ids = [one.raw.id for one in found if one.type is record_type]
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
    order = [(one.type.key, one.raw.id) for one in found]
    return [hits[key] for key in dict.fromkeys(order) if key in hits]
