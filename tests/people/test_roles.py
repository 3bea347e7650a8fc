"""The five built-in roles, spelt out: who may do what with whose record."""

import pytest

from kartotek.core.errors import NotFound, PermissionDenied
from kartotek.core.find import find_one
from kartotek.core.remove import remove
from kartotek.core.undo import undo
from kartotek.core.write import write
from kartotek.people.acting import actor_of_member

pytestmark = pytest.mark.django_db

# role → what they may do with a record of their own, of their department, of another department
EXPECTED = {
    "ann": ("view edit remove", "view edit remove", "view edit remove"),
    "manager": ("view edit remove", "view edit remove", "view edit remove"),
    "bob": ("view edit remove", "view edit", ""),
    "cyd": ("view edit remove", "view edit", "view"),
    "reader": ("view", "view", "view"),
    "eve": ("", "", ""),
}


def may(actor, uid) -> str:
    """The verbs that are not refused."""
    found = []
    for verb, act in (
        ("view", lambda: find_one(actor, "companies", uid)),
        ("edit", lambda: write(actor, "companies", uid, {"name": f"By {actor.name}"})),
        ("remove", lambda: remove(actor, "companies", uid)),
    ):
        try:
            act()
        except (NotFound, PermissionDenied):
            continue
        found.append(verb)
    return " ".join(found)


def owned_by(world, owner, department) -> object:
    values = {"name": "Fjord", "owner": owner and str(owner.member_uid)}
    saved = write(world.ann, "companies", None, values)
    uid = department and str(
        find_one(world.ann, "members", department.member_uid)["department"].uid
    )
    write(world.ann, "companies", saved.uid, {"department": uid})
    return saved.uid


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_each_role_reaches_as_far_as_it_should(name, world):
    actor = getattr(world, name)
    other = world.cyd if name != "cyd" else world.bob
    same = owned_by(world, other, actor if actor.department else None)
    far = owned_by(world, world.dan, world.dan)
    own = owned_by(world, actor, world.dan)
    wanted_own, wanted_same, wanted_far = EXPECTED[name]
    assert may(actor, far) == wanted_far
    assert may(actor, own) == wanted_own
    if actor.department:
        assert may(actor, same) == wanted_same


def test_sales_cannot_carry_a_record_out_of_their_own_reach(world):
    saved = write(world.bob, "companies", None, {"name": "Fjord"})
    far = str(find_one(world.ann, "members", world.dan.member_uid)["department"].uid)
    with pytest.raises(PermissionDenied):
        write(
            world.bob,
            "companies",
            saved.uid,
            {"department": far, "owner": str(world.dan.member_uid)},
        )
    assert find_one(world.bob, "companies", saved.uid)["department"].title == "Sales"


def test_another_persons_act_is_not_undone_without_the_right(world):
    saved = write(world.manager, "companies", None, {"name": "Fjord"})
    with pytest.raises(PermissionDenied):
        undo(world.bob, saved.batch)
    assert undo(world.ann, saved.batch).records == 1


def test_members_are_read_by_all_and_changed_by_the_administrator_only(world):
    assert find_one(world.bob, "members", world.cyd.member_uid).title == "Cyd"
    with pytest.raises(PermissionDenied):
        write(world.manager, "members", world.cyd.member_uid, {"role": "administrator"})
    with pytest.raises(PermissionDenied):
        write(world.bob, "members", world.bob.member_uid, {"role": "administrator"})


def test_the_people_of_the_tests_act_as_their_members_do(world):
    people = [world.ann, world.bob, world.cyd, world.dan, world.eve, world.reader, world.manager]
    assert [actor_of_member(one.member) for one in people] == people
