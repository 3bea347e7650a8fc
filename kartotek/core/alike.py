"""How alike two records are, from what their fields say: a score in points, with its reasons.

Pure: no database. The points are log-odds in all but name (Fellegi and Sunter, 1969): what agrees
adds, what contradicts takes away, what is empty says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

from django.utils.translation import gettext as _
from rapidfuzz.distance import OSA, Indel, JaroWinkler

from kartotek.core import words
from kartotek.core.context import Context
from kartotek.core.fieldtypes import Addresses, Date, FieldType, Link, Pointer
from kartotek.core.recordtype import RecordType

Value = TypeVar("Value")
Pair = tuple[str, str]  # an identifier: (kind, value)
Place = tuple[str, str, str]  # street, postal code, city; folded
_NUMBER = re.compile(r"\d+")
LEFT_OVER = 0.2  # of the likeness goes with words left over, as Jaro-Winkler has it of a beginning
_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Setting:
    """What agreement and contradiction weigh. One is shipped: see docs/decisions/matching.md."""

    suggest: float = 5.5  # points from which a pair is shown
    name_same: float = 6.0
    name_close: float = 5.0
    name_near: float = 3.0
    name_other: float = -7.0
    same: float = 0.97  # Jaro-Winkler of names, word by word
    close: float = 0.92
    near: float = 0.84
    other: float = 0.72  # below: another name
    one_word: float = 0.8  # of the points of a name of which only one word is there to compare
    two_halves: float = 0.4  # "Ola" here and "Nordmann" there may be one person
    mail: float = 8.0
    mail_near: float = 5.0
    phone: float = 5.0
    number_other: float = -1.0  # both have some of a sort, and share none
    identifier: float = 6.0  # of any other sort: a website, an id in another system
    day: float = 5.0
    day_near: float = 3.5  # one digit off, or day and month changed over
    day_doubtful: float = 1.0  # two digits off
    day_other: float = -3.0
    street: float = 5.0  # with its town or postal code
    street_only: float = 3.0
    town: float = 1.5
    place_other: float = -1.5
    town_other: float = -0.5  # no street to compare
    link: float = 2.5
    link_other: float = -1.5
    title_alone: float = 2.0  # a title of two words or more, the very same, and nothing contradicts


SHIPPED = Setting()


@dataclass(frozen=True)
class Reason:
    """One field that speaks for (or against) a pair; `sort` says how it agrees."""

    field: str
    sort: str  # same, near, alike, other
    percent: int
    points: float


class Side(NamedTuple):
    """What is compared of one record, made comparable once."""

    title: tuple[str, ...] = ()
    identifiers: Mapping[str, frozenset[Pair]] = _NOTHING
    days: Mapping[str, str] = _NOTHING
    places: Mapping[str, tuple[Place, ...]] = _NOTHING
    links: Mapping[str, int] = _NOTHING


def compared(record_type: RecordType) -> list[str]:
    """The fields that tell whether two records are the same: title, identifiers, days, places,
    and the links that the type declares to make two `same_as` each other."""
    told = record_type.same_as.split()
    return [
        name
        for name, kind in record_type.fields.items()
        if not kind.is_masked
        if name == record_type.title
        or type(kind).identifiers is not FieldType.identifiers
        or isinstance(kind, Date | Addresses)
        or (isinstance(kind, Link) and name in told)
    ]


def side(record_type: RecordType, values: Mapping[str, Any], context: Context) -> Side:
    """One record's values, as a door's insides hold them, made ready to be compared."""
    identifiers, days, places, links = {}, {}, {}, {}
    fields, titled = record_type.fields, record_type.title
    for name, value in values.items():
        if not value or name == titled:
            continue
        kind = fields[name]
        if isinstance(value, date):
            days[name] = value.isoformat()
        elif isinstance(kind, Addresses):
            places[name] = tuple(_place(item) for item in value)
        elif isinstance(value, Pointer):
            links[name] = value.id
        elif pairs := frozenset(kind.identifiers(value, context)):
            identifiers[name] = pairs
    return Side(title_words(values.get(titled)), identifiers, days, places, links)


def title_words(title: Any) -> tuple[str, ...]:
    """The words of a title in an order of their own: "Nordmann, Ola" is "Ola Nordmann"."""
    return tuple(sorted(words.split(str(title or ""))))


def _place(item: Mapping[str, Any]) -> Place:
    street, code, city = (words.fold(item[part]) for part in ("street", "postal_code", "city"))
    return street, code, city


def reasons(one: Side, other: Side, by: Setting = SHIPPED, title: str = "name") -> list[Reason]:
    """What speaks for and against the two being the same, the strongest first."""
    found = [_titles(title, one.title, other.title, by)]
    found += _each(one.identifiers, other.identifiers, _identifiers, by)
    found += _each(one.days, other.days, _days, by)
    found += _each(one.places, other.places, _places, by)
    found += _each(one.links, other.links, _links, by)
    spoken = [reason for reason in found if reason is not None]
    if not any(reason.points < 0 for reason in spoken) and _is_whole(one, other):
        spoken = [_alone(reason, by) if reason.field == title else reason for reason in spoken]
    return sorted(spoken, key=lambda reason: -reason.points)


def points(found: Iterable[Reason]) -> float:
    return sum(reason.points for reason in found)


def in_words(record_type: RecordType, reason: Reason) -> str:
    """What speaks for a pair, or against it: "same phone", "name 98 % alike"."""
    label = str(record_type.fields[reason.field].label).lower()
    said = {
        "same": _("same %(label)s"),
        "near": _("nearly the same %(label)s"),
        "alike": _("%(label)s %(percent)s %% alike"),
        "town": _("%(label)s in the same town"),
    }.get(reason.sort, _("another %(label)s"))
    return said % {"label": label, "percent": reason.percent}


def are_alike(one: Side, other: Side, by: Setting = SHIPPED) -> bool:
    """Is this pair worth a person's look?"""
    return points(reasons(one, other, by)) >= by.suggest


def _is_whole(one: Side, other: Side) -> bool:
    """Is it the very same title of two words or more?"""
    return one.title == other.title and len(one.title) > 1


def _alone(reason: Reason, by: Setting) -> Reason:
    return Reason(reason.field, reason.sort, reason.percent, reason.points + by.title_alone)


def _each(
    one: Mapping[str, Value],
    other: Mapping[str, Value],
    judge: Callable[[str, Value, Value, Setting], Reason | None],
    by: Setting,
) -> list[Reason | None]:
    return [judge(name, one[name], other[name], by) for name in one if name in other]


def title_likeness(one: Sequence[str], other: Sequence[str]) -> float:
    """Likeness of two titles word by word, in whatever order; 0 to 1. Words left over are free."""
    few, many = sorted((one, other), key=len)
    if not few:
        return 0.0
    if few == many:
        return 1.0
    left, total, weight = list(many), 0.0, 0
    for word in few:
        best, nearest = (1.0, word) if word in left else _nearest(word, left)
        total += best * len(word)
        weight += len(word)
        left.remove(nearest)
    return max(total / weight, Indel.normalized_similarity("".join(few), "".join(many)))


def _nearest(word: str, among: Sequence[str]) -> tuple[float, str]:
    best, nearest = -1.0, ""
    for there in among:
        if (likeness := JaroWinkler.similarity(word, there)) > best:
            best, nearest = likeness, there
    return best, nearest


def whole_likeness(one: Sequence[str], other: Sequence[str]) -> float:
    """The same where words that are left over count: "Ola" is not yet "Ola Nordmann"."""
    likeness = title_likeness(one, other)
    if len(one) == len(other):
        return likeness
    few, many = sorted((sum(map(len, one)), sum(map(len, other))))
    return likeness - LEFT_OVER * (1 - few / many)


def most_points(one: Side, by: Setting = SHIPPED) -> float:
    """The most that a record's fields can speak for another that shares no identifier with it."""
    worth = 0.0
    for pairs in one.identifiers.values():
        for kind, _value in pairs:
            if kind == "mail":
                worth += by.mail_near
                break
    if one.days or one.places:
        worth += by.day * len(one.days) + by.street * len(one.places)
    return worth + by.link * len(one.links)


def title_points(one: Sequence[str], other: Sequence[str], by: Setting = SHIPPED) -> float:
    """What two titles, each in its words, say by themselves."""
    return _title_points(title_likeness(one, other), one, other, by)


def _title_points(likeness: float, one: Sequence[str], other: Sequence[str], by: Setting) -> float:
    steps = ((by.same, by.name_same), (by.close, by.name_close), (by.near, by.name_near))
    worth = next((points for least, points in steps if likeness >= least), 0.0)
    if likeness < by.other:
        worth = by.name_other
    if min(len(one), len(other)) == 1:
        is_first_and_last = worth < 0 and len(one) == len(other)
        worth *= by.two_halves if is_first_and_last else by.one_word
    # Branch office 12 is another one than branch office 13, however like they look.
    if worth > 0 and (mine := numbers(one)) and (theirs := numbers(other)) and mine != theirs:
        return 0.0
    return worth


def numbers(title: Sequence[str]) -> list[str]:
    """The numbers in the words of a title: "Branch 12b" → ["12"]."""
    return sorted(_NUMBER.findall(" ".join(title)))


def _titles(name: str, one: tuple[str, ...], other: tuple[str, ...], by: Setting) -> Reason | None:
    if not one or not other:
        return None
    likeness = title_likeness(one, other)
    worth = _title_points(likeness, one, other, by)
    sort = "same" if one == other else "other" if worth < 0 else "alike"
    return Reason(name, sort, int(likeness * 100), worth)


def _identifiers(
    name: str, one: frozenset[Pair], other: frozenset[Pair], by: Setting
) -> Reason | None:
    if shared := one & other:
        weights = {"mail": by.mail, "phone": by.phone}
        worth = max(weights.get(kind, by.identifier) for kind, _value in shared)
        return Reason(name, "same", 100, worth)
    mails = [[value for kind, value in pairs if kind == "mail"] for pairs in (one, other)]
    likeness = max((_mail_likeness(a, b) for a in mails[0] for b in mails[1]), default=0.0)
    if likeness >= by.near:
        return Reason(name, "near", int(likeness * 100), by.mail_near)
    is_number = any(kind in ("mail", "phone") for kind, _value in one)
    return Reason(name, "other", 0, by.number_other) if is_number else None


def _mail_likeness(one: str, other: str) -> float:
    """Of two addresses at one domain only what stands before the @ tells people apart."""
    before, _at, after = one.partition("@")
    there, _at, domain = other.partition("@")
    if after == domain:
        return OSA.normalized_similarity(before, there)
    return OSA.normalized_similarity(one, other)


def _days(name: str, one: str, other: str, by: Setting) -> Reason:
    if one == other:
        return Reason(name, "same", 100, by.day)
    is_turned = one[:4] == other[:4] and (one[5:7], one[8:]) == (other[8:], other[5:7])
    off = OSA.distance(one, other)
    if is_turned or off == 1:
        return Reason(name, "near", 90, by.day_near)
    if off == 2:
        return Reason(name, "alike", 80, by.day_doubtful)
    return Reason(name, "other", 0, by.day_other)


def _places(
    name: str, one: tuple[Place, ...], other: tuple[Place, ...], by: Setting
) -> Reason | None:
    found = [reason for a in one for b in other if (reason := _place_pair(name, a, b, by))]
    return max(found, key=lambda reason: reason.points, default=None)


def _place_pair(name: str, one: Place, other: Place, by: Setting) -> Reason | None:
    street, code, town = (
        JaroWinkler.similarity(a, b) if a and b else None for a, b in zip(one, other, strict=True)
    )
    is_near = code == 1.0 or (town or 0.0) >= by.close
    if street is not None and street >= by.close:
        return Reason(name, "same" if is_near else "near", int(street * 100),
                      by.street if is_near else by.street_only)  # fmt: skip
    is_elsewhere = street is not None and code is not None and code < 1.0
    if is_near and not is_elsewhere:
        return Reason(name, "town", 100, by.town)
    if street is None and code is None and town is None:
        return None
    return Reason(name, "other", 0, by.town_other if street is None else by.place_other)


def _links(name: str, one: int, other: int, by: Setting) -> Reason:
    if one == other:
        return Reason(name, "same", 100, by.link)
    return Reason(name, "other", 0, by.link_other)
