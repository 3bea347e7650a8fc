"""What a relationship must hold, and who is what to whom on the page of one record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from kartotek.core import reading, words
from kartotek.core.actor import Actor
from kartotek.core.catalogue import AnyType, catalogue, the_type, visible
from kartotek.core.errors import ValidationError
from kartotek.core.fieldtypes import Date, Pointer, Ref
from kartotek.core.question import Row
from kartotek.core.recordtype import RecordType
from kartotek.core.relates import Relates
from kartotek.core.scope import own_scope, scope_of

MOST_SHOWN = 200  # relationships of one record, the newest

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Relation:
    """One relationship as the card of one of its ends shows it: in words, and who stands there."""

    type: str
    uid: UUID
    version: int
    words: str
    other: Ref
    is_first: bool  # does the card stand on the first side of it?
    since: date | None
    until: date | None
    remark: str
    is_over: bool
    may_edit: bool
    may_remove: bool


@dataclass(frozen=True)
class Wording:
    """All that a record is called alike to some others: those that hold first, then the past."""

    words: str
    relations: tuple[Relation, ...]

    @property
    def is_over(self) -> bool:
        return all(one.is_over for one in self.relations)


def types_that_relate() -> list[tuple[RecordType, Relates]]:
    """The types whose records tie two others together."""
    return [(one, one.relates) for one in catalogue() if one.relates]


def kind_type(record_type: RecordType, relates: Relates) -> RecordType:
    """The type of the records that word such relationships."""
    return catalogue()[getattr(record_type.fields[relates.kind], "target", "")]


def reads(actor: Actor, record_type: RecordType, relates: Relates) -> bool:
    """May this actor see relationships at all: both ends, and the words between them?"""
    kinds = kind_type(record_type, relates)
    return (
        actor.rights.scope(record_type.key, "view") != "none"
        and actor.rights.scope(kinds.key, "view") != "none"
        and {*relates.ends, relates.kind} <= visible(actor, record_type)
        and set(relates.words) <= visible(actor, kinds)
    )


def related(actor: Actor, named: AnyType, record: Row, today: date) -> list[Wording]:
    """Who this record is tied to, as far as the actor may see both ends: two queries a type.

    Whose other end lies in the trash is not told of until it comes back.
    """
    here = the_type(named)
    near = reading.near_ids(actor, here, [record.uid]) if here.takes_part else []
    found: list[Relation] = []
    for record_type, relates in types_that_relate() if near else ():
        if reads(actor, record_type, relates):
            found += _of_type(actor, record_type, relates, (here.key, near[0]), today)
    return _grouped(found)


def _grouped(found: Iterable[Relation]) -> list[Wording]:
    by_words: dict[str, list[Relation]] = {}
    for one in found:
        by_words.setdefault(one.words, []).append(one)
    groups = [
        Wording(said, tuple(sorted(each, key=lambda one: one.is_over)))
        for said, each in sorted(by_words.items(), key=lambda item: words.fold(item[0]))
    ]
    return sorted(groups, key=lambda one: one.is_over)


def _of_type(
    actor: Actor, record_type: RecordType, relates: Relates, to: tuple[str, int], today: date
) -> list[Relation]:
    rows = _rows(record_type, relates, to)
    ends = _ends(actor, ((row[-2], row[-1]) for row in rows))
    # Whether an end is out of reach is looked at here: one's own reach is all that is asked.
    reach = {verb: own_scope(actor, record_type, verb) for verb in ("view", "edit", "remove")}
    seen = visible(actor, record_type)
    found = {}
    for id, uid, version, owner, department, role, *held, first, second, kind, other in rows:
        end = ends.get((kind, other))
        if end is None or not reach["view"].holds(id, owner, department):
            continue
        names = (relates.since, relates.until, relates.remark)
        since, until, remark = (
            value if name in seen else None for name, value in zip(names, held, strict=True)
        )
        last = Date().load(until)
        is_first = role == relates.one
        found[id] = Relation(
            record_type.key, reading.as_uuid(uid), version, first if is_first else second, end,
            is_first, Date().load(since), last, remark or "", bool(last and last <= today),
            reach["edit"].holds(id, owner, department),
            reach["remove"].holds(id, owner, department),
        )  # fmt: skip
    return list(found.values())


def _rows(record_type: RecordType, relates: Relates, to: tuple[str, int]) -> list[Any]:
    fields, kinds = record_type.fields, kind_type(record_type, relates)
    told = [fields[name].column for name in (relates.since, relates.until, relates.remark)]
    said = [kinds.fields[name].column for name in relates.words]
    columns = ", ".join([*(f"r.{one}" for one in told), *(f"k.{one}" for one in said)])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.id, r.uid, r.version, r.owner_id, r.department_id, l.role, "
            f"{columns}, o.to_type, o.to_record FROM core_linkrow l "
            f"JOIN {record_type.table} r ON r.id = l.from_record "
            f"JOIN {kinds.table} k ON k.id = r.{fields[relates.kind].column} "
            "JOIN core_linkrow o ON o.from_record = l.from_record AND o.from_type = l.from_type "
            "AND o.role <> l.role WHERE l.to_record = %s AND l.to_type = %s AND l.from_type = %s "
            f"AND r.removed_at IS NULL ORDER BY r.id DESC LIMIT {MOST_SHOWN}",
            [to[1], to[0], record_type.key],
        )
        return list(cursor.fetchall())


def _ends(actor: Actor, named: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Ref]:
    """(type, id) → the record, of those that are there and within reach: one query."""
    wanted: dict[str, list[int]] = {}
    for key, id in named:
        if key in catalogue():
            wanted.setdefault(key, []).append(id)
    types = [catalogue()[key] for key in wanted]
    types = [one for one in types if one.title in visible(actor, one)]
    rows = reading.named_each([(one, list(dict.fromkeys(wanted[one.key]))) for one in types])
    found = {}
    for one, by_id in zip(types, rows, strict=True):
        scope = scope_of(actor, one)
        for id, (uid, title, owner, department, removed_at) in by_id.items():
            if removed_at is None and scope.holds(id, owner, department):
                found[one.key, id] = Ref(one.key, reading.as_uuid(uid), str(title or "–"))
    return found


def refuse_misfit(relates: Relates, new: Any) -> None:
    """ValidationError where a relationship ties a record to itself, or ends before it begins."""
    one, other = (getattr(new, name) for name in relates.ends)
    if one and other and one[0] == other[0]:
        raise ValidationError(
            {relates.other: _("That would tie this to itself. Choose another one.")}
        )
    since, until = getattr(new, relates.since), getattr(new, relates.until)
    if since and until and until < since:
        raise ValidationError(
            {relates.until: _("This ends before it begins. Change one of the two days.")}
        )


def refuse_doubtful(record_type: RecordType, values: Values, old: Values | None, uid: Any) -> None:
    """ValidationError where the kind does not take these ends, or they stand so already."""
    relates = record_type.relates
    assert relates is not None
    said = {*relates.ends, relates.kind, relates.since, relates.until}
    if old is not None and all(_plain(values[name]) == _plain(old[name]) for name in said):
        return
    kinds = kind_type(record_type, relates)
    worded = reading.raws(kinds, [*relates.words, *relates.between], [values[relates.kind].id])[
        0
    ].values
    for name, limit in zip(relates.ends, relates.between, strict=True):
        _refuse_type(name, values[name][0]["type"], worded[limit])
    if twin_of(record_type, values, uid, [worded[name] for name in relates.words]):
        raise ValidationError({
            relates.kind: _("“%(words)s” stands between these two already. Change that one, or "
                            "end it first.") % {"words": worded[relates.words[0]]}
        })  # fmt: skip


def _plain(value: Any) -> Any:
    return value.id if isinstance(value, Pointer) else value


def _refuse_type(name: str, key: str, limit: str) -> None:
    able = [one for one in catalogue() if one.takes_part and limit in ("", one.key)]
    if key not in {one.key for one in able}:
        raise ValidationError({
            name: _("This cannot stand here. Choose one of these: %(known)s.")
            % {"known": ", ".join(str(one.plural).lower() for one in able)}
        })  # fmt: skip


def twin_of(record_type: RecordType, values: Values, uid: Any, said: Sequence[str]) -> UUID | None:
    """Another relationship that says the same of the same two at the same time."""
    relates = record_type.relates
    assert relates is not None
    for raw in _about(record_type, relates, values[relates.one][0]):
        if raw.uid == uid or raw.removed:
            continue
        if says_the_same(relates, raw.values, values, alike=is_alike(said)):
            return raw.uid
    return None


def says_the_same(relates: Relates, one: Values, other: Values, *, alike: bool) -> bool:
    """Do two relationships say the same of the same two at the same time?"""
    first, second = (
        [_named(each[name][0]) for name in relates.ends if each[name]] for each in (one, other)
    )
    return (
        _plain(one[relates.kind]) == _plain(other[relates.kind])
        and (first == second or (alike and first == second[::-1]))
        and _meets(relates, one, other)
    )


def is_alike(said: Sequence[str]) -> bool:
    """Do both sides read the same, so that neither is the first?"""
    return words.fold(said[0]) == words.fold(said[1])


def _named(entry: Mapping[str, str]) -> tuple[str, str]:
    return entry["type"], entry["uid"]


def _about(
    record_type: RecordType, relates: Relates, entry: Mapping[str, str]
) -> list[reading.Raw]:
    """The relationships of the record that an end names."""
    ids = reading.raws_by_uid(catalogue()[entry["type"]], [], [UUID(entry["uid"])])
    if not ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT from_record FROM core_linkrow WHERE to_record = %s AND to_type = %s "
            "AND from_type = %s",
            [ids[0].id, entry["type"], record_type.key],
        )
        found = [row[0] for row in cursor.fetchall()]
    names = [*relates.ends, relates.kind, relates.since, relates.until]
    return reading.raws(record_type, names, found)


def _meets(relates: Relates, one: Values, other: Values) -> bool:
    """Do both hold at one time? One may begin on the day on which the other ends."""
    first, second = (
        (each[relates.since] or date.min, each[relates.until] or date.max) for each in (one, other)
    )
    return first == second or (first[0] < second[1] and second[0] < first[1])
