"""Two people, one record: what merges by itself and what must be asked. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from kartotek.core.errors import Clash, ValidationError
from kartotek.core.fieldtypes import FieldType, ItemList, Link, Pointer
from kartotek.core.recordtype import PartType, RecordType

PartReader = Callable[[dict[str, FieldType], dict[str, Any]], dict[str, Any]]
MOST_PARTS = 1_000


def merge_fields(
    record_type: RecordType, yours: dict[str, Any], theirs: dict[str, Any], since: dict[str, Any]
) -> tuple[dict[str, Any], list[Clash]]:
    """What to store of `yours`, and the fields that both sides changed to different values."""
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


def merge_parts(
    record_type: RecordType,
    raw: dict[str, Any],
    current: dict[str, list[dict[str, Any]]],
    since: dict[str, Any],
    read: PartReader,
) -> tuple[dict[str, list[dict[str, Any]]], list[Clash]]:
    """The wanted rows of every part: a list sent stands for the whole, an object for a patch."""
    wanted = {name: [dict(one) for one in current.get(name, [])] for name in record_type.parts}
    clashes: list[Clash] = []
    for name, sent in raw.items():
        part = record_type.parts[name]
        base = _base(part, current.get(name, []), since.get(name, {}))
        patch = _patch(part, sent, base, read)
        rows = {one["uid"]: one for one in wanted[name]}
        for uid, values in patch.items():
            theirs = since.get(name, {}).get(str(uid))
            if str(uid) in since.get(name, {}) and not _agrees(part, rows.get(uid), values):
                clashes.append(
                    Clash(name, theirs, _plain_part(part, rows.get(uid)), _plain_part(part, values))
                )
            elif values is None:
                rows.pop(uid, None)
            else:
                rows[uid] = {**_blank(part), **rows.get(uid, {}), "uid": uid, **values}
        order = _order(sent, rows)
        wanted[name] = [rows[uid] for uid in order]
        if len(wanted[name]) > MOST_PARTS:
            raise ValidationError(
                {name: _("At most %(most)s lines fit in one record.") % {"most": MOST_PARTS}}
            )
    return wanted, clashes


def _order(sent: Any, rows: dict[UUID, dict[str, Any]]) -> list[UUID]:
    if not isinstance(sent, list | tuple):
        # A patch may say where a row stood; a row put back goes before the one that took its place.
        said = {str(key): value.get("position") for key, value in sent.items() if value}
        places = {uid: (place, 1) for place, uid in enumerate(rows)}
        places |= {uid: (int(said[str(uid)]), 0) for uid in rows if said.get(str(uid)) is not None}
        return sorted(rows, key=lambda uid: places[uid])
    first = [entry["uid"] for entry in sent if isinstance(entry.get("uid"), UUID)]
    return list(dict.fromkeys([uid for uid in first if uid in rows] + list(rows)))


def _blank(part: PartType) -> dict[str, Any]:
    return {name: kind.load(kind.empty) for name, kind in part.fields.items()}


def _base(
    part: PartType, current: list[dict[str, Any]], since: dict[str, Any]
) -> dict[UUID, dict[str, Any]]:
    """The rows as the sender knew them: today's, with what others did taken back."""
    rows = {one["uid"]: one for one in current}
    for text, before in since.items():
        uid = UUID(text)
        if before is None:
            rows.pop(uid, None)
        else:
            rows[uid] = {**rows.get(uid, _blank(part)), "uid": uid, "_was": before}
    return rows


def _patch(
    part: PartType, sent: Any, base: dict[UUID, dict[str, Any]], read: PartReader
) -> dict[UUID, dict[str, Any] | None]:
    if isinstance(sent, dict):
        entries = [(key, value) for key, value in sent.items()]
    elif isinstance(sent, list | tuple):
        entries = [(entry.get("uid"), entry) for entry in sent if isinstance(entry, dict)]
    else:
        raise ValidationError({part.name: _("Expected a list of lines here.")})
    patch: dict[UUID, dict[str, Any] | None] = {}
    for index, (key, value) in enumerate(entries):
        uid = _uid(key, base)
        try:
            patch[uid] = None if value is None else read(part.fields, value)
        except ValidationError as error:
            text = "; ".join(error.messages)
            raise ValidationError({part.name: _("Line %(line)s: %(text)s")
                                   % {"line": index + 1, "text": text}}) from None  # fmt: skip
        if isinstance(value, dict):
            value["uid"] = uid
    if isinstance(sent, list | tuple):
        patch.update({uid: None for uid in base if uid not in patch})
    return patch


def _uid(key: Any, base: dict[UUID, dict[str, Any]]) -> UUID:
    try:
        return key if isinstance(key, UUID) else UUID(str(key))
    except ValueError:
        return uuid7()


def _agrees(part: PartType, row: dict[str, Any] | None, values: dict[str, Any] | None) -> bool:
    if row is None or values is None:
        return row is None and values is None
    return all(_plain(part.fields[name], row[name]) == _plain(part.fields[name], value)
               for name, value in values.items())  # fmt: skip


def _plain(kind: FieldType, value: Any) -> Any:
    if isinstance(kind, Link):
        return value.id if isinstance(value, Pointer) else None
    return kind.plain(value)


def _plain_part(part: PartType, values: dict[str, Any] | None) -> Any:
    if values is None:
        return None
    return {name: part.fields[name].plain(value) for name, value in values.items()
            if name in part.fields}  # fmt: skip


def part_changes(
    record_type: RecordType,
    current: dict[str, list[dict[str, Any]]],
    wanted: dict[str, list[dict[str, Any]]],
) -> tuple[list[Any], dict[str, Any], dict[str, Any]]:
    """The rows to make, change and take out, and how the log tells it: part → uid → fields."""
    from kartotek.core.prepare import PartChange

    changes: list[Any] = []
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for name, part in record_type.parts.items():
        old = {one["uid"]: (one, place) for place, one in enumerate(current.get(name, []))}
        new = {one["uid"]: (one, place) for place, one in enumerate(wanted.get(name, []))}
        was: dict[str, Any] = {}
        now: dict[str, Any] = {}
        for uid in dict.fromkeys([*old, *new]):
            told = _told(part, old.get(uid), new.get(uid))
            if told is None:
                continue
            was[str(uid)], now[str(uid)] = told
            row, place = new.get(uid, (None, 0))
            changes.append(PartChange(name, uid, row, place, uid not in old))
        if now:
            before[name], after[name] = was, now
    return changes, before, after


def _told(part: PartType, old: Any, new: Any) -> tuple[Any, Any] | None:
    """(before, after) of one row as the log keeps it; None where nothing changed."""
    if old is None or new is None:
        full = [
            None if one is None else {**(_plain_part(part, one[0]) or {}), "position": one[1]}
            for one in (old, new)
        ]
        return full[0], full[1]
    changed = [
        name
        for name, kind in part.fields.items()
        if _plain(kind, old[0][name]) != _plain(kind, new[0][name])
    ]
    if not changed and old[1] == new[1]:
        return None
    was = {name: part.fields[name].plain(old[0][name]) for name in changed}
    now = {name: part.fields[name].plain(new[0][name]) for name in changed}
    if old[1] != new[1]:
        was["position"], now["position"] = old[1], new[1]
    return was, now
