"""The pages where people are let in, and where roles are made."""

import re
from uuid import UUID

import pytest
from django.test import Client

from kartotek.core.find import find, find_one
from kartotek.core.question import Question
from kartotek.core.undo import undo
from kartotek.people.roles import known, rights_of
from tests.everything import everything
from tests.interfaces.web.reading import PIECE
from tests.people.credentials import with_account
from tests.web_client import signed_in

pytestmark = pytest.mark.django_db
PEOPLE, ROLES = "/settings/people", "/settings/roles"


def link_in(text):
    return re.search(r'value="https?://[^/]+(/invitation/[^"]+)"', text).group(1)


def test_only_who_decides_over_people_comes_in(world):
    bob = signed_in(world.bob)
    bob.get("/contacts")  # what a first visit writes is written
    before = everything()
    uid = world.dan.member_uid
    for path in (PEOPLE, f"{PEOPLE}/new", ROLES, f"{ROLES}/new", f"{ROLES}/sales"):
        assert bob.get(path).status_code == 403, path
    for path in (f"{PEOPLE}/new", f"{PEOPLE}/{uid}/invitation", f"{PEOPLE}/{uid}/access",
                 f"{ROLES}/new", f"{ROLES}/sales", f"{ROLES}/sales/drop"):  # fmt: skip
        assert bob.post(path, {"name": "x", "email": "x@example.com"}).status_code == 403, path
    assert everything() == before


def test_somebody_is_invited_and_comes_in_by_the_link(ann):
    sent = {"name": "Nora", "email": "Nora@Example.com", "role": "service", "department": "Sales"}
    answer = signed_in(ann).post(f"{PEOPLE}/new", sent)
    visitor = Client()
    came = visitor.post(link_in(answer.content.decode()), {"password": "a long enough sentence"})
    assert came.status_code == 302
    assert visitor.get("/contacts").status_code == 200
    row = find(ann, "members", Question(columns=("name", "role"), words="nora")).rows[0]
    assert row["role"] == "service"
    listed = signed_in(ann).get(PEOPLE).content.decode()
    assert "nora@example.com" in listed


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"name": "", "email": "n@example.com", "role": "sales"}, "Fill this in"),
        ({"name": "Nora", "email": "nora", "role": "sales"}, "such as ann@example.com"),
        ({"name": "Nora", "email": "n@example.com", "role": "boss"}, "not one of the choices"),
        ({"name": "Nora", "email": "dan@example.com", "role": "sales"}, "signs in with this"),
    ],
)
def test_what_is_wrong_with_an_invitation_is_said_and_nothing_is_made(world, sent, told):
    with_account(world.dan)
    browser = signed_in(world.ann)
    browser.get(PEOPLE)
    before = everything()
    answer = browser.post(f"{PEOPLE}/new", sent)
    assert answer.status_code == 422 and told in answer.content.decode()
    assert everything() == before


def test_a_second_link_ends_nothing_until_it_is_used(world):
    bob, browser = signed_in(world.bob), signed_in(world.ann)
    link = link_in(browser.post(f"{PEOPLE}/{world.bob.member_uid}/invitation").content.decode())
    assert bob.get("/contacts").status_code == 200
    assert Client().post(link, {"password": "another long sentence"}).status_code == 302
    assert bob.get("/contacts").status_code == 302
    assert Client().post(link, {"password": "a third long sentence"}).status_code == 410


def test_who_has_no_address_cannot_be_invited_and_who_has_no_access_neither(world):
    browser = signed_in(world.ann)
    answer = browser.post(f"{PEOPLE}/{world.dan.member_uid}/invitation")
    assert answer.status_code == 422 and "no e-mail address yet" in answer.content.decode()
    browser.post(f"{PEOPLE}/{world.dan.member_uid}/access", {"open": "false"})
    answer = browser.post(f"{PEOPLE}/{world.dan.member_uid}/invitation")
    assert answer.status_code == 422 and "has no access" in answer.content.decode()


def test_access_ends_at_once_and_comes_back_by_undo(world):
    bob, browser = signed_in(world.bob), signed_in(world.ann)
    assert bob.get("/contacts").status_code == 200
    told = browser.post(f"{PEOPLE}/{world.bob.member_uid}/access", {"open": "false"}, **PIECE)
    assert bob.get("/contacts").status_code == 302
    assert "no access" in browser.get(PEOPLE).content.decode()
    undo(world.ann, UUID(re.search(r"/undo/([0-9a-f-]{36})", told.content.decode()).group(1)))
    assert find_one(world.ann, "members", world.bob.member_uid)["is_active"]


def test_a_role_is_made_by_pointing(ann):
    browser = signed_in(ann)
    page = browser.get(f"{ROLES}/new?like=sales").content.decode()
    assert 'name="contacts.view"' in page and 'name="contacts.field.birthday"' in page
    sent = {"name": "Field sales", "about": "On the road", "contacts.view": "department",
            "contacts.edit": "own", "contacts.field.birthday": "hidden"}  # fmt: skip
    assert browser.post(f"{ROLES}/new", sent).status_code == 302
    rights = rights_of("field_sales")
    assert rights.scope("contacts", "view") == "department"
    assert rights.scope("contacts", "edit") == "own"
    assert rights.hides("contacts") == {"birthday"}
    assert "Field sales" in browser.get(ROLES).content.decode()
    again = browser.get(f"{ROLES}/field_sales").content.decode()
    assert re.search(r'name="contacts.view">.*?<option value="department" selected', again, re.S)


def test_a_delivered_role_changed_keeps_all_that_was_not_touched(ann):
    before = rights_of("manager")
    browser = signed_in(ann)
    browser.post(f"{ROLES}/manager", {"name": "Manager", "contacts.field.birthday": "read_only"})
    after = rights_of("manager")
    for one in ("contacts", "companies", "members", "savedviews", "customfields", "anything"):
        for verb in ("view", "edit", "export", "undo_others"):
            assert after.scope(one, verb) == before.scope(one, verb), (one, verb)
    assert after.protects("contacts") == {"birthday"}
    browser.post(f"{ROLES}/manager/drop")
    assert rights_of("manager") == before and known()["manager"].uid is None


def test_the_administrator_is_not_offered_for_change(ann):
    browser = signed_in(ann)
    assert f'href="{ROLES}/administrator"' not in browser.get(ROLES).content.decode()
    assert browser.get(f"{ROLES}/administrator").status_code == 404
    assert browser.post(f"{ROLES}/administrator", {"name": "x"}).status_code == 404


def test_a_name_that_is_taken_is_said_beside_the_name(ann):
    answer = signed_in(ann).post(f"{ROLES}/new", {"name": "Service", "contacts.view": "all"})
    assert answer.status_code == 422
    assert "role of this name already" in answer.content.decode()
    assert re.search(r'name="contacts.view">.*?<option value="all" selected',
                     answer.content.decode(), re.S)  # fmt: skip
