"""The actors of the measurements: one for each scope that a list can have."""

from __future__ import annotations

from kartotek.core.actor import EVERYTHING, VERBS, Actor, Rights
from tests.bench.data import OWN_BIG, OWN_SMALL, People

_COMPANY = {key: {"view": "all"} for key in ("members", "departments", "companies")}


def rights(scope: str) -> Rights:
    """Records of this scope, the company's people and firms for all."""
    return Rights(verbs={"*": dict.fromkeys(VERBS, scope), **_COMPANY})


def actors() -> dict[str, Actor]:
    """By the name that stands in the operation."""
    people = People()
    big, small = people.members[OWN_BIG][0], people.members[OWN_SMALL][0]
    poor = people.members[-1][0]
    some = people.departments

    def actor(name: str, scope: str, member: int, departments: tuple[int, ...] = ()) -> Actor:
        return Actor(
            "member", name, rights(scope), member=member, department=some[0],
            departments=departments, language="nb",
        )  # fmt: skip

    return {
        "all": Actor("member", "all", EVERYTHING, member=poor, department=some[0], language="nb"),
        "own": actor("own", "own", big),
        "own_few": actor("own_few", "own", people.members[300][0]),
        "one_department": actor("one", "department", poor, (some[6],)),
        "five_departments": actor("five", "department", small, tuple(some[3:8])),
        "twenty_departments": actor("twenty", "department", small, tuple(some[3:23])),
        "fifty_departments": actor("fifty", "department", poor, tuple(some)),
        "nothing": actor("nothing", "own", poor),
        "shared_1000": actor("shared", "own", small),
    }
