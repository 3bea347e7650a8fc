"""What a write must know before it is prepared: read here, without a lock."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from kartotek.core import holding, locked, log, reading
from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue
from kartotek.core.context import Context
from kartotek.core.errors import NotFound, PermissionDenied, ValidationError
from kartotek.core.fieldtypes import FieldType, Link, Links, Pointer
from kartotek.core.prepare import Intent, Resolved
from kartotek.core.reading import Raw
from kartotek.core.recordtype import RecordType
from kartotek.core.scope import scope_of
from kartotek.core.titling import Titles

_KEPT = ("created_by", "changed_by")


def for_new(
    actor: Actor, record_type: RecordType, values: dict[str, Any], uid: UUID
) -> tuple[Intent, Resolved]:
    """The intent to create; PermissionDenied where the role creates none of this type."""
    if actor.rights.scope(record_type.key, "create") == "none":
        raise PermissionDenied(
            _("Your role may not add %(plural)s. Ask an administrator.")
            % {"plural": str(record_type.plural).lower()}
        )
    if record_type.files:
        values = holding.looked_up(actor, record_type, values)
    resolved = resolve(actor, record_type, values)
    owner, department = actor.member, actor.department
    if record_type.scoped:
        owner, department = _placed(record_type, values, resolved, owner, department)
    else:
        owner = department = None
    titles = titles_of(record_type, [], resolved, {})
    intent = Intent(uid=uid, values=values, owner=owner, department=department, titles=titles)
    return intent, resolved


def _placed(
    record_type: RecordType,
    values: dict[str, Any],
    resolved: Resolved,
    owner: int | None,
    department: int | None,
) -> tuple[int | None, int | None]:
    """The owner named in the values, and the department that owner stands in."""
    kind = record_type.fields["owner"]
    assert isinstance(kind, Link)
    try:
        named = kind.parse(values.get("owner"), Context())
    except ValidationError:
        return owner, department  # prepare names the field
    if named is None or (kind.target, named) not in resolved:
        return owner, department
    owner = resolved[kind.target, named]
    raws = reading.raws(catalogue()[kind.target], [], [owner])
    return owner, raws[0].department if raws else department


def for_old(
    actor: Actor,
    record_type: RecordType,
    target: UUID | str,
    values: dict[str, Any],
    version: int | None,
    verb: str = "",
) -> tuple[Intent, Resolved]:
    """The intent to change: the record as it stands, and what others did since `version`."""
    old = reachable(actor, record_type, target, "edit")
    locked.refuse(actor, record_type, old)
    if old.removed and verb != "undo":
        raise ValidationError(
            _("“%(title)s” is in the trash. Put it back first, then change it.")
            % {"title": old.values.get(record_type.title) or record_type.label}
        )
    if version is not None and not 1 <= version <= old.version:
        raise ValidationError({"version": [_("There is no such version. Read it again.")]})
    parts = {name: reading.raw_parts(part, [old.id])[old.id]
             for name, part in record_type.parts.items()}  # fmt: skip
    since = {}
    if version is not None and version < old.version:
        since = log.since_version(record_type.key, old.id, version)
    titles = name_pointers(record_type, [(old, parts, values)])
    resolved = resolve(actor, record_type, values)
    rows = [old.values, *(row for entries in parts.values() for row in entries)]
    intent = Intent(
        uid=old.uid,
        values=values,
        old=old,
        old_parts=parts,
        since=since,
        titles=titles_of(record_type, rows, resolved, titles),
        forced=verb == "undo",
    )
    return intent, resolved


def _searched_with(record_type: RecordType) -> set[str]:
    """The types of which the titles are among this type's words."""
    return {
        kind.target
        for name in record_type.search_with.split()
        if isinstance(kind := record_type.fields[name], Link)
    }


def titles_of(
    record_type: RecordType,
    rows: list[dict[str, Any]],
    resolved: Resolved,
    known: Titles,
) -> Titles:
    """The titles of all that a `search_with` link may point at after this write.

    Those that are `known` already, of the links as they stood, are not read again.
    """
    targets = _searched_with(record_type)
    if not targets:
        return {}
    wanted: dict[str, set[int]] = {target: set() for target in targets}
    for (target, _uid), id in resolved.items():
        if target in targets:
            wanted[target].add(id)
    kinds = [record_type.fields, *(part.fields for part in record_type.parts.values())]
    for fields in kinds:
        for name, kind in fields.items():
            if isinstance(kind, Link) and kind.target in targets:
                found = [row[name].id for row in rows if isinstance(row.get(name), Pointer)]
                wanted[kind.target].update(found)
    unknown = {
        target: [id for id in ids if (target, id) not in known] for target, ids in wanted.items()
    }
    return {**known, **reading.titles(unknown)}


def as_uid(target: UUID | str) -> UUID:
    """A record's name; one that no record has where the text is none."""
    try:
        return target if isinstance(target, UUID) else UUID(target)
    except ValueError:
        return UUID(int=0)


def reachable(actor: Actor, record_type: RecordType, target: UUID | str, verb: str) -> Raw:
    """The record inside the doors. NotFound where it may not be seen, else PermissionDenied."""
    names, uids = list(record_type.fields), [as_uid(target)]
    found = reading.raws_by_uid(record_type, names, uids, locks=verb != "view")
    raw = found[0] if found else None
    if raw is None or not scope_of(actor, record_type).holds(raw.id, raw.owner, raw.department):
        raise NotFound(
            _("There is no such %(label)s, or it is not open to you.")
            % {"label": str(record_type.label).lower()}
        )
    if not scope_of(actor, record_type, verb).holds(raw.id, raw.owner, raw.department):
        raise PermissionDenied(
            _("You may look at this %(label)s, but your role may not do this with it.")
            % {"label": str(record_type.label).lower()}
        )
    return raw


def resolve(actor: Actor, record_type: RecordType, values: dict[str, Any]) -> Resolved:
    """(type, uid) → id of every record the values link to, as far as the actor may see it."""
    asked: dict[str, set[UUID]] = {}
    for kind, raw in links_in(record_type, values):
        try:
            uid = kind.parse(raw, Context())
        except ValidationError:
            continue  # prepare names the field
        if isinstance(uid, UUID):
            asked.setdefault(kind.target, set()).add(uid)
    _check_many(actor, record_type, values)
    found: Resolved = {}
    for target, uids in asked.items():
        linked = catalogue()[target]
        scope = scope_of(actor, linked)
        for raw_record in reading.raws_by_uid(linked, [], sorted(uids)):
            near = scope.holds(raw_record.id, raw_record.owner, raw_record.department)
            if near and not raw_record.removed:
                found[target, raw_record.uid] = raw_record.id
    return found


def links_in(record_type: RecordType, values: dict[str, Any]) -> list[tuple[Link, Any]]:
    """Every single link among the raw values, also those inside parts."""
    found: list[tuple[Link, Any]] = []
    for name, raw in values.items():
        kind = record_type.fields.get(name)
        if isinstance(kind, Link):
            found.append((kind, raw))
        elif name in record_type.parts:
            entries = raw.values() if isinstance(raw, dict) else raw
            fields = record_type.parts[name].fields
            for entry in (
                entries if isinstance(entries, list | tuple) or isinstance(raw, dict) else ()
            ):
                if isinstance(entry, dict):
                    found += [(kind, entry[key]) for key, kind in fields.items()
                              if isinstance(kind, Link) and key in entry]  # fmt: skip
    return found


def _check_many(actor: Actor, record_type: RecordType, values: dict[str, Any]) -> None:
    """Every record named in a list of links is there and open to the actor."""
    for name, raw in values.items():
        kind = record_type.fields.get(name)
        if not isinstance(kind, Links):
            continue
        wanted: dict[str, set[UUID]] = {}
        try:
            entries = kind.parse(raw, Context())
        except ValidationError:
            continue  # prepare names the field
        for entry in entries:
            wanted.setdefault(entry["type"], set()).add(UUID(entry["uid"]))
        for target, uids in wanted.items():
            near = reading.refs_by_uid(actor, target, uids)
            if any(uid not in near or not near[uid].is_reachable for uid in uids):
                raise ValidationError(
                    {
                        name: _(
                            "A record you linked is not there, or not open to you. Choose another."
                        )
                    }
                )


Held = tuple[Raw, dict[str, list[dict[str, Any]]], dict[str, Any]]  # a record, its parts, values


def name_pointers(record_type: RecordType, held: Sequence[Held]) -> Titles:
    """Give the old links their uids, so that the log can name what stood there.

    Returns the titles of those that the search is told of: they are read in the same look.
    """
    spots: list[tuple[dict[str, Any], FieldType]] = []
    for old, parts, values in held:
        spots += [
            (old.values, kind)
            for name, kind in record_type.fields.items()
            if isinstance(kind, Link) and name not in _KEPT
            and (name in values or name not in ("owner", "department"))
        ]  # fmt: skip
        for name, entries in parts.items():
            kinds = record_type.parts[name].fields.values()
            spots += [(entry, kind) for entry in entries for kind in kinds
                      if isinstance(kind, Link)]  # fmt: skip
    wanted: dict[str, set[int]] = {}
    for holder, kind in spots:
        assert isinstance(kind, Link)
        if isinstance(holder.get(kind.name), Pointer):
            wanted.setdefault(kind.target, set()).add(holder[kind.name].id)
    titles: dict[tuple[str, int], str] = {}
    told = _searched_with(record_type)
    for key, ids in wanted.items():
        target = catalogue()[key]
        raws = reading.raws(target, [target.title] if key in told else [], list(ids))
        if key in told:
            titles |= {(key, raw.id): str(raw.values[target.title] or "") for raw in raws}
        uids = {raw.id: raw.uid for raw in raws}
        for holder, kind in spots:
            pointer = holder.get(kind.name)
            if isinstance(kind, Link) and kind.target == key and isinstance(pointer, Pointer):
                holder[kind.name] = pointer._replace(uid=uids.get(pointer.id))
    return titles
