"""Processes and the files between them: the only place here that knows the systems' habits."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn, Protocol

PARENT = "KARTOTEK_PARENT"  # the process id of the keeper, told to its children
COMMANDS = "commands"  # the lock of commands that write beside the roles
FORKS = sys.platform == "linux"  # macOS's libraries do not outlive a fork, Windows has none
ENDING = [
    getattr(signal, name) for name in ("SIGTERM", "SIGINT", "SIGHUP") if hasattr(signal, name)
]
_PR_SET_PDEATHSIG, _PR_SET_NAME = 1, 15


class Child(Protocol):
    """What the keeper asks of a child, be it a command or forked."""

    pid: int

    @property
    def returncode(self) -> int | None: ...
    def poll(self) -> int | None: ...
    def terminate(self) -> None: ...
    def kill(self) -> None: ...


class Forked:
    """A child that goes on with the memory of this process."""

    def __init__(self, work: Callable[..., None], words: tuple[str, ...]) -> None:
        context = multiprocessing.get_context("fork")
        self._process = context.Process(target=_apart, args=(work, words))
        # A signal that came before the child has put off our handlers would be lost on it.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
        try:
            self._process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        self.pid = self._process.pid or 0
        self.terminate, self.kill = self._process.terminate, self._process.kill

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def poll(self) -> int | None:
        return self._process.exitcode


def _apart(work: Callable[..., None], words: tuple[str, ...]) -> None:
    """In the child: a session of its own, so that Ctrl-C reaches the keeper alone."""
    for number in ENDING:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
    os.setsid()
    _prctl(_PR_SET_NAME, f"kartotek {words[0]}".encode())
    work(*words)


def start(work: Callable[..., None], command: list[str], words: tuple[str, ...]) -> Child:
    """Have the work done in a child: forked, or by the command where that cannot be."""
    if FORKS:
        return Forked(work, words)
    options: dict[str, Any] = (
        {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}  # type: ignore[attr-defined, unused-ignore]
        if sys.platform == "win32"
        else {"start_new_session": True}
    )
    return subprocess.Popen([*command, *words], **options)


def await_end(child: Child, seconds: float) -> None:
    """Wait that long, then kill."""
    until = time.monotonic() + seconds
    while child.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
    while child.poll() is None:
        child.kill()
        time.sleep(0.02)


def bury_strangers(ours: set[int]) -> None:
    """Process 1 of a container inherits orphans: take note of their end, as init does."""
    if not FORKS:
        return
    look = os.WEXITED | os.WNOHANG | os.WNOWAIT
    with suppress(ChildProcessError):
        while (ended := os.waitid(os.P_ALL, 0, look)) and ended.si_pid not in ours:
            os.waitpid(ended.si_pid, 0)


def become(command: list[str]) -> NoReturn:
    """Let another program take this one's place."""
    if sys.platform == "win32":
        raise SystemExit(subprocess.call(command))
    sys.stdout.flush()
    os.execv(command[0], command)  # noqa: S606  (our own words, no shell)


def has_keeper() -> bool:
    """Was this process started by `kartotek serve`, which holds the data folder for it?"""
    return os.environ.get(PARENT, "").isdigit()


def die_with_parent() -> None:
    """End this process when the one that started it is gone, however it went."""
    if FORKS:
        if parent := multiprocessing.parent_process():
            _ask_kernel(parent.pid or 0)
    elif has_keeper():
        keeper = int(os.environ[PARENT])
        _watch(lambda: os.getppid() != 1 and _is_alive(keeper))


def _ask_kernel(parent: int) -> None:
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it went before we could ask
        os._exit(1)


def _prctl(option: int, value: int | bytes) -> None:
    import ctypes

    ctypes.CDLL(None, use_errno=True).prctl(option, value)


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
