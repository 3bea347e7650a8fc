"""Whether to end, said by a signal."""

from __future__ import annotations

from contextlib import suppress
from queue import Empty, SimpleQueue


class Ending:
    """May be said from a signal's handler, at any moment of the thread that waits for it.

    A threading.Event may not: its lock is held for a moment in `wait`, and a handler that comes
    then waits for it for ever. A SimpleQueue can be put to from anywhere
    (docs.python.org/3/library/queue.html#queue.SimpleQueue.put).
    """

    def __init__(self) -> None:
        self._is_said = False
        self._waking: SimpleQueue[None] = SimpleQueue()

    def say(self) -> None:
        """End as soon as may be."""
        self._is_said = True
        self._waking.put(None)

    def is_said(self) -> bool:
        return self._is_said

    def wait(self, seconds: float) -> bool:
        """Wait until it is said, that long at most; whether it is."""
        if not self._is_said:
            with suppress(Empty):
                self._waking.get(timeout=seconds)
        return self._is_said
