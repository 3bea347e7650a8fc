"""The worker: claims what is due, does it, feeds the consumers of the log, and sleeps."""

from __future__ import annotations

import logging
import threading
import time
import traceback
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.module_loading import import_string
from django_tasks.base import Task, TaskContext
from django_tasks.utils import normalize_json

from kartotek.core import ahead, consumers, jobs, memory
from kartotek.core.dialect import dialect
from kartotek.core.ending import Ending
from kartotek.core.errors import NotFound, PermissionDenied, ValidationError
from kartotek.core.fieldtypes import Moment
from kartotek.core.jobs import HandedBack, LostLease, Run
from kartotek.core.reading import as_uuid

LEASE = timedelta(seconds=60)
IDLE_SECONDS = 1.0
FIRST_WAIT = timedelta(seconds=5)  # doubled after every further failure
LONGEST_WAIT = timedelta(minutes=30)
LONGEST_ERROR = 20_000  # letters
HOPELESS = (ValidationError, PermissionDenied, NotFound)  # the same answer tomorrow
_DUE = "state IN ('ready', 'running') AND run_after <= %s AND (state = 'ready' OR lease_until < %s)"
logger = logging.getLogger(__name__)


class Worker:
    """One process's worker; `stop()` may come from a signal."""

    def __init__(self, lease: timedelta = LEASE) -> None:
        self.lease = lease
        self._end = Ending()
        self._resting: dict[str, tuple[int, float]] = {}  # consumer → failures, rest until

    def stop(self) -> None:
        """End after the current job, or give it back at its next commit."""
        self._end.say()

    def run_due(self) -> int:
        """Do everything that is due, once; how much that was."""
        jobs.put_down_recurring()
        done = 0
        while not self._end.is_said() and (did := self.step()):
            done += did
        return done

    def run(self) -> None:
        """Work until stopped; a database that is away is waited for."""
        begun = was_busy = False
        while not self._end.is_said():
            try:
                if not begun:
                    jobs.put_down_recurring()
                    begun = True
                is_busy = self._do_one() > 0
                is_busy |= self._feed() >= consumers.AT_ONCE  # a few lines more can wait
                if was_busy and not is_busy:
                    memory.give_back()
            except Exception:
                logger.exception("The worker could not reach its work; it tries again.")
                connection.close()
                is_busy = False
            if not is_busy:
                self._end.wait(IDLE_SECONDS)
            was_busy = is_busy

    def step(self) -> int:
        """One job and some lines for each consumer; 0 where there was nothing to do."""
        return self._do_one() + self._feed()

    def _do_one(self) -> int:
        run = claim(self.lease)
        if run is None:
            return 0
        run.is_stopping = self._end.is_said
        if run.attempts > run.most_attempts:
            fail(run, "Every worker that took this job died over it.", final=True)
            return 1
        with jobs.being(run), Heartbeat(run):
            try:
                _do(run)
            except HandedBack:
                give_back(run)
            except LostLease:
                logger.warning("Job %s went to another worker.", run.uid)
            except Exception as error:
                logger.exception("Job %s (%s) failed.", run.uid, run.task)
                fail(run, traceback.format_exc(), final=isinstance(error, HOPELESS))
        return 1

    def _feed(self) -> int:
        fed = 0
        for name in consumers.behind():
            failures, until = self._resting.get(name, (0, 0.0))
            if time.monotonic() < until:
                continue
            try:
                fed += consumers.feed(name)
                self._resting.pop(name, None)
            except Exception:
                logger.exception(
                    "The consumer “%s” failed; it is given the same lines again.", name
                )
                rest = min(FIRST_WAIT * 2 ** min(failures, 20), LONGEST_WAIT)
                self._resting[name] = (failures + 1, time.monotonic() + rest.total_seconds())
        return fed


class Heartbeat(AbstractContextManager["Heartbeat"]):
    """Renews a lease while a job works, on a connection of its own."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=ahead.BEATS, daemon=True)

    def __enter__(self) -> Heartbeat:
        self._thread.start()
        return self

    def __exit__(self, *told: Any) -> None:
        self._ended.set()
        self._thread.join()

    def _beat(self) -> None:
        pause = self._run.lease.total_seconds() / 3
        while not self._ended.wait(pause):
            with ahead.FORKING:  # and nothing of it is open when the job forks
                try:
                    renew(self._run)
                except Exception:
                    logger.exception("The lease of job %s could not be renewed.", self._run.uid)
                connection.close()


def claim(lease: timedelta) -> Run | None:
    """Take the next due job, or one whose worker fell silent; None where nothing is due."""
    now = jobs.moment()
    held = "" if connection.vendor == "sqlite" else " FOR UPDATE SKIP LOCKED"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM core_job WHERE {_DUE} LIMIT 1", [now, now])
        if cursor.fetchone() is None:
            return None
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE core_job SET state = 'running', fence = fence + 1, attempts = attempts + 1, "
            f"lease_until = %s WHERE id = (SELECT id FROM core_job WHERE {_DUE} "
            f"ORDER BY priority DESC, run_after, id LIMIT 1{held}) "
            "RETURNING id, uid, task, arguments, fence, attempts, most_attempts, every_seconds, "
            "run_after, progress",
            [jobs.moment(lease), now, now],
        )
        row = cursor.fetchone()
    if row is None:
        return None
    due = Moment().load(row[8])
    assert due is not None
    every = None if row[7] is None else timedelta(seconds=row[7])
    return Run(
        row[0], as_uuid(row[1]), row[2], jobs.load(row[3]), row[4], row[5], row[6], every, due,
        jobs.load(row[9]), lease,
    )  # fmt: skip


def _do(run: Run) -> None:
    task = import_string(run.task)
    if not isinstance(task, Task):
        raise ValidationError(f"{run.task} is no task.")
    args, kwargs = run.arguments["args"], run.arguments["kwargs"]
    if task.takes_context:
        args = [TaskContext(task_result=task.get_result(str(run.uid))), *args]
    by_itself = getattr(task.func, "kartotek_in_chunks", False)
    with nullcontext() if by_itself else transaction.atomic():
        result = task.call(*args, **kwargs)
        finish(run, normalize_json(result))


def _change(run: Run, settings: str, values: list[Any]) -> bool:
    """Change the job's row while it is still this worker's."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE core_job SET {settings} WHERE id = %s AND fence = %s AND state = 'running'",
            [*values, run.id, run.fence],
        )
        return bool(cursor.rowcount == 1)


def renew(run: Run) -> bool:
    return _change(run, "lease_until = %s", [jobs.moment(run.lease)])


def finish(run: Run, result: Any) -> None:
    """The job's own last commit; a recurring one is put down again in it. Raises LostLease."""
    answer = [jobs.dump(result), jobs.moment()]
    if run.every is None:
        mine = _change(
            run,
            "state = 'done', result = %s, finished_at = %s, error = '', lease_until = NULL, "
            "unique_key = NULL",
            answer,
        )
    else:
        mine = _change(
            run,
            "state = 'ready', result = %s, finished_at = %s, error = '', lease_until = NULL, "
            "attempts = 0, progress = '{}', run_after = %s",
            [*answer, dialect().instant(next_time(run))],
        )
    if not mine:
        raise LostLease


def next_time(run: Run) -> datetime:
    """The next regular time after now; what was missed is not made up for."""
    assert run.every is not None
    missed = max(datetime.now(UTC) - run.run_after, timedelta()) // run.every
    return run.run_after + run.every * (missed + 1)


def fail(run: Run, error: str, *, final: bool) -> None:
    """Keep the error; again after a while, or, where that is hopeless, no more."""
    error = error[-LONGEST_ERROR:]
    wait = min(FIRST_WAIT * 2 ** max(run.attempts - 1, 0), LONGEST_WAIT)
    if not final and run.attempts < run.most_attempts:
        settings = "state = 'ready', error = %s, lease_until = NULL, run_after = %s"
        _change(run, settings, [error, jobs.moment(wait)])
    elif run.every is not None:
        settings = "state = 'ready', error = %s, lease_until = NULL, attempts = 0, run_after = %s"
        _change(run, settings, [error, dialect().instant(next_time(run))])
    else:
        settings = (
            "state = 'failed', error = %s, lease_until = NULL, unique_key = NULL, finished_at = %s"
        )
        _change(run, settings, [error, jobs.moment()])


def give_back(run: Run) -> None:
    """Let another worker go on at once; the interrupted run does not count."""
    settings = "state = 'ready', lease_until = NULL, attempts = attempts - 1, run_after = %s"
    _change(run, settings, [jobs.moment()])
