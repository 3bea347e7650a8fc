"""Jobs: put down with the caller's commit, claimed once, retried, recurring, never done twice."""

import signal
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django_tasks import TaskResultStatus, task
from django_tasks.exceptions import TaskResultDoesNotExist

from kartotek.core import housekeeping, jobs, worker
from kartotek.core.actor import Actor, Rights
from kartotek.core.errors import PermissionDenied, ValidationError
from kartotek.core.find import find
from kartotek.core.question import Question
from kartotek.core.worker import Worker, claim
from kartotek.core.write import write

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@task()
def add(one, other=2):
    return one + other


@task(takes_context=True)
def told(context):
    return context.task_result.id


@task()
def write_a_company(name, fails=False):
    from kartotek.core.actor import system

    write(system("job"), "companies", None, {"name": name})
    if fails:
        raise RuntimeError("after the write")


@task()
def refuse():
    raise ValidationError("This will never work.")


@task()
@jobs.in_chunks
def count_to(number):
    run = jobs.running()
    while run.progress.get("at", 0) < number:
        with run.chunk() as progress:
            progress["at"] = progress.get("at", 0) + 1


@pytest.fixture
def alone(monkeypatch):
    """Only the jobs of the test: nothing recurring."""
    monkeypatch.setattr(jobs, "RECURRING", {})


def names(house):
    return {row.title for row in find(house, "companies", Question(size=500))}


def change(uid, settings, *values):
    from kartotek.core.dialect import dialect

    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE core_job SET {settings} WHERE uid = %s", [*values, dialect().uid(uid)]
        )


def due_now(uid):
    change(uid, "run_after = %s", jobs.moment(-MINUTE))


def count_jobs():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM core_job")
        return cursor.fetchone()[0]


def test_an_enqueued_task_is_done_and_its_result_kept(alone):
    result = add.enqueue(1, other=3)
    assert result.status == TaskResultStatus.READY
    assert Worker().run_due() == 1
    result.refresh()
    assert (result.status, result.return_value) == (TaskResultStatus.SUCCESSFUL, 4)


def test_a_task_may_ask_for_its_context(alone):
    result = told.enqueue()
    Worker().run_due()
    result.refresh()
    assert result.return_value == result.id


def test_an_unknown_result_is_said_to_be_unknown():
    for id in ("00000000-0000-0000-0000-000000000000", "nonsense"):
        with pytest.raises(TaskResultDoesNotExist):
            add.get_result(id)


def test_a_job_of_a_transaction_that_rolls_back_never_was(alone):
    with pytest.raises(RuntimeError), transaction.atomic():
        add.enqueue(1)
        raise RuntimeError
    assert count_jobs() == 0


def test_a_later_job_is_not_done_before_its_time(alone):
    add.using(run_after=datetime.now(UTC) + MINUTE).enqueue(1)
    assert Worker().run_due() == 0


def test_the_more_urgent_job_is_claimed_first(alone):
    add.enqueue(1)
    urgent = add.using(priority=10).enqueue(2)
    assert str(claim(MINUTE).uid) == urgent.id


def test_a_claimed_job_is_not_claimed_again_while_the_lease_lasts(alone):
    add.enqueue(1)
    assert claim(MINUTE) is not None
    assert claim(MINUTE) is None


def test_a_silent_workers_job_goes_to_another_with_a_higher_fence(alone):
    add.enqueue(1)
    first = claim(-MINUTE)
    second = claim(MINUTE)
    assert (second.id, second.fence) == (first.id, first.fence + 1)


def test_who_lost_the_lease_cannot_finish_and_what_it_did_is_rolled_back(alone, house):
    jobs.put_down(write_a_company, {"name": "Twice?"})
    late, quick = claim(-MINUTE), claim(MINUTE)
    with pytest.raises(jobs.LostLease):
        worker._do(late)
    assert names(house) == set()
    worker._do(quick)
    assert names(house) == {"Twice?"}


def test_who_lost_the_lease_cannot_commit_a_chunk(alone, house):
    jobs.put_down(count_to, {"number": 3})
    late = claim(-MINUTE)
    claim(MINUTE)
    with pytest.raises(jobs.LostLease), late.chunk() as progress:
        write(house, "companies", None, {"name": "Lost"})
        progress["at"] = 1
    assert names(house) == set()
    assert jobs.facts(late.uid).progress == {}


def test_a_failing_job_is_rolled_back_and_tried_again_after_a_longer_and_longer_wait(alone, house):
    uid = jobs.put_down(write_a_company, {"name": "Half", "fails": True}, most_attempts=3)
    waits = []
    for _attempt in range(2):
        due_now(uid)
        Worker().run_due()
        waits.append((jobs.facts(uid).run_after - datetime.now(UTC)).total_seconds())
    assert names(house) == set()
    assert waits == [pytest.approx(5, abs=2), pytest.approx(10, abs=2)]
    assert "RuntimeError: after the write" in jobs.facts(uid).error


def test_a_job_that_keeps_failing_is_given_up_with_its_traceback(alone):
    uid = jobs.put_down(write_a_company, {"name": "Half", "fails": True}, most_attempts=1)
    Worker().run_due()
    assert jobs.facts(uid).state == "failed"
    assert write_a_company.get_result(str(uid)).status == TaskResultStatus.FAILED


def test_what_a_door_refuses_is_not_tried_again(alone):
    uid = jobs.put_down(refuse)
    Worker().run_due()
    assert (jobs.facts(uid).state, jobs.facts(uid).attempts) == ("failed", 1)


def test_a_job_that_kills_its_workers_is_given_up(alone):
    uid = jobs.put_down(add, {"one": 1}, most_attempts=2)
    claim(-MINUTE), claim(-MINUTE)
    Worker().run_due()
    assert jobs.facts(uid).state == "failed"
    assert "died" in jobs.facts(uid).error


def test_a_second_job_with_the_key_of_a_waiting_one_is_that_one(alone):
    first = jobs.put_down(add, {"one": 1}, key="sum")
    assert jobs.put_down(add, {"one": 2}, key="sum") == first
    Worker().run_due()
    assert jobs.put_down(add, {"one": 3}, key="sum") != first


def test_progress_is_there_to_be_read_while_a_long_job_works(alone):
    uid = jobs.put_down(count_to, {"number": 3})
    Worker().run_due()
    assert jobs.facts(uid).progress == {"at": 3}
    assert jobs.facts(uid).state == "done"


def test_a_worker_that_is_told_to_end_gives_its_job_back_at_the_next_commit(alone):
    uid = jobs.put_down(count_to, {"number": 3})
    stopping = Worker()
    stopping.stop()
    stopping._do_one()
    assert (jobs.facts(uid).state, jobs.facts(uid).progress) == ("ready", {"at": 1})
    Worker().run_due()
    assert jobs.facts(uid).progress == {"at": 3}


def test_a_recurring_job_is_put_down_again_for_its_next_time(monkeypatch):
    monkeypatch.setattr(jobs, "RECURRING", {})
    jobs.recurring(every=timedelta(hours=1), key="sum")(housekeeping.forget_old)
    assert Worker().run_due() == 1
    assert Worker().run_due() == 0
    again = claim_later(timedelta(hours=1, seconds=1))
    assert again.task == "kartotek.core.housekeeping.forget_old"


def claim_later(wait):
    with connection.cursor() as cursor:
        cursor.execute("SELECT uid, run_after FROM core_job")
        uid, due = cursor.fetchone()
    from kartotek.core.fieldtypes import Moment
    from kartotek.core.reading import as_uuid

    assert Moment().load(due) - datetime.now(UTC) < wait
    due_now(as_uuid(uid))
    return claim(MINUTE)


def test_runs_missed_while_the_machine_was_off_are_one_run(monkeypatch):
    monkeypatch.setattr(jobs, "RECURRING", {})
    jobs.recurring(every=timedelta(hours=1), key="sum")(housekeeping.forget_old)
    jobs.put_down_recurring()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_job SET run_after = %s", [jobs.moment(-timedelta(hours=9.5))])
    assert Worker().run_due() == 1
    assert claim_later(timedelta(hours=1)) is not None


def test_a_recurrence_that_is_declared_no_more_goes(monkeypatch):
    jobs.put_down_recurring()
    assert count_jobs() == len(jobs.RECURRING) > 0
    jobs.put_down_recurring()
    assert count_jobs() == len(jobs.RECURRING)
    monkeypatch.setattr(jobs, "RECURRING", {})
    jobs.put_down_recurring()
    assert count_jobs() == 0


def test_the_house_keeping_jobs_run(house):
    write(house, "companies", None, {"name": "Acme"}, key="k")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE core_idempotencykey SET at = %s", [jobs.moment(-31 * 24 * 60 * MINUTE)]
        )
    assert housekeeping.forget_old.call() == {"answers": 1, "jobs": 0, "locks": 0}
    housekeeping.refresh_tallies.call()
    assert housekeeping.mend.call() == []


def test_who_asked_acts_with_the_rights_of_today(bob, house):
    kept = jobs.signed(bob)
    write(house, "members", bob.member_uid, {"role": "read_only"})
    assert jobs.signer(kept).rights.scope("companies", "edit") == "none"
    write(house, "members", bob.member_uid, {"is_active": False})
    with pytest.raises(PermissionDenied):
        jobs.signer(kept)


def test_nobody_puts_down_a_job_that_nobody_answers_for():
    with pytest.raises(PermissionDenied):
        jobs.signed(Actor(kind="customer", name="Somebody", rights=Rights()))


def test_the_command_does_what_is_due_and_ends(alone):
    result = add.enqueue(1)
    before = signal.getsignal(signal.SIGTERM)
    call_command("jobs", "--once")
    result.refresh()
    assert result.return_value == 3
    assert signal.getsignal(signal.SIGTERM) is before


def test_an_idle_worker_asks_three_small_questions_and_writes_nothing(alone):
    idle = Worker()
    idle.step()
    with CaptureQueriesContext(connection) as asked:
        assert idle.step() == 0
    assert [one["sql"].split()[0] for one in asked] == ["SELECT"] * 3


@pytest.mark.django_db(transaction=True)
def test_a_heartbeat_keeps_the_lease_of_a_slow_job(alone):
    uid = jobs.put_down(add, {"one": 1})
    run = claim(timedelta(seconds=0.6))
    with worker.Heartbeat(run):
        time.sleep(1)
        assert claim(MINUTE) is None
    assert jobs.facts(uid).state == "running"
