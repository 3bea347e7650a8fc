"""Work done by a process of its own beside this one, where the system lends itself to it."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import TypeVar

from django.db import connection

Answer = TypeVar("Answer")


def may_part() -> bool:
    """Is there a core for a second process, and is nothing open here that it could not see?"""
    has_room = sys.platform == "linux" and (os.cpu_count() or 1) > 1
    return has_room and not connection.in_atomic_block


@contextmanager
def beside(work: Callable[[], Answer]) -> Iterator[Callable[[], Answer]]:
    """Have `work` done in a process that shares this one's memory as it is; what is given waits.

    The answer is pickled. Where that process ends without one, the work is done here instead. It
    ends with the block. The connection is closed: two processes on one would talk at once.
    """
    connection.close()
    fork = multiprocessing.get_context("fork")
    here, there = fork.Pipe(duplex=False)
    process = fork.Process(target=_answer, args=(work, here, there), daemon=True)
    process.start()
    there.close()

    def answer() -> Answer:
        try:
            found: Answer = here.recv()
        except EOFError:
            return work()
        return found

    try:
        yield answer
    finally:
        here.close()
        process.kill()  # nothing of it is left to do: it only read, and has answered or need not
        process.join()


def _answer(work: Callable[[], Answer], here: Connection, there: Connection) -> None:
    here.close()  # else nobody would notice that the other end is gone
    there.send(work())
    connection.close()
