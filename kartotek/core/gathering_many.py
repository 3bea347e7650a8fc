"""What a write of many records must know before it is prepared: one look-up for all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from kartotek.core import erased, holding, locked, log, reading
from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue
from kartotek.core.context import Context
from kartotek.core.errors import NotFound, PermissionDenied, ValidationError
from kartotek.core.fieldtypes import Link, Links
from kartotek.core.gathering import links_in, name_pointers, titles_of
from kartotek.core.prepare import Intent, Resolved
from kartotek.core.reading import Raw
from kartotek.core.recordtype import RecordType
from kartotek.core.scope import Scope, scope_of
from kartotek.core.titling import Titles


@dataclass(frozen=True)
class Wish:
    """One row of many: what to write to the record `uid`.

    Where there is no such record it is made under that uid, unless `only_change`.
    """

    uid: UUID
    values: dict[str, Any]
    version: int | None = None
    only_change: bool = False


@dataclass(frozen=True)
class Reach:
    """What an actor may see, change and make of one type; worked out once for all rows."""

    view: Scope
    edit: Scope
    create: Scope

    @classmethod
    def of(cls, actor: Actor, record_type: RecordType) -> Reach:
        return cls(*(scope_of(actor, record_type, verb) for verb in ("view", "edit", "create")))


@dataclass
class Gathered:
    """The intents of some rows (or the error that stops one), and the links they resolve to."""

    intents: list[Intent | Exception] = field(default_factory=list)
    resolved: Resolved = field(default_factory=dict)


@dataclass(frozen=True)
class _Known:
    """What was read for all rows, and is the same for each."""

    actor: Actor
    type: RecordType
    reach: Reach
    resolved: Resolved
    departments: dict[int, int | None]
    titles: Titles

    @cached_property
    def may_create(self) -> bool:
        return self.actor.rights.scope(self.type.key, "create") != "none"


def gather(actor: Actor, record_type: RecordType, wishes: Sequence[Wish], reach: Reach) -> Gathered:
    """Read, without a lock, all that preparing these rows needs; no query belongs to one row."""
    uids = list(dict.fromkeys(wish.uid for wish in wishes))
    found = reading.raws_by_uid(record_type, list(record_type.fields), uids, locks=True)
    olds = {raw.uid: raw for raw in found}
    parts = {
        name: reading.raw_parts(part, [raw.id for raw in found])
        for name, part in record_type.parts.items()
    }
    told = name_pointers(
        record_type,
        [
            (olds[wish.uid], {name: rows[olds[wish.uid].id] for name, rows in parts.items()},
             wish.values)
            for wish in (wishes if olds else ()) if wish.uid in olds
        ],
    )  # fmt: skip
    resolved = _resolved(actor, record_type, wishes)
    inner = [row for part in parts.values() for rows in part.values() for row in rows]
    titles = titles_of(record_type, [*(raw.values for raw in found), *inner], resolved, told)
    departments = _departments(record_type, resolved)
    known = _Known(actor, record_type, reach, resolved, departments, titles)
    unreachable = _unreachable(actor, record_type, wishes)
    erased_ones = _erased(wishes, olds)
    gathered = Gathered(resolved=resolved)
    for wish in wishes:
        try:
            if unreachable:
                _check_links(record_type, wish, unreachable)
            old = olds.get(wish.uid) if olds else None
            if old is None:
                if wish.uid in erased_ones:
                    raise erased_ones[wish.uid]
                intent = _new(known, wish)
            else:
                inside = {name: rows[old.id] for name, rows in parts.items()}
                intent = _old(known, wish, old, inside)
            gathered.intents.append(intent)
        except (ValidationError, PermissionDenied, NotFound) as error:
            gathered.intents.append(error)
    return gathered


def _erased(wishes: Sequence[Wish], olds: Mapping[UUID, Raw]) -> Mapping[UUID, ValidationError]:
    """Of the rows that would be made, those of records that were erased: they do not come back."""
    new = [one for one in wishes if one.uid not in olds and not one.only_change]
    return erased.refusals([(one.uid, one.values.get("external_ids")) for one in new])


def _new(known: _Known, wish: Wish) -> Intent:
    if wish.only_change:
        raise _missing(known.type)
    if not known.may_create:
        raise PermissionDenied(
            _("Your role may not add %(plural)s. Ask an administrator.")
            % {"plural": str(known.type.plural).lower()}
        )
    owner, department = known.actor.member, known.actor.department
    if not known.type.scoped:
        owner = department = None
    elif (named := _named_owner(known, wish)) is not None:
        owner, department = named, known.departments.get(named, department)
    values = wish.values
    if known.type.files:
        values = holding.looked_up(known.actor, known.type, values)
    return Intent(wish.uid, values, owner=owner, department=department, titles=known.titles)


def _named_owner(known: _Known, wish: Wish) -> int | None:
    raw = wish.values.get("owner")
    if not raw:
        return None
    kind = known.type.fields["owner"]
    if not isinstance(kind, Link):
        return None
    try:
        uid = kind.parse(raw, Context())
    except ValidationError:
        return None  # prepare names the field
    return known.resolved.get((kind.target, uid)) if uid else None


def _departments(record_type: RecordType, resolved: Resolved) -> dict[int, int | None]:
    """Owner → the department they stand in, for every owner named in these rows."""
    kind = record_type.fields["owner"]
    assert isinstance(kind, Link)
    ids = [id for (target, _uid), id in resolved.items() if target == kind.target]
    return {raw.id: raw.department for raw in reading.raws(catalogue()[kind.target], [], ids)}


def _old(known: _Known, wish: Wish, old: Raw, inside: dict[str, list[dict[str, Any]]]) -> Intent:
    record_type = known.type
    if not known.reach.view.holds(old.id, old.owner, old.department):
        raise _missing(record_type)
    if not known.reach.edit.holds(old.id, old.owner, old.department):
        raise PermissionDenied(
            _("You may look at this %(label)s, but your role may not do this with it.")
            % {"label": str(record_type.label).lower()}
        )
    locked.refuse(known.actor, record_type, old)
    if old.removed:
        raise ValidationError(
            _("“%(title)s” is in the trash. Put it back first, then change it.")
            % {"title": old.values.get(record_type.title) or record_type.label}
        )
    if wish.version is not None and not 1 <= wish.version <= old.version:
        raise ValidationError({"version": [_("There is no such version. Read it again.")]})
    since = {}
    if wish.version is not None and wish.version < old.version:  # few rows are stale
        since = log.since_version(record_type.key, old.id, wish.version)
    return Intent(old.uid, wish.values, old=old, old_parts=inside, since=since, titles=known.titles)


def _missing(record_type: RecordType) -> NotFound:
    return NotFound(
        _("There is no such %(label)s, or it is not open to you.")
        % {"label": str(record_type.label).lower()}
    )


def _resolved(actor: Actor, record_type: RecordType, wishes: Sequence[Wish]) -> Resolved:
    """(type, uid) → id of every record that any of the rows links to, within reach."""
    asked: dict[str, dict[Any, None]] = {}
    for kind, raw in _links(record_type, wishes):
        if raw:
            key = raw if isinstance(raw, str | UUID) else _uid(kind, raw)
            asked.setdefault(kind.target, {})[key] = None
    found: Resolved = {}
    for target, raws in asked.items():
        linked = catalogue()[target]
        scope = scope_of(actor, linked)
        uids = {uid for raw in raws if (uid := _uid(Link(target), raw))}
        for near in reading.raws_by_uid(linked, [], sorted(uids)):
            if scope.holds(near.id, near.owner, near.department) and not near.removed:
                found[target, near.uid] = near.id
    return found


def _links(record_type: RecordType, wishes: Sequence[Wish]) -> Iterator[tuple[Link, Any]]:
    """Every single link among the raw values of the rows, also those inside parts."""
    direct = [kind for kind in record_type.fields.values() if isinstance(kind, Link)]
    for wish in wishes:
        values = wish.values
        for kind in direct:
            if kind.name in values:
                yield kind, values[kind.name]
        for name in record_type.parts:
            if name in values:
                yield from links_in(record_type, {name: values[name]})


def _uid(kind: Link, raw: Any) -> UUID | None:
    try:
        return kind.parse(raw, Context())
    except ValidationError:
        return None  # prepare names the field


Named = set[tuple[str, UUID]]


def _unreachable(actor: Actor, record_type: RecordType, wishes: Sequence[Wish]) -> Named:
    """The records named in lists of links that are not there, or not open to the actor."""
    wanted: dict[str, set[UUID]] = {}
    for name, kind in record_type.fields.items():
        if isinstance(kind, Links):
            for wish in wishes:
                for target, uid in _entries(kind, wish.values.get(name)):
                    wanted.setdefault(target, set()).add(uid)
    found: Named = set()
    for target, uids in wanted.items():
        near = reading.refs_by_uid(actor, target, uids)
        found |= {(target, uid) for uid in uids if uid not in near or not near[uid].is_reachable}
    return found


def _entries(kind: Links, raw: Any) -> list[tuple[str, UUID]]:
    try:
        return [(one["type"], UUID(one["uid"])) for one in kind.parse(raw, Context())]
    except ValidationError:
        return []  # prepare names the field


def _check_links(record_type: RecordType, wish: Wish, unreachable: Named) -> None:
    for name in wish.values if unreachable else ():
        kind = record_type.fields.get(name)
        if isinstance(kind, Links) and unreachable & {*_entries(kind, wish.values[name])}:
            raise ValidationError(
                {name: _("A record you linked is not there, or not open to you. Choose another.")}
            )
