"""The five built-in roles, spelt out: who may do what with whose record."""

import pytest

from kartotek.core.actor import VERBS
from kartotek.core.errors import NotFound, PermissionDenied
from kartotek.core.find import find_one
from kartotek.core.remove import remove
from kartotek.core.undo import undo
from kartotek.core.write import write
from kartotek.people.acting import actor_of_member
from kartotek.people.roles import known, made_of, rights_of, start_of
from kartotek.people.shipped import SHIPPED, foundation

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


def reach(role, type_key="contacts"):
    """How far a role reaches in a type, for each verb that it has at all."""
    rights = rights_of(role)
    found = {verb: rights.scope(type_key, verb) for verb in VERBS}
    return {verb: scope for verb, scope in found.items() if scope != "none"}


def test_each_delivered_role_reaches_as_far_as_it_was_delivered():
    looks = {"view": "all", "see_history": "all"}
    changes = {**looks, "create": "all", "edit": "all", "remove": "own"}
    own = {"remove": "own", "merge": "own", "bulk_edit": "own", "import": "own"}
    of_departments = ("view", "create", "edit", "see_history")
    assert {key: reach(key) for key in SHIPPED} == {
        "administrator": dict.fromkeys(VERBS, "all"),
        "manager": {
            **dict.fromkeys(set(VERBS) - {"erase"}, "all"), "undo_others": "department",
        },
        "sales": {**dict.fromkeys(of_departments, "department"), **own},
        "service": {**changes, "edit": "department"},
        "orders": changes,
        "executive": {**looks, "export": "all"},
        "read_only": looks,
    }  # fmt: skip


@pytest.mark.parametrize(
    "type_key", ["members", "departments", "roles", "customfields", "retentionrules"]
)
def test_what_the_company_is_made_of_is_read_by_all_and_changed_by_one(type_key):
    for key in [*SHIPPED][1:]:
        assert reach(key, type_key) == {"view": "all"}
        assert rights_of(key).scope(type_key, "edit") == "none"


def test_views_are_everybodys_own():
    own = dict.fromkeys(("view", "create", "edit", "remove", "see_history"), "own")
    assert all(reach(key, "savedviews") == own for key in [*SHIPPED][1:])
    assert foundation()["savedviews"] == {**dict.fromkeys(VERBS, "none"), **own}


def test_what_no_line_names_is_not_allowed():
    rights = made_of([{"on": "contacts", "verb": "view", "scope": "own"}], [])
    assert {rights.scope("companies", verb) for verb in VERBS} == {"none"}
    assert rights.verbs["*"] == dict.fromkeys(VERBS, "none")
    assert [rights.scope("contacts", verb) for verb in ("view", "edit")] == ["own", "none"]
    assert rights.scope("members", "view") == "all"


def test_lines_about_fields_are_kept_apart_by_what_they_do():
    lines = [("contacts", "phones", "hidden"), ("contacts", "name", "read_only"),
             ("contacts", "emails", "masked"), ("contacts", "birthday", "hidden")]  # fmt: skip
    rights = made_of([], [{"on": on, "field": one, "guard": guard} for on, one, guard in lines])
    assert rights.hidden == {"contacts": {"phones", "birthday"}}
    assert rights.masked == {"contacts": {"emails"}}
    assert rights.read_only == {"contacts": {"name"}}


def test_an_unknown_role_may_nothing_and_begins_nowhere():
    assert rights_of("gone").verbs == {} and start_of("gone") == ""
    assert start_of("administrator") == ""


def test_the_roles_there_are_are_read_once_for_each_version(world):
    assert known() is known()
    assert {(one.uid, one.version, one.start) for one in known().values()} == {(None, 0, "")}
    write(world.ann, "roles", None, {"name": "Field sales", "start": "contacts"})
    assert known() is known() and start_of("field_sales") == "contacts"
    assert [key for key, one in known().items() if not one.is_shipped] == ["field_sales"]
