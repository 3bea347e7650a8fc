"""A role by itself: its key, where it begins, and what cannot be said of one."""

from types import SimpleNamespace

import pytest

from kartotek.core.context import Context
from kartotek.core.errors import ValidationError
from kartotek.core.find import find
from kartotek.core.recordtype import RECORD_TYPES
from kartotek.core.remove import remove
from kartotek.core.write import write
from kartotek.people.role import Key, Role, Start
from kartotek.people.roles import RoleChoice
from kartotek.people.shipped import SHIPPED

HERE = Context()
MENU = [one.key for one in RECORD_TYPES.values() if one.in_menu]


def role(name="", key=""):
    return SimpleNamespace(name=name, key=key)


@pytest.mark.parametrize(
    ("name", "key", "settled"),
    [
        ("Field sales", "", "field_sales"), ("!!!", "", "role"), ("Sales", "", "sales_own"),
        ("New", "", "new_own"), ("Sales", "sales", "sales"), ("Else", "field", "field"),
    ],
)  # fmt: skip
def test_a_role_is_known_by_what_its_name_says(name, key, settled):
    assert Role.settle(role(name, key), None, {}) == {"key": settled}


def test_a_key_stays_as_it_was_chosen():
    Role.clean(role("A", "a"), role("B", "a"))
    Role.clean(role("A", "a"), None)
    with pytest.raises(ValidationError, match="when the role was made") as refused:
        Role.clean(role("A", "b"), role("A", "a"))
    assert list(refused.value.message_dict) == ["key"]


def test_the_administrators_rights_are_changed_by_nobody():
    with pytest.raises(ValidationError, match="cannot be changed") as refused:
        Role.clean(role("Boss", "administrator"), None)
    assert list(refused.value.message_dict) == ["name"]


def test_a_role_begins_at_a_list_of_the_menu_or_nowhere():
    assert (Start(40).parse("contacts", HERE), Start(40).parse("", HERE)) == ("contacts", "")
    for wrong in ("savedviews", "nothing"):
        with pytest.raises(ValidationError) as refused:
            Start(40).parse(wrong, HERE)
        assert refused.value.messages == [
            f"“{wrong}” is no list of the menu. There are: {', '.join(MENU)}."
        ]


def test_a_list_is_told_by_its_plural_and_typed_by_its_key():
    one = Start(40)
    assert (one.show("contacts", HERE), one.show("gone", HERE)) == ("Contacts", "")
    assert (one.edit("contacts", HERE), one.edit(None, HERE)) == ("contacts", "")


@pytest.mark.parametrize("seed", [0, 1, 99])
def test_samples_can_be_written(seed):
    assert Start(40).sample(seed) == sorted(MENU)[seed % len(MENU)]
    assert Key(40).sample(seed) is None
    assert RoleChoice().sample(seed) == list(SHIPPED)[seed % len(SHIPPED)]


@pytest.mark.django_db
def test_two_roles_have_no_name_in_common(ann):
    first = write(ann, "roles", None, {"name": "Field sales"})
    with pytest.raises(ValidationError, match="of this name already") as refused:
        write(ann, "roles", None, {"name": "FIELD SALES", "key": "other"})
    assert list(refused.value.message_dict) == ["name"]
    write(ann, "roles", first.uid, {"about": "Those who travel"})  # is no other role
    assert len(find(ann, "roles")) == 1


@pytest.mark.django_db
def test_the_name_of_a_role_in_the_trash_is_free_but_its_key_is_not(ann):
    first = write(ann, "roles", None, {"name": "Field sales"})
    remove(ann, "roles", first.uid)
    with pytest.raises(ValidationError, match="in the trash has this name") as refused:
        write(ann, "roles", None, {"name": "Field sales"})
    assert list(refused.value.message_dict) == ["name"]
    write(ann, "roles", None, {"name": "Field sales", "key": "travelling"})


@pytest.mark.django_db
def test_a_delivered_role_keeps_its_name_where_its_row_bears_its_key(ann):
    with pytest.raises(ValidationError, match="of this name already"):
        write(ann, "roles", None, {"name": "sales", "key": "mine"})
    write(ann, "roles", None, {"name": "Sales", "key": "sales"})
