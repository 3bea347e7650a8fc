"""Who sees a record, each in a sentence that is true."""

import re

import pytest

from kartotek.core.errors import NotFound, PermissionDenied
from kartotek.core.find import find, find_one
from kartotek.core.sharing import share
from kartotek.core.write import write
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
