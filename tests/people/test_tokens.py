"""Tokens: kept hashed, told once, dead as soon as token, member or day says so."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from kartotek.core import workspace
from kartotek.core.actor import system
from kartotek.core.errors import NotFound, PermissionDenied, ValidationError
from kartotek.core.remove import remove
from kartotek.core.security import recent
from kartotek.core.settling_in import settle_in
from kartotek.core.write import write
from kartotek.people import tokens as kept
from kartotek.people.models import Token
from kartotek.people.tokens import (
    TokenRefused,
    actor_of_bearer,
    bearer_of,
    links_to,
    make_token,
    reader_of_view,
    revoke_link,
    revoke_of,
    revoke_token,
    revoked,
    stay_revoked,
    tokens,
    tokens_of,
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


def test_a_list_tells_of_each_token_the_newest_first(bob, ann):
    view = uuid4()
    first, _secret = make_token(bob, "  Nightly \n \x00run ", 7, view=view)
    second, _secret = make_token(ann, "Other")
    newest, oldest = tokens()
    assert (newest.uid, newest.member, newest.view, newest.expires_at) == (
        second,
        "Ann",
        None,
        None,
    )
    assert (oldest.uid, oldest.name, oldest.member) == (first, "Nightly run", "Bob")
    assert (oldest.view, oldest.state, oldest.used_at, oldest.revoked_at) == (
        view, "live", None, None,
    )  # fmt: skip
    assert oldest.expires_at - oldest.made_at == timedelta(days=7)


@pytest.mark.parametrize(("name", "days"), [("x", 1), ("x" * 100, 3_650)])
def test_the_shortest_and_the_longest_that_may_be(name, days, bob):
    make_token(bob, name, days)
    (made,) = tokens()
    assert made.name == name and made.expires_at - made.made_at == timedelta(days=days)


def test_ones_own_tokens_are_those_that_still_open(bob, ann):
    make_token(ann, "Ann's")
    ended, _secret = make_token(bob, "Ended", 1)
    moved(expires_at=timedelta(seconds=1))
    gone, _secret = make_token(bob, "Gone")
    older, _secret = make_token(bob, "Older")
    newer, _secret = make_token(bob, "Newer")
    assert revoke_of(ann, bob.member_uid, gone).state == "revoked"
    assert [one.uid for one in tokens_of(bob.member_uid)] == [newer, older]
    for uid in (gone, ended):
        with pytest.raises(NotFound):
            revoke_of(ann, bob.member_uid, uid)
    with pytest.raises(NotFound):
        revoke_of(bob, ann.member_uid, newer)


def test_ones_own_links_to_a_view_are_those_that_still_open(bob, ann):
    view, other = uuid4(), uuid4()
    make_token(bob, "Ended", 1, view=view)
    moved(expires_at=timedelta(seconds=1))
    for owner, one in ((ann, view), (bob, other), (bob, None)):
        make_token(owner, "Not this", view=one)
    older, _secret = make_token(bob, "Older", view=view)
    newer, _secret = make_token(bob, "Newer", view=view)
    assert [one.uid for one in links_to(bob, view)] == [newer, older]
    for who, at, uid in ((ann, view, newer), (bob, other, newer)):
        with pytest.raises(NotFound):
            revoke_link(who, at, uid)
    assert revoke_link(bob, view, newer).uid == newer
    assert [one.uid for one in links_to(bob, view)] == [older]


def test_a_link_reads_its_view_and_nothing_else_and_a_token_reads_no_view(bob):
    view = uuid4()
    _uid, link = make_token(bob, "Link", view=view)
    _uid, secret = make_token(bob, "Nightly")
    request = RequestFactory().get("/")
    actor, read = reader_of_view(request, link)
    assert (read, actor.cause, actor.kind, actor.memo) == (view, "link", "token", {})
    with pytest.raises(TokenRefused, match="one saved view only"):
        actor_of_bearer(request, link)
    with pytest.raises(TokenRefused, match="for the API"):
        reader_of_view(request, secret)
    assert sorted(refusals()) == ["no_view", "one_view"]


def test_what_another_process_customized_is_known_with_the_next_request(bob):
    _uid, secret = make_token(bob, "Nightly")
    settle_in("Fjord", "NO", "en", "Europe/Oslo")
    before = workspace.workspace().customization
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_workspace SET customization = %s", [before + 1])
    asked(secret)
    assert workspace.workspace().customization == before + 1


def test_a_refusal_says_which_token_it_was_if_it_was_one(bob, ann):
    uid, secret = make_token(bob, "Nightly")
    revoke_token(ann, uid)
    for wrong in (secret, "x"):
        with pytest.raises(TokenRefused):
            asked(wrong)
    lines = [detail for _kind, _address, detail in recent(("token_refused",), 60)]
    assert sorted((one["token"], one["why"]) for one in lines) == [
        ("", "unknown"), (str(uid), "revoked"),
    ]  # fmt: skip


def test_refusals_are_remembered_within_bounds_and_told_again_after_a_minute(bob, monkeypatch):
    monkeypatch.setattr(kept, "MOST_TOLD", 1)
    uid, secret = make_token(bob, "Nightly")
    revoke_token(bob, uid)
    for wrong in ("x", secret):
        with pytest.raises(TokenRefused):
            asked(wrong)
        assert len(kept._told) == 1
    (key,) = kept._told
    kept._told[key] -= 61
    with pytest.raises(TokenRefused):
        asked(secret)
    assert refusals() == ["revoked", "revoked", "unknown"]
    kept.forget()
    assert kept._told == {}


def test_what_was_revoked_elsewhere_stays_revoked_here(bob, ann):
    uid, secret = make_token(bob, "Nightly")
    make_token(bob, "Other")
    revoke_token(ann, uid)
    ((when, digest),) = revoked()
    Token.objects.update(revoked_at=None)  # as data from before have it
    stay_revoked([(when, digest), (when, "0" * 64)])
    assert revoked() == [(when, digest)]
    stay_revoked([(when - timedelta(days=1), digest)])
    assert revoked() == [(when, digest)]
    with pytest.raises(TokenRefused, match="revoked"):
        asked(secret)


def test_the_figures_of_tokens():
    assert (kept.PREFIX, kept.SECRET_BYTES, kept.MOST_DAYS) == ("kartotek_", 32, 3_650)
    assert (kept.USED_SECONDS, kept.TOLD_SECONDS, kept.MOST_TOLD) == (300, 60, 1_000)
