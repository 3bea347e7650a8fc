"""The words of a linked record find only for who may see that record."""

from __future__ import annotations

from collections.abc import Sequence

from kartotek.core import reading, searching
from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue, visible
from kartotek.core.fieldtypes import Link, Pointer
from kartotek.core.recordtype import RecordType
from kartotek.core.scope import Scope, scope_of


def within_reach(
    actor: Actor, record_type: RecordType, asked: Sequence[str], ids: list[int], *, guarded: bool
) -> list[int]:
    """The candidates without those that only the words of a record out of reach have found."""
    narrow = _narrow(actor, record_type)
    if not narrow or not ids:
        return ids
    far = _far(record_type, narrow, ids)
    own = _found_by_own(record_type, asked, sorted(far), guarded=guarded)
    return [id for id in ids if id not in far or id in own]


def sees_all_linked(actor: Actor, record_type: RecordType) -> bool:
    """May every word be searched by, because every linked record lies within reach?"""
    return not _narrow(actor, record_type)


def _narrow(actor: Actor, record_type: RecordType) -> dict[str, Scope]:
    """The links whose words count, and of whose targets this actor may see a part only."""
    return {
        name: scope
        for name in record_type.search_with.split()
        if not (scope := _reach(actor, record_type, name)).everything
    }


def _reach(actor: Actor, record_type: RecordType, name: str) -> Scope:
    kind = record_type.fields[name]
    if not isinstance(kind, Link) or name not in visible(actor, record_type):
        return Scope()
    target = catalogue()[kind.target]
    return scope_of(actor, target) if target.title in visible(actor, target) else Scope()


def _far(record_type: RecordType, narrow: dict[str, Scope], ids: list[int]) -> set[int]:
    """Those of the records that link to one out of reach."""
    far: set[int] = set()
    raws = reading.raws(record_type, list(narrow), ids)
    for name, scope in narrow.items():
        kind = record_type.fields[name]
        assert isinstance(kind, Link)
        linked = {raw.id: raw.values[name].id for raw in raws
                  if isinstance(raw.values[name], Pointer)}  # fmt: skip
        near = {
            raw.id
            for raw in reading.raws(catalogue()[kind.target], [], list(set(linked.values())))
            if scope.holds(raw.id, raw.owner, raw.department)
        }
        far |= {id for id, to in linked.items() if to not in near}
    return far


def _found_by_own(
    record_type: RecordType, asked: Sequence[str], ids: list[int], *, guarded: bool
) -> set[int]:
    names = list(dict.fromkeys([record_type.title, *record_type.search]))
    found = set()
    for raw in reading.raws(record_type, names, ids):
        row = searching.row_of(record_type, raw.values, raw.owner, raw.department, {})
        tokens = (*row.text, *row.guarded) if guarded else row.text
        if all(any(token.startswith(word) for token in tokens) for word in asked):
            found.add(raw.id)
    return found
