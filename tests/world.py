"""The small named world of the tests: Ann, Bob, Cyd, Dan and Eve, and where they stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from kartotek.core import reading
from kartotek.core.actor import Actor, Rights, system
from kartotek.core.catalogue import the_type
from kartotek.core.find import find_one
from kartotek.core.gathering_many import Wish
from kartotek.core.write_many import write_many
from kartotek.people.roles import rights_of, start_of


@dataclass(frozen=True)
class World:
    """Actors by name; Ann heads the company, Dan stands in another department, Eve has no role."""

    ann: Actor
    bob: Actor
    cyd: Actor
    dan: Actor
    eve: Actor
    reader: Actor
    manager: Actor


# name → role, department; written as one act, for hundreds of tests begin with it
PEOPLE = {
    "Ann": ("administrator", "Company"),
    "Bob": ("sales", "Sales"),
    "Cyd": ("service", "Service"),
    "Dan": ("sales", "Elsewhere"),
    "Eve": ("", ""),
    "Rae": ("read_only", "Sales"),
    "Mia": ("manager", "Sales"),
}


def make_world() -> World:
    company = uuid7()
    places = {name: uuid7() for name in ("Sales", "Service", "Elsewhere")}
    _written("departments", {company: {"name": "Company"}})
    _written(
        "departments", {uid: {"name": name, "parent": company} for name, uid in places.items()}
    )
    places["Company"] = company
    people = {name: uuid7() for name in PEOPLE}
    _written(
        "members",
        {
            uid: {
                "name": name, "role": PEOPLE[name][0], "is_active": True,
                "department": places.get(PEOPLE[name][1]),
            }
            for name, uid in people.items()
        },
    )  # fmt: skip
    members, departments = _ids("members", people), _ids("departments", places)
    ann, bob, cyd, dan, eve, rae, mia = (
        _actor(name, uid, members[name], departments) for name, uid in people.items()
    )
    return World(ann, bob, cyd, dan, eve, reader=rae, manager=mia)


def _written(type_key: str, rows: dict[UUID, dict[str, Any]]) -> None:
    wishes = [Wish(uid, values) for uid, values in rows.items()]
    write_many(system("test"), type_key, wishes, on_error="stop")


def _ids(type_key: str, uids: dict[str, UUID]) -> dict[str, int]:
    """Name → the id behind its uid."""
    found = reading.raws_by_uid(the_type(type_key), [], list(uids.values()))
    return {name: raw.id for name, raw in zip(uids, found, strict=True)}


def _actor(name: str, uid: UUID, member: int, departments: dict[str, int]) -> Actor:
    """What `actor_of_member` gives, without asking seven times; a test compares the two."""
    role, place = PEOPLE[name]
    rights = rights_of(role)
    within = departments.values() if place == "Company" else [departments[place]] if place else ()
    return Actor(
        kind="member",
        name=name,
        rights=rights,
        member=member,
        member_uid=uid,
        department=departments.get(place),
        departments=tuple(sorted(within)) if rights.are_bounded else (),
        start=start_of(role),
    )


NOBODY = Actor(kind="member", name="Nobody", rights=Rights())

__all__ = ["NOBODY", "World", "find_one", "make_world"]
