"""Rows of records by their ids: raw columns made into plain values, links into names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue, visible
from kartotek.core.dialect import dialect
from kartotek.core.errors import ValidationError
from kartotek.core.fieldtypes import FieldType, Link, Links, Pointer, Ref
from kartotek.core.question import Row
from kartotek.core.recordtype import PartType, RecordType
from kartotek.core.scope import Scope, scope_of

BASE = ("id", "uid", "version", "owner_id", "department_id", "removed_at")


class Raw(NamedTuple):
    """One record inside the doors: integers and all."""

    id: int
    uid: UUID
    version: int
    owner: int | None
    department: int | None
    removed: bool
    values: dict[str, Any]
    locked_by: int | None = None  # the member, where it was asked for (see `locked`)


def as_uuid(stored: Any) -> UUID:
    return stored if isinstance(stored, UUID) else UUID(bytes=bytes(stored))


def raws(
    record_type: RecordType, names: Sequence[str], ids: Sequence[int], *, locks: bool = False
) -> list[Raw]:
    """The records with these ids, in their order; what is not there is left out."""
    if not ids:
        return []
    found = _raws(record_type, names, "id", list(ids), locks)
    return [found[id] for id in ids if id in found]


def raws_by_uid(
    record_type: RecordType, names: Sequence[str], uids: Sequence[UUID], *, locks: bool = False
) -> list[Raw]:
    """The records with these uids, in their order; with `locks`, by whom each is locked."""
    if not uids:
        return []
    speak = dialect()
    found = _raws(record_type, names, "uid", [speak.uid(uid) for uid in uids], locks)
    return [found[uid] for uid in uids if uid in found] if found else []


_LOCKED_BY = (
    '(SELECT held.member FROM core_lock held WHERE held."type" = %s '
    'AND held.record = {table}.id AND held."until" > %s)'
)


def _raws(
    record_type: RecordType, names: Sequence[str], by: str, keys: list[Any], locks: bool
) -> dict[Any, Raw]:
    """The rows whose `by`, "id" or "uid", is one of the keys; by that."""
    kinds = [record_type.fields[name] for name in names]
    locked_by, asked = "NULL", []
    if locks:  # in the same statement: a write asks none more for it
        locked_by = _LOCKED_BY.format(table=record_type.table)
        asked = [record_type.key, dialect().instant(datetime.now(UTC))]
    columns = ", ".join([locked_by, *BASE, *(kind.column for kind in kinds)])
    where, params = among(by, keys)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns} FROM {record_type.table} WHERE {where}", [*asked, *params]
        )
        rows = cursor.fetchall()
    found: dict[Any, Raw] = {}
    # Most fields hold what the database gave: only the others are asked.
    loads = [(kind.name, kind.load) for kind in kinds if type(kind).load is not FieldType.load]
    for held, id, uid, version, owner, department, removed_at, *stored in rows:
        values = dict(zip(names, stored, strict=True))
        for name, load in loads:
            values[name] = load(values[name])
        uid = as_uuid(uid)
        one = Raw(id, uid, version, owner, department, removed_at is not None, values, held)
        found[id if by == "id" else uid] = one
    return found


def remember(actor: Actor, record_type: RecordType, found: Iterable[Raw]) -> None:
    """These lie within the actor's reach: `near_id` need not look again in this request."""
    if actor.memo is not None:
        actor.memo.update({("near", record_type.key, str(raw.uid)): raw.id for raw in found})


def near_ids(actor: Actor, record_type: RecordType, uids: Sequence[UUID]) -> list[int]:
    """The ids of those of the named records that the actor may see."""
    memo = actor.memo or {}
    known = {uid: memo.get(("near", record_type.key, str(uid))) for uid in uids}
    unknown = [uid for uid, id in known.items() if id is None]
    scope = scope_of(actor, record_type) if unknown else Scope()
    for raw in raws_by_uid(record_type, [], unknown):
        if scope.holds(raw.id, raw.owner, raw.department):
            known[raw.uid] = raw.id
    return [id for id in known.values() if id is not None]


def among(column: str, keys: Sequence[Any]) -> tuple[str, list[Any]]:
    """The condition that a column holds one of some keys; one array where there are arrays."""
    if connection.vendor == "postgresql":
        if column == "uid":
            return f"{column} = ANY(%s::uuid[])", [list(keys)]
        # Thousands of numbers are one text sooner than psycopg makes an array of them.
        return f"{column} = ANY(%s::bigint[])", [f"{{{','.join(map(str, keys))}}}"]
    return f"{column} IN ({', '.join(['%s'] * len(keys))})", list(keys)


def raw_parts(part: PartType, parents: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """The rows inside some records: parent id → parts in their order, with "uid"."""
    if not parents:
        return {}
    kinds = list(part.fields.values())
    columns = ", ".join([part.parent_column, "uid", "id", *(kind.column for kind in kinds)])
    where, params = among(part.parent_column, parents)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns} FROM {part.table} WHERE {where} ORDER BY position, id", params
        )
        rows = cursor.fetchall()
    found: dict[int, list[dict[str, Any]]] = {parent: [] for parent in parents}
    for parent, uid, _id, *stored in rows:
        values = {kind.name: kind.load(raw) for kind, raw in zip(kinds, stored, strict=True)}
        found[parent].append({"uid": as_uuid(uid), **values})
    return found


def titles(wanted: Mapping[str, Iterable[int]]) -> dict[tuple[str, int], str]:
    """(type, id) → title, whoever asks: for the search rows of what links there."""
    found = {}
    for type_key, ids in wanted.items():
        target = catalogue()[type_key]
        for raw in raws(target, [target.title], list(dict.fromkeys(ids))):
            found[type_key, raw.id] = str(raw.values[target.title] or "")
    return found


def linked_titles(
    record_type: RecordType, rows: Sequence[Mapping[str, Any]]
) -> dict[tuple[str, int], str]:
    """The titles of the records that these rows' `search_with` links point at."""
    wanted: dict[str, list[int]] = {}
    for name in record_type.search_with.split():
        kind = record_type.fields[name]
        if isinstance(kind, Link):
            ids = [row[name].id for row in rows if isinstance(row.get(name), Pointer)]
            wanted.setdefault(kind.target, []).extend(ids)
    return titles(wanted)


def refs(actor: Actor, type_key: str, ids: Iterable[int]) -> dict[int, Ref]:
    """The names of linked records: one batched look, within the actor's reach."""
    wanted = list(dict.fromkeys(ids))
    target = catalogue()[type_key]
    known = target.title in visible(actor, target)
    scope = scope_of(actor, target) if known else Scope()
    return {id: _ref(target.key, scope, id, row) for id, row in named_rows(target, wanted).items()}


def named_rows(target: RecordType, ids: Sequence[int]) -> dict[int, Any]:
    """id → (uid, title, owner, department, removed at): all that the name of a link needs."""
    return named_each([(target, ids)])[0]


def named_each(wanted: Sequence[tuple[RecordType, Sequence[int]]]) -> list[dict[int, Any]]:
    """The same of several types, in one statement."""
    found: list[dict[int, Any]] = [{} for _one in wanted]
    selects, params = [], []
    for place, (target, ids) in enumerate(wanted):
        if not ids:
            continue
        where, keys = among("id", ids)
        selects.append(
            f"SELECT {place}, id, uid, {target.fields[target.title].column}, owner_id, "
            f"department_id, removed_at FROM {target.table} WHERE {where}"
        )
        params += keys
    if selects:
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(selects), params)
            for place, id, *row in cursor.fetchall():
                found[place][id] = row
    return found


def _ref(key: str, scope: Scope, id: int, row: Any) -> Ref:
    uid, title, owner, department, removed_at = row
    if not scope.holds(id, owner, department):
        return Ref(key)
    return Ref(key, as_uuid(uid), str(title or "–"), removed_at is not None)


def refs_by_uid(actor: Actor, type_key: str, uids: Iterable[UUID]) -> dict[UUID, Ref]:
    """The same, asked by uid."""
    if type_key not in catalogue():
        return {}
    target = catalogue()[type_key]
    ids = {raw.id: raw.uid for raw in raws_by_uid(target, [], list(dict.fromkeys(uids)))}
    return {ids[id]: ref for id, ref in refs(actor, type_key, ids).items()}


def rows(
    actor: Actor, record_type: RecordType, names: Sequence[str], found: Sequence[Raw]
) -> tuple[Row, ...]:
    """Frozen rows with every link named; `names` may be dotted, one step deep."""
    values: list[dict[str, Any]] = [dict(raw.values) for raw in found]
    _mask(actor, record_type.masked, values)
    name_links(actor, record_type.fields, values)
    for name in names:
        if "." in name:
            _follow(actor, record_type, name, found, values)
        elif name in record_type.parts:
            _add_parts(actor, record_type.parts[name], found, values)
    editing = scope_of(actor, record_type, "edit")
    return tuple(
        Row(
            type=record_type.key,
            uid=raw.uid,
            version=raw.version,
            values=MappingProxyType(one),
            may_edit=editing.holds(raw.id, raw.owner, raw.department),
            removed=raw.removed,
            title_field=record_type.title,
        )
        for raw, one in zip(found, values, strict=True)
    )


def _mask(actor: Actor, masked: Sequence[FieldType], values: list[dict[str, Any]]) -> None:
    """Leave of each masked value what everybody may see; all of it for who reveals."""
    for kind in () if actor.reveals else masked:
        for one in values:
            if one.get(kind.name):
                one[kind.name] = kind.outward(one[kind.name])


def name_links(actor: Actor, fields: dict[str, FieldType], values: list[dict[str, Any]]) -> None:
    """Put names for the links, in the rows themselves; all rows hold the same fields."""
    there = [fields[name] for name in (values[0] if values else ()) if name in fields]
    links = [kind for kind in there if isinstance(kind, Link)]
    wanted: dict[str, set[int]] = {}
    for kind in links:
        ids = {held.id for one in values if isinstance(held := one[kind.name], Pointer)}
        wanted.setdefault(kind.target, set()).update(ids)
    named = {target: refs(actor, target, ids) for target, ids in wanted.items() if ids}
    for kind in links:
        near = named.get(kind.target, {})
        for one in values:
            if isinstance(held := one[kind.name], Pointer):
                one[kind.name] = near.get(held.id) or Ref(kind.target)
    for many in there:
        if isinstance(many, Links):
            _name_many(actor, many.name, values)


def _name_many(actor: Actor, name: str, values: list[dict[str, Any]]) -> None:
    wanted: dict[str, set[UUID]] = {}
    for one in values:
        for entry in one.get(name) or ():
            wanted.setdefault(entry["type"], set()).add(UUID(entry["uid"]))
    named = {target: refs_by_uid(actor, target, uids) for target, uids in wanted.items()}
    for one in values:
        if one.get(name):
            one[name] = tuple(
                named[entry["type"]].get(UUID(entry["uid"]), Ref(entry["type"]))
                for entry in one[name]
            )


def _follow(
    actor: Actor,
    record_type: RecordType,
    name: str,
    found: Sequence[Raw],
    values: list[dict[str, Any]],
) -> None:
    first, second = name.split(".", 1)
    kind = record_type.fields[first]
    if not isinstance(kind, Link):
        raise ValidationError({name: _("“%(name)s” links to nothing.") % {"name": first}})
    target = catalogue()[kind.target]
    ids = {raw.id: raw.values[first].id for raw in found if raw.values.get(first)}
    seen: dict[int, Any] = {}
    if second in visible(actor, target) and second in target.fields:
        scope = scope_of(actor, target)
        near = raws(target, [second], list(dict.fromkeys(ids.values())))
        near = [raw for raw in near if scope.holds(raw.id, raw.owner, raw.department)]
        shown = [dict(raw.values) for raw in near]
        _mask(actor, target.masked, shown)
        name_links(actor, {second: target.fields[second]}, shown)
        seen = {raw.id: one[second] for raw, one in zip(near, shown, strict=True)}
    for raw, one in zip(found, values, strict=True):
        one[name] = seen.get(ids.get(raw.id, 0))


def _add_parts(
    actor: Actor, part: PartType, found: Sequence[Raw], values: list[dict[str, Any]]
) -> None:
    inside = raw_parts(part, [raw.id for raw in found])
    every = [entry for entries in inside.values() for entry in entries]
    name_links(actor, part.fields, every)
    for raw, one in zip(found, values, strict=True):
        one[part.name] = tuple(MappingProxyType(entry) for entry in inside[raw.id])
