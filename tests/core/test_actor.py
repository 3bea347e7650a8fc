"""Rights: the widest scope of each verb, and how they are narrowed."""

import pytest

from kartotek.core.actor import EVERYTHING, Rights


@pytest.mark.parametrize(
    ("edit", "bulk", "left"),
    [
        ("all", "own", "own"), ("own", "all", "own"), ("department", "none", "none"),
        ("none", "all", "none"), ("department", "department", "department"),
    ],
)  # fmt: skip
def test_a_verb_is_narrowed_to_the_smaller_of_two_scopes(edit, bulk, left):
    rights = Rights(verbs={"*": {"edit": edit, "bulk_edit": bulk, "view": "all"}})
    assert rights.within("contacts", "edit", "bulk_edit").scope("contacts", "edit") == left


def test_other_verbs_and_other_types_stay_as_they_are():
    verbs = {"*": {"view": "all", "edit": "all"}, "contacts": {"view": "own"}}
    rights = Rights(verbs=verbs).within("contacts", "edit", "bulk_edit")
    assert (rights.scope("contacts", "view"), rights.scope("contacts", "edit")) == ("own", "none")
    assert (rights.scope("notes", "view"), rights.scope("notes", "edit")) == ("all", "all")


def test_who_may_do_everything_may_so_in_bulk():
    assert EVERYTHING.within("contacts", "edit", "bulk_edit").scope("contacts", "edit") == "all"


def test_a_narrowed_actor_forgets_what_was_worked_out_before(bob):
    narrowed = bob.within("contacts", "edit", "bulk_edit")
    assert narrowed.rights.scope("contacts", "edit") == "own" and narrowed.member == bob.member
