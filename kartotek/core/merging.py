"""Two people, one record: what merges by itself and what must be asked. Pure."""

from __future__ import annotations

from typing import Any

from kartotek.core.errors import Clash
from kartotek.core.fieldtypes import ItemList, Tags
from kartotek.core.recordtype import RecordType


def merge_fields(
    record_type: RecordType, yours: dict[str, Any], theirs: dict[str, Any], since: dict[str, Any]
) -> tuple[dict[str, Any], list[Clash]]:
    """What to store of `yours`, and the fields that both sides changed to different values."""
    if not since:
        return yours, []
    merged, clashes = {}, []
    for name, value in yours.items():
        kind = record_type.fields[name]
        if name not in since or kind.plain(value) == kind.plain(theirs[name]):
            merged[name] = value
        elif isinstance(kind, ItemList):
            items, clashing = merge_items(since[name], theirs[name], value)
            merged[name] = kind.load(items)
            if clashing:
                # Were yours to win, what they added beside it would still stay.
                kept, _clash = merge_items(since[name], theirs[name], value, yours_win=True)
                clashes.append(Clash(name, since[name], kind.plain(theirs[name]), kept))
        elif isinstance(kind, Tags):
            merged[name] = kind.load(merge_words(since[name], theirs[name], value))
        elif kind.plain(value) != since[name]:
            clashes.append(Clash(name, since[name], kind.plain(theirs[name]), kind.plain(value)))
    return merged, clashes


def merge_items(
    base: Any, theirs: Any, yours: Any, *, yours_win: bool = False
) -> tuple[list[dict[str, Any]], bool]:
    """Three lists of items made into one by the items' ids; True where one item clashes."""
    was = {item["id"]: item for item in base or ()}
    there = {item["id"]: item for item in theirs or ()}
    here = {item["id"]: item for item in yours or ()}
    found: list[dict[str, Any]] = []
    clash = False
    for id in dict.fromkeys([*there, *here]):
        mine, other, before = here.get(id), there.get(id), was.get(id)
        if _same(mine, before):
            kept = other
        elif _same(other, before) or _same(mine, other):
            kept = mine
        else:
            kept, clash = mine if yours_win else other, True
        if kept is not None:
            found.append(dict(kept))
    return _one_primary(found, here), clash


def merge_words(base: Any, theirs: Any, yours: Any) -> list[str]:
    """Three lists of words made into one: what either side added is in, what either took is out."""
    was, there, here = (dict.fromkeys(side or ()) for side in (base, theirs, yours))
    return [one for one in {**there, **here} if (one in there and one in here) or one not in was]


def _same(one: dict[str, Any] | None, other: dict[str, Any] | None) -> bool:
    """Equal but for which one is primary: that follows from the whole list."""
    if one is None or other is None:
        return one is other
    return {**one, "primary": None} == {**other, "primary": None}


def _one_primary(items: list[dict[str, Any]], yours: dict[str, Any]) -> list[dict[str, Any]]:
    marked = [item for item in items if item.get("primary")]
    first = next((item for item in marked if item["id"] in yours), marked[0] if marked else None)
    for item in items:
        item["primary"] = item is (first or items[0])
    return items
