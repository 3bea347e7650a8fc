"""A worker that is killed in the middle of a big job: nothing lost, nothing twice."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from uuid_utils.compat import uuid7

from kartotek.core import alphabet, drafts, files, jobs, log, receipts, words
from kartotek.core.find import find
from kartotek.core.gathering_many import Wish
from kartotek.core.question import Question
from kartotek.core.settling_in import settle_in
from kartotek.core.undo_job import undo_later
from kartotek.core.worker import Worker
from kartotek.core.write import write
from kartotek.core.write_many import write_many
from kartotek.interfaces.web.bringing.job import bring_file, check_file

ROOT = Path(__file__).parent.parent.parent
RECORDS, KILLS = 2_000, int(os.environ.get("KARTOTEK_KILLS", "3"))
WORKER = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "kartotek.site.settings"
import kartotek
from django.db import connections
django.setup()
connections["default"].settings_dict["NAME"] = os.environ["WORK_ON"]
from django.core.management import call_command
from kartotek.core import alphabet, jobs, undo_job
from kartotek.interfaces.files import importing
importing.CHUNK = 20
jobs.RECURRING.clear()
alphabet.CHUNK = undo_job.CHUNK = 50
call_command("jobs", "--lease", "0.5")
"""


def start_worker():
    environment = {**os.environ, "WORK_ON": str(connection.settings_dict["NAME"])}
    return subprocess.Popen([sys.executable, "-c", WORKER], env=environment, cwd=ROOT)


def wait_until(is_so):
    ends = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < ends, "the worker does not get on"
        time.sleep(0.005)


def taken_back(uid):
    return jobs.facts(uid).progress.get("done", 0)


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_a_big_undo_ends_whole_however_often_its_worker_is_killed(house):
    batch = uuid7()
    wishes = [Wish(uuid7(), {"name": f"Firm {number}"}) for number in range(RECORDS)]
    write_many(house, "companies", wishes, batch=batch)
    uid = undo_later(house, batch)
    for _kill in range(KILLS):
        before = taken_back(uid)
        worker = start_worker()
        wait_until(lambda least=before + 150: taken_back(uid) >= least)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        assert taken_back(uid) < RECORDS
    worker = start_worker()
    wait_until(lambda: jobs.facts(uid).state == "done")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=10) == 0
    receipt = receipts.read(house, jobs.facts(uid).result["receipt"])
    assert (receipt.rows, receipt.updated, receipt.skipped, receipt.failed) == (
        RECORDS, RECORDS, 0, 0,
    )  # fmt: skip
    lines = log.of_batch(receipt.batch, None, RECORDS + 1)
    assert len({line.uid for line in lines}) == len(lines) == RECORDS
    assert find(house, "companies", Question(count=True)).count == 0


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_a_worker_that_wakes_up_after_losing_its_job_does_nothing_twice(house):
    batch = uuid7()
    wishes = [Wish(uuid7(), {"name": f"Firm {number}"}) for number in range(RECORDS)]
    write_many(house, "companies", wishes, batch=batch)
    uid = undo_later(house, batch)
    sleeper = start_worker()
    wait_until(lambda: taken_back(uid) >= 200)
    sleeper.send_signal(signal.SIGSTOP)
    other = start_worker()
    time.sleep(1.5)
    sleeper.send_signal(signal.SIGCONT)
    wait_until(lambda: jobs.facts(uid).state == "done")
    for worker in (sleeper, other):
        worker.kill()
        worker.wait()
    receipt = receipts.read(house, jobs.facts(uid).result["receipt"])
    assert (receipt.rows, receipt.updated) == (RECORDS, RECORDS)
    assert log.batch_size(receipt.batch, 2 * RECORDS) == RECORDS


def unlike(language):
    """How many contacts stand where another alphabet has them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, name_key FROM crm_contact")
        return sum(key != words.sort_key(name, language) for name, key in cursor.fetchall())


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_lists_reach_the_new_alphabet_however_often_the_worker_is_killed(house, monkeypatch):
    monkeypatch.setattr(alphabet, "WAIT", timedelta())
    uids = [uuid7() for _ in range(RECORDS)]
    write_many(house, "contacts", [Wish(uid, {"name": f"Åse {n}"}) for n, uid in enumerate(uids)])
    settle_in("Fjord", "NO", "nb", "Europe/Oslo")
    assert unlike("nb") == RECORDS
    for kill in range(1, KILLS + 1):
        worker = start_worker()
        wait_until(lambda most=RECORDS - kill * 200: unlike("nb") <= most)
        write(house, "contacts", uids[-kill], {"name": f"Ås {kill}"})
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        assert unlike("nb") > 0
    worker = start_worker()
    wait_until(lambda: unlike("nb") == 0)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=10) == 0


@pytest.fixture
def draft(world, monkeypatch):
    """An import of many rows, a few of them broken, checked and set off."""
    monkeypatch.setattr(jobs, "RECURRING", {})
    rows = "".join(
        f"Person {n},{'no mail' if n % 100 == 7 else f'p{n}@example.com'}\n" for n in range(RECORDS)
    )
    text = f"name,emails\n{rows}".encode()
    file = files.keep_bytes(world.ann, text, "people.csv", "text/csv", "import")
    uid = drafts.begin(world.ann, file, "contacts")
    for task, state in ((check_file, drafts.CHECKING), (bring_file, drafts.IMPORTING)):
        drafts.set_off(world.ann, drafts.read(world.ann, uid), task, state)
        if state == drafts.CHECKING:
            Worker().run_due()
    return uid


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_an_import_ends_whole_however_often_its_worker_is_killed(world, draft):
    """A hundred times in full: KARTOTEK_KILLS=100."""

    def now():
        return drafts.read(world.ann, draft)

    def brought_in():
        return jobs.facts(now().job).progress.get("done", 0)

    for _kill in range(KILLS):
        before = brought_in()
        worker = start_worker()
        wait_until(lambda least=before + 1: brought_in() >= least or now().state == drafts.DONE)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    worker = start_worker()
    wait_until(lambda: now().state == drafts.DONE)
    worker.kill()
    worker.wait()
    ended, broken = now(), RECORDS // 100
    told = [ended.receipt[name] for name in ("rows", "created", "unchanged", "failed")]
    assert told == [RECORDS, RECORDS - broken, 0, broken]
    assert find(world.ann, "contacts", Question(count=True)).count == RECORDS - broken
    _facts, path = files.content(ended.failed)
    assert len(path.read_text(encoding="utf-8").splitlines()) == broken + 1
