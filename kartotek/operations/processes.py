"""Processes and the files between them: the only place here that knows the systems' habits."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

PARENT = "KARTOTEK_PARENT"  # the process id of the keeper, told to its children
COMMANDS = "commands"  # the lock of commands that write beside the roles
_PR_SET_PDEATHSIG = 1


def has_keeper() -> bool:
    """Was this process started by `kartotek serve`, which holds the data folder for it?"""
    return os.environ.get(PARENT, "").isdigit()


def die_with_parent() -> None:
    """Where a keeper started this process: end it when the keeper is gone, however it went."""
    if not has_keeper():
        return
    if sys.platform == "linux":
        _ask_kernel()
    else:
        keeper = int(os.environ[PARENT])
        _watch(lambda: not _is_orphan() and _is_alive(keeper))


def _is_orphan() -> bool:
    """Did init take this process over? In a container the keeper itself is process 1."""
    return os.getppid() == 1 and os.environ[PARENT] != "1"


def _ask_kernel() -> None:
    import ctypes

    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if _is_orphan():  # it went before we could ask
        os._exit(1)


def _watch(keeper_lives: Callable[[], bool]) -> None:
    def look() -> None:
        while keeper_lives():
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=look, name="keeper-watch", daemon=True).start()


def _is_alive(pid: int) -> bool:
    if sys.platform == "win32":
        return _is_alive_on_windows(pid)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _is_alive_on_windows(pid: int) -> bool:
    import ctypes

    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined, unused-ignore]
    handle = kernel.OpenProcess(0x00100000, False, pid)  # SYNCHRONIZE
    if not handle:
        return False
    ended = kernel.WaitForSingleObject(handle, 0) == 0
    kernel.CloseHandle(handle)
    return not ended


class FolderLock:
    """A data folder in use: shared by the roles that run on it, alone for a restore.

    Held by the system for as long as the process lives, so a crash leaves no stale lock.
    """

    def __init__(self, folder: Path, name: str = "running") -> None:
        self._path = folder / f"{name}.lock"
        self._handle: int | None = None

    def take(self, *, alone: bool = False) -> bool:
        """True where it could be taken at once."""
        self._handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        if _lock(self._handle, alone=alone):
            return True
        self.give_back()
        return False

    def give_back(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def keep_over_exec(self) -> None:
        """Let the program that takes this process's place hold it too."""
        if self._handle is not None:
            os.set_inheritable(self._handle, True)


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int, *, alone: bool) -> bool:
        # Windows knows no shared lock here: the roles of one folder lock one byte each.
        places = range(16)
        taken = 0
        for place in places:
            os.lseek(handle, place, os.SEEK_SET)
            try:
                msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
            except OSError:
                if alone:
                    return False
                continue
            taken += 1
            if not alone:
                return True
        return taken == len(places)

else:
    import fcntl

    def _lock(handle: int, *, alone: bool) -> bool:
        try:
            fcntl.flock(handle, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def sync_folder(folder: Path) -> None:
    """Make what was renamed or created in a folder survive a power cut."""
    if sys.platform == "win32":
        return  # NTFS keeps its directory entries in its own journal
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_file(path: Path) -> None:
    """Make a file's content survive a power cut."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
