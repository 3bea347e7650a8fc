"""A worker that is killed in the middle of a big undo: nothing lost, nothing twice."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection
from uuid_utils.compat import uuid7

from kartotek.core import jobs, log, receipts
from kartotek.core.find import find
from kartotek.core.gathering_many import Wish
from kartotek.core.question import Question
from kartotek.core.undo_job import undo_later
from kartotek.core.write_many import write_many

ROOT = Path(__file__).parent.parent.parent
RECORDS, KILLS = 2_000, 3
WORKER = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "kartotek.site.settings"
import kartotek
from django.db import connections
django.setup()
connections["default"].settings_dict["NAME"] = os.environ["WORK_ON"]
from django.core.management import call_command
from kartotek.core import jobs, undo_job
jobs.RECURRING.clear()
undo_job.CHUNK = 50
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
