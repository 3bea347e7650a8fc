"""Undo of big acts: in chunks, under today's rights, with a receipt that adds up."""

import pytest
from uuid_utils.compat import uuid7

from kartotek.core import jobs, log, receipts, undo_job
from kartotek.core.errors import NotFound, PermissionDenied
from kartotek.core.find import find, find_one
from kartotek.core.gathering_many import Wish
from kartotek.core.question import Question
from kartotek.core.remove import remove
from kartotek.core.search import search
from kartotek.core.undo import Undone
from kartotek.core.undo_job import undo_later, undo_or_later
from kartotek.core.worker import Worker
from kartotek.core.write import write
from kartotek.core.write_many import write_many

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch):
    monkeypatch.setattr(jobs, "RECURRING", {})
    monkeypatch.setattr(undo_job, "CHUNK", 3)
    monkeypatch.setattr(undo_job, "AT_ONCE", 3)


def many(actor, count=8, key="companies"):
    """An act that made `count` records: its batch and their uids."""
    batch, uids = uuid7(), [uuid7() for _ in range(count)]
    write_many(actor, key, [Wish(uid, {"name": f"Firm {n}"}) for n, uid in enumerate(uids)],
               batch=batch)  # fmt: skip
    return batch, uids


def taken_back(actor, batch):
    """Undo by job; the receipt."""
    uid = undo_later(actor, batch)
    Worker().run_due()
    job = jobs.facts(uid)
    assert (job.state, job.error) == ("done", "")
    return receipts.read(actor, job.result["receipt"])


def live(actor, key="companies"):
    return {row.uid for row in find(actor, key, Question(size=500))}


def figures(receipt):
    return receipt.rows, receipt.updated, receipt.skipped, receipt.failed


def test_a_small_act_is_undone_at_once_and_a_big_one_by_a_job(bob):
    small, _uids = many(bob, 3)
    big, _uids = many(bob, 4)
    assert isinstance(undo_or_later(bob, small), Undone)
    assert jobs.facts(undo_or_later(bob, big)).state == "ready"
    assert len(live(bob)) == 4


def test_created_records_go_to_the_trash_and_out_of_the_search(bob):
    batch, uids = many(bob)
    receipt = taken_back(bob, batch)
    assert figures(receipt) == (8, 8, 0, 0)
    assert live(bob) == set() and search(bob, "firm") == []
    assert {row.uid for row in find(bob, "companies", Question(removed=True))} == set(uids)


def test_the_lines_of_the_undo_are_one_act_that_can_be_undone(bob):
    batch, uids = many(bob)
    receipt = taken_back(bob, batch)
    assert log.batch_size(receipt.batch, 100) == 8
    again = taken_back(bob, receipt.batch)
    assert figures(again) == (8, 8, 0, 0)
    assert live(bob) == set(uids) and len(search(bob, "firm")) == 8
    assert find_one(bob, "companies", uids[0]).version == 3


def test_changed_records_are_written_back(bob):
    _batch, uids = many(bob)
    edit = uuid7()
    write_many(bob, "companies", [Wish(uid, {"name": "Same"}) for uid in uids], batch=edit)
    assert figures(taken_back(bob, edit)) == (8, 8, 0, 0)
    assert {row.title for row in find(bob, "companies")} == {f"Firm {n}" for n in range(8)}


def test_a_record_that_was_made_and_changed_in_one_act_is_taken_back_in_order(bob):
    acting = bob.because("import", uuid7())
    uids = [write(acting, "companies", None, {"name": f"Firm {n}"}).uid for n in range(3)]
    for uid in uids:
        write(acting, "companies", uid, {"name": "Renamed"})
    assert figures(taken_back(bob, acting.batch)) == (3, 3, 0, 0)
    assert live(bob) == set()


def test_what_has_moved_on_is_left_and_listed_with_its_reason(bob):
    _batch, uids = many(bob)
    edit = uuid7()
    write_many(bob, "companies", [Wish(uid, {"name": "Same"}) for uid in uids], batch=edit)
    write(bob, "companies", uids[0], {"name": "Moved on"})
    receipt = taken_back(bob, edit)
    assert figures(receipt) == (8, 7, 1, 0)
    kept = receipt.detail["kept"]
    assert [(one["uid"], one["field"]) for one in kept] == [(str(uids[0]), "name")]
    assert "changed again" in kept[0]["reason"]


def test_what_is_in_the_trash_already_is_left_and_listed(bob):
    batch, uids = many(bob)
    remove(bob, "companies", uids[5])
    receipt = taken_back(bob, batch)
    assert figures(receipt) == (8, 7, 1, 0)
    assert receipt.detail["kept"][0]["reason"] == "It is in the trash."


def test_it_reaches_no_further_than_todays_rights(world):
    batch, uids = many(world.bob)
    write(world.ann, "companies", uids[0], {"owner": str(world.ann.member_uid)})
    receipt = taken_back(world.bob, batch)
    assert figures(receipt) == (8, 7, 0, 1)
    assert live(world.ann) == {uids[0]}


def test_a_role_that_may_not_undo_it_is_refused_before_a_job_is_put_down(world):
    batch, _uids = many(world.ann)
    with pytest.raises(PermissionDenied):
        undo_later(world.bob, batch)
    with pytest.raises(NotFound):
        undo_later(world.bob, uuid7())


def test_asked_twice_it_is_one_job(bob):
    batch, _uids = many(bob)
    assert undo_later(bob, batch) == undo_later(bob, batch)


def test_a_member_who_left_meanwhile_undoes_nothing(bob, house):
    batch, uids = many(bob)
    uid = undo_later(bob, batch)
    write(house, "members", bob.member_uid, {"is_active": False})
    Worker().run_due()
    assert jobs.facts(uid).state == "failed"
    assert live(house) == set(uids)


def test_an_interrupted_undo_goes_on_from_its_last_commit(bob):
    batch, _uids = many(bob)
    uid = undo_later(bob, batch)
    stopping = Worker()
    stopping.stop()
    stopping._do_one()
    assert jobs.facts(uid).progress["done"] == 3
    Worker().run_due()
    receipt = receipts.read(bob, jobs.facts(uid).result["receipt"])
    assert figures(receipt) == (8, 8, 0, 0)
    assert log.batch_size(receipt.batch, 100) == 8


def test_only_the_first_of_many_reasons_are_listed(bob, monkeypatch):
    monkeypatch.setattr(undo_job, "LISTED", 2)
    batch, uids = many(bob)
    for uid in uids:
        remove(bob, "companies", uid)
    receipt = taken_back(bob, batch)
    assert figures(receipt) == (8, 0, 8, 0)
    assert (len(receipt.detail["kept"]), receipt.detail["more"]) == (2, 6)


def test_contacts_and_companies_of_one_act_go_together(bob):
    batch = uuid7()
    company = uuid7()
    write_many(bob, "companies", [Wish(company, {"name": "Acme"})], batch=batch)
    people = [Wish(uuid7(), {"name": f"P {n}", "company": str(company)}) for n in range(6)]
    write_many(bob, "contacts", people, batch=batch)
    assert figures(taken_back(bob, batch)) == (7, 7, 0, 0)
    assert live(bob, "contacts") == set() == live(bob)


def test_a_record_that_others_need_is_left_and_says_why(bob):
    batch, uids = many(bob)
    write(bob, "bills", None, {"name": "B1", "company": str(uids[2])})
    receipt = taken_back(bob, batch)
    assert figures(receipt) == (8, 7, 0, 1)
    assert "still need this one" in receipt.detail["kept"][0]["reason"]
    assert live(bob) == {uids[2]}


def test_what_goes_together_with_a_record_follows_it_into_the_trash(bob):
    batch, uids = many(bob, key="bills")
    follower = write(bob, "bills", None, {"name": "Follows", "replaces": str(uids[2])}).uid
    receipt = taken_back(bob, batch)
    assert figures(receipt) == (8, 8, 0, 0)
    assert live(bob, "bills") == set()
    taken_back(bob, receipt.batch)
    assert live(bob, "bills") == {*uids, follower}
