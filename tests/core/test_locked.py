"""A lock on a record: what it says to whom, and what stays of it at its edges."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from uuid_utils.compat import uuid7

from kartotek.core import log, record_lock
from kartotek.core.actor import EVERYTHING, Actor, Rights, system
from kartotek.core.catalogue import the_type
from kartotek.core.context import Context
from kartotek.core.errors import Locked, PermissionDenied, ValidationError
from kartotek.core.fieldtypes import Date
from kartotek.core.find import find, find_one
from kartotek.core.locked import Held, among_others, marked, why_not
from kartotek.core.merge import Merge, merge
from kartotek.core.question import Question
from kartotek.core.reading import raws_by_uid
from kartotek.core.record_lock import end_lock, last_day, lock, lock_on, today
from kartotek.core.remove import remove
from kartotek.core.undo import undo
from kartotek.core.write import write

WHY = "The lawyers look at this."


def held(actor, uid, days=3):
    return lock(actor, "contacts", uid, WHY, today(actor) + timedelta(days=days))


@pytest.fixture
def card(world):
    return write(world.bob, "contacts", None, {"name": "Ola Nordmann"}).uid


def a_person(**given) -> Actor:
    return Actor(**{"kind": "member", "name": "Bob", "rights": EVERYTHING, **given})


def test_its_last_day_is_told_in_the_language_of_who_reads_it():
    one = Held(1, 2, "Ann", WHY, datetime(2026, 12, 24, tzinfo=UTC))
    day = one.day(a_person())
    assert (day.month, day.day) == (12, 23)
    for language in ("en", "nb", "lv"):
        assert one.day_text(a_person(language=language)) == Date().show(day, Context(language))
    assert one.day_text(a_person(language="")) == Date().show(day, Context("en"))


def test_which_of_many_are_locked_is_asked_of_all_of_them_at_once():
    sql, params = among_others(a_person(member=7), "contacts", [1, 23])
    assert "record IN (1, 23)" in sql and (params[0], params[-1]) == ("contacts", 7)
    assert among_others(a_person(), "contacts", [1])[1][-1] == 0  # no member's own


def test_none_is_asked_of_no_records_or_by_the_house():
    assert among_others(a_person(member=7), "contacts", []) == ("", [])
    assert among_others(system(), "contacts", [1]) == ("", [])


@pytest.mark.django_db
def test_a_title_that_one_may_not_see_is_not_told_by_a_lock(world, card):
    held(world.ann, card)
    blind = replace(
        world.bob, memo=None,
        rights=Rights(world.bob.rights.verbs, hidden={"contacts": frozenset({"name"})}),
    )  # fmt: skip
    with pytest.raises(Locked, match=r"^“Contact” is locked by Ann until .*look at this”"):
        write(blind, "contacts", card, {"job_title": "Cook"})


@pytest.mark.django_db
def test_somebody_elses_lock_is_told_before_anything_else(world, card):
    held(world.ann, card)
    remove(world.ann, "contacts", card)
    with pytest.raises(Locked):
        held(world.manager, card)


@pytest.mark.django_db
def test_of_two_who_lock_in_one_moment_the_second_is_refused(world, card, monkeypatch):
    """Ann's stands after Bob has been let in, and before his is stored."""
    real = record_lock._checked

    def checked(*given):
        monkeypatch.setattr(record_lock, "_checked", real)
        held(world.ann, card)
        return real(*given)

    monkeypatch.setattr(record_lock, "_checked", checked)
    with pytest.raises(Locked, match="by Ann"):
        held(world.bob, card)
    assert lock_on(world.ann, "contacts", card).is_own


@pytest.mark.django_db
def test_who_could_not_lock_it_is_not_told_that_nothing_is_locked(world, card):
    assert end_lock(world.bob, "contacts", card) is None
    with pytest.raises(PermissionDenied):
        end_lock(world.reader, "contacts", card)


@pytest.mark.django_db
def test_the_house_ends_a_lock(world, card):
    held(world.ann, card)
    assert end_lock(system(), "contacts", card)


@pytest.mark.django_db
def test_a_day_too_far_ahead_is_told_at_its_field(world, card):
    with pytest.raises(ValidationError) as refused:
        lock(world.ann, "contacts", card, WHY, last_day(world.ann) + timedelta(days=1))
    assert list(refused.value.message_dict) == ["until"]


@pytest.mark.django_db
def test_a_lock_that_has_ended_gives_way_to_the_longest_of_those_merged_in(world, card):
    others = [write(world.bob, "contacts", None, {"name": name}).uid for name in ("Ola", "Ole")]
    held(world.bob, card)
    with connection.cursor() as cursor:
        cursor.execute('UPDATE core_lock SET "until" = made_at')
    for uid, days in zip(others, (2, 5), strict=True):
        held(world.ann, uid, days)
    merge(world.ann, "contacts", Merge(card, tuple(others), {}))
    told = lock_on(world.ann, "contacts", card)
    assert (told.who, told.until) == ("Ann", today(world.ann) + timedelta(days=5))


@pytest.mark.parametrize(
    ("day", "last"), [(date(2028, 2, 29), date(2029, 2, 28)), (date(2027, 3, 1), date(2028, 3, 1))]
)
def test_a_year_after_the_29th_of_february_is_the_28th(day, last, monkeypatch):
    monkeypatch.setattr(record_lock, "today", lambda _actor: day)
    assert last_day(a_person()) == last


@pytest.mark.django_db
def test_a_lock_on_what_is_not_there_is_none(world):
    assert lock_on(world.ann, "contacts", uuid7()) is None


@pytest.mark.django_db
def test_somebody_without_a_name_is_a_dash(world, card):
    held(world.ann, card)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_member SET name = '' WHERE id = %s", [world.ann.member])
    assert lock_on(world.bob, "contacts", card).who == "–"


@pytest.mark.django_db
def test_one_that_ended_since_it_was_read_keeps_nobody_from_anything(world, card):
    (raw,) = raws_by_uid(the_type("contacts"), ["name"], [card])
    gone = raw._replace(locked_by=world.ann.member)
    assert why_not(world.bob, the_type("contacts"), gone) == ""


def marks(actor, **asked):
    """Title → what the list says of its lock."""
    rows = find(actor, "contacts", Question(locks=True, **asked)).rows
    return {row.title: row.lock for row in rows}


def words(actor, days):
    day = Date().show(today(actor) + timedelta(days=days), Context("en"))
    return f"Locked by Ann until {day}"


@pytest.mark.django_db
def test_a_list_says_of_each_row_by_whom_it_is_locked_and_until_when(world, card):
    other = write(world.bob, "contacts", None, {"name": "Kari"}).uid
    write(world.bob, "contacts", None, {"name": "Per"})
    assert marks(world.bob) == {"Ola Nordmann": "", "Kari": "", "Per": ""}
    held(world.ann, card)
    held(world.ann, other, 5)
    wanted = {"Ola Nordmann": words(world.bob, 3), "Kari": words(world.bob, 5), "Per": ""}
    assert marks(world.bob) == marks(world.ann) == wanted
    assert marks(world.bob, sort="-name") == wanted


@pytest.mark.django_db
def test_a_list_asks_once_more_where_any_row_is_locked(world, card, django_assert_num_queries):
    (raw,) = raws_by_uid(the_type("contacts"), ["name"], [card])
    rows = (find_one(world.bob, "contacts", card),)
    with django_assert_num_queries(0):
        assert marked(world.bob, the_type("contacts"), [raw], rows) is rows
    held(world.ann, card)
    with django_assert_num_queries(1):
        read = [raw._replace(locked_by=world.ann.member)]
        (row,) = marked(world.bob, the_type("contacts"), read, rows)
    assert row == replace(rows[0], lock=words(world.bob, 3))


@pytest.mark.django_db
def test_the_mark_of_one_row_is_never_given_to_another(world, card):
    (raw,) = raws_by_uid(the_type("contacts"), ["name"], [card])
    read = [raw._replace(locked_by=world.ann.member)]
    with pytest.raises(ValueError, match="shorter"):
        marked(world.bob, the_type("contacts"), read, ())


def as_before_acts():
    """As if every lock had been made before the reason was the name of an act."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_lock SET act = NULL")


@pytest.mark.django_db
def test_a_lock_from_before_its_reason_named_an_act_still_says_why(world, card):
    held(world.ann, card)
    as_before_acts()
    with pytest.raises(Locked, match="look at this"):
        write(world.bob, "contacts", card, {"job_title": "Cook"})
    assert lock_on(world.bob, "contacts", card).reason == WHY


@pytest.mark.django_db
def test_a_lock_from_before_its_reason_named_an_act_comes_back_with_it(world, card):
    held(world.ann, card)
    as_before_acts()
    assert undo(world.ann, end_lock(world.ann, "contacts", card)).records == 1
    assert lock_on(world.bob, "contacts", card).reason == WHY


@pytest.mark.django_db
def test_a_lock_from_before_its_reason_named_an_act_is_brought_back_over_the_next(world, card):
    held(world.ann, card)
    as_before_acts()
    act = uuid7()
    lock(world.ann.because("web", act), "contacts", card, "Another reason", today(world.ann))
    assert undo(world.ann, act).records == 1
    now = lock_on(world.bob, "contacts", card)
    assert (now.reason, now.until) == (WHY, today(world.ann) + timedelta(days=3))


@pytest.mark.django_db
def test_the_lock_of_somebody_who_is_gone_names_nobody_and_does_not_come_back(world, card):
    held(world.bob, card)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_lock SET member = -1")
    act = end_lock(world.ann, "contacts", card)
    (line,) = (one for one in log.of_batch(act, None, 9) if one.verb == log.LOCK)
    assert line.before["lock"]["by"] == "00000000-0000-0000-0000-000000000000"
    undone = undo(world.ann, act)
    assert undone.records == 0 and len(undone.kept) == 1
    assert lock_on(world.ann, "contacts", card) is None
