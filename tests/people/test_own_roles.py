"""Roles: those that are delivered, those that a company makes, and what always stands."""

import pytest

from kartotek.core import security
from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue
from kartotek.core.context import Context
from kartotek.core.errors import NotFound, PermissionDenied, ValidationError
from kartotek.core.find import find, find_one
from kartotek.core.gathering_many import Wish
from kartotek.core.history import history
from kartotek.core.question import Condition, Question
from kartotek.core.remove import remove, restore
from kartotek.core.revealing import masked_of, reveal
from kartotek.core.search import search
from kartotek.core.undo import undo
from kartotek.core.write import write
from kartotek.core.write_many import write_many
from kartotek.people.acting import actor_of_member
from kartotek.people.roles import known, rights_of
from tests.people.credentials import with_account
from tests.web_client import signed_in

pytestmark = pytest.mark.django_db
FIELD = [
    {"on": "*", "verb": "view", "scope": "own"},
    {"on": "contacts", "verb": "view", "scope": "department"},
    {"on": "contacts", "verb": "edit", "scope": "own"},
]


def again(actor: Actor) -> Actor:
    """The same member, as their next request makes them."""
    found = actor_of_member(actor.member)
    assert found is not None
    return found


@pytest.fixture
def field_sales(world):
    return write(world.ann, "roles", None, {"name": "Field sales", "grants": FIELD})


def test_a_role_of_their_own_is_offered_and_gives_its_rights(world, field_sales):
    assert find_one(world.ann, "roles", field_sales.uid)["key"] == "field_sales"
    write(world.ann, "members", world.bob.member_uid, {"role": "Field sales"})
    assert find_one(world.ann, "members", world.bob.member_uid)["role"] == "field_sales"
    rights = again(world.bob).rights
    assert rights.scope("contacts", "view") == "department"
    assert rights.scope("companies", "view") == "own"
    assert rights.scope("contacts", "remove") == rights.scope("companies", "edit") == "none"
    assert rights.scope("members", "view") == "all"
    assert rights.scope("savedviews", "create") == "own"
    assert "field_sales" in dict(catalogue()["members"].fields["role"].choices)


def test_a_changed_role_holds_from_the_next_request_on_and_so_does_its_undo(world, field_sales):
    write(world.ann, "members", world.dan.member_uid, {"role": "field_sales"})
    made = write(
        world.ann, "contacts", None, {"name": "Ola Nordmann", "owner": world.dan.member_uid}
    )
    write(again(world.dan), "contacts", made.uid, {"job_title": "Buyer"})
    less = [one for one in FIELD if one["verb"] != "edit"]
    saved = write(world.ann, "roles", field_sales.uid, {"grants": less})
    with pytest.raises(PermissionDenied):
        write(again(world.dan), "contacts", made.uid, {"job_title": "Seller"})
    undo(world.ann, saved.batch)
    write(again(world.dan), "contacts", made.uid, {"job_title": "Seller"})


def test_a_delivered_role_is_changed_by_a_row_and_is_itself_again_without_it(world):
    before = rights_of("sales")
    row = write(world.ann, "roles", None, {"name": "Sellers", "key": "sales", "grants": FIELD})
    assert str(known()["sales"].label) == "Sellers"
    assert rights_of("sales").scope("contacts", "create") == "none"
    remove(world.ann, "roles", row.uid)
    assert rights_of("sales") == before and str(known()["sales"].label) == "Sales"


def test_a_hidden_field_is_unknown_wherever_one_asks(world):
    guards = [{"on": "contacts", "field": "birthday", "guard": "hidden"},
              {"on": "contacts", "field": "job_title", "guard": "read_only"}]  # fmt: skip
    lines = [{"on": "*", "verb": verb, "scope": "all"}
             for verb in ("view", "create", "edit", "see_history")]  # fmt: skip
    write(world.ann, "roles", None, {"name": "Sales", "key": "sales", "grants": lines,
                                     "guards": guards})  # fmt: skip
    made = write(world.ann, "contacts", None, {"name": "Ola", "birthday": "1980-02-01"})
    bob = again(world.bob)
    assert "birthday" not in find_one(bob, "contacts", made.uid).values
    for question in (Question(columns=("birthday",)), Question(sort="birthday")):
        with pytest.raises(ValidationError, match="no field"):
            find(bob, "contacts", question)
    with pytest.raises(ValidationError, match="no field"):
        write(bob, "contacts", made.uid, {"birthday": "1990-01-01"})
    with pytest.raises(PermissionDenied, match="read-only"):
        write(bob, "contacts", made.uid, {"job_title": "Buyer"})
    assert search(bob, "1980") == []


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"name": "Sales"}, "role of this name already"),
        ({"name": "Mine", "key": "administrator"}, "cannot be changed"),
        ({"name": "Mine", "grants": "contacts fly all"}, "says nothing here"),
        ({"name": "Mine", "grants": "dragons view all"}, "says nothing here"),
        ({"name": "Mine", "grants": "contacts view"}, "Write three words"),
        ({"name": "Mine", "grants": "[{]"}, "damaged"),
        ({"name": "Mine", "guards": "contacts name gone"}, "says nothing here"),
        ({"name": ""}, "Fill this in"),
    ],
)
def test_what_says_nothing_is_refused_and_named(ann, values, told):
    with pytest.raises(ValidationError, match=told):
        write(ann, "roles", None, values)
    assert len(find(ann, "roles")) == 0


def test_a_role_that_somebody_has_does_not_go_away(world, field_sales):
    write(world.ann, "members", world.bob.member_uid, {"role": "field_sales"})
    with pytest.raises(ValidationError, match="1 member has this role"):
        remove(world.ann, "roles", field_sales.uid)
    assert find_one(world.ann, "roles", field_sales.uid) is not None
    write(world.ann, "members", world.bob.member_uid, {"role": "sales"})
    remove(world.ann, "roles", field_sales.uid)
    with pytest.raises(ValidationError, match="not one of the choices"):
        write(world.ann, "members", world.bob.member_uid, {"role": "field_sales"})
    restore(world.ann, "roles", field_sales.uid)
    write(world.ann, "members", world.bob.member_uid, {"role": "field_sales"})


@pytest.mark.parametrize("values", [{"role": "sales"}, {"role": ""}, {"is_active": False}])
def test_the_last_administrator_stays_one(world, values):
    with_account(world.ann)
    uid = world.ann.member_uid
    write(world.ann, "members", world.bob.member_uid, {"role": "administrator"})  # cannot sign in
    with pytest.raises(ValidationError, match="Make somebody else one first"):
        write(world.ann, "members", uid, values)
    with pytest.raises(ValidationError, match="Make somebody else one first"):
        remove(world.ann, "members", uid)
    told = write_many(world.ann, "members", [Wish(uid, values), Wish(world.dan.member_uid, values)])
    assert told[0].did == "refused" and told[1].did != "refused"
    with_account(world.bob)
    write(world.ann, "members", uid, values)


def test_two_administrators_do_not_lock_out_each_other_in_one_act(world):
    for actor in (world.ann, world.bob):
        with_account(actor)
    write(world.ann, "members", world.bob.member_uid, {"role": "administrator"})
    pair = [Wish(actor.member_uid, {"role": "sales"}) for actor in (world.ann, world.bob)]
    told = write_many(world.ann, "members", pair)
    assert sorted(one.did for one in told) == ["refused", "updated"]


@pytest.fixture
def bob_masked(world):
    """Bob, whose role shows birthdays and phones one at a time."""
    guards = [
        {"on": "contacts", "field": name, "guard": "masked"} for name in ("birthday", "phones")
    ]
    lines = [{"on": "*", "verb": verb, "scope": "all"} for verb in ("view", "edit", "see_history")]
    values = {"name": "Sales", "key": "sales", "grants": lines, "guards": guards}
    write(world.ann, "roles", None, values)
    return again(world.bob)


def test_a_masked_field_is_as_unknown_as_a_hidden_one(world, bob_masked):
    values = {"name": "Ola", "birthday": "1980-02-01", "phones": ["+47 55 51 23 45"]}
    made = write(world.ann, "contacts", None, values)
    assert not {"birthday", "phones"} & find_one(bob_masked, "contacts", made.uid).values.keys()
    for question in (Question(columns=("birthday",)), Question(sort="birthday"),
                     Question(where=(Condition("birthday", "is", "1980-02-01"),))):  # fmt: skip
        with pytest.raises(ValidationError, match="no field"):
            find(bob_masked, "contacts", question)
    with pytest.raises(ValidationError, match="no field"):
        write(bob_masked, "contacts", made.uid, {"birthday": "1990-01-01"})
    assert search(bob_masked, "5551") == []
    assert "1980" not in str(history(bob_masked, "contacts", made.uid, Context()))


def test_one_masked_value_is_shown_and_leaves_a_line(world, bob_masked):
    made = write(world.ann, "contacts", None, {"name": "Ola", "birthday": "1980-02-01"})
    assert masked_of(bob_masked, "contacts") == ("phones", "birthday")
    assert masked_of(world.ann, "contacts") == ()
    assert reveal(bob_masked, "contacts", made.uid, "birthday") == "1980-02-01"
    assert reveal(bob_masked, "contacts", made.uid, "birthday", Context()) != ""
    told = [detail for _kind, _address, detail in security.recent(("revealed",), 60)]
    assert told[0]["field"] == "birthday" and "1980" not in str(told)
    with pytest.raises(ValidationError, match="no field"):
        reveal(world.ann, "contacts", made.uid, "birthday")  # it is open to her


def test_what_is_out_of_reach_is_not_revealed(world):
    guards = [{"on": "contacts", "field": "birthday", "guard": "masked"}]
    lines = [{"on": "*", "verb": "view", "scope": "own"}]
    write(world.ann, "roles", None, {"name": "Sales", "key": "sales", "grants": lines,
                                     "guards": guards})  # fmt: skip
    made = write(world.ann, "contacts", None, {"name": "Ola", "birthday": "1980-02-01"})
    with pytest.raises(NotFound):
        reveal(again(world.bob), "contacts", made.uid, "birthday")
    assert security.recent(("revealed",), 60) == []


def test_lists_inside_a_record_are_not_masked(ann):
    with pytest.raises(ValidationError, match="hidden or shown whole"):
        write(ann, "roles", None, {"name": "Mine", "guards": "contacts jobs masked"})


def test_the_page_of_a_record_shows_a_masked_value_on_a_click(world, bob_masked):
    made = write(world.ann, "contacts", None, {"name": "Ola", "birthday": "1980-02-01"})
    client = signed_in(world.bob)
    html = client.get(f"/contacts/{made.uid}").content.decode()
    assert "1980" not in html and f"/contacts/{made.uid}/field/birthday/reveal" in html
    answer = client.post(f"/contacts/{made.uid}/field/birthday/reveal")
    assert "1980" in answer.content.decode() and answer["Cache-Control"] == "no-store"


def test_the_first_page_is_the_one_that_the_role_begins_at(world):
    for actor, place in ((world.bob, "/contacts"), (world.manager, "/companies")):
        assert signed_in(actor).get("/")["Location"] == place
    row = write(world.ann, "roles", None, {"name": "Sales", "key": "sales", "start": "members",
                                           "grants": FIELD})  # fmt: skip
    assert find_one(world.ann, "roles", row.uid)["start"] == "members"
    assert signed_in(world.bob).get("/")["Location"] == "/members"
    assert again(world.bob).start == "members"
    with pytest.raises(ValidationError, match="no list of the menu"):
        write(world.ann, "roles", row.uid, {"start": "dragons"})
