"""An import taken back: what people changed since stays, is listed, and goes with a second act."""

import pytest
from uuid_utils.compat import uuid7

from kartotek.core import acts, jobs, log, receipts, undo_job
from kartotek.core.find import find, find_one
from kartotek.core.gathering_many import Wish
from kartotek.core.merge import Merge, merge
from kartotek.core.question import Question
from kartotek.core.remove import remove
from kartotek.core.undo import Undone, restore_version, undo
from kartotek.core.undo_job import undo_later, undo_or_later
from kartotek.core.worker import Worker
from kartotek.core.write import write
from kartotek.core.write_many import write_many

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch):
    monkeypatch.setattr(jobs, "RECURRING", {})
    monkeypatch.setattr(undo_job, "CHUNK", 3)


@pytest.fixture(params=["at once", "by a job"])
def take_back(request, monkeypatch):
    """Undo an act; the act that undid it, and its receipt."""

    def at_once(actor, batch, **more):
        done = undo(actor, batch, **more)
        return done.batch, receipts.of_act(actor, done.batch)

    def by_job(actor, batch, **more):
        job = undo_later(actor, batch, **more)
        Worker().run_due()
        assert (jobs.facts(job).state, jobs.facts(job).error) == ("done", "")
        return job, receipts.of_act(actor, job)

    return at_once if request.param == "at once" else by_job


def brought(actor, *names, uids=None):
    """An import: its act, and the uids of the companies that it made or changed."""
    acting = actor.because("import", uuid7())
    uids = uids or [uuid7() for _name in names]
    rows = [{"name": name} for name in names]
    write_many(acting, "companies", [Wish(uid, row) for uid, row in zip(uids, rows, strict=True)])
    return acting.batch, uids


def live(actor):
    return {row["name"] for row in find(actor, "companies", Question(columns=("name",), size=99))}


def since(receipt):
    return [one["uid"] for one in receipt.detail["kept"] if one["since"]]


def figures(receipt):
    return receipt.rows, receipt.updated, receipt.skipped, receipt.failed


def test_what_a_person_changed_stays_and_stands_in_the_receipt(ann, take_back):
    act, uids = brought(ann, "A", "B", "C", "D")
    write(ann, "companies", uids[1], {"website": "b.example.com"})
    _undo, receipt = take_back(ann, act)
    assert live(ann) == {"B"} and figures(receipt) == (4, 3, 1, 0)
    assert since(receipt) == [str(uids[1])]
    assert receipt.detail["kept"][0]["reason"] == "Ann changed it since."


def test_a_second_press_removes_it_too_and_is_an_act_of_its_own(ann, take_back):
    act, uids = brought(ann, "A", "B", "C", "D")
    write(ann, "companies", uids[1], {"website": "b.example.com"})
    first, _receipt = take_back(ann, act)
    second, receipt = take_back(ann, act, changed_too=True)
    assert live(ann) == set() and figures(receipt) == (1, 1, 0, 0)
    assert acts.taken_back(act) == first
    take_back(ann, second)
    assert live(ann) == {"B"} and acts.taken_back(act) == first


def test_all_of_it_goes_at_once_where_that_is_asked_for(ann, take_back):
    act, uids = brought(ann, "A", "B")
    write(ann, "companies", uids[1], {"website": "b.example.com"})
    _undo, receipt = take_back(ann, act, changed_too=True)
    assert live(ann) == set() and figures(receipt) == (2, 2, 0, 0)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_two_imports_taken_back_in_either_order_leave_nothing(ann, take_back, order):
    one, uids = brought(ann, "A", "B")
    other, _uids = brought(ann, "A2", "B2", uids=uids)
    more, _more = brought(ann, "C")
    for place in order:
        take_back(ann, (one, other)[place])
    take_back(ann, more)
    assert live(ann) == set()


def test_an_undo_and_its_undo_are_no_change_of_a_person(ann, take_back):
    act, _uids = brought(ann, "A", "B")
    first, _receipt = take_back(ann, act)
    take_back(ann, first)
    assert live(ann) == {"A", "B"}
    _undo, receipt = take_back(ann, act)
    assert live(ann) == set() and since(receipt) == []


def test_what_a_person_changed_and_took_back_goes(ann, take_back):
    act, uids = brought(ann, "A", "B")
    changed = write(ann, "companies", uids[0], {"website": "a.example.com"})
    back = undo(ann, changed.batch)
    take_back(ann, act)
    assert live(ann) == set()
    again = brought(ann, "C")
    changed = write(ann, "companies", again[1][0], {"website": "c.example.com"})
    back = undo(ann, changed.batch)
    undo(ann, back.batch)
    take_back(ann, again[0])
    assert live(ann) == {"C"}


def test_an_earlier_version_written_back_is_a_change_of_a_person(ann, take_back):
    act, uids = brought(ann, "A")
    brought(ann, "A2", uids=uids)
    restore_version(ann, "companies", uids[0], 1)
    take_back(ann, act)
    assert live(ann) == {"A"}


def test_it_stays_whole_with_what_the_import_wrote_to_it_later(ann, take_back):
    act, uids = brought(ann, "A")
    write(ann.because("import", act), "companies", uids[0], {"website": "a.example.com"})
    write(ann, "companies", uids[0], {"name": "A, renamed"})
    take_back(ann, act)
    row = find_one(ann, "companies", uids[0])
    assert (row["name"], row["website"]) == ("A, renamed", "https://a.example.com")


def test_a_record_in_the_trash_says_so_and_a_merged_one_stays(ann, take_back):
    act, uids = brought(ann, "A", "B", "C")
    merge(ann, "companies", Merge(uids[0], (uids[1],), {}))
    remove(ann, "companies", uids[2])
    _undo, receipt = take_back(ann, act)
    told = {one["uid"]: one["reason"] for one in receipt.detail["kept"]}
    assert live(ann) == {"A"} and since(receipt) == [str(uids[0])]
    assert told[str(uids[1])] == told[str(uids[2])] == "It is in the trash."


def test_what_people_made_is_removed_by_undo_whatever_was_changed(ann):
    batch = uuid7()
    write(ann.because("bulk", batch), "companies", None, {"name": "A"})
    uid = find(ann, "companies").rows[0].uid
    write(ann, "companies", uid, {"website": "a.example.com"})
    done = undo_or_later(ann, batch)
    assert isinstance(done, Undone) and live(ann) == set()


def test_the_log_of_what_stayed_holds_no_line_of_the_undo(ann, take_back):
    act, uids = brought(ann, "A")
    write(ann, "companies", uids[0], {"website": "a.example.com"})
    back, _receipt = take_back(ann, act)
    assert log.batch_size(back, 1) == 0
