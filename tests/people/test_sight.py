"""Who sees a record, each in a sentence that is true."""

import re

import pytest
from django.db import connection

from kartotek.core import viewing
from kartotek.core.catalogue import the_type
from kartotek.core.errors import NotFound, PermissionDenied
from kartotek.core.find import find, find_one
from kartotek.core.reading import raws_by_uid
from kartotek.core.sharing import share
from kartotek.core.write import write
from kartotek.people import sight
from kartotek.people.acting import actor_of_member
from kartotek.people.sight import sights
from tests.web_client import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def card(world):
    return write(world.bob, "contacts", None, {"name": "Ola Nordmann"}).uid


def told(world, card):
    return {one.name: one for one in sights(world.ann, "contacts", card)}


def test_everybody_is_told_of_in_a_sentence(world, card):
    said = told(world, card)
    assert said["Ann"].why == "The role “Administrator” sees all contacts."
    assert said["Bob"].why == "It is theirs; the role “Sales” sees its own contacts."
    assert said["Dan"].why == (
        "It stands in Sales; the role “Sales” sees the contacts of its own departments only."
    )
    assert said["Rae"].why == "The role “Read-only” sees all contacts."
    assert said["Eve"].why == "The role “–” sees no contacts."
    assert [name for name, one in said.items() if one.edits] == ["Ann", "Bob", "Mia"]


def test_a_share_is_told_too(world, card):
    share(world.bob, "contacts", card, "member", world.dan.member_uid, may_edit=True)
    dan = told(world, card)["Dan"]
    assert (dan.sees, dan.edits, dan.why) == (True, True, "It was shared with them.")
    place = next(row.uid for row in find(world.ann, "departments") if row.title == "Elsewhere")
    other = write(world.bob, "contacts", None, {"name": "Kari"}).uid
    share(world.bob, "contacts", other, "department", place)
    dan = told(world, other)["Dan"]
    assert (dan.sees, dan.edits, dan.why) == (True, False, "It was shared with Elsewhere.")


def test_what_is_told_is_what_the_door_does(world, card):
    share(world.bob, "contacts", card, "member", world.dan.member_uid)
    for name, one in told(world, card).items():
        actor = actor_of_member(getattr(world, {"Rae": "reader", "Mia": "manager"}.get(
            name, name.lower())).member)  # fmt: skip
        try:
            row = find_one(actor, "contacts", card)
        except NotFound:
            row = None
        assert (row is not None) == one.sees, name
        assert bool(row and row.may_edit) == one.edits, name


def test_only_who_decides_over_people_asks(world, card):
    with pytest.raises(PermissionDenied):
        sights(world.bob, "contacts", card)


def test_the_panel_tells_and_shares_and_ends_it(world, card):
    at = f"/contacts/{card}"
    bob, ann = signed_in(world.bob), signed_in(world.ann)
    assert "Who sees this?" in bob.get(at).content.decode()
    assert "Everybody, and why" not in bob.get(f"{at}/seen").content.decode()
    assert "It is theirs" in ann.get(f"{at}/seen").content.decode()
    sent = {"to": f"member:{world.dan.member_uid}", "may_edit": "true", "until": "2031-05-01"}
    assert bob.post(f"{at}/share", sent).status_code == 302
    text = bob.get(f"{at}/seen").content.decode()
    assert "may change it" in text and "2031" in text
    assert bob.post(f"{at}/unshare", {"to": sent["to"]}).status_code == 302
    assert "Shared with" not in bob.get(f"{at}/seen").content.decode()


def test_the_panel_offers_undo_of_both_and_the_history_tells(world, card):
    at, htmx = f"/contacts/{card}", {"HX-Request": "true"}
    bob, sent = signed_in(world.bob), {"to": f"member:{world.dan.member_uid}", "may_edit": "true"}
    opened = bob.post(f"{at}/share", sent, headers=htmx)
    assert opened["HX-Trigger"] == "k:changed"
    (undo,) = set(re.findall(r"/undo/[0-9a-f-]{36}", opened.content.decode()))
    assert "/undo/" not in bob.post(f"{at}/share", sent, headers=htmx).content.decode()
    undone = bob.post(undo, headers=htmx)
    assert "Undone: Sharing of Ola Nordmann." in undone.content.decode()
    assert "Shared with" not in bob.get(f"{at}/seen", headers=htmx).content.decode()
    bob.post(f"{at}/share", sent, headers=htmx)
    closed = bob.post(f"{at}/unshare", sent, headers=htmx).content.decode()
    assert "/undo/" in closed
    page = bob.get(f"{at}/history").content.decode()
    assert page.count("Opened to Dan, may edit") == 2 and page.count("Closed to Dan again") == 2
    assert "changed who sees this" in page


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"to": ""}, "Choose a person or a department"),
        ({"until": "1999-01-01"}, "has passed"),
        ({"until": "soon"}, "Choose a day"),
        ({"until": "9999-12-31"}, "Choose a day"),
    ],
)
def test_a_wrong_share_is_said_where_it_is(world, card, sent, message):
    browser = signed_in(world.bob)
    whole = {"to": f"member:{world.dan.member_uid}", **sent}
    answer = browser.post(f"/contacts/{card}/share", whole)
    assert answer.status_code == 422 and message in answer.content.decode()
    assert signed_in(world.dan).get(f"/contacts/{card}").status_code == 404


def test_those_who_see_it_come_first_and_among_them_those_who_may_change_it(world, card):
    share(world.bob, "contacts", card, "member", world.dan.member_uid)
    found = [(one.name, one.sees, one.edits) for one in sights(world.ann, "contacts", card)]
    assert found == [
        ("Ann", True, True), ("Bob", True, True), ("Mia", True, True),
        ("Cyd", True, False), ("Dan", True, False), ("Rae", True, False), ("Eve", False, False),
    ]  # fmt: skip


def test_who_is_not_active_is_not_asked_about_and_words_narrow_to_some(world, card):
    write(world.ann, "members", world.dan.member_uid, {"is_active": False})
    assert "Dan" not in told(world, card)
    assert [one.name for one in sights(world.ann, "contacts", card, "bob")] == ["Bob"]
    assert sight.AT_ONCE == 30


def test_where_it_stands_in_no_department_and_is_nobodys_that_is_said(world, card):
    write(world.ann, "contacts", card, {"owner": None, "department": None})
    said = told(world, card)
    assert said["Bob"].why == "It stands in no department, and is not theirs."
    assert said["Ann"].why == "The role “Administrator” sees all contacts."


def test_where_it_stands_in_their_department_that_is_said(world, card):
    write(world.ann, "contacts", card, {"owner": str(world.ann.member_uid)})
    write(world.ann, "members", world.cyd.member_uid, {"role": "sales"})
    place = next(row.uid for row in find(world.ann, "departments") if row.title == "Service")
    write(world.ann, "contacts", card, {"department": str(place)})
    assert told(world, card)["Cyd"].why == (
        "It stands in Service; the role “Sales” sees the contacts of its departments."
    )


def test_who_sees_their_own_alone_is_told_so(world, card):
    grants = [{"on": "*", "verb": "view", "scope": "own"}]
    write(world.ann, "roles", None, {"name": "Alone", "grants": grants})
    write(world.ann, "members", world.dan.member_uid, {"role": "alone"})
    assert told(world, card)["Dan"].why == (
        "It is not theirs; the role “Alone” sees its own contacts only."
    )


def test_a_share_with_others_is_not_told_as_theirs(world, card):
    place = next(row.uid for row in find(world.ann, "departments") if row.title == "Elsewhere")
    share(world.bob, "contacts", card, "member", world.cyd.member_uid)
    share(world.bob, "contacts", card, "department", place)
    assert told(world, card)["Dan"].why == "It was shared with Elsewhere."
    share(world.bob, "contacts", card, "member", world.dan.member_uid)
    assert told(world, card)["Dan"].why == "It was shared with them."


def test_a_role_that_changes_people_but_not_all_of_them_asks_nothing(world, card):
    grants = [{"on": "members", "verb": "edit", "scope": "department"},
              {"on": "*", "verb": "view", "scope": "all"},
              {"on": "*", "verb": "edit", "scope": "all"}]  # fmt: skip
    write(world.ann, "roles", None, {"name": "Nearly", "grants": grants})
    write(world.ann, "members", world.dan.member_uid, {"role": "nearly"})
    with pytest.raises(PermissionDenied):
        sights(actor_of_member(world.dan.member), "contacts", card)


def test_who_lost_their_access_meanwhile_is_told_so(world, card):
    asked = sight._Asked(the_type("contacts"), raws_by_uid(the_type("contacts"), [], [card])[0],
                         "Bob", "Sales")  # fmt: skip
    member = raws_by_uid(the_type("members"), ["role", "name"], [world.dan.member_uid])[0]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_member SET is_active = %s", [False])
    one = sight._sight(world.ann, asked, member)
    assert (one.sees, one.edits, one.why) == (False, False, "They have no access.")


def test_what_is_open_by_a_declaration_of_its_own_is_told_so(world):
    shown = viewing.keep(world.bob, "companies", "Leads", "", shared=True).uid
    said = {one.name: one.why for one in sights(world.ann, "savedviews", shown)}
    assert said["Dan"] == "It is open to everybody."
