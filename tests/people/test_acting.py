"""Credentials made into an actor: by a session, a member or a mail, or by none."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection

from kartotek.core.find import find
from kartotek.core.remove import remove
from kartotek.core.settling_in import settle_in
from kartotek.core.write import write
from kartotek.people import acting
from kartotek.people.acting import (
    actor_of_mail,
    actor_of_member,
    actor_of_session,
    actor_of_user,
)
from tests.people.credentials import with_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(bob):
    return with_account(bob)


def session(user, **other):
    """What a sign-in leaves in a session."""
    kept = {
        SESSION_KEY: str(user.pk),
        HASH_SESSION_KEY: user.get_session_auth_hash(),
        BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
    }
    return {**kept, **other}


def changed(member, **columns):
    with connection.cursor() as cursor:
        for name, value in columns.items():
            cursor.execute(f"UPDATE people_member SET {name} = %s WHERE id = %s", [value, member])


def test_a_session_in_order_is_its_members(bob, user):
    user_id, actor = actor_of_session(session(user))
    assert (user_id, actor.member, actor.cause) == (user.pk, bob.member, "web")
    assert actor.memo == {} and actor.rights == bob.rights


@pytest.mark.parametrize(
    "other",
    [
        {BACKEND_SESSION_KEY: "elsewhere.Backend"}, {BACKEND_SESSION_KEY: None},
        {HASH_SESSION_KEY: None}, {HASH_SESSION_KEY: ""}, {HASH_SESSION_KEY: "x"},
        {SESSION_KEY: "999999"},
    ],
)  # fmt: skip
def test_any_other_session_is_left_to_django(other, user):
    assert actor_of_session(session(user, **other)) is None


def test_so_is_one_from_before_the_password_and_one_of_closed_credentials(user):
    before = session(user)
    user.set_password("another good sentence")
    user.save()
    assert actor_of_session(before) is None
    user.is_active = False
    user.save()
    assert actor_of_session(session(user)) is None


def test_a_session_is_known_by_one_question(user, django_assert_num_queries):
    kept = session(user)
    actor_of_session(kept)  # what the process knows of its workspace is asked once
    with django_assert_num_queries(1):
        actor_of_session(kept)


def test_who_is_not_active_or_removed_acts_by_no_way(bob, ann, user):
    write(ann, "members", bob.member_uid, {"emails": "bob@example.com"})
    assert actor_of_user(user.pk).member == bob.member
    assert actor_of_mail(" BOB@example.com ").member == bob.member
    for end in (lambda: write(ann, "members", bob.member_uid, {"is_active": False}),
                lambda: remove(ann, "members", bob.member_uid)):  # fmt: skip
        end()
        assert actor_of_user(user.pk) is None and actor_of_member(bob.member) is None
        assert actor_of_mail("bob@example.com") is None
        assert actor_of_session(session(user)) is None


def test_nobody_is_nobody(bob):
    assert actor_of_user(999_999) is None and actor_of_member(999_999) is None
    assert actor_of_mail("nobody@example.com") is None and actor_of_mail("") is None


def test_each_way_says_through_what_one_acts(bob, ann, user):
    write(ann, "members", bob.member_uid, {"emails": "bob@example.com"})
    assert [
        actor_of_mail("bob@example.com").cause,
        actor_of_mail("bob@example.com", "imap").cause,
    ] == ["web", "imap"]
    write(bob, "contacts", None, {"name": "Ola", "emails": "ola@example.com"})
    assert actor_of_mail("ola@example.com") is None  # a contact acts for nobody
    assert [actor_of_user(user.pk).cause, actor_of_user(user.pk, "jobs").cause] == ["web", "jobs"]
    assert [actor_of_member(bob.member).cause, actor_of_member(bob.member, "api").cause] == [
        "web", "api",
    ]  # fmt: skip


def test_a_person_at_a_page_has_formats_of_their_own_and_a_program_has_none(bob, user):
    changed(bob.member, date_format="iso", clock="24", no_letter_keys=True)
    at_a_page, elsewhere = actor_of_user(user.pk), actor_of_member(bob.member)
    assert (at_a_page.formats.date, at_a_page.formats.clock) == ("iso", "24")
    assert (at_a_page.letter_keys, elsewhere.letter_keys) == (False, True)
    assert elsewhere.formats.date == "" and elsewhere.memo is None


def test_without_a_language_it_is_english_and_without_a_zone_the_companys(bob):
    changed(bob.member, language="nb", zone="Asia/Tokyo")
    assert (actor_of_member(bob.member).language, actor_of_member(bob.member).zone) == (
        "nb", "Asia/Tokyo",
    )  # fmt: skip
    changed(bob.member, zone="Oslo")
    assert actor_of_member(bob.member).zone == ""  # which there is not
    changed(bob.member, language="", zone="")
    assert (actor_of_member(bob.member).language, actor_of_member(bob.member).zone) == ("en", "")


def test_departments_are_ones_own_and_those_below_where_rights_end_there(world):
    sales = next(row for row in find(world.ann, "departments") if row.title == "Sales")
    below = write(world.ann, "departments", None, {"name": "Inside", "parent": str(sales.uid)})
    bob = actor_of_member(world.bob.member)
    assert len(bob.departments) == 2 and bob.department == min(bob.departments)
    assert list(bob.departments) == sorted(bob.departments)
    remove(world.ann, "departments", below.uid)
    assert actor_of_member(world.bob.member).departments == (bob.department,)
    assert actor_of_member(world.manager.member).departments != ()
    assert actor_of_member(world.ann.member).departments == ()  # who reaches all asks for none


def test_a_circle_of_departments_ends(world):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_department SET parent_id = id")
    assert actor_of_member(world.bob.member).departments == (world.bob.department,)


@pytest.mark.parametrize(
    ("first", "last", "is_away"),
    [(0, 0, True), (-1, 0, True), (0, 1, True), (-1, None, True), (1, 2, False), (-2, -1, False)],
)
def test_one_stands_in_for_who_is_away_today(first, last, is_away, world):
    settle_in("Fjord", "NZ", "en", "Pacific/Auckland")
    here = datetime.now(ZoneInfo("Pacific/Auckland")).date()
    ends = None if last is None else here + timedelta(days=last)
    begins = here + timedelta(days=first)
    changed(world.dan.member, away_from=begins, away_until=ends, deputy_id=world.bob.member)
    stands_in = actor_of_member(world.bob.member).stands_in
    assert stands_in == ((world.dan.member,) if is_away else ())
    assert actor_of_member(world.cyd.member).stands_in == ()


def test_one_stands_in_for_nobody_who_is_removed_or_out(world):
    for end in ({"is_active": False}, {"removed_at": "2026-01-01 00:00:00"}):
        changed(world.dan.member, away_from="2026-01-01", deputy_id=world.bob.member,
                is_active=True, removed_at=None)  # fmt: skip
        assert actor_of_member(world.bob.member).stands_in == (world.dan.member,)
        changed(world.dan.member, **end)
        assert actor_of_member(world.bob.member).stands_in == ()


def test_who_reaches_all_stands_in_for_nobody(world):
    changed(world.dan.member, away_from="2026-01-01", deputy_id=world.ann.member)
    assert actor_of_member(world.ann.member).stands_in == ()


def test_a_zone_is_one_that_there_is():
    known = [acting._is_zone(name) for name in ("Europe/Oslo", "Oslo", "../x", "Europe", "a\0b")]
    assert known == [True, False, False, False, False]
    assert acting.MOST_DEPARTMENTS == 1_000


def test_a_session_that_is_empty_is_nobodys():
    assert actor_of_session({}) is None
