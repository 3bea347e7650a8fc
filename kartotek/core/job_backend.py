"""Django's Tasks on our own table: what `@task()` functions are enqueued into."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.module_loading import import_string
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskError, TaskResult, TaskResultStatus
from django_tasks.exceptions import TaskResultDoesNotExist
from django_tasks.utils import normalize_json

_STATUS = {
    "ready": TaskResultStatus.READY,
    "running": TaskResultStatus.RUNNING,
    "done": TaskResultStatus.SUCCESSFUL,
    "failed": TaskResultStatus.FAILED,
}


class DatabaseBackend(BaseTaskBackend):
    """Tasks as rows: enqueued with the caller's commit, done by `kartotek jobs`."""

    supports_defer = True
    supports_get_result = True
    supports_priority = True

    def enqueue(
        self, task: Task[Any, Any], args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> TaskResult[Any]:
        from kartotek.core import jobs

        self.validate_task(task)
        body = {"args": normalize_json(list(args)), "kwargs": normalize_json(kwargs)}
        uid = jobs.store(task, body, "", task.run_after, jobs.MOST_ATTEMPTS, None)
        return self.get_result(str(uid))

    def get_result(self, result_id: str) -> TaskResult[Any]:
        from kartotek.core import jobs
        from kartotek.core.errors import NotFound

        try:
            found = jobs.facts(UUID(result_id))
        except (ValueError, NotFound):
            raise TaskResultDoesNotExist(result_id) from None
        result: TaskResult[Any] = TaskResult(
            task=import_string(found.task),
            id=str(found.uid),
            status=_STATUS[found.state],
            enqueued_at=found.created_at,
            started_at=None,
            finished_at=found.finished_at,
            last_attempted_at=None,
            args=found.arguments["args"],
            kwargs=found.arguments["kwargs"],
            backend=self.alias,
            errors=[TaskError(exception_class_path="builtins.Exception", traceback=found.error)]
            if found.error
            else [],
            worker_ids=[""] * found.attempts,
        )
        object.__setattr__(result, "_return_value", found.result)
        return result
