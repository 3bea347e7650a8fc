"""Invitations: single-use, and dead with what they were made for."""

import pytest
from django.test import Client

from kartotek.core.actor import system
from kartotek.core.write import write
from kartotek.people.invitations import invitation, invited
from kartotek.people.signing import set_password
from tests.people.credentials import PASSWORD, with_account


@pytest.fixture
def user(bob):
    return with_account(bob, None)


def test_an_invitation_sets_the_password_and_signs_in_once(user):
    link, browser = f"/invitation/{invitation(user)}", Client()
    assert "bob@example.com" in browser.get(link).text
    assert browser.post(link, {"password": PASSWORD})["Location"] == "/"
    assert browser.get("/password").status_code == 200
    assert Client().post(link, {"password": "somebody else's one"}).status_code == 410
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_a_weak_password_keeps_the_invitation_open(user):
    link = f"/invitation/{invitation(user)}"
    assert Client().post(link, {"password": "short"}).status_code == 422
    assert Client().get(link).status_code == 200


def test_it_dies_with_a_new_password(user):
    token = invitation(user)
    set_password(user, PASSWORD)
    assert invited(token) is None


def test_it_dies_with_the_member(user, bob):
    token = invitation(user)
    write(system("test"), "members", bob.member_uid, {"is_active": False})
    assert invited(token) is None


@pytest.mark.parametrize("made_up", ["x", "-", "a" * 32 + "-b-c", "0" * 32 + "-", "é-1-2"])
def test_what_was_made_up_opens_nothing(db, made_up):
    assert Client().get(f"/invitation/{made_up}").status_code == 410


def test_one_members_seal_does_not_open_anothers(user, dan):
    other = invitation(with_account(dan, None))
    mixed = other.partition("-")[0] + "-" + invitation(user).partition("-")[2]
    assert invited(mixed) is None
