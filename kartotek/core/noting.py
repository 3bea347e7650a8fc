"""Writes that the security log tells of too: what a deputy does, and fields that a type names."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from typing import Any

from kartotek.core import reading, security
from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue
from kartotek.core.fieldtypes import FieldType, Link, Pointer
from kartotek.core.reading import Raw
from kartotek.core.recordtype import RecordType
from kartotek.core.scope import scope_of

ACTED = "deputy_acted"
MOST_LISTED = 20  # records that one line names


def note_deputy(actor: Actor, record_type: RecordType, wrote: Mapping[int, Any]) -> None:
    """A line for each member whose records these are, where the actor reaches them as a deputy.

    `wrote` are the records by id, each with what its owner was before (the uid), where that
    changed. What the actor may change anyway is no deputy's act.
    """
    if not actor.stands_in or not record_type.scoped or not wrote:
        return
    members = _members(record_type)
    away = reading.raws(members, [members.title], list(actor.stands_in))
    by_uid = {str(raw.uid): raw for raw in away}
    by_id = {raw.id: raw for raw in away}
    alone = scope_of(replace(actor, stands_in=(), memo=None), record_type, "edit")
    found: dict[int, list[Raw]] = {}
    for raw in reading.raws(record_type, [], list(wrote)):
        whose = by_uid.get(str(wrote[raw.id])) or by_id.get(raw.owner or 0)
        if whose and not alone.holds(raw.id, whose.id, raw.department):
            found.setdefault(whose.id, []).append(raw)
    for id, raws in found.items():
        security.note(
            ACTED, actor=actor, member=str(by_id[id].uid), name=by_id[id].values[members.title],
            type=record_type.key, count=len(raws),
            records=[str(raw.uid) for raw in raws[:MOST_LISTED]],
        )  # fmt: skip


def note_fields(
    actor: Actor, record_type: RecordType, wrote: Mapping[int, Container[str]], made: Sequence[int]
) -> None:
    """A line for each record of which a field changed that its type names in `noted`.

    Of those just `made` the log holds no values: what they hold counts as changed.
    """
    noted, title = record_type.noted, record_type.title
    told = {id: [one for one in noted if one in names] for id, names in wrote.items()}
    ids = [*made, *(id for id, names in told.items() if names)] if noted else []
    for raw in reading.raws(record_type, [title, *noted], ids):
        kinds: dict[str, list[str]] = {}
        held = [name for name in noted if not record_type.fields[name].is_empty(raw.values[name])]
        for name in told.get(raw.id, held):
            one = f"{record_type.fields[name].label}: {_shown(record_type, name, raw)}"
            kinds.setdefault(noted[name], []).append(one)
        for kind, words in kinds.items():
            security.note(
                kind, actor=actor, type=record_type.key, record=str(raw.uid),
                name=raw.values[title], changed="; ".join(words),
            )  # fmt: skip


def _shown(record_type: RecordType, name: str, raw: Raw) -> str:
    kind, held = record_type.fields[name], raw.values[name]
    if isinstance(kind, Link) and isinstance(held, Pointer):
        target = catalogue()[kind.target]
        near = reading.raws(target, [target.title], [held.id])
        return str(near[0].values[target.title]) if near else "–"
    return _plain(kind, held)


def _plain(kind: FieldType, held: Any) -> str:
    return "–" if kind.is_empty(held) else str(kind.plain(held))


def _members(record_type: RecordType) -> RecordType:
    kind = record_type.fields["owner"]
    assert isinstance(kind, Link)
    return catalogue()[kind.target]


__all__ = ["note_deputy", "note_fields"]
