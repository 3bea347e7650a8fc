"""What a page watches, and which lines of the log matter to it within the actor's reach."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from kartotek.core import reading, recent_lines
from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue, visible
from kartotek.core.errors import ValidationError
from kartotek.core.fieldtypes import Link, Links, Pointer
from kartotek.core.log import ASIDE, SHARE, Glimpse
from kartotek.core.reading import Raw
from kartotek.core.recordtype import RecordType, Related, type_of_model
from kartotek.core.scope import placed, scope_of

MOST_WATCHED = 40  # types and records in one question: what a few open pages show
PLACE = frozenset({"owner", "department"})  # the fields by which a record comes into reach

Named = tuple[str, UUID]  # a record: the key of its type, its uid


@dataclass(frozen=True)
class Watch:
    """What a page shows: whole types by their keys, and single records."""

    types: frozenset[str] = frozenset()
    records: frozenset[Named] = frozenset()

    @property
    def keys(self) -> frozenset[str]:
        """Every type that is watched as a whole or in one of its records."""
        return self.types | {key for key, _uid in self.records}


def read(words: Iterable[str]) -> Watch:
    """A watch as pages write it: "key", or "key/uid". ValidationError for what is neither."""
    written = [one for one in dict.fromkeys(words) if one]
    if len(written) > MOST_WATCHED:
        raise ValidationError(_("This watches too much at once. Reload the page."))
    types, records = set(), set()
    for word in written:
        key, slash, uid = word.partition("/")
        if slash:
            records.add((key, _uid(uid)))
        else:
            types.add(key)
    return Watch(frozenset(types), frozenset(records))


def _uid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise ValidationError(_("This watches no record. Reload the page.")) from None


class Relevant:
    """The types whose lines may matter to a watch, as far as the actor may view them at all."""

    def __init__(self, actor: Actor, watch: Watch) -> None:
        known = catalogue()
        may = {one.key for one in known if actor.rights.scope(one.key, "view") != "none"}
        self.watch = Watch(
            watch.types & may, frozenset(one for one in watch.records if one[0] in may)
        )
        self.related = _related(self.watch, may)
        self.addressed = {
            one.key: one.addressed_to for one in known if one.addressed_to and one.key in may
        }
        self.types = sorted(self.watch.keys | self.related.keys() | self.addressed.keys())


def _related(watch: Watch, may: set[str]) -> dict[str, tuple[str, ...]]:
    """Type → its fields that name watched records: what stands on their pages beside them."""
    found: dict[str, tuple[str, ...]] = {}
    for key in {key for key, _uid in watch.records}:
        for other in catalogue():
            names = _naming(other, catalogue()[key]) if other.key in may else ()
            if names:
                found[other.key] = tuple(dict.fromkeys([*found.get(other.key, ()), *names]))
    return found


@lru_cache(maxsize=4_096)  # of each type with each other; the catalogue makes new ones seldom
def _naming(other: RecordType, here: RecordType) -> tuple[str, ...]:
    """The fields by which records of `other` stand in the panels of a record of `here`."""
    shown = {one.type: one.by for one in here.panels if isinstance(one, Related)}
    has_timeline = any(one.kind == "timeline" for one in here.panels)
    ties = other.relates is not None and here.takes_part
    by = shown.get(other.key)
    found = []
    for kind in other.fields.values():
        is_activity = isinstance(kind, Links) and other.timeline_at != "" and has_timeline
        links_here = isinstance(kind, Link) and kind.target == here.key
        if (
            is_activity
            or (ties and isinstance(kind, Links))
            or (links_here and by in ("", kind.name))
        ):
            found.append(kind.name)
    return tuple(found)


def _raws(
    record_type: RecordType, names: list[str], ids: list[int], newest: int | None
) -> Sequence[Raw]:
    if newest is None:
        return reading.raws(record_type, names, ids)
    return recent_lines.raws_at(newest, record_type.key, tuple(names), tuple(ids))


@dataclass
class Heard:
    """What happened to one record since: all of its lines as one."""

    type: str
    uid: UUID
    record: int
    who: str
    fields: tuple[str, ...] = ()
    lines: list[Glimpse] = field(default_factory=list)


@dataclass
class Touched:
    """What of a watch the lines touched, and the watched records that are told by name."""

    types: frozenset[str]
    records: frozenset[Named]
    heard: list[Heard]


@cache
def _who_acts() -> tuple[str, str]:
    """The keys of the members' and the departments' types."""
    models = (settings.KARTOTEK_MEMBER_MODEL, settings.KARTOTEK_DEPARTMENT_MODEL)
    member, department = (type_of_model(apps.get_model(one)) for one in models)
    return member, department


def changes_reach(actor: Actor, lines: Sequence[Glimpse]) -> bool:
    """May the actor see other records now: did their own role or place, or the tree, change?"""
    members, departments = _who_acts()
    return any(
        (line.type == members and line.record == actor.member)
        or (line.type == departments and actor.rights.are_bounded)
        for line in lines
    )


def touched(
    actor: Actor, lines: Sequence[Glimpse], relevant: Relevant, newest: int | None = None
) -> Touched:
    """The part of the watch that these lines change for this actor; `newest` ends the log now."""
    watch = relevant.watch
    types: set[str] = set()
    records: set[Named] = set()
    told: list[Heard] = []
    for key, group in _by_type(actor, lines, relevant.types).items():
        near = _Near(actor, catalogue()[key], relevant, group, newest)
        for one in group:
            if not near.is_told(one):
                continue
            is_watched = (key, one.uid) in watch.records
            if key in watch.types or near.is_addressed(one):
                types.add(key)
            if is_watched:
                records.add((key, one.uid))
            if is_watched or key in watch.types:
                told.append(one)
        records |= near.beside([one for one in group if near.is_told(one)])
    return Touched(frozenset(types), frozenset(records), told)


def _by_type(
    actor: Actor, lines: Sequence[Glimpse], types: Sequence[str]
) -> dict[str, list[Heard]]:
    """Type → its records that these lines are about, each with the fields that are seen."""
    found: dict[tuple[str, int], Heard] = {}
    for line in lines:
        if line.type in types:
            new = Heard(line.type, line.uid, line.record, "")
            found.setdefault((line.type, line.record), new).lines.append(line)
    grouped: dict[str, list[Heard]] = {}
    for (key, _record), one in found.items():
        seen = visible(actor, key)
        changes = [line for line in one.lines if line.verb not in ASIDE]
        names = dict.fromkeys(name for line in changes for name in line.after if name in seen)
        one.fields = tuple(names)
        if actor.rights.scope(key, "see_history") != "none":
            one.who = one.lines[-1].who
        grouped.setdefault(key, []).append(one)
    return grouped


class _Near:
    """The records of one type that the lines are about, and where they stand to the actor."""

    def __init__(
        self,
        actor: Actor,
        record_type: RecordType,
        relevant: Relevant,
        group: list[Heard],
        newest: int | None,
    ) -> None:
        self._actor, self._type, self._watch = actor, record_type, relevant.watch
        # What is shared is asked only where it decides; of what ties others, who sees its ends.
        reach = scope_of if record_type.relates else placed
        self._scope = reach(actor, record_type)
        links = relevant.related.get(record_type.key, ())
        self._about = links
        addressed = relevant.addressed.get(record_type.key, "")
        self._addressed = addressed
        single = [name for name in links if not isinstance(record_type.fields[name], Links)]
        names = [*single, *([addressed] if addressed else [])]
        self._raws: dict[int, Raw] = {}
        if names or not self._scope.everything:
            ids = [one.record for one in group]
            self._raws = {raw.id: raw for raw in _raws(record_type, names, ids, newest)}
        self._departments: set[str] | None = None
        self._owners: set[str] | None = None

    def is_told(self, one: Heard) -> bool:
        """Is it within reach or was, and did something change of it that the actor may see?"""
        return self._is_seen(one) and (self._holds(one) or self._held(one))

    def _is_seen(self, one: Heard) -> bool:
        if one.fields or any(line.verb != "update" for line in one.lines):
            return True
        return not self._scope.everything and any(PLACE & line.after.keys() for line in one.lines)

    def _holds(self, one: Heard) -> bool:
        if self._scope.everything:
            return True
        raw = self._raws.get(one.record)
        if raw is None:
            return False
        whose = (raw.id, raw.owner, raw.department)
        return self._scope.holds(*whose) or scope_of(self._actor, self._type).holds(*whose)

    def _held(self, one: Heard) -> bool:
        """Did it leave the actor's reach by one of these lines?"""
        for line in one.lines:
            owner, department = line.before.get("owner"), line.before.get("department")
            if line.verb == SHARE and self._was_opened_by(line):
                return True
            if owner and owner in self._own_owners():
                return True
            if department and department in self._own_departments():
                return True
        return False

    def _was_opened_by(self, line: Glimpse) -> bool:
        """Was it shared with the actor or one of their departments, before this line?"""
        share = line.before.get(SHARE) or {}
        if share.get("to") == "department":
            departments = catalogue()[_who_acts()[1]]
            raws = reading.raws(departments, [], list(self._actor.departments))
            return share["uid"] in {str(raw.uid) for raw in raws}
        return bool(share) and share["uid"] == str(self._actor.member_uid)

    def _own_owners(self) -> set[str]:
        """The uids of the members whose records are within reach; one query where some are away."""
        if self._owners is None:
            mine = {str(self._actor.member_uid)} if self._scope.owner is not None else set()
            away = list(self._scope.others)
            members = catalogue()[_who_acts()[0]]
            self._owners = mine | {str(raw.uid) for raw in reading.raws(members, [], away)}
        return self._owners

    def _own_departments(self) -> set[str]:
        """The uids of the departments within reach; asked only where a record changed its own."""
        if self._departments is None:
            departments = catalogue()[_who_acts()[1]]
            raws = reading.raws(departments, [], list(self._scope.departments))
            self._departments = {str(raw.uid) for raw in raws}
        return self._departments

    def is_addressed(self, one: Heard) -> bool:
        raw = self._raws.get(one.record) if self._addressed else None
        pointer = raw.values[self._addressed] if raw else None
        return isinstance(pointer, Pointer) and pointer.id == self._actor.member

    def beside(self, group: list[Heard]) -> set[Named]:
        """The watched records on whose pages these stand: as related ones, or in the timeline."""
        if not self._about or not group:
            return set()
        wanted = _ids(self._actor, self._watch.records)
        found = {named for named in wanted.values() if self._left(group, named)}
        for name in self._about:
            if isinstance(self._type.fields[name], Links):
                linked = _linked_to(self._type.key, [one.record for one in group])
                found |= {wanted[one] for one in linked if one in wanted}
                continue
            target = self._type.fields[name].target  # type: ignore[attr-defined]
            for one in group:
                pointer = self._raws[one.record].values[name] if one.record in self._raws else None
                if isinstance(pointer, Pointer) and (target, pointer.id) in wanted:
                    found.add(wanted[target, pointer.id])
        return found

    def _left(self, group: list[Heard], named: Named) -> bool:
        """Did one of them name this record before, in a field by which it stood on its page?"""
        return any(
            _names(line.before.get(name), str(named[1]))
            for one in group
            for line in one.lines
            for name in self._about
        )


def _names(plain: Any, uid: str) -> bool:
    if isinstance(plain, list):
        return any(isinstance(one, dict) and one.get("uid") == uid for one in plain)
    return bool(plain == uid)


def _ids(actor: Actor, records: Iterable[Named]) -> dict[tuple[str, int], Named]:
    """(type, id) → the watched records within the actor's reach."""
    found = {}
    for key, uid in records:
        for id in reading.near_ids(actor, catalogue()[key], [uid]):
            found[key, id] = (key, uid)
    return found


def _linked_to(from_type: str, ids: Sequence[int]) -> set[tuple[str, int]]:
    """The records in whose timelines these activities stand."""
    written = ", ".join(map(str, ids))  # integers of our own
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT to_type, to_record FROM core_linkrow "
            f"WHERE from_record IN ({written}) AND from_type = %s",
            [from_type],
        )
        return {(row[0], row[1]) for row in cursor.fetchall()}
