"""How many rows of an import go into one commit: others who write wait for it."""

from __future__ import annotations

import time

ALONE_SECONDS, BESIDE_SECONDS = 0.4, 0.2  # a commit may take, with nobody and somebody beside it
MOST = 4  # times the usual number of rows, while nobody else writes
LEAST = 100


class Pace:
    """Follows how long commits take; `size` is what the next one should hold."""

    def __init__(self, usual: int) -> None:
        self._usual = self.size = usual
        self._begun = 0.0

    def begin(self) -> None:
        """A commit begins."""
        self._begun = time.perf_counter()

    def end(self, rows: int, *, others: bool) -> None:
        """It has ended; did others write meanwhile?"""
        took = max(time.perf_counter() - self._begun, 1e-6)
        seconds, most = (
            (BESIDE_SECONDS, self._usual) if others else (ALONE_SECONDS, MOST * self._usual)
        )
        wanted = int(rows * seconds / took)
        self.size = max(min(wanted, most, 2 * self.size), min(LEAST, self._usual))
