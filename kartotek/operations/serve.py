"""The keeper: starts the web workers and the job worker, restarts what dies, leaves no orphan."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.management import get_commands

from kartotek.operations.processes import PARENT

CHILD = (sys.executable, "-m", "kartotek.operations.child")
THREADS = 4
STOP_SECONDS = 12  # a request may take two; granian gives its workers ten
SHORTEST, LONGEST = 0.5, 30.0  # seconds before a role that died is started again
PATIENCE = 20.0  # seconds until the other roles start although no page answers yet
WELL_AFTER = 60.0  # seconds of life after which a death counts as the first one


def web_command(host: str, port: int) -> list[str]:
    """The server of the web workers, as a command line. The figures were measured."""
    workers = max(2, os.cpu_count() or 1)
    options = {
        "interface": "wsgi",
        "http": "1",
        "host": host,
        "port": port,
        "workers": workers,
        "blocking-threads": THREADS,
        "blocking-threads-idle-timeout": 600,  # a thread that ends takes its connection along
        "workers-kill-timeout": 10,
        "respawn-interval": 1,
        "log-level": "warning",
    }
    words = [word for name, given in options.items() for word in (f"--{name}", str(given))]
    return [
        *CHILD, "granian", *words, "--no-ws", "--respawn-failed-workers",
        "kartotek.site.wsgi:application",
    ]  # fmt: skip


def jobs_command() -> list[str] | None:
    """The job worker, where this version has one."""
    return [*CHILD, "kartotek", "jobs"] if "jobs" in get_commands() else None


def _answers(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(2)
        try:
            probe.connect(("127.0.0.1", port))
            probe.sendall(b"GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n")
            return b" 200 " in probe.recv(64)
        except OSError:
            return False


@dataclass
class Role:
    """One child: how it is started, and how often it died lately."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    due: float = 0.0
    deaths: int = 0

    def start(self, environment: dict[str, str]) -> None:
        # A session of its own, so that Ctrl-C reaches the keeper alone, and it stops in order.
        options: dict[str, Any] = (
            {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}  # type: ignore[attr-defined, unused-ignore]
            if sys.platform == "win32"
            else {"start_new_session": True}
        )
        self.process = subprocess.Popen(self.command, env=environment, **options)
        self.started = time.monotonic()

    def has_died(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def plan_again(self) -> float:
        """Note a death; returns the seconds to wait, twice as long each time."""
        lived = time.monotonic() - self.started
        self.deaths = 1 if lived > WELL_AFTER else self.deaths + 1
        wait = float(min(SHORTEST * 2 ** (self.deaths - 1), LONGEST))
        self.process, self.due = None, time.monotonic() + wait
        return wait


@dataclass
class Keeper:
    """Keeps roles alive until it is told to stop."""

    roles: list[Role]
    environment: dict[str, str]
    port: int
    greet: Callable[[], None]  # called once, when the port answers: a link that works
    stopping: threading.Event = field(default_factory=threading.Event)

    def run(self, say: Any) -> int:
        """Start, watch, stop; returns the exit status."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_told: self.stopping.set())
        if sys.platform != "win32":
            signal.signal(signal.SIGHUP, lambda *_told: self.stopping.set())
        self.environment[PARENT] = str(os.getpid())
        try:
            self._begin()
            is_open = False
            while not self.stopping.wait(0.1):
                self._look(say)
                if not is_open and _answers(self.port):
                    is_open = True
                    self.greet()
                    self._hurry()
        finally:
            self._stop()
        return 0

    def _begin(self) -> None:
        """The first role at once; the others when it answers, so that pages come up sooner."""
        self.roles[0].start(self.environment)
        for role in self.roles[1:]:
            role.due = time.monotonic() + PATIENCE

    def _hurry(self) -> None:
        for role in self.roles:
            role.due = 0.0

    def _look(self, say: Any) -> None:
        for role in self.roles:
            if role.has_died():
                status = role.process.returncode if role.process else 0
                wait = role.plan_again()
                say(f"The {role.name} ended (status {status}). Starting it again in {wait:g} s.")
            elif role.process is None and time.monotonic() >= role.due:
                role.start(self.environment)

    def _stop(self) -> None:
        running = [role.process for role in self.roles if role.process is not None]
        for process in running:
            if process.poll() is None:
                process.terminate()
        until = time.monotonic() + STOP_SECONDS
        for process in running:
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
