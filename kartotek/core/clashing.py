"""What a refused write tells of the other side: no link that lies out of the actor's reach."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

from kartotek.core import reading
from kartotek.core.actor import Actor
from kartotek.core.errors import Clash
from kartotek.core.fieldtypes import FieldType, Link, Links
from kartotek.core.recordtype import PartType, RecordType

Named = tuple[str, str]  # type, uid


def within_reach(actor: Actor, record_type: RecordType, clashes: Iterable[Clash]) -> list[Clash]:
    """The same clashes; a link out of reach is None, or left out of the line it stands in.

    What is left out of a line that comes back stays as it is.
    """
    told = list(clashes)
    kinds: dict[str, FieldType | PartType] = {**record_type.fields, **record_type.parts}
    wanted: dict[str, set[UUID]] = {}
    for one in told:
        for side in (one.base, one.theirs, one.yours):
            for target, uid in _links(kinds[one.field], side):
                wanted.setdefault(target, set()).add(UUID(uid))
    near = {
        (target, str(uid))
        for target, uids in wanted.items()
        for uid, ref in reading.refs_by_uid(actor, target, uids).items()
        if ref.is_reachable
    }
    return [
        replace(
            one,
            base=_seen(kinds[one.field], one.base, near),
            theirs=_seen(kinds[one.field], one.theirs, near),
            yours=_seen(kinds[one.field], one.yours, near),
        )
        for one in told
    ]


def _links(kind: FieldType | PartType, plain: Any) -> Iterator[Named]:
    if isinstance(kind, PartType):
        for line in plain:
            for name, inner in kind.fields.items():
                yield from _links(inner, line.get(name))
    elif isinstance(kind, Link) and plain:
        yield kind.target, plain
    elif isinstance(kind, Links):
        yield from ((entry["type"], entry["uid"]) for entry in plain or ())


def _seen(kind: FieldType | PartType, plain: Any, near: set[Named]) -> Any:
    if isinstance(kind, PartType):
        return [
            {
                name: value
                for name, value in line.items()
                if name not in kind.fields or set(_links(kind.fields[name], value)) <= near
            }
            for line in plain
        ]
    if isinstance(kind, Links):
        return [entry for entry in plain or () if (entry["type"], entry["uid"]) in near]
    return kind.outward(plain) if set(_links(kind, plain)) <= near else None
