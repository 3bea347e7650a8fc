"""Refusals leave nothing behind, and two people's lists become one."""

from uuid import uuid4

import pytest

from kartotek.core.errors import Conflict, NotFound, PermissionDenied, ValidationError
from kartotek.core.find import find_one
from kartotek.core.merging import merge_items
from kartotek.core.remove import remove
from kartotek.core.write import write
from tests.everything import everything


def item(id, text, primary=False):
    return {"id": id, "text": text, "primary": primary}


def test_items_added_by_both_are_kept():
    found, clash = merge_items([item("a", "1")], [item("a", "1"), item("b", "2")],
                               [item("a", "1"), item("c", "3")])  # fmt: skip
    assert {one["id"] for one in found} == {"a", "b", "c"}
    assert clash is False


def test_an_item_taken_out_by_one_and_left_by_the_other_is_out():
    base = [item("a", "1", True), item("b", "2")]
    found, clash = merge_items(base, base, base[:1])
    assert ([one["id"] for one in found], clash) == (["a"], False)


def test_an_item_changed_by_both_to_different_values_clashes():
    base = [item("a", "1")]
    _found, clash = merge_items(base, [item("a", "2")], [item("a", "3")])
    assert clash is True


def test_an_item_changed_by_one_and_taken_out_by_the_other_clashes():
    _found, clash = merge_items([item("a", "1")], [item("a", "2")], [])
    assert clash is True


@pytest.mark.parametrize("primary", ["b", "c"])
def test_one_item_is_primary_whoever_chose_it(primary):
    mine = [item("a", "1"), item("c", "3", primary == "c")]
    theirs = [item("a", "1"), item("b", "2", True)]
    found, _clash = merge_items([item("a", "1", True)], theirs, mine)
    assert [one["id"] for one in found if one["primary"]] == [primary]


@pytest.mark.django_db
def test_two_people_add_a_phone_each_from_the_same_version(ann, bob):
    uid = write(bob, "contacts", None, {"name": "Ola", "phones": "+47 22 00 00 01"}).uid
    base = find_one(ann, "contacts", uid)["phones"]
    for actor, number in ((ann, "+47 22 00 00 02"), (bob, "+47 22 00 00 03")):
        write(actor, "contacts", uid, {"phones": [*base, {"text": number}]}, version=1)
    row = find_one(ann, "contacts", uid)
    assert sorted(one["text"][-1] for one in row["phones"]) == ["1", "2", "3"]
    assert sum(one["primary"] for one in row["phones"]) == 1


REFUSALS = [
    (ValidationError, lambda ann, bob, uid: write(ann, "contacts", uid, {"birthday": "never"})),
    (ValidationError, lambda ann, bob, uid: write(ann, "contacts", uid, {"nosuch": 1})),
    (ValidationError, lambda ann, bob, uid: write(ann, "contacts", uid, {"name": ""})),
    (ValidationError, lambda ann, bob, uid: write(ann, "contacts", uid, {"name": "x" * 10**6})),
    (ValidationError,
     lambda ann, bob, uid: write(ann, "contacts", uid, {"company": str(uuid4())})),
    (ValidationError, lambda ann, bob, uid: write(ann, "contacts", uid, {}, version=99)),
    (ValidationError,
     lambda ann, bob, uid: write(ann, "contacts", None, {"name": "x"}, key="k" * 200)),
    (PermissionDenied, lambda ann, bob, uid: write(bob, "members", None, {"name": "x"})),
    (PermissionDenied,
     lambda ann, bob, uid: write(bob, "contacts", None,
                                 {"name": "x", "owner": str(ann.member_uid)})),
    (NotFound, lambda ann, bob, uid: write(bob, "contacts", uid, {"name": "x"})),
    (NotFound, lambda ann, bob, uid: write(ann, "contacts", uuid4(), {"name": "x"})),
    (NotFound, lambda ann, bob, uid: write(ann, "nosuchtype", None, {"name": "x"})),
    (NotFound, lambda ann, bob, uid: remove(bob, "contacts", uid)),
    (Conflict, lambda ann, bob, uid: write(ann, "contacts", uid, {"name": "x"}, version=1)),
    (Conflict, lambda ann, bob, uid: remove(ann, "contacts", uid, version=1)),
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(("error", "attempt"), REFUSALS)
def test_a_refusal_leaves_every_table_as_it_was(error, attempt, ann, bob):
    uid = write(ann, "contacts", None, {"name": "Ola"}).uid
    write(ann, "contacts", uid, {"name": "Kari"})
    before = everything()
    with pytest.raises(error):
        attempt(ann, bob, uid)
    assert everything() == before
