"""What a call takes: by the wall, or in the database alone, commits with it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

Call = Callable[[], Any]


def wall(call: Call) -> float:
    """Milliseconds from its start to its end."""
    begun = time.perf_counter()
    call()
    return (time.perf_counter() - begun) * 1_000


def database(call: Call) -> float:
    """Milliseconds spent in statements and commits of this process's connection."""
    spent = [0.0]

    def timing(execute: Any, *asked: Any) -> Any:
        begun = time.perf_counter()
        try:
            return execute(*asked)
        finally:
            spent[0] += time.perf_counter() - begun

    with connection.execute_wrapper(timing), _commits(spent):
        call()
    return spent[0] * 1_000


@contextmanager
def _commits(spent: list[float]) -> Iterator[None]:
    """Django's wrappers do not see a commit, which is where the disk is waited for."""
    usual = connection._commit  # type: ignore[attr-defined]

    def commit() -> Any:
        begun = time.perf_counter()
        try:
            return usual()
        finally:
            spent[0] += time.perf_counter() - begun

    connection._commit = commit  # type: ignore[attr-defined]
    try:
        yield
    finally:
        del connection._commit  # type: ignore[attr-defined]
