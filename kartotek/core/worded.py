"""The words of a question made into a condition, for whoever counts, lists or measures."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from kartotek.core import asking, listing, searching, words
from kartotek.core.actor import Actor
from kartotek.core.recordtype import RecordType
from kartotek.core.scope import Scope
from kartotek.core.search_with import within_reach

Keeps = Callable[[list[int]], list[int]]
Worded = tuple[str, list[Any], Keeps | None]  # SQL, its parameters, what is left to be asked


def worded(actor: Actor, record_type: RecordType, text: str, scope: Scope) -> Worded:
    """The condition that each word begins some word, as ids where they are few enough.

    With very many of them comes what must still be asked of each page: which of its rows are
    there by words of a linked record alone, one that this actor may not see.
    """
    asked = words.split(text)[:10]
    hidden = actor.rights.hides(record_type.key)
    guards = set(record_type.guarded.split())
    if not asked or hidden & (record_type.search.keys() - guards):
        return "0 = 1", [], None
    guarded = bool(guards) and not (hidden & guards)
    most = listing.GATHER_MOST
    ids = searching.candidates(record_type, asked, scope, guarded=guarded, limit=most + 1)
    keeps = partial(within_reach, actor, record_type, asked, guarded=guarded)
    if len(ids) > most:
        return (*asking.matching(record_type, asked, guarded=guarded), keeps)
    ids = keeps(ids)
    return (f"id IN ({', '.join(map(str, ids))})" if ids else "0 = 1"), [], None
