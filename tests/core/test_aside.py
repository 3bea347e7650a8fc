"""A record opened to somebody or locked: told in its history, undone like any other act."""

import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from django.db import connection, transaction
from uuid_utils.compat import uuid7

from kartotek.core import acts, live, log, sharing, undo_job
from kartotek.core.catalogue import the_type
from kartotek.core.context import Context
from kartotek.core.erasing import erase
from kartotek.core.errors import NotFound, PermissionDenied
from kartotek.core.fieldtypes import Date, Moment
from kartotek.core.find import find, find_one
from kartotek.core.gathering_many import Wish
from kartotek.core.history import history
from kartotek.core.live import watch_of
from kartotek.core.reading import raws_by_uid
from kartotek.core.record_lock import end_lock, lock, lock_on, today
from kartotek.core.remove import remove
from kartotek.core.sharing import share, shares, unshare
from kartotek.core.timeline import timeline
from kartotek.core.undo import undo
from kartotek.core.undo_job import undo_later
from kartotek.core.worker import Worker
from kartotek.core.write import write
from kartotek.core.write_many import write_many
from kartotek.people.acting import actor_of_member
from tests.everything import everything

pytestmark = pytest.mark.django_db
WHY = "The lawyers look at this"
ENGLISH = Context("en")


@pytest.fixture
def card(world):
    """A contact of Dan's, whose department Bob does not see."""
    return write(world.dan, "contacts", None, {"name": "Ola Nordmann"}).uid


@pytest.fixture
def stranger(world):
    """Cyd, who sees no more than their own department's."""
    return replace(world.cyd, rights=world.bob.rights, memo=None)


def words(actor, uid):
    found = history(actor, "contacts", uid, ENGLISH)
    return [(one.who, one.aside.words) for one in found if one.aside]


def opened(world, card, **more):
    return share(world.dan, "contacts", card, "member", world.bob.member_uid, **more)


def held(actor, uid, why=WHY, days=3):
    """Locked as an act of its own, which is returned."""
    act = uuid7()
    lock(actor.because("web", act), "contacts", uid, why, today(actor) + timedelta(days=days))
    return act


def is_open_to(actor, uid):
    try:
        return bool(find_one(actor_of_member(actor.member), "contacts", uid))
    except NotFound:
        return False


def test_the_history_says_to_whom_it_was_opened_and_closed(world, card):
    sales = next(row.uid for row in find(world.ann, "departments") if row.title == "Sales")
    opened(world, card)
    end = datetime(2999, 3, 5, tzinfo=UTC)
    opened(world, card, may_edit=True, until=end)
    share(world.ann, "contacts", card, "department", sales, until=end + timedelta(hours=9))
    unshare(world.ann, "contacts", card, "department", sales)
    day = Date().show(datetime(2999, 3, 4).date(), ENGLISH)
    told = words(world.dan, card)
    assert told[:2] == [
        ("Ann", "Closed to Sales again"), ("Ann", told[1][1]),
    ]  # fmt: skip
    assert told[1][1].startswith("Opened to Sales, may read, until ") and "9:00" in told[1][1]
    assert told[2:] == [
        ("Dan", f"Opened to Bob, may edit, until {day}"), ("Dan", "Opened to Bob, may read"),
    ]  # fmt: skip


def test_it_says_who_locked_it_and_who_ended_that(world, card):
    held(world.dan, card)
    end_lock(world.ann, "contacts", card)
    day = Date().show(today(world.dan) + timedelta(days=3), ENGLISH)
    assert words(world.dan, card) == [
        ("Ann", "The lock of Dan ended"), ("Dan", f"Locked by Dan until {day}"),
    ]  # fmt: skip


def test_a_line_holds_no_text_and_leaves_the_version(world, card):
    before = find_one(world.dan, "contacts", card)
    opened(world, card, may_edit=True, until=datetime.now(UTC) + timedelta(days=1))
    held(world.dan, card)
    lines = [one for one in log.after(0, 1_000) if one.verb in log.ASIDE]
    said = orjson.dumps([[one.before, one.after] for one in lines]).decode()
    assert len(lines) == 2 and "Bob" not in said and "lawyers" not in said
    assert str(world.bob.member_uid) in said
    after = find_one(world.dan, "contacts", card)
    assert (after.version, after["changed_at"]) == (before.version, before["changed_at"])


def test_opening_it_again_in_the_same_way_leaves_no_second_line(world, card):
    assert opened(world, card).batch is not None
    before = everything()
    assert opened(world, card).batch is None
    assert everything() == before
    assert unshare(world.dan, "contacts", card, "member", world.bob.member_uid).batch is not None
    assert unshare(world.dan, "contacts", card, "member", world.bob.member_uid).batch is None


def test_an_undo_closes_what_was_opened_and_its_undo_opens_it_again(world, card):
    end = datetime.now(UTC) + timedelta(days=9)
    done = opened(world, card, may_edit=True, until=end)
    undone = undo(world.dan, done.batch)
    assert (undone.records, undone.kept, is_open_to(world.bob, card)) == (1, [], False)
    redone = undo(world.dan, undone.batch)
    assert (redone.records, redone.kept, is_open_to(world.bob, card)) == (1, [], True)
    (now,) = shares(world.dan, "contacts", card)
    assert (now.may_edit, now.until) == (True, done.now.until)
    causes = [one.cause for one in history(world.dan, "contacts", card, ENGLISH) if one.aside]
    assert causes == ["undo", "undo", "web"]


def test_an_undo_brings_back_how_it_was_open_before(world, card):
    opened(world, card)
    wider = opened(world, card, may_edit=True)
    closed = unshare(world.dan, "contacts", card, "member", world.bob.member_uid)
    assert undo(world.dan, closed.batch).records == 1
    assert [one.may_edit for one in shares(world.dan, "contacts", card)] == [True]
    assert undo(world.dan, wider.batch).records == 1
    assert [one.may_edit for one in shares(world.dan, "contacts", card)] == [False]


def test_what_was_opened_otherwise_since_stays_and_is_listed(world, card):
    done = opened(world, card)
    opened(world, card, may_edit=True)
    undone = undo(world.dan, done.batch)
    assert undone.records == 0
    assert [one.reason for one in undone.kept] == ["It was changed again since."]
    assert is_open_to(world.bob, card)
    remove(world.dan, "contacts", card)
    last = unshare_of_the_trash(world, card)
    assert last.records == 0 and [one.reason for one in last.kept] == ["It is in the trash."]


def unshare_of_the_trash(world, card):
    newest = next(one for one in history(world.dan, "contacts", card, ENGLISH) if one.aside)
    return undo(world.dan, newest.batch)


def test_a_share_whose_day_has_passed_does_not_come_back(world, card):
    soon = datetime.now(UTC) + timedelta(milliseconds=400)
    opened(world, card, until=soon)
    closed = unshare(world.dan, "contacts", card, "member", world.bob.member_uid)
    while datetime.now(UTC) <= soon:
        pass
    undone = undo(world.dan, closed.batch)
    assert undone.records == 0 and "has passed" in undone.kept[0].reason
    assert not is_open_to(world.bob, card)


def test_only_whose_act_it_was_undoes_it_and_only_while_they_may(world, card):
    done = opened(world, card, may_edit=True)
    before = everything()
    with pytest.raises(PermissionDenied, match="Dan did this"):
        undo(actor_of_member(world.bob.member), done.batch)
    with pytest.raises(NotFound):
        undo(replace(world.dan, rights=world.eve.rights, memo=None), done.batch)
    assert everything() == before


def test_an_undo_unlocks_and_its_undo_locks_with_the_same_reason(world, card):
    act = held(world.dan, card)
    until = lock_on(world.dan, "contacts", card).until
    undone = undo(world.dan, act)
    assert undone.records == 1 and lock_on(world.dan, "contacts", card) is None
    assert undo(world.dan, undone.batch).records == 1
    now = lock_on(world.ann, "contacts", card)
    assert (now.who, now.reason, now.until) == ("Dan", WHY, until)


def test_a_lock_that_was_ended_comes_back_as_whose_it_was(world, card):
    held(world.dan, card)
    act = end_lock(world.ann, "contacts", card)
    with pytest.raises(PermissionDenied, match="Ann did this"):
        undo(world.dan, act)
    assert undo(world.ann, act).records == 1
    now = lock_on(world.ann, "contacts", card)
    assert (now.who, now.reason, now.is_own) == ("Dan", WHY, False)
    assert end_lock(world.dan, "contacts", card)


def test_a_lock_in_the_place_of_another_gives_way_to_that(world, card):
    first = held(world.dan, card)
    second = held(world.dan, card, "Another reason", 9)
    kept = undo(world.dan, first).kept
    assert [one.reason for one in kept] == ["It was changed again since."]
    assert undo(world.dan, second).records == 1
    now = lock_on(world.dan, "contacts", card)
    assert (now.reason, now.until) == (WHY, today(world.dan) + timedelta(days=3))


def test_the_undo_of_a_lock_does_not_bring_it_over_anothers(world, card):
    act = held(world.dan, card)
    undone = undo(world.dan, act)
    held(world.ann, card)
    kept = undo(world.dan, undone.batch).kept
    assert [one.reason for one in kept] == ["It was changed again since."]
    assert lock_on(world.dan, "contacts", card).who == "Ann"


def ended(world, card):
    """A lock of Dan's that Ann ended, as an act that she may undo."""
    held(world.dan, card)
    return end_lock(world.ann, "contacts", card)


def test_a_lock_whose_day_has_passed_does_not_come_back(world, card, monkeypatch):
    act = ended(world, card)
    (line,) = log.of_batch(act, None, 9)
    passed = Moment().plain(datetime.now(UTC) - timedelta(seconds=1))
    before = {"lock": {**line.before["lock"], "until": passed}}
    monkeypatch.setattr(log, "of_batch", lambda *_asked: [replace(line, before=before)])
    undone = undo(world.ann, act)
    assert undone.records == 0
    assert [one.reason for one in undone.kept] == ["Its day has passed."]
    assert lock_on(world.ann, "contacts", card) is None


def test_a_lock_whose_reason_is_gone_does_not_come_back(world, card):
    act = ended(world, card)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_batch SET label = ''")
    assert undo(world.ann, act).records == 0
    assert lock_on(world.ann, "contacts", card) is None


@pytest.mark.parametrize(("name", "told"), [("Dan", "Dan"), ("", "–")])
def test_who_may_end_no_lock_of_others_any_more_brings_none_back(name, told, world, card):
    act = ended(world, card)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_member SET name = %s WHERE id = %s", [name, world.dan.member])
    narrower = replace(
        world.ann, rights=world.bob.rights, departments=world.dan.departments, memo=None
    )
    with pytest.raises(PermissionDenied, match=f"^{told} locked this"):
        undo(narrower, act)
    assert lock_on(world.ann, "contacts", card) is None


def test_who_may_not_change_it_any_more_does_not_lock_it_again(world, card):
    held(world.dan, card)
    act = end_lock(world.dan, "contacts", card)
    reading_on = replace(world.dan, rights=world.reader.rights, memo=None)
    with pytest.raises(PermissionDenied):
        undo(reading_on, act)
    assert lock_on(world.ann, "contacts", card) is None


def test_of_an_erased_line_nothing_is_left_to_undo(world, card):
    (line,) = log.of_batch(opened(world, card).batch, None, 9)
    (raw,) = raws_by_uid(the_type("contacts"), ["name"], [card])
    bare = replace(line, before={}, after={})
    assert sharing.take_back(world.dan, the_type("contacts"), raw, bare) == "It was erased."
    assert is_open_to(world.bob, card)


def test_a_job_undoes_it_as_well(world, card, monkeypatch):
    monkeypatch.setattr(undo_job, "AT_ONCE", 0)
    done = opened(world, card)
    undo_later(world.dan, done.batch)
    Worker().run_due()
    assert not is_open_to(world.bob, card)


def test_history_by_pages_leaves_no_line_out(world, card):
    for turn in range(3):
        opened(world, card, may_edit=turn % 2 == 0)
    write(world.dan, "contacts", card, {"job_title": "Cook"})
    held(world.dan, card)
    every = [one.position for one in history(world.dan, "contacts", card, ENGLISH)]
    found, cursor = [], ""
    while True:
        page = timeline(
            world.dan, "contacts", card, ENGLISH, before=cursor, limit=1, only_changes=True
        )
        found += [one.entry.position for one in page.entries]
        cursor = page.next
        if not cursor:
            break
    assert found == every and len(found) == 6


def test_a_change_that_is_based_on_an_older_version_is_merged_past_it(world, card):
    write(world.dan, "contacts", card, {"job_title": "Cook"})
    opened(world, card)
    held(world.dan, card)
    saved = write(world.dan, "contacts", card, {"given_name": "Ole"}, version=1)
    assert saved.changed == ("given_name",)


def test_who_has_it_open_is_told_and_so_is_who_it_was_closed_to(world, card, stranger):
    watched = watch_of(["contacts", f"contacts/{card}"])
    bob, mark = world.bob, live.now()
    opened(world, card)
    for who in (world.ann, actor_of_member(bob.member)):
        news = live.since(who, mark, watched)
        assert news.records == {("contacts", card)} and news.types == {"contacts"}
        assert [(one.who, one.fields) for one in news.told] == [("Dan", ())]
    assert live.since(stranger, mark, watched).is_nothing
    mark = live.now()
    unshare(world.dan, "contacts", card, "member", bob.member_uid)
    assert live.since(actor_of_member(bob.member), mark, watched).types == {"contacts"}
    assert live.since(stranger, mark, watched).is_nothing
    mark = live.now()
    held(world.dan, card)
    assert live.since(world.ann, mark, watched).records == {("contacts", card)}


def test_a_department_it_was_closed_to_is_told(world, card, stranger):
    sales = next(row.uid for row in find(world.ann, "departments") if row.title == "Sales")
    share(world.dan, "contacts", card, "department", sales)
    mark = live.now()
    unshare(world.dan, "contacts", card, "department", sales)
    watched = watch_of(["contacts"])
    assert live.since(actor_of_member(world.bob.member), mark, watched).types == {"contacts"}
    assert live.since(stranger, mark, watched).is_nothing


def test_what_an_import_made_is_not_changed_by_being_opened(world):
    uid, batch = uuid7(), uuid7()
    acting = world.dan.because("import", batch)
    write_many(acting, "contacts", [Wish(uid, {"name": "Per"})], batch=batch)
    share(world.dan, "contacts", uid, "member", world.bob.member_uid)
    assert undo(world.dan, batch).kept == []
    assert find_one(world.dan, "contacts", uid).removed


def test_an_erased_name_stands_in_no_reason_and_the_lines_of_the_erased_say_nothing(world, card):
    other = write(world.dan, "contacts", None, {"name": "Kari Åsgårdstrand"}).uid
    act = held(world.dan, card, "Kari Åsgårdstrand has objected")
    share(world.dan, "contacts", other, "member", world.bob.member_uid)
    erase(world.ann, "contacts", other)
    assert "Åsgårdstrand" not in acts.name_of(act)
    assert "Åsgårdstrand" not in lock_on(world.dan, "contacts", card).reason
    lines = [one for one in log.after(0, 1_000) if one.uid == other and one.verb == "share"]
    assert [(one.before, one.after) for one in lines] == [({}, {})]


DOORS = {
    "opens": lambda world, card: opened(world, card).batch,
    "closes": lambda world, card: (
        unshare(world.dan, "contacts", card, "member", world.bob.member_uid).batch
    ),
    "unlocks": lambda world, card: end_lock(world.dan, "contacts", card),
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", DOORS)
def test_who_waits_for_another_who_does_the_same_finds_it_done(way, world, card):
    """Both begin while it was not done yet; one of them leaves a line."""
    if way != "opens":
        opened(world, card)
        held(world.dan, card)
    acts_of_the_other, begun = [], threading.Event()

    def other():
        begun.wait(10)
        try:
            acts_of_the_other.append(DOORS[way](world, card))
        finally:
            connection.close()

    thread = threading.Thread(target=other)
    thread.start()
    with transaction.atomic():
        assert DOORS[way](world, card)
        begun.set()
        time.sleep(0.4)  # the other waits
    thread.join(20)
    assert acts_of_the_other == [None]
