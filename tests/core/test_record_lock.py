"""A record locked for a while: what is refused to whom, by every way to write, and until when."""

import threading
import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from uuid_utils.compat import uuid7

from kartotek.core import bulk, housekeeping, jobs, security, undo_job
from kartotek.core import write as write_door
from kartotek.core import write_many as door_of_many
from kartotek.core.actor import system
from kartotek.core.bulk import EDIT, REMOVE, BulkAct
from kartotek.core.context import Context
from kartotek.core.dialect import dialect
from kartotek.core.errors import Locked, NotFound, PermissionDenied, ValidationError
from kartotek.core.fieldtypes import Date
from kartotek.core.find import find_one
from kartotek.core.gathering_many import Wish
from kartotek.core.merge import Merge, merge
from kartotek.core.record_lock import end_lock, last_day, lock, lock_on, today
from kartotek.core.remove import remove, restore
from kartotek.core.settling_in import settle_in
from kartotek.core.sharing import share
from kartotek.core.undo import restore_version, undo
from kartotek.core.undo_job import undo_later
from kartotek.core.worker import Worker
from kartotek.core.write import write
from kartotek.core.write_many import write_many
from tests.everything import everything

pytestmark = pytest.mark.django_db
WHY = "The lawyers look at this"


def until(actor, days=3):
    return today(actor) + timedelta(days=days)


def held(actor, uid, key="contacts"):
    return lock(actor, key, uid, WHY, until(actor))


def end_all(ago=timedelta(seconds=1)):
    """As if the days of every lock had passed."""
    with connection.cursor() as cursor:
        past = dialect().instant(datetime.now(UTC) - ago)
        cursor.execute('UPDATE core_lock SET "until" = %s', [past])


@pytest.fixture
def card(world):
    """A contact of Bob's that was changed once, and that Ann has locked."""
    uid = write(world.bob, "contacts", None, {"name": "Ola Nordmann"}).uid
    write(world.bob, "contacts", uid, {"job_title": "Chef"})
    held(world.ann, uid)
    return uid


@pytest.fixture
def other(world):
    return write(world.bob, "contacts", None, {"name": "Ola N"}).uid


def changes(uid, other):
    """Every way to write one record: name → what an actor does."""
    return {
        "edit": lambda who: write(who, "contacts", uid, {"job_title": "Cook"}),
        "edit based on a version": lambda who: write(
            who, "contacts", uid, {"job_title": "Cook"}, version=2
        ),
        "owner": lambda who: write(who, "contacts", uid, {"owner": str(who.member_uid)}),
        "many": lambda who: write_many(
            who, "contacts", [Wish(uid, {"job_title": "Cook"})], on_error="stop"
        ),
        "remove": lambda who: remove(who, "contacts", uid),
        "restored version": lambda who: restore_version(who, "contacts", uid, 1),
        "merged away": lambda who: merge(who, "contacts", Merge(other, (uid,), {})),
        "merged into": lambda who: merge(who, "contacts", Merge(uid, (other,), {})),
    }


WAYS = list(changes(None, None))


@pytest.mark.parametrize("way", WAYS)
def test_while_it_holds_nobody_else_changes_it(way, world, card, other):
    before = everything()
    for who in (world.manager, world.bob):
        with pytest.raises(PermissionDenied) as refused:
            changes(card, other)[way](who)
        if isinstance(refused.value, Locked):
            day = Date().show(until(world.bob), Context("en"))
            assert str(refused.value) == (
                f"“Ola Nordmann” is locked by Ann until {day}: “{WHY}”. Ask them for the change, "
                "or an administrator to end the lock."
            )
        else:
            assert way.startswith("merged") and who is world.bob  # whose role merges nothing
    assert everything() == before


@pytest.mark.parametrize("way", WAYS)
def test_who_locked_it_changes_it_and_so_does_the_house(way, world, card, other):
    for who in (world.ann, system("mending")):
        if who.member is None and way == "owner":
            continue
        uid = write(world.ann, "contacts", None, {"name": "Liv", "job_title": "Chef"}).uid
        write(world.ann, "contacts", uid, {"job_title": "Baker"})
        twin = write(world.ann, "contacts", None, {"name": "Liv"}).uid
        held(world.ann, uid)
        changes(uid, twin)[way](who)


@pytest.mark.parametrize("way", WAYS)
def test_it_ends_by_itself_and_then_everybody_changes_it_again(way, world, card, other):
    assert lock_on(world.manager, "contacts", card) is not None
    end_all()
    assert lock_on(world.manager, "contacts", card) is None
    changes(card, other)[way](world.manager)
    assert not end_lock(world.bob, "contacts", card)


def test_one_that_ended_long_ago_is_not_kept(world, card, other):
    end_all(timedelta(days=31))
    held(world.bob, other)
    assert housekeeping.forget_old.call()["locks"] == 1
    assert lock_on(world.bob, "contacts", other) is not None


def test_a_bulk_edit_leaves_the_locked_one_and_names_it_the_others_go_through(world, card, other):
    act = BulkAct(EDIT, "job_title", value="Cook")
    receipt = bulk.do(world.manager, "contacts", act, [card, other])
    assert (receipt.rows, receipt.updated, receipt.failed) == (2, 1, 1)
    ((uid, reason),) = receipt.detail["refused"]
    assert uid == str(card) and "“Ola Nordmann” is locked by Ann until" in reason
    assert find_one(world.ann, "contacts", card)["job_title"] == "Chef"
    assert find_one(world.ann, "contacts", other)["job_title"] == "Cook"
    before = everything()
    with pytest.raises(ValidationError, match="is locked by Ann"):
        bulk.do(world.manager, "contacts", act, [card])
    assert everything() == before


def test_so_does_a_bulk_removal(world, card, other):
    receipt = bulk.do(world.manager, "contacts", BulkAct(REMOVE), [card, other])
    assert (receipt.rows, receipt.updated, receipt.failed) == (2, 1, 1)
    assert "“Ola Nordmann” is locked by Ann until" in receipt.detail["refused"][0][1]
    assert not find_one(world.ann, "contacts", card).removed
    assert find_one(world.ann, "contacts", other).removed


def test_an_undo_that_would_touch_it_is_refused_whole(world, card, other):
    uid = write(world.bob, "contacts", None, {"name": "Per"}).uid
    saved = write(world.bob, "contacts", uid, {"job_title": "Chef"})
    held(world.ann, uid)
    before = everything()
    for who in (world.bob, world.manager):
        with pytest.raises(Locked, match="“Per” is locked by Ann"):
            undo(who, saved.batch)
    assert everything() == before
    end_lock(world.ann, "contacts", uid)
    assert undo(world.bob, saved.batch).records == 1


def test_an_undo_by_a_job_lists_it_and_takes_back_the_others(world, monkeypatch):
    monkeypatch.setattr(jobs, "RECURRING", {})
    monkeypatch.setattr(undo_job, "AT_ONCE", 1)
    batch, uids = uuid7(), [uuid7() for _ in range(3)]
    write_many(
        world.bob, "companies", [Wish(uid, {"name": f"Firm {uid}"}) for uid in uids], batch=batch
    )
    held(world.ann, uids[1], "companies")
    job = undo_later(world.bob, batch)
    Worker().run_due()
    assert jobs.facts(job).state == "done"
    gone = [find_one(world.ann, "companies", uid).removed for uid in uids]
    assert gone == [True, False, True]


def test_what_its_owner_put_into_the_trash_stays_there_until_it_ends(world, card):
    remove(world.ann, "contacts", card)
    before = everything()
    with pytest.raises(Locked):
        restore(world.manager, "contacts", card)
    assert everything() == before
    end_lock(world.ann, "contacts", card)
    restore(world.manager, "contacts", card)


def test_who_imports_is_the_person_who_imports(world, card, other):
    acting = world.bob.because("import", uuid7())
    wishes = [Wish(card, {"job_title": "Cook"}), Wish(other, {"job_title": "Cook"})]
    for stores in (False, True):
        outcomes = write_many(acting, "contacts", wishes, store=stores)
        assert [one.did for one in outcomes] == ["refused", "updated"]
        assert isinstance(outcomes[0].error, Locked)


def test_what_points_at_it_is_another_record(world, card):
    about = [{"type": "contacts", "uid": str(card)}]
    before = find_one(world.ann, "contacts", card).version
    write(world.manager, "notes", None, {"text": "They called.", "about": about})
    assert find_one(world.ann, "contacts", card).version == before


def test_a_share_opens_it_to_more_and_changes_nothing_of_it(world, card):
    share(world.manager, "contacts", card, "member", world.dan.member_uid, may_edit=True)
    with pytest.raises(Locked):
        write(world.dan, "contacts", card, {"job_title": "Cook"})


def test_who_locked_it_ends_it_and_so_does_whoever_may_change_all(world):
    uid = write(world.bob, "contacts", None, {"name": "Per"}).uid
    held(world.bob, uid)
    for who, text in ((world.reader, "Bob locked this"), (world.cyd, None), (world.dan, None)):
        before = everything()
        with pytest.raises(PermissionDenied if text else (PermissionDenied, NotFound), match=text):
            end_lock(who, "contacts", uid)
        assert everything() == before
    told = lock_on(world.reader, "contacts", uid)
    assert (told.who, told.reason, told.is_own, told.may_end) == ("Bob", WHY, False, False)
    assert lock_on(world.ann, "contacts", uid).may_end
    assert end_lock(world.bob, "contacts", uid)
    held(world.bob, uid)
    assert end_lock(world.ann, "contacts", uid)
    assert not end_lock(world.ann, "contacts", uid)
    assert lock_on(world.bob, "contacts", uid) is None


def test_a_removed_members_lock_holds_until_an_administrator_ends_it(world):
    uid = write(world.bob, "contacts", None, {"name": "Per"}).uid
    held(world.bob, uid)
    remove(world.ann, "members", world.bob.member_uid)
    with pytest.raises(Locked, match="locked by Bob"):
        write(world.manager, "contacts", uid, {"job_title": "Cook"})
    assert end_lock(world.ann, "contacts", uid)
    write(world.manager, "contacts", uid, {"job_title": "Cook"})


def test_who_may_not_see_it_learns_nothing_of_its_lock(world, card):
    assert lock_on(world.dan, "contacts", card) is None
    assert lock_on(world.eve, "contacts", card) is None
    with pytest.raises(NotFound):
        held(world.dan, card)
    with pytest.raises(NotFound):
        end_lock(world.dan, "contacts", card)


def test_only_who_may_change_it_locks_it_and_only_the_first(world, card, other):
    before = everything()
    for who in (world.reader, world.eve):
        with pytest.raises((PermissionDenied, NotFound)):
            held(who, other)
    with pytest.raises(Locked, match="by Ann"):
        held(world.bob, card)
    with pytest.raises(PermissionDenied, match="Only a member"):
        lock(system(), "contacts", other, WHY, until(world.ann))
    with pytest.raises(NotFound):
        held(world.ann, uuid7())
    assert everything() == before
    remove(world.bob, "contacts", other)
    with pytest.raises(ValidationError, match="in the trash"):
        held(world.ann, other)


@pytest.mark.parametrize(
    ("reason", "days", "field"),
    [("", 1, "reason"), (" \n ", 1, "reason"), ("x" * 201, 1, "reason"), (WHY, -1, "until"),
     (WHY, None, "until")],
)  # fmt: skip
def test_it_needs_a_reason_and_a_day_to_come(reason, days, field, world, other):
    before = everything()
    with pytest.raises(ValidationError) as refused:
        day = None if days is None else until(world.ann, days)
        lock(world.ann, "contacts", other, reason, day)
    assert list(refused.value.message_dict) == [field]
    assert everything() == before


def test_at_most_a_year_ahead(world, other):
    latest = last_day(world.ann)
    assert latest.year == today(world.ann).year + 1
    for day in (latest + timedelta(days=1), date.max):
        with pytest.raises(ValidationError, match="more than a year ahead"):
            lock(world.ann, "contacts", other, WHY, day)
    assert lock(world.ann, "contacts", other, "x" * 200, latest).until == latest


def test_it_holds_to_the_end_of_the_day_where_who_locked_it_is(world, other):
    settle_in("Fjord", "NO", "en", "Pacific/Auckland")
    here = datetime.now(ZoneInfo("Pacific/Auckland")).date()
    assert lock(world.ann, "contacts", other, WHY, here).until == here
    with connection.cursor() as cursor:
        cursor.execute('SELECT "until" FROM core_lock')
        (stored,) = cursor.fetchone()
    end = stored if isinstance(stored, datetime) else datetime.fromisoformat(stored)
    end = end if end.tzinfo else end.replace(tzinfo=UTC)
    local = end.astimezone(ZoneInfo("Pacific/Auckland"))
    assert (local.date(), local.hour, local.minute) == (here + timedelta(days=1), 0, 0)


def test_a_second_lock_of_ones_own_takes_the_place_of_the_first(world, card):
    lock(world.ann, "contacts", card, "Another reason", until(world.ann, 9))
    told = lock_on(world.ann, "contacts", card)
    assert (told.reason, told.until, told.is_own) == ("Another reason", until(world.ann, 9), True)
    end_all()
    assert held(world.bob, card).who == "Bob"


def test_what_is_merged_into_another_leaves_its_lock_there(world, card, other):
    merge(world.ann, "contacts", Merge(other, (card,), {}))
    told = lock_on(world.bob, "contacts", other)
    assert (told.who, told.reason) == ("Ann", WHY)
    with pytest.raises(Locked):
        write(world.bob, "contacts", other, {"job_title": "Cook"})


def test_a_merge_is_refused_where_what_leads_to_it_is_locked(world, other):
    firms = [write(world.bob, "companies", None, {"name": name}).uid for name in ("Fjord", "Fjrd")]
    near = write(world.bob, "contacts", None, {"name": "Liv", "company": str(firms[1])}).uid
    held(world.bob, near)
    before = everything()
    with pytest.raises(Locked, match="“Liv” is locked by Bob"):
        merge(world.manager, "companies", Merge(firms[0], (firms[1],), {}))
    assert everything() == before


def test_a_lock_on_what_one_may_not_see_is_not_told_by_a_merge(world):
    firms = [write(world.bob, "companies", None, {"name": name}).uid for name in ("Fjord", "Fjrd")]
    far = write(world.ann, "contacts", None, {"name": "Secret", "company": str(firms[1])}).uid
    lock(world.ann, "contacts", far, "Hush", until(world.ann))
    narrow = world.manager.within("contacts", "view", "erase")
    with pytest.raises(NotFound):
        find_one(narrow, "contacts", far)
    with pytest.raises(Locked, match="not open to you") as refused:
        merge(narrow, "companies", Merge(firms[0], (firms[1],), {}))
    assert "Secret" not in str(refused.value) and "Hush" not in str(refused.value)


def test_who_was_locked_out_in_this_very_moment_is_refused(world, other, monkeypatch):
    """It was read before the lock, and is stored after it."""
    for door, act in (
        (write_door, lambda: write(world.bob, "contacts", other, {"job_title": "Cook"})),
        (door_of_many, lambda: stopped(world.bob, other)),
    ):
        real = door.prepare

        def prepare(*given, real=real):
            if lock_on(world.ann, "contacts", other) is None:
                held(world.ann, other)
            return real(*given)

        monkeypatch.setattr(door, "prepare", prepare)
        with pytest.raises(Locked):
            act()
        assert not find_one(world.ann, "contacts", other)["job_title"]
        end_lock(world.ann, "contacts", other)


def stopped(actor, uid):
    write_many(actor, "contacts", [Wish(uid, {"job_title": "Cook"})], on_error="stop")


@pytest.mark.django_db(transaction=True)
def test_who_waits_for_the_one_who_locks_it_is_refused(world, other):
    """The write begins while the lock is being made, and goes on when it stands."""
    errors, begun = [], threading.Event()

    def change():
        begun.wait(10)
        try:
            write(world.bob, "contacts", other, {"job_title": "Cook"})
        except Locked as error:
            errors.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=change)
    thread.start()
    with transaction.atomic():
        held(world.ann, other)
        begun.set()
        time.sleep(0.4)  # the other has read the record, and waits to store it
    thread.join(20)
    assert len(errors) == 1
    assert not find_one(world.ann, "contacts", other)["job_title"]


def test_each_leaves_a_line_in_the_security_log(world, other):
    held(world.bob, other)
    end_lock(world.ann, "contacts", other)
    lines = security.lines(("record_locked", "lock_ended"))
    assert [(one.kind, one.actor) for one in lines] == [
        ("lock_ended", "Ann"), ("record_locked", "Bob"),
    ]  # fmt: skip
    assert all(one.detail["record"] == str(other) for one in lines)
