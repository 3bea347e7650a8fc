"""What one record holds that was several: nothing that any of them held is lost. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from uuid_utils.compat import uuid7

from kartotek.core.fieldtypes import FieldType, Flag, ItemList, Link, Links, LongText, Tags
from kartotek.core.reading import Raw
from kartotek.core.recordtype import PartType, RecordType

PLACED = ("owner", "department")  # of the one that stays, also where it has none


@dataclass(frozen=True)
class Side:
    """One of the records: its values, its rows of each part."""

    raw: Raw
    parts: dict[str, list[dict[str, Any]]]

    @property
    def uid(self) -> UUID:
        return self.raw.uid


def combined(record_type: RecordType, sides: Sequence[Side]) -> dict[str, Any]:
    """What to write to the first of them: its own values, and what only the others hold.

    Lists are put together; long texts follow each other; a mark that any of them has stays, since
    marks forbid ("do not call"); of everything else the first that holds anything counts.
    """
    own = {side.raw.id for side in sides}
    found: dict[str, Any] = {}
    for name, kind in record_type.fields.items():
        if kind.editable and name not in PLACED:
            values = [side.raw.values[name] for side in sides]
            value = _way(kind)(kind, [_outward(record_type, kind, one, own) for one in values])
            if kind.plain(value) != kind.plain(values[0]):
                found[name] = _sent(kind, value)
    for name, part in record_type.parts.items():
        if lines := _lines(part, [side.parts[name] for side in sides]):
            found[name] = lines
    return found


def _outward(record_type: RecordType, kind: FieldType, value: Any, own: set[int]) -> Any:
    """A value; of a link that leads to one of these records themselves, nothing."""
    is_inward = isinstance(kind, Link) and kind.target == record_type.key
    return None if is_inward and value and value.id in own else value


def let_go(record_type: RecordType, sides: Sequence[Side], gone: set[tuple[str, int]]) -> None:
    """Take out links of the others to what is not there to be linked to: (type, id)."""
    for values, kind in _spots(record_type, sides[1:]):
        if (kind.target, values[kind.name].id) in gone:
            values[kind.name] = None


def linked(record_type: RecordType, sides: Sequence[Side]) -> dict[str, set[int]]:
    """What the records link to, also from inside: type → ids."""
    found: dict[str, set[int]] = {}
    for values, kind in _spots(record_type, sides):
        found.setdefault(kind.target, set()).add(values[kind.name].id)
    return found


def _spots(record_type: RecordType, sides: Sequence[Side]) -> Iterator[tuple[dict[str, Any], Link]]:
    """Every link that is set, with the row that holds it."""
    for side in sides:
        rows = [(side.raw.values, record_type.fields)]
        for name, part in record_type.parts.items():
            rows += [(row, part.fields) for row in side.parts[name]]
        for values, fields in rows:
            for kind in fields.values():
                if isinstance(kind, Link) and values.get(kind.name):
                    yield values, kind


def _way(kind: FieldType) -> Callable[[Any, list[Any]], Any]:
    if isinstance(kind, Links) and kind.is_single:
        return _first
    ways = ((ItemList, _items), (Tags, _all), (Links, _entries), (LongText, _texts), (Flag, _any))
    return next((way for sort, way in ways if isinstance(kind, sort)), _first)


def _sent(kind: FieldType, value: Any) -> Any:
    return kind.plain(value) if isinstance(kind, Link) else value


def _first(kind: FieldType, values: list[Any]) -> Any:
    return next((value for value in values if not kind.is_empty(value)), values[0])


def _any(_kind: FieldType, values: list[Any]) -> bool:
    return any(values)


def _all(_kind: FieldType, values: list[Any]) -> list[str]:
    return list(dict.fromkeys(one for value in values for one in value or ()))


def _entries(_kind: FieldType, values: list[Any]) -> list[Any]:
    every = [one for value in values for one in value or ()]
    return list({(one["type"], one["uid"]): one for one in every}.values())


def _texts(_kind: FieldType, values: list[str]) -> str:
    kept: list[str] = []
    for value in values:
        if value and not any(value.strip() in one for one in kept):
            kept.append(value.strip())
    return "\n\n".join(kept)


def _items(kind: ItemList, values: list[Any]) -> list[dict[str, Any]]:
    """The items of all, each once; the first list says which is primary."""
    known: dict[str, dict[str, Any]] = {}
    for value in values:
        for item in value or ():
            known.setdefault(kind.normal(item), {**item, "primary": False})
    first = next((kind.primary(value) for value in values if value), None)
    if first is not None:
        known[kind.normal(first)]["primary"] = True
    return list(known.values())


def _lines(part: PartType, sides: list[list[dict[str, Any]]]) -> dict[str, dict[str, Any]]:
    """The rows that only the others have, as new ones of the first."""
    known = {_told(part, row) for row in sides[0]}
    found = {}
    for rows in sides[1:]:
        for row in rows:
            if (told := _told(part, row)) not in known:
                known.add(told)
                found[str(uuid7())] = {
                    name: _sent(kind, row[name]) for name, kind in part.fields.items()
                }
    return found


def _told(part: PartType, row: dict[str, Any]) -> bytes:
    """What a row says, to tell two that say the same."""
    return orjson.dumps([kind.plain(row[name]) for name, kind in part.fields.items()], default=str)
