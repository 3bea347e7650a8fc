"""Work to do later: put down in the caller's commit, done by a worker, watched by a page.

A task is a module-level function under Django's `@task()`; its arguments are plain JSON. It runs
in one transaction with the line that says it is done. One that takes longer is marked
`@in_chunks` and commits by itself, each time through `running().chunk()`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import orjson
from django.conf import settings
from django.db import connection, transaction
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django_tasks.base import Task
from uuid_utils.compat import uuid7

from kartotek.core.actor import Actor, system
from kartotek.core.context import AS_THE_LANGUAGE, Formats
from kartotek.core.dialect import dialect
from kartotek.core.errors import NotFound, PermissionDenied
from kartotek.core.fieldtypes import Moment
from kartotek.core.reading import as_uuid

MOST_ATTEMPTS = 5
LOOK_BACK = 500  # jobs of one task among which somebody's own are looked for
AnyFunction = TypeVar("AnyFunction", bound=Callable[..., Any])
AnyTask = TypeVar("AnyTask", bound=Task)


class LostLease(Exception):
    """Another worker has this job now; what this one did of it is rolled back."""


class HandedBack(Exception):
    """The worker is asked to end: the job goes on elsewhere, from its last commit."""


@dataclass(frozen=True)
class JobFacts:
    """One job as a page may show it."""

    uid: UUID
    task: str
    arguments: dict[str, Any]
    priority: int
    state: str  # ready, running, done, failed
    created_at: datetime
    run_after: datetime
    finished_at: datetime | None
    attempts: int
    progress: dict[str, Any]
    result: Any
    error: str


@dataclass
class Run:
    """A claimed job in the hands of one worker."""

    id: int
    uid: UUID
    task: str
    arguments: dict[str, Any]
    fence: int
    attempts: int
    most_attempts: int
    every: timedelta | None
    run_after: datetime
    progress: dict[str, Any]
    lease: timedelta
    is_stopping: Callable[[], bool] = field(default=lambda: False)

    @contextmanager
    def chunk(self) -> Iterator[dict[str, Any]]:
        """One commit of a long job, together with the progress that is yielded for changing.

        Raises LostLease before the commit, HandedBack after it.
        """
        progress = dict(self.progress)
        with transaction.atomic():
            yield progress
            self.hold(progress)
        self.progress = progress
        if self.is_stopping():
            raise HandedBack

    def hold(self, progress: dict[str, Any]) -> None:
        """Store progress and renew the lease; who makes progress is not counted out."""
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE core_job SET progress = %s, lease_until = %s, attempts = 1 "
                "WHERE id = %s AND fence = %s AND state = 'running'",
                [dump(progress), moment(self.lease), self.id, self.fence],
            )
            if cursor.rowcount != 1:
                raise LostLease


_running: ContextVar[Run | None] = ContextVar("kartotek_job", default=None)


def running() -> Run:
    """The job that is being done here and now."""
    run = _running.get()
    if run is None:
        raise RuntimeError("Outside a worker there is no job.")
    return run


@contextmanager
def being(run: Run) -> Iterator[None]:
    """Make `run` the job that is being done; the worker's business."""
    token = _running.set(run)
    try:
        yield
    finally:
        _running.reset(token)


def in_chunks(function: AnyFunction) -> AnyFunction:
    """Mark a task's function: it commits by itself, through `running().chunk()`."""
    function.kartotek_in_chunks = True  # type: ignore[attr-defined]
    return function


def dump(value: Any) -> str:
    return orjson.dumps(value, default=str).decode()


def load(stored: Any) -> Any:
    return orjson.loads(stored) if isinstance(stored, str | bytes) else stored


def moment(later: timedelta = timedelta()) -> Any:
    """Now, or a while from now, as the database takes it."""
    return dialect().instant(datetime.now(UTC) + later)


def put_down(
    task: Task[..., Any],
    arguments: dict[str, Any] | None = None,
    *,
    key: str = "",
    after: datetime | None = None,
    most_attempts: int = MOST_ATTEMPTS,
    every: timedelta | None = None,
) -> UUID:
    """Put a job down with the caller's commit; while one with this key waits or runs, that one."""
    body = {"args": [], "kwargs": arguments or {}}
    return store(task, body, key, after or task.run_after, most_attempts, every)


def store(
    task: Task[..., Any],
    body: dict[str, Any],
    key: str,
    after: datetime | None,
    most_attempts: int,
    every: timedelta | None,
) -> UUID:
    """Write a job's row in the caller's transaction; the uid of the one that waits under `key`."""
    uid, speak = uuid7(), dialect()
    now = datetime.now(UTC)
    values = [
        speak.uid(uid), task.module_path, dump(body), task.queue_name, task.priority, key or None,
        speak.instant(after or now), most_attempts, every and int(every.total_seconds()),
        speak.instant(now),
    ]  # fmt: skip
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO core_job (uid, task, arguments, queue, priority, unique_key, "
                "run_after, most_attempts, every_seconds, created_at, state, fence, attempts, "
                "progress, error) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, "
                "'ready', 0, 0, '{}', '') ON CONFLICT (unique_key) DO NOTHING",
                values,
            )
            if cursor.rowcount == 1:
                return uid
            cursor.execute("SELECT uid FROM core_job WHERE unique_key = %s", [key])
            row = cursor.fetchone()
        if row is not None:  # else it ended between the two statements
            return as_uuid(row[0])


_FACTS = (
    "task, arguments, priority, state, created_at, run_after, finished_at, attempts, progress, "
    "result, error, uid"
)


def facts(uid: UUID) -> JobFacts:
    """How a job stands. NotFound where there is none."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_FACTS} FROM core_job WHERE uid = %s", [dialect().uid(uid)])
        row = cursor.fetchone()
    if row is None:
        raise NotFound(_("There is no such job, or it ended long ago."))
    return _facts(row)


def recent(task: Task[..., Any], actor: Actor, most: int) -> list[JobFacts]:
    """The jobs of one task that this member asked for, the newest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_FACTS} FROM core_job WHERE task = %s ORDER BY id DESC LIMIT {LOOK_BACK}",
            [task.module_path],
        )
        found = [_facts(row) for row in cursor.fetchall()]
    return [one for one in found if is_of(one, actor)][:most]


def is_of(job: JobFacts, actor: Actor) -> bool:
    """Did this member ask for it?"""
    by = job.arguments["kwargs"].get("by") or {}
    return actor.member is not None and by.get("member") == actor.member


def _facts(row: Any) -> JobFacts:
    at = Moment().load
    created, due = at(row[4]), at(row[5])
    assert created is not None and due is not None
    return JobFacts(
        as_uuid(row[11]), row[0], load(row[1]), row[2], row[3], created, due, at(row[6]), row[7],
        load(row[8]), load(row[9]), row[10],
    )  # fmt: skip


def waiting(key: str) -> UUID | None:
    """The job that waits or runs under this key; None where there is none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT uid FROM core_job WHERE unique_key = %s", [key])
        row = cursor.fetchone()
    return None if row is None else as_uuid(row[0])


@dataclass(frozen=True)
class Recurring:
    """A task that comes again and again."""

    task: Task[..., Any]
    every: timedelta
    key: str


RECURRING: dict[str, Recurring] = {}


def recurring(*, every: timedelta, key: str) -> Callable[[AnyTask], AnyTask]:
    """Declare that a task is done again and again; runs missed while nothing ran are one run."""

    def register(task: AnyTask) -> AnyTask:
        RECURRING[key] = Recurring(task, every, key)
        return task

    return register


def put_down_recurring() -> None:
    """One row for each declared recurrence, none for what is declared no more."""
    keys = [f"every {key}" for key in RECURRING]
    with transaction.atomic():
        for key, one in zip(keys, RECURRING.values(), strict=True):
            put_down(one.task, key=key, every=one.every)
        with connection.cursor() as cursor:
            cursor.executemany(
                "UPDATE core_job SET every_seconds = %s, task = %s WHERE unique_key = %s "
                "AND (every_seconds <> %s OR task <> %s)",
                [
                    [seconds, one.task.module_path, key, seconds, one.task.module_path]
                    for key, one in zip(keys, RECURRING.values(), strict=True)
                    for seconds in [int(one.every.total_seconds())]
                ],
            )
            marks = ", ".join(["%s"] * len(keys)) or "''"
            cursor.execute(
                "DELETE FROM core_job WHERE every_seconds IS NOT NULL AND state <> 'running' "
                f"AND unique_key NOT IN ({marks})",
                keys,
            )


def signed(actor: Actor) -> dict[str, Any]:
    """Who asks for a job, as its arguments keep it. PermissionDenied where that is no member."""
    if actor.member is None and actor.kind != "system":
        raise PermissionDenied(_("Sign in as a member of the company to start this."))
    chosen = {"formats": asdict(actor.formats)} if actor.formats != AS_THE_LANGUAGE else {}
    return {"member": actor.member, "cause": actor.cause, **chosen}


def signer(kept: dict[str, Any]) -> Actor:
    """Who asked, with the rights of today. PermissionDenied where they may act no more."""
    if kept["member"] is None:
        return system(kept["cause"])
    find: Callable[[int, str], Actor | None] = import_string(settings.KARTOTEK_ACTOR_OF_MEMBER)
    actor = find(kept["member"], kept["cause"])
    if actor is None:
        raise PermissionDenied(_("Who asked for this is not an active member any more."))
    # What they typed is read as on the page where they typed it.
    return replace(actor, formats=Formats(**kept["formats"])) if "formats" in kept else actor
