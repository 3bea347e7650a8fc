"""Coming in and going out, as a browser without JavaScript sees it."""

import pytest
from django.test import Client

from kartotek.core.security import recent
from tests.people.credentials import PASSWORD, with_account

RIGHT = {"email": "bob@example.com", "password": PASSWORD}


@pytest.fixture
def bobs(bob):
    return with_account(bob)


def kinds(*names):
    return [kind for kind, _address, _detail in recent(names, 60)]


def test_the_right_password_leads_to_where_one_wanted(bobs):
    answer = Client().post("/sign-in", {**RIGHT, "next": "/contacts?sort=name"})
    assert (answer.status_code, answer["Location"]) == (302, "/contacts?sort=name")
    assert kinds("signed_in") == ["signed_in"]


def test_a_page_asks_to_sign_in_and_comes_back(bobs):
    browser = Client()
    assert browser.get("/password")["Location"] == "/sign-in?next=%2Fpassword"
    assert 'name="next" value="/password"' in browser.get("/sign-in?next=%2Fpassword").text


def test_next_to_another_house_leads_home(bobs):
    answer = Client().post("/sign-in", {**RIGHT, "next": "//evil.example/"})
    assert answer["Location"] == "/"


@pytest.mark.parametrize("wrong", [
    {"email": "bob@example.com", "password": "wrong"},
    {"email": "nobody@example.com", "password": PASSWORD},
    {"email": "bob@example.com", "password": ""},
    {"email": "", "password": ""},
])  # fmt: skip
def test_a_wrong_one_gets_the_same_sentence_whoever_it_is(bobs, wrong):
    answer = Client().post("/sign-in", wrong)
    assert answer.status_code == 422
    assert "do not go together. Try again." in answer.text
    assert kinds("sign_in_failed", "signed_in") == ["sign_in_failed"]


def test_the_sixth_try_within_a_minute_is_not_even_looked_at(bobs):
    for _number in range(5):
        Client().post("/sign-in", {**RIGHT, "password": "wrong"})
    answer = Client().post("/sign-in", RIGHT)
    assert "Wait a minute" in answer.text
    assert kinds("signed_in") == []


def test_a_session_gets_another_name_when_somebody_signs_in(bobs, settings):
    browser = Client()
    browser.cookies[settings.SESSION_COOKIE_NAME] = "planted0planted0planted0planted0"
    browser.post("/sign-in", RIGHT)
    cookie = browser.cookies[settings.SESSION_COOKIE_NAME]
    assert not cookie.value.startswith("planted")
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_signing_out_needs_a_post(bobs):
    browser = Client()
    browser.post("/sign-in", RIGHT)
    assert browser.get("/sign-out").status_code == 405
    assert browser.post("/sign-out")["Location"] == "/sign-in"
    assert browser.get("/password").status_code == 302
    assert kinds("signed_out") == ["signed_out"]


def test_the_present_password_is_asked_before_a_new_one(bobs):
    browser = Client()
    browser.post("/sign-in", RIGHT)
    answer = browser.post("/password", {"old": "wrong", "password": "another good sentence"})
    assert answer.status_code == 422
    bobs.refresh_from_db()
    assert bobs.check_password(PASSWORD)


def test_a_changed_password_stands_in_the_log(bobs):
    browser = Client()
    browser.post("/sign-in", RIGHT)
    browser.post("/password", {"old": PASSWORD, "password": "another good sentence"})
    assert kinds("password_changed") == ["password_changed"]


def test_a_form_from_elsewhere_is_refused_calmly(bobs):
    browser = Client(enforce_csrf_checks=True)
    answer = browser.post("/sign-in", RIGHT)
    assert answer.status_code == 403
    assert "load the page again" in answer.text


def test_nobody_signs_up_by_themselves(db):
    from allauth.account.adapter import get_adapter

    assert get_adapter().is_open_for_signup(None) is False
    assert Client().get("/accounts/signup/").status_code == 404


def test_who_signs_in_with_letters_that_nobody_has_is_refused_in_words(db):
    answer = Client().post("/sign-in", {"email": "a\x00@b.no", "password": "x\x00"})
    assert answer.status_code == 422
    assert "do not go together" in answer.content.decode()
