"""One change for many records: by right, record by record, as one act with a receipt."""

import pytest
from uuid_utils.compat import uuid7

from kartotek.core import bulk, bulk_job, jobs, log, receipts
from kartotek.core.bulk import ADD, EDIT, REMOVE, TAKE, BulkAct
from kartotek.core.errors import NotFound, PermissionDenied, ValidationError
from kartotek.core.find import find, find_one
from kartotek.core.question import Condition, Question
from kartotek.core.standing import standing
from kartotek.core.undo import undo
from kartotek.core.undo_job import undo_or_later
from kartotek.core.worker import Worker
from kartotek.core.write import write
from tests.everything import everything

pytestmark = pytest.mark.django_db
CUSTOMER = BulkAct(EDIT, "lifecycle", value="customer")


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch):
    monkeypatch.setattr(jobs, "RECURRING", {})
    monkeypatch.setattr(bulk_job, "CHUNK", 3)


def firms(actor, count=3, **values):
    return [
        write(actor, "companies", None, {"name": f"Firm {n}", **values}).uid for n in range(count)
    ]


def values(actor, name):
    return [row[name] for row in find(actor, "companies", Question(columns=(name,), size=500))]


def figures(receipt):
    return receipt.rows, receipt.updated, receipt.unchanged, receipt.failed


def by_job(actor, act, which, **more):
    """Do it by a job; the receipt."""
    uid = bulk_job.do_later(actor, "companies", act, which, **more)
    Worker().run_due()
    job = jobs.facts(uid)
    assert (job.state, job.error) == ("done", "")
    return receipts.read(actor, job.result["receipt"])


def test_a_field_is_set_for_many_records_and_undone_as_one_act(ann):
    uids = firms(ann, lifecycle="lead")
    receipt = bulk.do(ann, "companies", CUSTOMER, uids)
    assert values(ann, "lifecycle") == ["customer"] * 3
    assert figures(receipt) == (3, 3, 0, 0)
    undo(ann, receipt.batch)
    assert values(ann, "lifecycle") == ["lead"] * 3


def test_what_holds_the_value_already_is_counted_as_unchanged(ann):
    uids = [*firms(ann, 1), *firms(ann, 2, lifecycle="customer")]
    assert figures(bulk.do(ann, "companies", CUSTOMER, uids)) == (3, 1, 2, 0)


def test_tags_are_added_and_taken_out_without_losing_others(ann):
    uids = firms(ann, 1, tags="oil, north") + firms(ann, 1, tags="north")
    bulk.do(ann, "companies", BulkAct(EDIT, "tags", ADD, "fair, north"), uids)
    assert values(ann, "tags") == [("oil", "north", "fair"), ("north", "fair")]
    bulk.do(ann, "companies", BulkAct(EDIT, "tags", TAKE, "north"), uids)
    assert values(ann, "tags") == [("oil", "fair"), ("fair",)]


def test_a_phone_is_added_once_and_taken_out_by_its_number(ann):
    uids = firms(ann, 1, phones="+47 22 00 00 01") + firms(ann, 1)
    bulk.do(ann, "companies", BulkAct(EDIT, "phones", ADD, "+4722000001"), uids)
    assert [[one["e164"] for one in held] for held in values(ann, "phones")] == [
        ["+4722000001"]
    ] * 2
    bulk.do(ann, "companies", BulkAct(EDIT, "phones", TAKE, "+47 22 00 00 01"), uids)
    assert values(ann, "phones") == [(), ()]


@pytest.mark.parametrize("act", [
    BulkAct(EDIT, "nosuch", value="x"),
    BulkAct(EDIT, "employees", value="many"),
    BulkAct(EDIT, "lifecycle", value="nosuch"),
    BulkAct(EDIT, "lifecycle", ADD, "customer"),
    BulkAct(EDIT, "tags", ADD, ""),
    BulkAct(EDIT, "created_at", value="2026-01-01"),
])  # fmt: skip
def test_what_no_record_takes_is_refused_at_once_and_changes_nothing(ann, act):
    uids = firms(ann, 2)
    for refuse in (bulk.do, bulk_job.do_later):
        with pytest.raises(ValidationError) as refused:
            refuse(ann, "companies", act, uids)
        assert list(refused.value.message_dict) == [act.field]
    assert [find_one(ann, "companies", uid).version for uid in uids] == [1, 1]


def test_it_is_a_right_of_its_own(world):
    uids = firms(world.cyd, 1)
    for refuse in (bulk.do, bulk_job.do_later):
        with pytest.raises(PermissionDenied):
            refuse(world.cyd, "companies", CUSTOMER, uids)


def test_it_reaches_no_further_than_the_right_and_says_which_were_refused(world):
    own, others = firms(world.bob, 1), firms(world.ann, 2)
    receipt = bulk.do(world.bob, "companies", CUSTOMER, [*own, *others, uuid7()])
    assert figures(receipt) == (4, 1, 0, 3)
    assert {uid for uid, _why in receipt.detail["refused"]} >= {str(uid) for uid in others}
    assert all(why for _uid, why in receipt.detail["refused"])


def test_many_are_removed_as_one_act(ann):
    uids = firms(ann, 3)
    write(ann, "contacts", None, {"name": "Ola", "company": str(uids[0])})
    receipt = bulk.do(ann, "companies", BulkAct(REMOVE), uids[:2])
    assert figures(receipt) == (2, 2, 0, 0)
    assert len(find(ann, "companies")) == 1
    undo(ann, receipt.batch)
    assert len(find(ann, "companies")) == 3


def test_the_same_key_does_it_once(ann):
    uids = firms(ann, 2)
    first, again = (bulk.do(ann, "companies", CUSTOMER, uids, key="k1") for _time in range(2))
    assert first.uid == again.uid
    assert find_one(ann, "companies", uids[0]).version == 2


def test_all_that_match_are_changed_by_a_job_while_they_stop_matching(ann):
    firms(ann, 8, lifecycle="lead")
    firms(ann, 2, lifecycle="partner")
    leads = Question((Condition("lifecycle", "in", ("lead",)),))
    receipt = by_job(ann, CUSTOMER, leads, told=9)
    assert figures(receipt) == (8, 8, 0, 0)
    assert receipt.detail["told"] == 9
    assert sorted(values(ann, "lifecycle")) == ["customer"] * 8 + ["partner"] * 2


def test_a_job_removes_all_that_match_and_one_press_takes_it_back(ann):
    firms(ann, 7)
    receipt = by_job(ann, BulkAct(REMOVE), Question(words="firm"))
    assert figures(receipt) == (7, 7, 0, 0)
    assert len(find(ann, "companies")) == 0
    undo_or_later(ann, receipt.batch)
    assert len(find(ann, "companies")) == 7


def test_a_job_over_named_records_tells_which_were_refused(world):
    own, others = firms(world.bob, 4), firms(world.ann, 3)
    assert figures(by_job(world.bob, CUSTOMER, [*own, *others])) == (7, 4, 0, 3)


def test_a_job_whose_right_was_taken_away_stops_and_says_so(world):
    uids = firms(world.bob, 4)
    uid = bulk_job.do_later(world.bob, "companies", CUSTOMER, uids)
    write(world.ann, "members", world.bob.member_uid, {"role": "service"})
    Worker().run_due()
    receipt = receipts.read(world.bob, jobs.facts(uid).result["receipt"])
    assert figures(receipt) == (0, 0, 0, 0)
    assert "one by one" in receipt.detail["stopped"]


def test_a_question_that_has_no_answer_is_refused_before_a_job_is_put_down(ann):
    with pytest.raises(ValidationError):
        bulk_job.do_later(ann, "companies", CUSTOMER, Question((Condition("nosuch", "is", "1"),)))


def test_how_it_stands_is_told_to_who_asked_for_it(world):
    uid = bulk_job.do_later(world.bob, "companies", CUSTOMER, firms(world.bob, 4))
    assert standing(bulk_job.act_on_many, world.bob, uid).state == "ready"
    Worker().run_due()
    assert standing(bulk_job.act_on_many, world.ann, uid).receipt.updated == 4
    with pytest.raises(NotFound):
        standing(bulk_job.act_on_many, world.cyd, uid)


def test_an_interrupted_job_goes_on_from_its_last_commit(ann):
    uid = bulk_job.do_later(ann, "companies", CUSTOMER, firms(ann, 8))
    stopping = Worker()
    stopping.stop()
    stopping._do_one()
    assert values(ann, "lifecycle").count("customer") == 3
    Worker().run_due()
    receipt = receipts.read(ann, jobs.facts(uid).result["receipt"])
    assert figures(receipt) == (8, 8, 0, 0)
    assert log.batch_size(receipt.batch, 100) == 8


def test_the_first_reasons_are_listed_and_the_rest_counted(world, monkeypatch):
    monkeypatch.setattr(bulk, "LISTED", 2)
    receipt = by_job(world.bob, CUSTOMER, [*firms(world.bob, 1), *firms(world.ann, 5)])
    assert (len(receipt.detail["refused"]), receipt.detail["more"]) == (2, 3)


def test_where_every_record_is_refused_nothing_is_left_of_it(world):
    uids = firms(world.ann, 2)
    before = everything()
    with pytest.raises(ValidationError, match="Nothing was changed"):
        bulk.do(world.bob, "companies", CUSTOMER, uids, key="k2")
    assert everything() == before
