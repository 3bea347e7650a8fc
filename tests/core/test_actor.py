"""Rights: the widest scope of each verb, and how they are narrowed."""

from uuid import UUID

import pytest

from kartotek.core.actor import EVERYTHING, IMPORT, SCOPES, VERBS, Actor, Rights, system

SOME, OTHER = UUID(int=1), UUID(int=2)


def actor(**given) -> Actor:
    return Actor(**{"kind": "member", "name": "Bob", "rights": Rights(), **given})


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


@pytest.mark.parametrize(
    ("scope", "bounded"), [("none", False), ("own", True), ("department", True), ("all", False)]
)
def test_rights_are_bounded_where_one_ends_at_somebodys_own(scope, bounded):
    verbs = {"*": {"view": "all", "edit": "none"}, "notes": {"view": scope}}
    assert Rights(verbs=verbs).are_bounded is bounded


def test_without_a_line_nothing_is_allowed_and_nothing_is_bounded():
    assert (Rights().scope("notes", "view"), Rights().are_bounded) == ("none", False)


def test_a_line_of_the_type_wins_even_where_it_says_less():
    rights = Rights(verbs={"*": {"view": "all"}, "notes": {"view": "none", "edit": "own"}})
    assert rights.scope("notes", "view") == "none"
    assert rights.scope("notes", "edit") == "own"
    assert rights.scope("companies", "view") == "all"
    assert rights.scope("companies", "edit") == "none"


def test_what_is_hidden_is_masked_no_more_and_both_are_told_by_no_door():
    rights = Rights(
        hidden={"notes": frozenset({"a"})},
        masked={"notes": frozenset({"a", "b"}), "members": frozenset({"c"})},
        read_only={"notes": frozenset({"d"})},
    )
    assert (rights.masks("notes"), rights.hides("notes")) == ({"b"}, {"a", "b"})
    assert (rights.masks("members"), rights.hides("members")) == ({"c"}, {"c"})
    assert (rights.protects("notes"), rights.protects("members")) == ({"d"}, frozenset())


def test_one_field_of_one_type_is_opened_and_the_others_stay_masked():
    masked = {"notes": frozenset({"a", "b"}), "members": frozenset({"a"})}
    opened = Rights(masked=masked).unmasked("notes", "a")
    assert (opened.masks("notes"), opened.masks("members")) == ({"b"}, {"a"})
    assert Rights().unmasked("notes", "a").masks("notes") == frozenset()


def test_everything_is_every_verb_as_far_as_it_goes():
    assert SCOPES == ("none", "own", "department", "all")
    assert {EVERYTHING.scope("anything", verb) for verb in VERBS} == {"all"}
    assert VERBS == [
        "view", "create", "edit", "remove", "export", "import", "bulk_edit", "merge",
        "see_history", "undo_others", "erase",
    ]  # fmt: skip


def test_a_key_names_the_token_before_the_member_and_the_member_before_the_name():
    assert actor().key == "member:Bob"
    assert actor(member_uid=SOME).key == f"member:{SOME}"
    assert actor(kind="token", member_uid=SOME, token=OTHER).key == f"token:{OTHER}"


def test_only_an_import_brings_records_from_elsewhere():
    assert IMPORT == "import" and actor(cause="import").brings
    assert not actor().brings and actor().cause == "web"


def test_an_act_keeps_its_batch_unless_it_is_given_another():
    begun = actor(batch=SOME).because("rule")
    assert (begun.cause, begun.batch) == ("rule", SOME)
    assert begun.because("undo", OTHER).batch == OTHER


def test_what_was_worked_out_for_wider_rights_is_forgotten_with_them():
    wide = actor(rights=EVERYTHING, memo={("notes", "view"): 1})
    assert wide.within("notes", "edit", "view").memo == {}
    assert actor(rights=EVERYTHING).within("notes", "edit", "view").memo is None


def test_what_was_worked_out_neither_tells_actors_apart_nor_is_printed():
    assert actor(memo={("notes", "view"): 1}) == actor(memo={})
    assert "memo" not in repr(actor(memo={}))


def test_an_actor_begins_with_the_language_alone_and_with_masked_values_masked():
    one = actor()
    assert (one.language, one.zone, one.start) == ("en", "", "")
    assert one.letter_keys and not one.reveals


def test_the_house_may_do_everything_and_owns_nothing():
    house = system()
    assert (house.kind, house.name, house.cause) == ("system", "Kartotek", "system")
    assert house.rights is EVERYTHING and house.member is None
    assert system("restore").cause == "restore"
