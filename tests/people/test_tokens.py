"""Tokens: kept hashed, told once, dead as soon as token, member or day says so."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from kartotek.core.actor import system
from kartotek.core.errors import NotFound, PermissionDenied, ValidationError
from kartotek.core.remove import remove
from kartotek.core.security import recent
from kartotek.core.write import write
from kartotek.people.models import Token
from kartotek.people.tokens import (
    TokenRefused,
    actor_of_bearer,
    bearer_of,
    make_token,
    revoke_token,
    tokens,
)
from tests.everything import everything


def asked(secret):
    return actor_of_bearer(RequestFactory().get("/"), secret)


def refusals():
    return [detail["why"] for _kind, _address, detail in recent(("token_refused",), 60)]


def moved(**columns):
    """Let time pass for the one token there is."""
    Token.objects.update(**{name: datetime.now(UTC) - back for name, back in columns.items()})


def test_the_secret_is_nowhere_in_the_database(bob):
    _uid, secret = make_token(bob, "Nightly")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM people_token")
        assert secret not in repr(cursor.fetchall())
    assert secret.startswith("kartotek_") and len(secret) >= 50


def test_a_token_has_its_members_rights_and_says_what_acts(bob):
    uid, secret = make_token(bob, "Nightly")
    actor = asked(secret)
    assert (actor.kind, actor.cause, actor.name) == ("token", "api", "Bob (Nightly)")
    assert (actor.member, actor.rights, actor.departments) == (
        bob.member, bob.rights, bob.departments)  # fmt: skip
    assert actor.key == f"token:{uid}"


def test_the_rights_are_those_of_today(bob):
    _uid, secret = make_token(bob, "Nightly")
    write(system("test"), "members", bob.member_uid, {"role": "read_only"})
    assert asked(secret).rights.scope("contacts", "edit") == "none"


def test_a_revoked_token_is_refused_with_the_next_request(bob, ann):
    uid, secret = make_token(bob, "Nightly")
    asked(secret)
    revoke_token(ann, uid)
    with pytest.raises(TokenRefused, match="revoked"):
        asked(secret)
    assert refusals() == ["revoked"]


def test_an_expired_token_is_refused(bob):
    _uid, secret = make_token(bob, "Nightly", 1)
    asked(secret)
    moved(expires_at=timedelta(seconds=1))
    with pytest.raises(TokenRefused, match="expired"):
        asked(secret)
    assert tokens()[0].state == "expired"


def test_a_token_of_a_deactivated_or_removed_member_is_refused(bob):
    _uid, secret = make_token(bob, "Nightly")
    write(system("test"), "members", bob.member_uid, {"is_active": False})
    with pytest.raises(TokenRefused, match="not an active member"):
        asked(secret)
    write(system("test"), "members", bob.member_uid, {"is_active": True})
    remove(system("test"), "members", bob.member_uid)
    with pytest.raises(TokenRefused, match="not an active member"):
        asked(secret)


@pytest.mark.parametrize("wrong", ["", "x", "kartotek_", "ø" * 9, "x" * 9_000, "\udcff"])
def test_what_is_no_token_is_refused(wrong, bob):
    make_token(bob, "Nightly")
    with pytest.raises(TokenRefused, match="no such token"):
        asked(wrong)


def test_a_refusal_that_is_repeated_is_one_line_a_minute(bob):
    for _time in range(3):
        with pytest.raises(TokenRefused):
            asked("x")
    assert refusals() == ["unknown"]


def test_made_and_revoked_stand_in_the_security_log_without_the_secret(bob, ann):
    uid, secret = make_token(bob, "Nightly", 7)
    revoke_token(ann, uid)
    lines = recent(("token_made", "token_revoked"), 60)
    assert [kind for kind, _address, _detail in lines] == ["token_revoked", "token_made"]
    assert secret not in repr(lines) and str(uid) in repr(lines)


def test_the_last_use_is_written_at_most_every_five_minutes(bob):
    _uid, secret = make_token(bob, "Nightly")
    assert tokens()[0].used_at is None
    asked(secret)
    first = tokens()[0].used_at
    with CaptureQueriesContext(connection) as captured:
        asked(secret)
    assert not [one for one in captured.captured_queries if one["sql"].startswith("UPDATE")]
    moved(used_at=timedelta(seconds=301))
    asked(secret)
    assert tokens()[0].used_at >= first


def test_a_token_costs_two_questions(bob):
    _uid, secret = make_token(bob, "Nightly")
    asked(secret)
    with CaptureQueriesContext(connection) as captured:
        asked(secret)
    assert len(captured.captured_queries) == 2


@pytest.mark.parametrize(
    ("name", "days", "field"),
    [("", None, "name"), ("x" * 101, None, "name"), ("a", 0, "days"), ("a", 9_999, "days")],
)
def test_a_token_that_cannot_be_made_leaves_no_trace(name, days, field, bob):
    before = everything()
    with pytest.raises(ValidationError) as refused:
        make_token(bob, name, days)
    assert field in refused.value.message_dict and everything() == before


def test_a_token_belongs_to_a_member(db):
    with pytest.raises(PermissionDenied):
        make_token(system("test"), "Nightly")


def test_a_token_is_revoked_once(bob, ann):
    uid, _secret = make_token(bob, "Nightly")
    assert revoke_token(ann, uid).state == "revoked"
    for one in (uid, uuid4(), UUID(int=0)):
        with pytest.raises(NotFound):
            revoke_token(ann, one)


@pytest.mark.parametrize(
    ("sent", "found"),
    [
        ("Bearer abc", "abc"), ("bearer  abc ", "abc"), ("Bearer", ""), ("Bearer a b", "a b"),
        ("Basic abc", None), ("", None), ("Bearerabc", None),
    ],
)  # fmt: skip
def test_a_bearer_is_read_as_the_standard_says(sent, found):
    assert bearer_of(RequestFactory().get("/", headers={"Authorization": sent})) == found
