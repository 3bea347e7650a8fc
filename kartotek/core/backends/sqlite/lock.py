"""One writer at a time across threads and processes: a lock on a file beside the database.

The only place that knows the locking habits of the operating systems.
"""

import os
import sys
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _acquire(handle: int) -> None:
        os.lseek(handle, 0, os.SEEK_SET)
        while True:
            try:
                msvcrt.locking(handle, msvcrt.LK_LOCK, 1)
            except OSError:  # LK_LOCK gives up after ten seconds; a long import may take more
                continue
            return

    def _release(handle: int) -> None:
        os.lseek(handle, 0, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _acquire(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX)

    def _release(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_UN)


class WriterLock:
    """The right to write to one database file; owned by one connection, taken and given back."""

    def __init__(self, database: str) -> None:
        self._path = Path(f"{database}.lock")
        self._handle: int | None = None
        self._depth = 0

    @property
    def is_held(self) -> bool:
        return self._depth > 0

    def take(self) -> None:
        """Wait for the right to write. The wait is in the kernel, first come first served."""
        if self._depth == 0:
            if self._handle is None:
                self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            _acquire(self._handle)
        self._depth += 1

    def give_back(self) -> None:
        """Let the next writer in. Giving back what is not held does nothing."""
        if self._depth == 0:
            return
        self._depth -= 1
        if self._depth == 0 and self._handle is not None:
            _release(self._handle)

    def close(self) -> None:
        """Give back and forget the file."""
        self._depth = min(self._depth, 1)
        self.give_back()
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
