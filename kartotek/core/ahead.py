"""Work made ready in a second process, a few pieces ahead of the one that uses them.

The process is forked, so it knows all that this one knows; it reads by a connection of its own and
writes nothing. Where it dies, or no fork is to be had, the work is done without it.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from django.db import connection

MOST_AHEAD = 2  # pieces made ready and not used yet
SIZE = 8  # bytes in which a size is told
# Held while a process is forked, and by another thread while it uses its connection: what that
# thread holds at this moment would stay held in the child for ever.
FORKING = threading.Lock()
BEATS = "heartbeat"  # the one thread that may live beside a fork: it keeps to the lock above


def may_fork() -> bool:
    """Is there a second core, and nothing open that must not be shared with a child?

    Inside of a transaction a child would not see what it has written.
    """
    if sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2 or connection.in_atomic_block:
        return False
    others = {one.name for one in threading.enumerate()} - {threading.current_thread().name}
    return others <= {BEATS}


class Gate:
    """What the child knows of its parent: how many pieces are used, how large one should be."""

    def __init__(self, told: int, size: int) -> None:
        self._told = told
        self.used, self.size = 0, size

    def wait_for(self, used: int) -> None:
        """Wait until that many pieces are used. The child ends where its parent has ended."""
        while self.used < used:
            marks = os.read(self._told, 16 * SIZE)
            if not marks:
                os._exit(0)
            self.used += len(marks) // SIZE
            self.size = int.from_bytes(marks[-SIZE:], "big")


class Ahead:
    """The second process, seen from the first one; `close` ends it."""

    def __init__(self, work: Callable[[Gate], Iterator[Any]], size: int) -> None:
        """Have `work` done ahead, in pieces of `size` at first; what it yields arrives by `take`,
        pickled, in this order."""
        connection.close()  # neither process may go on with a connection that both hold
        # Shared memory, a piece in each: a pipe holds too little to go on while nobody reads.
        self._slots = [os.memfd_create(f"kartotek{place}") for place in range(MOST_AHEAD)]
        self._sizes, sizes = os.pipe()
        told, self._tell = os.pipe()
        self._taken = 0
        with FORKING, warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of threads; see FORKING
            self._pid = os.fork()
        if self._pid == 0:
            os.close(self._sizes)
            os.close(self._tell)
            _be_ahead(work, Gate(told, size), self._slots, sizes)
        os.close(sizes)
        os.close(told)

    def take(self) -> Any:
        """The next piece, waited for; None where there is no more, or the child has died."""
        told = b""
        while len(told) < SIZE and (more := os.read(self._sizes, SIZE - len(told))):
            told += more
        if len(told) < SIZE:
            return None
        slot, size = self._slots[self._taken % MOST_AHEAD], int.from_bytes(told, "big")
        self._taken += 1
        return pickle.loads(os.pread(slot, size, 0))  # noqa: S301  (our own child wrote it)

    def used(self, size: int) -> None:
        """The piece taken last is stored and committed: the child may count on it. `size` is how
        large the pieces should be that it has not begun."""
        with suppress(BrokenPipeError):  # it has made all there was, and ended
            os.write(self._tell, size.to_bytes(SIZE, "big"))

    def close(self) -> None:
        """End the child, wherever it is; it holds nothing that would be missed."""
        if not self._pid:
            return
        pid, self._pid = self._pid, 0
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        for one in (*self._slots, self._sizes, self._tell):
            os.close(one)


def _be_ahead(
    work: Callable[[Gate], Iterator[Any]], gate: Gate, slots: list[int], sizes: int
) -> None:
    """The child's life; it never returns into what its parent was doing."""
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # its parent decides
        gc.freeze()  # what is there already is looked through no more
        gc.set_threshold(200_000)
        for number, piece in enumerate(work(gate)):
            told = pickle.dumps(piece, pickle.HIGHEST_PROTOCOL)
            gate.wait_for(number + 1 - MOST_AHEAD)
            _fill(slots[number % MOST_AHEAD], told)
            os.write(sizes, len(told).to_bytes(SIZE, "big"))
    except Exception as error:
        # The parent does the rest itself, and meets the error where it can tell it to a person.
        sys.stderr.write(f"Nothing more is made ready ahead: {error!r}\n")
        sys.stderr.flush()
        os._exit(1)
    os._exit(0)


def _fill(slot: int, told: bytes) -> None:
    left, place = memoryview(told), 0
    while left:
        written = os.pwrite(slot, left, place)
        left, place = left[written:], place + written
