"""Who may sign in: added, listed, deactivated."""

import pytest

from kartotek.core.actor import system
from kartotek.core.errors import PermissionDenied, ValidationError
from kartotek.core.find import find_one
from kartotek.people.invitations import member_of
from kartotek.people.roster import (
    add_member,
    an_administrator_can_sign_in,
    everybody,
    set_access,
)
from tests.people.credentials import with_account


def test_a_member_is_added_to_a_department_by_name(world):
    user = add_member(world.ann, "Gus", "gus@example.com", role="sales", department="sales")
    row = find_one(world.ann, "members", member_of(user))
    assert (row["name"], row["role"], row["department"].title) == ("Gus", "sales", "Sales")
    assert not user.has_usable_password()


def test_an_unknown_department_is_refused_and_the_known_are_named(world):
    with pytest.raises(ValidationError, match="Sales"):
        add_member(world.ann, "Gus", "gus@example.com", role="sales", department="Marketing")
    assert everybody() == []


def test_an_email_address_in_use_leaves_no_second_member(world):
    add_member(world.ann, "Gus", "gus@example.com", role="sales")
    with pytest.raises(ValidationError):
        add_member(world.ann, "Gustav", "Gus@example.com", role="sales")
    assert [one.name for one in everybody()] == ["Gus"]


def test_a_salesperson_may_add_nobody(world):
    with pytest.raises(PermissionDenied):
        add_member(world.bob, "Gus", "gus@example.com", role="administrator")
    assert everybody() == []


def test_deactivated_is_shown_as_such(world):
    user = add_member(system("test"), "Gus", "gus@example.com", role="sales")
    set_access(system("test"), member_of(user), is_open=False)
    assert [one.is_active for one in everybody()] == [False]


def test_only_an_active_administrator_with_a_password_lets_the_house_be_run(world):
    with_account(world.bob)
    ann = with_account(world.ann, None)
    assert not an_administrator_can_sign_in()
    ann.set_password("correct horse battery")
    ann.save()
    assert an_administrator_can_sign_in()
    with pytest.raises(ValidationError, match="Make somebody else one first"):
        set_access(system("test"), member_of(ann), is_open=False)
    assert an_administrator_can_sign_in()
    ann.set_unusable_password()
    ann.save()
    assert not an_administrator_can_sign_in()
