"""Where `next` may lead, and how often a password may be tried."""

import pytest
from django.test import RequestFactory

from kartotek.core.security import recent
from kartotek.people.security import TRIES_A_MINUTE, may_try, note_failure, safe_next

HOSTILE = [
    "", "//evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example/", "///evil",
    "javascript:alert(1)", "http:evil.example", "/\t/evil.example", "https:/evil.example",
    "//localhost@evil.example", "evil.example", "data:text/html,x", "/" + "x" * 3_000,
    "http://testserver.evil.example/", "\x00//evil.example", " //evil.example",
]  # fmt: skip


def asked(address="10.0.0.7"):
    return RequestFactory().get("/sign-in", REMOTE_ADDR=address)


@pytest.mark.parametrize("wanted", HOSTILE)
def test_next_never_leads_out_of_the_house(wanted):
    assert safe_next(asked(), wanted) == "/"


def test_next_leads_to_a_page_of_ours():
    assert safe_next(asked(), "/contacts?sort=-name") == "/contacts?sort=-name"


def test_five_failures_a_minute_then_a_pause(db):
    for _number in range(TRIES_A_MINUTE):
        assert may_try(asked(), "bob@example.com")
        note_failure(asked(), "bob@example.com")
    assert not may_try(asked(), "bob@example.com")
    assert may_try(asked(), "dan@example.com")
    assert may_try(asked("10.0.0.8"), "bob@example.com")


def test_a_pause_is_one_line_however_often_it_is_met(db):
    for _number in range(TRIES_A_MINUTE):
        note_failure(asked(), "bob@example.com")
    for _number in range(3):
        may_try(asked(), "bob@example.com")
    assert len(recent(("sign_in_limited",), 60)) == 1


def test_one_machine_cannot_try_everybody(db):
    for number in range(30):
        note_failure(asked(), f"person{number}@example.com")
    assert not may_try(asked(), "bob@example.com")


def test_a_password_typed_as_email_is_not_kept(db):
    note_failure(asked(), "my secret words")
    assert "secret" not in str(recent(("sign_in_failed",), 60))
