"""Rights die at once, and reading does not write."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from kartotek.core.actor import system
from kartotek.core.find import find
from kartotek.core.remove import remove
from kartotek.core.security import recent
from kartotek.core.write import write
from kartotek.people import middleware
from kartotek.people.roster import everybody
from tests.people.credentials import PASSWORD, with_account


@pytest.fixture(autouse=True)
def _nobody_seen():
    middleware._seen.clear()


@pytest.fixture
def browser(bob):
    user = with_account(bob)
    client = Client()
    client.force_login(user)
    return client


def writes(captured):
    verbs = ("INSERT", "UPDATE", "DELETE")
    return [query["sql"] for query in captured if query["sql"].startswith(verbs)]


def test_a_deactivated_member_is_out_with_the_next_request(browser, bob):
    assert browser.get("/password").status_code == 200
    write(system("test"), "members", bob.member_uid, {"is_active": False})
    answer = browser.get("/password")
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in?ended=1")
    assert "your access has ended" in browser.get("/sign-in?ended=1").text


def test_a_removed_member_is_out_with_the_next_request(browser, bob):
    remove(system("test"), "members", bob.member_uid)
    assert browser.get("/password").status_code == 302
    assert "sessionid" not in browser.session


def test_a_piece_of_a_page_sends_the_whole_page_to_the_sign_in(browser, bob):
    write(system("test"), "members", bob.member_uid, {"is_active": False})
    answer = browser.get("/password", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (401, "/sign-in?ended=1")


def test_the_api_says_it_as_a_problem(browser, bob):
    write(system("test"), "members", bob.member_uid, {"is_active": False})
    answer = browser.get("/api/v1/contacts")
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
    assert "access has ended" in answer.json()["detail"]
    assert browser.get("/api/v1/contacts").json()["detail"].startswith("Sign in first")


def test_an_ended_session_is_signed_out_on_a_page_for_everybody_too(browser, bob):
    write(system("test"), "members", bob.member_uid, {"is_active": False})
    assert "your access has ended" in browser.get("/sign-in").text
    assert "your access has ended" not in browser.get("/sign-in").text


def test_a_write_with_an_ended_session_writes_nothing(browser, bob):
    write(system("test"), "members", bob.member_uid, {"is_active": False})
    answer = browser.post("/api/v1/contacts", {"name": "x"}, "application/json")
    assert answer.status_code == 401
    assert len(find(system("test"), "contacts")) == 0


def test_a_new_password_ends_every_other_session(browser, bob):
    other = Client()
    other.post("/sign-in", {"email": "bob@example.com", "password": PASSWORD})
    other.post("/password", {"old": PASSWORD, "password": "another good sentence"})
    assert browser.get("/password").status_code == 302
    assert other.get("/password").status_code == 200


def test_reading_again_within_five_minutes_writes_nothing(browser):
    browser.get("/password")
    with CaptureQueriesContext(
        connection,
    ) as second:
        browser.get("/password")
    assert writes(second.captured_queries) == []


def test_last_seen_is_kept(browser):
    assert everybody()[0].last_seen is None
    browser.get("/password")
    assert everybody()[0].last_seen is not None


def passed(user, **headers):
    """A request as it is behind the middleware, and the language that stands there."""
    seen = []
    request = RequestFactory().get("/", headers=headers)
    request.user, request.session = user, SessionStore()
    request.session["kept"] = "x"

    def page(request):
        seen.append(translation.get_language())
        return HttpResponse("x")

    with translation.override("en"):
        assert middleware.ActorMiddleware(page)(request).status_code == 200
    return request, seen[0]


def test_the_page_speaks_the_language_of_its_member(bob):
    user = with_account(bob)
    write(system("test"), "members", bob.member_uid, {"language": "nb"})
    request, language = passed(user)
    assert (language, request.LANGUAGE_CODE) == ("nb", "nb")
    assert request.actor.member == bob.member and request.bearer is None
    assert request.access_ended is False and request.session["kept"] == "x"


def test_who_brings_a_bearer_is_nobody_whatever_comes_with_it(bob):
    request, _language = passed(with_account(bob), Authorization="Bearer x")
    assert (request.bearer, request.actor, request.access_ended) == ("x", None, False)
    assert request.user.is_anonymous


def test_a_stranger_is_nobody_and_has_lost_nothing(db):
    request, _language = passed(AnonymousUser())
    assert (request.actor, request.access_ended, request.session["kept"]) == (None, False, "x")
    assert recent(("session_ended",), 60) == []


def test_whose_access_has_ended_is_nobody_and_the_log_says_who_it_was(bob):
    user = with_account(bob)
    write(system("test"), "members", bob.member_uid, {"is_active": False})
    request, _language = passed(user)
    assert (request.actor, request.access_ended, dict(request.session)) == (None, True, {})
    assert request.user.is_anonymous
    ((_kind, _address, detail),) = recent(("session_ended",), 60)
    assert detail["email"] == "bob@example.com"


def seen_at():
    return everybody()[0].last_seen


def test_another_process_does_not_write_it_again_within_five_minutes(browser):
    browser.get("/password")
    first = seen_at()
    middleware._seen.clear()
    browser.get("/password")
    assert seen_at() == first
    middleware._seen.clear()
    long_ago = datetime.now(UTC) - timedelta(seconds=301)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_account SET last_seen = %s", [long_ago])
    browser.get("/password")
    assert seen_at() > first


def test_a_process_remembers_sessions_within_bounds(browser, monkeypatch):
    assert (middleware.SEEN_SECONDS, middleware.MOST_SEEN) == (300, 10_000)
    monkeypatch.setattr(middleware, "MOST_SEEN", 1)
    middleware._seen[0, "other"] = 0.0
    browser.get("/password")
    assert len(middleware._seen) == 1 and (0, "other") not in middleware._seen
