"""The log: what a line holds, the order of lines, and that none is ever rewritten."""

import re
import threading
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from uuid_utils.compat import uuid7

from kartotek.core import log
from kartotek.core.actor import Actor, system
from kartotek.core.catalogue import the_type
from kartotek.core.errors import ValidationError
from kartotek.core.find import find, find_one
from kartotek.core.gathering import reachable
from kartotek.core.gathering_many import Wish
from kartotek.core.log import Line
from kartotek.core.question import Question
from kartotek.core.remove import remove, restore
from kartotek.core.undo import restore_version, undo
from kartotek.core.write import write
from kartotek.core.write_many import write_many
from tests.budgets.sources import modules

pytestmark = pytest.mark.django_db


def last(count=1):
    """The newest lines, oldest of them first."""
    return list(log.after(0, 10_000))[-count:]


def told(change):
    return change.verb, change.version, change.before, change.after


@pytest.fixture
def ola(bob):
    return write(bob, "contacts", None, {"name": "Ola", "phones": "+47 22 00 00 01"}).uid


def test_a_creation_is_told_without_a_copy_of_the_row(bob):
    saved = write(bob, "contacts", None, {"name": "Ola"})
    change = last()[0]
    assert told(change) == ("create", 1, {}, {})
    raw = reachable(bob, the_type("contacts"), saved.uid, "view")
    assert (change.type, change.record, change.uid) == ("contacts", raw.id, saved.uid)
    assert change.batch == saved.batch
    assert change.at.tzinfo is not None
    assert timedelta() <= datetime.now(UTC) - change.at < timedelta(minutes=1)


def test_a_line_names_who_did_it_and_through_what(bob):
    write(bob.because("rule"), "contacts", None, {"name": "Ola"})
    change = last()[0]
    assert (change.actor_kind, change.actor_name) == ("member", "Bob")
    assert (change.member, change.cause) == (bob.member, "rule")
    write(system("import"), "contacts", None, {"name": "Kari"})
    change = last()[0]
    assert (change.actor_kind, change.actor_name) == ("system", "Kartotek")
    assert (change.member, change.cause) == (None, "import")


def test_an_edit_tells_what_changed_and_nothing_else(ola, bob):
    values = {"name": "Ola", "job_title": "Buyer", "birthday": "1980-05-01", "do_not_call": True}
    write(bob, "contacts", ola, values)
    assert told(last()[0]) == (
        "update", 2,
        {"job_title": "", "birthday": None, "do_not_call": False},
        {"job_title": "Buyer", "birthday": "1980-05-01", "do_not_call": True},
    )  # fmt: skip


def test_a_link_is_told_by_uid_and_a_list_whole(ola, bob):
    acme = write(bob, "companies", None, {"name": "Acme"}).uid
    before = find_one(bob, "contacts", ola)["phones"]
    phones = [*before, {"text": "+47 22 00 00 02"}]
    write(bob, "contacts", ola, {"company": str(acme), "phones": phones})
    change = last()[0]
    after = find_one(bob, "contacts", ola)["phones"]
    assert change.before == {"company": None, "phones": list(before)}
    assert change.after == {"company": str(acme), "phones": list(after)}
    write(bob, "contacts", ola, {"company": None})
    assert told(last()[0])[2:] == ({"company": str(acme)}, {"company": None})


def test_a_line_inside_a_record_is_told_by_its_uid(bob):
    bill = write(bob, "bills", None, {"name": "B1", "lines": [{"text": "Fish", "quantity": 2}]})
    row = find_one(bob, "bills", bill.uid)["lines"][0]
    uid = str(row["uid"])
    write(bob, "bills", bill.uid, {"lines": {uid: {"quantity": 3}}})
    assert last()[0].before["lines"] == {uid: {"quantity": 2}}
    assert last()[0].after["lines"] == {uid: {"quantity": 3}}
    write(bob, "bills", bill.uid, {"lines": []})
    assert last()[0].before["lines"][uid]["text"] == "Fish"
    assert last()[0].after["lines"] == {uid: None}


def test_removal_and_return_are_told_as_such(ola, bob):
    remove(bob, "contacts", ola)
    restore(bob, "contacts", ola)
    gone, back = last(2)
    assert told(gone) == ("remove", 2, {"removed": False}, {"removed": True})
    assert told(back) == ("restore", 3, {"removed": True}, {"removed": False})
    assert gone.uid == back.uid == ola


def test_an_undo_is_a_new_line_with_the_sides_exchanged(ola, bob):
    edit = write(bob, "contacts", ola, {"job_title": "Buyer"})
    undone = undo(bob, edit.batch)
    was, now = last(2)
    assert (now.verb, now.version, now.cause) == ("update", 3, "undo")
    assert (now.before, now.after) == (was.after, was.before)
    assert now.batch == undone.batch != was.batch


def test_an_earlier_version_written_back_is_told_as_an_undo(ola, bob):
    write(bob, "contacts", ola, {"job_title": "Buyer"})
    restore_version(bob, "contacts", ola, 1)
    assert told(last()[0]) == ("update", 3, {"job_title": "Buyer"}, {"job_title": ""})
    assert last()[0].cause == "undo"


NOTHING_NEW = [
    lambda bob, uid: write(bob, "contacts", uid, {}),
    lambda bob, uid: write(bob, "contacts", uid, {"name": " Ola ", "company": ""}),
    lambda bob, uid: write(bob, "contacts", uid, {"owner": str(bob.member_uid)}),
    lambda bob, uid: write_many(bob, "contacts", [Wish(uid, {"name": "Ola"})]),
    lambda bob, uid: write_many(bob, "contacts", [Wish(uid, {"name": "Kari"})], store=False),
    lambda bob, uid: restore(bob, "contacts", uid),
]


@pytest.mark.parametrize("act", NOTHING_NEW)
def test_what_changes_nothing_leaves_no_line(act, ola, bob):
    before, stamp = log.newest(), find_one(bob, "contacts", ola)["changed_at"]
    act(bob, ola)
    assert log.newest() == before
    assert find_one(bob, "contacts", ola)["changed_at"] == stamp


def test_what_is_rolled_back_leaves_no_line(bob):
    before = log.newest()
    with pytest.raises(RuntimeError), transaction.atomic():
        write(bob, "contacts", None, {"name": "Never"})
        raise RuntimeError
    assert log.newest() == before


def test_the_lines_of_one_act_stand_under_one_batch(bob):
    act = bob.because("import", uuid7())
    company = write(act, "companies", None, {"name": "Acme"}).uid
    ola = write(act, "contacts", None, {"name": "Ola", "company": str(company)}).uid
    write(bob, "contacts", None, {"name": "Another act"})
    write(act, "contacts", ola, {"name": "Ola N."})
    lines = log.of_batch(act.batch, None, 10)
    assert [(line.type, line.verb) for line in lines] == [
        ("contacts", "update"), ("contacts", "create"), ("companies", "create"),
    ]  # fmt: skip
    assert log.of_batch(act.batch, lines[0].position, 10) == lines[1:]
    assert log.of_batch(act.batch, None, 2) == lines[:2]
    assert log.verbs_of_batch(act.batch, "contacts") == {"create": 1, "update": 1}
    assert [log.batch_size(act.batch, cap) for cap in (2, 3, 9)] == [2, 3, 3]
    assert log.batch_size(uuid4(), 9) == 0


def test_two_writes_of_one_actor_are_two_acts(bob):
    first, second = (write(bob, "contacts", None, {"name": name}).batch for name in ("A", "B"))
    assert first != second
    assert log.batch_size(first, 9) == log.batch_size(second, 9) == 1


def test_what_goes_together_is_one_act(bob):
    first = write(bob, "bills", None, {"name": "First"}).uid
    write(bob, "bills", None, {"name": "Second", "replaces": str(first)})
    gone = remove(bob, "bills", first)
    assert log.verbs_of_batch(gone.batch, "bills") == {"remove": 2}


def test_a_record_is_read_newest_first_a_piece_at_a_time_and_never_anothers(ola, bob):
    for number in range(4):
        write(bob, "contacts", ola, {"source": str(number)})
    id = last()[0].record
    write(bob, "companies", None, {"name": "Same number, maybe"})
    lines = log.of_record("contacts", id, None, 10)
    assert [line.version for line in lines] == [5, 4, 3, 2, 1]
    assert log.of_record("contacts", id, lines[1].position, 2) == lines[2:4]
    assert all(line.uid != ola for line in log.of_record("companies", id, None, 10))


def test_the_log_is_read_oldest_first_from_after_a_position(bob):
    start = log.newest()
    for name in "ABC":
        write(bob, "companies", None, {"name": name})
    lines = list(log.after(start, 10))
    assert [line.uid for line in lines] == [
        next(row.uid for row in find(bob, "companies", Question()) if row.title == name)
        for name in "ABC"
    ]
    assert list(log.after(lines[0].position, 1)) == [lines[1]]
    assert log.newest() == lines[-1].position


def test_an_empty_log_begins_at_nothing(db):
    assert (log.newest(), list(log.after(0, 10))) == (0, [])


def test_what_others_changed_since_is_told_by_what_stood_there_first(bob):
    bill = write(bob, "bills", None, {"name": "B1", "lines": [{"text": "Fish", "quantity": 1}]})
    uid = str(find_one(bob, "bills", bill.uid)["lines"][0]["uid"])
    for number in (2, 3):
        write(bob, "bills", bill.uid, {"name": f"B{number}", "lines": {uid: {"quantity": number}}})
    id = last()[0].record
    since = log.since_version("bills", id, 1)
    assert (since["name"], since["lines"]) == ("B1", {uid: {"quantity": 1}})
    assert log.since_version("bills", id, 2)["name"] == "B2"
    assert log.since_version("bills", id, 3) == {}


def test_a_write_too_far_behind_asks_to_be_read_again(ola, bob, monkeypatch):
    monkeypatch.setattr(log, "MOST_SINCE", 2)
    for number in range(3):
        write(bob, "contacts", ola, {"source": str(number)})
    with pytest.raises(ValidationError, match="Read it again"):
        write(bob, "contacts", ola, {"name": "Late"}, version=1)
    write(bob, "contacts", ola, {"name": "In time"}, version=2)


def test_a_very_long_name_of_an_actor_is_cut_and_its_letters_kept(db):
    actor = Actor("rule", "ņ" * 300, system().rights, cause="rule")
    line = Line(1, uuid4(), 1, "update", {"name": 'अनन्या \\ " %s'}, {"name": None})
    log.append(actor, "contacts", uuid7(), datetime.now(UTC), [line])
    change = last()[0]
    assert change.actor_name == "ņ" * 200
    assert (change.before, change.after) == (line.before, line.after)


def test_no_lines_take_no_lock_and_no_query(bob, django_assert_num_queries):
    with django_assert_num_queries(0):
        log.append(bob, "contacts", uuid7(), datetime.now(UTC), [])


def rows():
    """Every line as the database keeps it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM core_change ORDER BY position")
        return [tuple(map(str, row)) for row in cursor.fetchall()]


def test_whatever_is_done_later_leaves_the_older_lines_as_they_are(ola, bob):
    edit = write(bob, "contacts", ola, {"job_title": "Buyer"})
    acts = [
        lambda: write(bob, "contacts", ola, {"job_title": "Chef"}),
        lambda: undo(bob, edit.batch),
        lambda: restore_version(bob, "contacts", ola, 1),
        lambda: remove(bob, "contacts", ola),
        lambda: restore(bob, "contacts", ola),
    ]
    for act in acts:
        before = rows()
        act()
        assert rows()[: len(before)] == before


REWRITES = re.compile(r"\b(UPDATE|DELETE\s+FROM|REPLACE\s+INTO|TRUNCATE)\s+\"?core_change\b")


def test_no_source_changes_or_deletes_a_line_but_an_erasure():
    places = [path for path, text in modules().items() if REWRITES.search(text)]
    assert places == ["core/log_rewriting.py"]
    named = [path for path, text in modules().items() if "log_rewriting" in text]
    assert named == ["core/erasing.py"]


@pytest.mark.django_db(transaction=True)
def test_a_later_writer_waits_so_that_positions_are_the_order_of_commit():
    """One writer stands between its line and its commit; the other may not overtake it."""
    written, may_commit, overtaken = threading.Event(), threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            write(system("slow"), "companies", None, {"name": "Slow"})
            written.set()
            may_commit.wait(5)
        connection.close()

    def quick():
        write(system("quick"), "companies", None, {"name": "Quick"})
        overtaken.set()
        connection.close()

    threads = [threading.Thread(target=slow), threading.Thread(target=quick)]
    threads[0].start()
    assert written.wait(5)
    threads[1].start()
    waited = not overtaken.wait(0.3)
    seen = list(log.after(0, 10))
    may_commit.set()
    for thread in threads:
        thread.join(5)
    assert (waited, seen) == (True, [])
    assert [line.cause for line in log.after(0, 10)] == ["slow", "quick"]
