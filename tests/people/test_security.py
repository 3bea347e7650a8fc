"""Where `next` may lead, and how often a password may be tried."""

import pytest
from django.test import RequestFactory

from kartotek.core.security import note, recent
from kartotek.people.security import (
    CODES_AN_HOUR,
    PASSKEYS_TOLD,
    TRIES_A_MINUTE,
    may_try,
    may_try_code,
    note_failure,
    note_refused_passkey,
    note_wrong_code,
    safe_next,
)

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


def test_no_flood_of_other_lines_pushes_tries_out_of_the_count(db):
    """Neither what a stranger can write without signing in nor a busy day."""
    for _number in range(CODES_AN_HOUR):
        note_wrong_code(asked(), "bob@example.com")
    for _number in range(TRIES_A_MINUTE):
        note_failure(asked(), "bob@example.com")
    for number in range(2_100):
        note("passkey_refused" if number % 2 else "export", address="10.9.9.9")
    assert not may_try_code(asked("10.0.0.9"), "bob@example.com")
    assert not may_try(asked(), "bob@example.com")


def test_a_machine_that_tries_everybody_writes_one_line_of_its_pause(db):
    for number in range(30):
        note_failure(asked(), f"person{number}@example.com")
    for number in range(40):
        assert not may_try(asked(), f"other{number}@example.com")
    assert len(recent(("sign_in_limited",), 60)) == 1


def test_refused_passkeys_are_told_and_fill_no_log(db):
    for _number in range(PASSKEYS_TOLD + 20):
        note_refused_passkey(asked())
    note_refused_passkey(asked("10.0.0.8"))
    assert len(recent(("passkey_refused",), 60)) == PASSKEYS_TOLD + 1
    assert recent(("second_step_failed",), 60) == []
