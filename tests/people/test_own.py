"""What somebody changes of their own record, whatever their role, and of nothing else."""

from dataclasses import replace

import pytest
from uuid_utils.compat import uuid7

from kartotek.core.catalogue import catalogue
from kartotek.core.errors import NotFound, PermissionDenied, ValidationError
from kartotek.core.find import find_one
from kartotek.core.undo import undo
from kartotek.core.write import write
from kartotek.people.acting import actor_of_member
from kartotek.people.own import (
    AWAY,
    FORMATS,
    OWN,
    change_own,
    own_fields,
    own_record,
    take_back_own,
)
from tests.everything import everything

pytestmark = pytest.mark.django_db
LANGUAGES = {"en", "nb"}
EVERYBODY = ["ann", "bob", "cyd", "eve", "reader", "manager"]
OTHERS = sorted(
    {"role", "department", "is_active", "emails", "owner", "uid", "id", "version", "removed_at",
     "created_by", "custom", "external_ids", "nothing"}
)  # fmt: skip


@pytest.mark.parametrize("who", EVERYBODY)
def test_everybody_changes_how_they_are_called_and_reached(who, world):
    actor = getattr(world, who)
    values = {"name": "New Name", "phones": "91 23 45 67", "language": "nb", "zone": "Asia/Tokyo"}
    change_own(actor, values, LANGUAGES)
    row = find_one(world.ann, "members", actor.member_uid)
    assert (row["name"], row["language"], row["zone"]) == ("New Name", "nb", "Asia/Tokyo")
    assert row["phones"][0]["text"] == "91 23 45 67"


@pytest.mark.parametrize("field", OTHERS)
def test_no_other_field_is_theirs(field, world):
    before = everything()
    value = {"role": "administrator", "is_active": "false"}.get(field, str(world.ann.member_uid))
    for values in ({field: value}, {"name": "Mine", field: value}):
        with pytest.raises(PermissionDenied, match=f"Only an administrator.*{field}"):
            change_own(world.bob, values, LANGUAGES)
    assert everything() == before


def test_every_field_of_a_member_is_either_theirs_or_not(world):
    """A new field of members is nobody's own until it is named in `OWN`."""
    theirs = {name for name in catalogue()["members"].fields if name not in OTHERS}
    for name in theirs - set(OWN):
        with pytest.raises(PermissionDenied):
            change_own(world.bob, {name: "x"}, LANGUAGES)


def test_the_ordinary_door_stays_as_closed_as_it_was(world):
    change_own(world.bob, {"name": "Bobby"}, LANGUAGES)
    for uid in (world.bob.member_uid, world.dan.member_uid):
        with pytest.raises(PermissionDenied):
            write(world.bob, "members", uid, {"name": "x"})


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"language": "tlh"}, "language"),
        ({"name": " "}, "name"),
    ],
)
def test_what_cannot_be_is_refused_by_field(values, field, world):
    before = everything()
    with pytest.raises(ValidationError) as refused:
        change_own(world.bob, values, LANGUAGES)
    assert list(refused.value.message_dict) == [field]
    assert everything() == before


def test_what_a_role_guards_or_hides_is_not_theirs(world):
    grants = [{"on": "*", "verb": "view", "scope": "all"}]
    guards = [{"on": "members", "field": "phones", "guard": "hidden"},
              {"on": "members", "field": "zone", "guard": "read_only"}]  # fmt: skip
    write(world.ann, "roles", None, {"name": "Strict", "grants": grants, "guards": guards})
    write(world.ann, "members", world.bob.member_uid, {"role": "strict"})
    bob = actor_of_member(world.bob.member)
    assert own_fields(bob) == ("name", "language", *FORMATS, "no_letter_keys", *AWAY)
    assert own_record(bob, OWN).get("phones") is None
    for name in ("phones", "zone"):
        with pytest.raises(PermissionDenied):
            change_own(bob, {name: "x"}, LANGUAGES)


def test_a_change_is_taken_back_by_who_made_it_and_by_nobody_else(world):
    saved = change_own(world.bob, {"name": "Bobby"}, LANGUAGES)
    with pytest.raises(NotFound):
        take_back_own(world.dan, saved.batch)
    again = take_back_own(world.bob, saved.batch)
    assert find_one(world.ann, "members", world.bob.member_uid)["name"] == "Bob"
    take_back_own(world.bob, again.batch)
    assert find_one(world.ann, "members", world.bob.member_uid)["name"] == "Bobby"


def test_nothing_but_ones_own_change_is_taken_back_so(world):
    """Not what an administrator changed of them, not what they did elsewhere."""
    role = write(world.ann, "members", world.bob.member_uid, {"role": "read_only"})
    named = write(world.ann, "members", world.bob.member_uid, {"name": "Robert"})
    made = write(world.bob, "contacts", None, {"name": "Ola"})
    for batch in (role.batch, named.batch, made.batch, uuid7()):
        with pytest.raises(NotFound):
            take_back_own(world.bob, batch)
    with pytest.raises(PermissionDenied):
        undo(world.bob, role.batch)
    assert find_one(world.ann, "members", world.bob.member_uid)["role"] == "read_only"


def test_a_program_has_no_record_of_its_own(world):
    with pytest.raises(PermissionDenied):
        change_own(replace(world.bob, token=uuid7()), {"name": "x"}, LANGUAGES)
