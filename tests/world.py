"""The small named world of the tests: Ann, Bob, Cyd, Dan and Eve, and where they stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kartotek.core.actor import Actor, Rights, system
from kartotek.core.find import find_one
from kartotek.core.gathering import reachable
from kartotek.core.write import write
from kartotek.people.acting import actor_of_member


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


def make_world() -> World:
    house = system("test")
    company = write(house, "departments", None, {"name": "Company"}).uid
    sales = write(house, "departments", None, {"name": "Sales", "parent": company}).uid
    service = write(house, "departments", None, {"name": "Service", "parent": company}).uid
    other = write(house, "departments", None, {"name": "Elsewhere", "parent": company}).uid
    return World(
        ann=_member("Ann", "administrator", company),
        bob=_member("Bob", "sales", sales),
        cyd=_member("Cyd", "service", service),
        dan=_member("Dan", "sales", other),
        eve=_member("Eve", "", None),
        reader=_member("Rae", "read_only", sales),
        manager=_member("Mia", "manager", sales),
    )


def _member(name: str, role: str, department: Any) -> Actor:
    house = system("test")
    values = {"name": name, "role": role, "is_active": True, "department": department}
    saved = write(house, "members", None, values)
    raw = reachable(house, _members(), saved.uid, "view")
    actor = actor_of_member(raw.id)
    assert actor is not None
    return actor


def _members() -> Any:
    from kartotek.core.catalogue import the_type

    return the_type("members")


NOBODY = Actor(kind="member", name="Nobody", rights=Rights())

__all__ = ["NOBODY", "World", "find_one", "make_world"]
