"""The keeper: starts the web server and the job worker, restarts what dies, leaves no orphan."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field

from kartotek.core.ending import Ending
from kartotek.operations import child, image, links, processes
from kartotek.operations.processes import PARENT, Child

TOLD = "KARTOTEK_KEEPER"  # what `kartotek serve` tells the program that takes its place
STOP_SECONDS = 12  # a request may take two; granian gives its workers ten
SHORTEST, LONGEST = 0.5, 30.0  # seconds before a role that died is started again
PATIENCE = 20.0  # seconds until the other roles start although no page answers yet
WELL_AFTER = 60.0  # seconds of life after which a death counts as the first one


@dataclass(frozen=True)
class Told:
    """What `kartotek serve` worked out before it hands over."""

    host: str
    port: int
    greeting: list[str]
    farewell: str


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
    """One child: the words that start it, and how often it died lately."""

    name: str
    words: tuple[str, ...]
    process: Child | None = None
    started: float = 0.0
    due: float = 0.0
    deaths: int = 0

    def start(self) -> None:
        self.process = processes.start(child.become, child.COMMAND, self.words)
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
    port: int
    greet: Callable[[], None]  # called once, when the port answers: a link that works
    end: Ending = field(default_factory=Ending)

    def listen(self) -> None:
        """From now on a signal means: stop in order."""
        for number in processes.ENDING:
            signal.signal(number, lambda *_told: self.end.say())

    def run(self) -> None:
        """Start, watch, stop."""
        os.environ[PARENT] = str(os.getpid())
        try:
            self._begin()
            is_open = False
            while not self.end.wait(0.1):
                self._look()
                if not is_open and _answers(self.port):
                    is_open = True
                    self.greet()
                    self._hurry()
        finally:
            self._stop()

    def _begin(self) -> None:
        """The first role at once; the others when it answers, so that pages come up sooner."""
        self.roles[0].start()
        for role in self.roles[1:]:
            role.due = time.monotonic() + PATIENCE

    def _hurry(self) -> None:
        for role in self.roles:
            role.due = 0.0

    def _look(self) -> None:
        for role in self.roles:
            if role.has_died():
                status = role.process.returncode if role.process else 0
                wait = role.plan_again()
                _say(f"The {role.name} ended (status {status}). Starting it again in {wait:g} s.")
            elif role.process is None and time.monotonic() >= role.due:
                role.start()
        processes.bury_strangers({role.process.pid for role in self.roles if role.process})

    def _stop(self) -> None:
        running = [role.process for role in self.roles if role.process is not None]
        for process in running:
            if process.poll() is None:
                process.terminate()
        until = time.monotonic() + STOP_SECONDS
        for process in running:
            processes.await_end(process, until - time.monotonic())


def _say(*lines: str) -> None:
    print(*lines, sep="\n", flush=True)


def keep(told: Told) -> None:
    """Keep the two roles of one machine until told to stop."""
    roles = [
        Role("web server", ("web", told.host, str(told.port))),
        Role("job worker", ("jobs",)),
    ]
    keeper = Keeper(roles, told.port, lambda: _say(*told.greeting))
    keeper.listen()
    try:
        if processes.FORKS:
            image.load()
        keeper.run()
    finally:
        links.tell_where("")
    _say(told.farewell)


def take_over(told: Told) -> None:
    """Go on as the keeper; where roles are forked, in a fresh program with nothing opened yet."""
    if not processes.FORKS:
        keep(told)
        return
    os.environ[TOLD] = json.dumps(asdict(told))  # not a word of the command: it holds the link
    processes.become([sys.executable, "-m", "kartotek.operations.keeper"])


if __name__ == "__main__":
    keep(Told(**json.loads(os.environ.pop(TOLD))))
