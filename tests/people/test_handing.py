"""Everything of one who leaves goes to another, and comes back by one press."""

import pytest
from django.db import connection
from uuid_utils.compat import uuid7

from kartotek.core import jobs, receipts, viewing
from kartotek.core.catalogue import the_type
from kartotek.core.dialect import dialect
from kartotek.core.errors import PermissionDenied, ValidationError
from kartotek.core.find import find, find_one
from kartotek.core.question import Condition, Question
from kartotek.core.record_lock import lock, today
from kartotek.core.undo import undo
from kartotek.core.undo_job import undo_later
from kartotek.core.worker import Worker
from kartotek.core.write import write
from kartotek.people import handing
from tests.everything import everything
from tests.interfaces.web.reading import PIECE
from tests.web_client import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(world):
    """Bob has two companies and three contacts, Dan one contact."""
    for name in ("Fjord AS", "Dal AS"):
        write(world.bob, "companies", None, {"name": name})
    for name in ("Ola", "Kari", "Per"):
        write(world.bob, "contacts", None, {"name": name})
    write(world.dan, "contacts", None, {"name": "Line"})
    return world


def of(world, actor):
    where = (Condition("owner", "is", str(actor.member_uid)),)
    return sorted(
        row.title
        for key in ("companies", "contacts")
        for row in find(world.ann, key, Question(where=where))
    )


def test_all_of_it_goes_in_one_act_and_comes_back_in_one(house):
    assert handing.owned(house.ann, house.bob.member_uid) == {"companies": 2, "contacts": 3}
    handed = handing.hand_over(house.ann, house.bob.member_uid, house.dan.member_uid)
    assert (handed.count, handed.is_later) == (5, False)
    assert of(house, house.bob) == []
    assert of(house, house.dan) == ["Dal AS", "Fjord AS", "Kari", "Line", "Ola", "Per"]
    row = next(row for row in find(house.ann, "contacts", Question(columns=("department",)))
               if row.title == "Ola")  # fmt: skip
    assert row["department"].title == "Elsewhere"
    undo(house.ann, handed.batch)
    assert of(house, house.bob) == ["Dal AS", "Fjord AS", "Kari", "Ola", "Per"]
    assert of(house, house.dan) == ["Line"]


@pytest.mark.parametrize("chunk", [2, 500])
def test_very_many_go_by_a_job_with_a_receipt_that_adds_up(house, monkeypatch, chunk):
    monkeypatch.setattr(handing, "AT_ONCE", 3)
    monkeypatch.setattr(handing, "CHUNK", chunk)
    handed = handing.hand_over(house.ann, house.bob.member_uid, house.dan.member_uid)
    assert handed.is_later and of(house, house.bob) != []
    again = handing.hand_over(house.ann, house.bob.member_uid, house.dan.member_uid)
    assert again.batch == handed.batch  # pressed twice: the same job
    Worker().run_due()
    assert of(house, house.bob) == []
    told = receipts.read(house.ann, jobs.facts(handed.batch).result["receipt"])
    assert (told.rows, told.updated, told.failed) == (5, 5, 0)
    undo_later(house.ann, handed.batch)
    Worker().run_due()
    assert of(house, house.bob) == ["Dal AS", "Fjord AS", "Kari", "Ola", "Per"]


def test_nobody_else_does_it_and_to_nobody(house):
    write(house.ann, "members", house.cyd.member_uid, {"is_active": False})
    before = everything()
    with pytest.raises(PermissionDenied):
        handing.hand_over(house.manager, house.bob.member_uid, house.dan.member_uid)
    for to, told in ((house.bob, "somebody else"), (house.cyd, "no access")):
        with pytest.raises(ValidationError, match=told):
            handing.hand_over(house.ann, house.bob.member_uid, to.member_uid)
    with pytest.raises(ValidationError, match="nothing to hand over"):
        handing.hand_over(house.ann, house.eve.member_uid, house.dan.member_uid)
    assert everything() == before


def test_the_page_asks_to_whom_and_hands_over(house):
    at = f"/settings/people/{house.bob.member_uid}/hand"
    browser = signed_in(house.ann)
    page = browser.get(at).content.decode()
    assert "Companies" in page and "<dd>2</dd>" in page
    assert browser.post(at, {"to": ""}).status_code == 422
    assert browser.post(at, {"to": str(house.bob.member_uid)}).status_code == 422
    told = browser.post(at, {"to": str(house.dan.member_uid)}, **PIECE).content.decode()
    assert "Handed over: 5 records." in told and "/undo/" in told
    assert "owns nothing" in browser.get(at).content.decode()
    assert signed_in(house.bob).get(at).status_code == 403
    assert find_one(house.ann, "members", house.bob.member_uid)


def causes(batch):
    """The cause of every line of an act, and of the act."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT cause, label FROM core_batch WHERE cause <> 'web'")
        acts = cursor.fetchall()
        cursor.execute("SELECT DISTINCT cause FROM core_change WHERE cause <> 'test'")
        return acts, sorted(cause for (cause,) in cursor.fetchall())


@pytest.mark.parametrize("at_once", [5, 4])  # five records: in one go, and by a job
def test_the_act_is_named_and_ends_in_a_receipt(house, monkeypatch, at_once):
    monkeypatch.setattr(handing, "AT_ONCE", at_once)
    handed = handing.hand_over(house.ann, house.bob.member_uid, house.dan.member_uid)
    assert handed.is_later is (at_once == 4)
    Worker().run_due()
    acts, lines = causes(handed.batch)
    assert acts == [("hand_over", "Bob")] and "hand_over" in lines
    told = receipts.of_act(house.ann, handed.batch)
    assert (told.kind, told.label, told.rows, told.updated) == ("hand_over", "Bob", 5, 5)
    assert (told.unchanged, told.failed) == (0, 0)
    assert told.detail == {
        "to": str(house.dan.member_uid), "member": str(house.bob.member_uid), "refused": [],
    }  # fmt: skip


def test_the_job_tells_how_far_it_is_and_which_act_it_was(house, monkeypatch):
    monkeypatch.setattr(handing, "AT_ONCE", 1)
    handed = handing.hand_over(house.ann, house.bob.member_uid, house.dan.member_uid)
    Worker().run_due()
    facts = jobs.facts(handed.batch)
    assert facts.result["batch"] == str(handed.batch)
    assert facts.progress["done"] == 5


def test_a_job_that_falls_keeps_what_it_has_done(house, monkeypatch):
    monkeypatch.setattr(handing, "AT_ONCE", 1)
    monkeypatch.setattr(handing, "CHUNK", 2)
    real, begun = handing._one_chunk, []

    def falling(*given):
        if begun:
            raise OSError("the disk is full")
        begun.append(given)
        return real(*given)

    monkeypatch.setattr(handing, "_one_chunk", falling)
    handing.hand_over(house.ann, house.bob.member_uid, house.dan.member_uid)
    Worker().run_due()
    assert (len(of(house, house.bob)), len(of(house, house.dan))) == (3, 3)


def test_what_is_refused_stays_and_stands_in_the_receipt(house, monkeypatch):
    monkeypatch.setattr(handing, "CHUNK", 1)
    where = Question(where=(Condition("owner", "is", str(house.bob.member_uid)),))
    locked = [row.uid for row in find(house.ann, "contacts", where)][:2]
    for uid in locked:
        lock(house.manager, "contacts", uid, "A lawsuit", today(house.manager))
    handed = handing.hand_over(house.ann, house.bob.member_uid, house.dan.member_uid)
    told = receipts.of_act(house.ann, handed.batch)
    assert (told.rows, told.updated, told.unchanged, told.failed) == (5, 3, 0, 2)
    refused = told.detail["refused"]
    assert sorted(line[:2] for line in refused) == sorted(["contacts", str(uid)] for uid in locked)
    assert all("is locked by Mia" in line[2] for line in refused)
    assert len(of(house, house.bob)) == 2


def test_a_refusal_stands_there_with_all_that_was_wrong(house, monkeypatch):
    def admit(_self, _values, _old, _uid):
        raise ValidationError(["No owner will do.", "None at all."])

    monkeypatch.setattr(type(the_type("contacts")), "admit", admit)
    handed = handing.hand_over(house.ann, house.bob.member_uid, house.dan.member_uid)
    reasons = {line[2] for line in receipts.of_act(house.ann, handed.batch).detail["refused"]}
    assert reasons == {"No owner will do. None at all."}


def test_what_is_gone_in_that_very_moment_is_not_made_anew(house, monkeypatch):
    def found(*given):
        page = find(*given)
        if given[1].key == "contacts":
            with connection.cursor() as cursor:
                other = dialect().uid(uuid7())
                cursor.execute("UPDATE crm_contact SET uid = %s WHERE name = 'Per'", [other])
        return page

    monkeypatch.setattr(handing, "find", found)
    handed = handing.hand_over(house.ann, house.bob.member_uid, house.dan.member_uid)
    told = receipts.of_act(house.ann, handed.batch)
    ((_type, _uid, reason),) = told.detail["refused"]
    assert (told.updated, told.failed) == (4, 1)
    assert reason.startswith("There is no such contact")


def test_so_many_refusals_are_named_and_no_more(house, monkeypatch):
    monkeypatch.setattr(handing, "LISTED", 1)
    for row in find(house.ann, "contacts"):
        lock(house.manager, "contacts", row.uid, "A lawsuit", today(house.manager))
    handed = handing.hand_over(house.ann, house.bob.member_uid, house.dan.member_uid)
    told = receipts.of_act(house.ann, handed.batch)
    assert told.failed == 3 and len(told.detail["refused"]) == 1


def test_what_is_somebodys_alone_is_handed_to_nobody(house):
    viewing.keep(house.bob, "companies", "Leads", "lifecycle=lead")
    assert handing.owned(house.ann, house.bob.member_uid) == {"companies": 2, "contacts": 3}
    handing.hand_over(house.ann, house.bob.member_uid, house.dan.member_uid)
    assert [one.name for one in viewing.views_of(house.bob, "companies")] == ["Leads"]


def test_who_cannot_take_it_is_told_at_the_field(house):
    write(house.ann, "members", house.cyd.member_uid, {"is_active": False})
    for to in (house.bob, house.cyd):
        with pytest.raises(ValidationError) as refused:
            handing.hand_over(house.ann, house.bob.member_uid, to.member_uid)
        assert list(refused.value.message_dict) == ["to"]


def test_to_somebody_of_no_department_it_goes_without_one(house):
    handing.hand_over(house.ann, house.bob.member_uid, house.eve.member_uid)
    rows = find(house.ann, "companies", Question(columns=("owner", "department")))
    assert {(row["owner"].title, row["department"]) for row in rows} == {("Eve", None)}


def test_at_once_and_in_one_piece_are_figures_that_a_page_can_wait_for():
    assert (handing.AT_ONCE, handing.CHUNK, handing.LISTED) == (500, 500, 100)
    assert handing.MOST_ATTEMPTS == 10
