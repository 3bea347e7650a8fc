"""What is no latency of one call: throughput, writers beside readers, slow clients, memory.

The load of many rows stands in `importing.py`.
"""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import orjson

from tests.bench import ops, serving
from tests.bench.client import Client, Refused
from tests.bench.commanding import import_command
from tests.bench.exporting import exporting
from tests.bench.importing import importing
from tests.bench.pairing import duplicates

CLIENTS = 8
SECONDS = float(os.environ.get("KARTOTEK_BENCH_SECONDS", "20"))
SLOW = 20
JSON = "Content-Type: application/json\r\n"
Measured = Iterator[tuple[str, float, str]]  # operation, value, unit


def _together(jobs: list[Callable[[float], None]], seconds: float) -> None:
    """Run all of them at once, each until the moment it is told."""
    until = time.monotonic() + seconds
    threads = [threading.Thread(target=job, args=(until,), daemon=True) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def throughput() -> Measured:
    """Lists a second: eight clients, one worker a core."""
    with serving.house(workers=os.cpu_count() or 1) as port:
        for name, path in (("list_json", "/api/v1/contacts"), ("list_html", "/contacts")):
            done: list[float] = []
            errors: list[str] = []
            asking = [
                partial(_asking, serving.signed_in(port), path, done, errors)
                for _time in range(CLIENTS)
            ]
            _together(asking, 2)
            done.clear()
            _together(asking, 8)
            yield f"throughput/{name}", len(done) / 8, "/s"
            yield f"throughput/{name}_errors", len(errors), "errors"


def _asking(client: Client, path: str, done: list[float], errors: list[str], until: float) -> None:
    while time.monotonic() < until:
        begun = time.perf_counter()
        try:
            client.get(path)
        except (Refused, OSError) as error:
            errors.append(str(error))
        done.append((time.perf_counter() - begun) * 1_000)


def mixed() -> Measured:
    """Eight writers and eight readers: no error, and nobody waits for a second."""
    with serving.house(workers=os.cpu_count() or 1) as port:
        reads: list[float] = []
        writes: list[float] = []
        errors: list[str] = []
        dice = random.Random(7)
        path = "/api/v1/contacts?sort=-changed_at"
        jobs = [partial(_asking, serving.signed_in(port), path, reads, errors)
                for _time in range(CLIENTS)]  # fmt: skip
        jobs += [partial(_writing, serving.signed_in(port), dice, writes, errors)
                 for _time in range(CLIENTS)]  # fmt: skip
        _together(jobs, SECONDS)
    for error in errors[:3]:
        print(f"mixed: {error}", file=sys.stderr)
    yield "mixed/errors", len(errors), "errors"
    yield "mixed/longest_write", max(writes), "ms"
    yield "mixed/writes", len(writes) / SECONDS, "writes/s"
    yield "mixed/reads", len(reads) / SECONDS, "reads/s"


def _writing(
    client: Client, dice: random.Random, done: list[float], errors: list[str], until: float
) -> None:
    number = 0
    while time.monotonic() < until:
        number += 1
        body = orjson.dumps(ops.new_values(dice, number))
        begun = time.perf_counter()
        try:
            client.ask("POST", "/api/v1/contacts", body, JSON, 201)
        except (Refused, OSError) as error:
            errors.append(str(error))
        done.append((time.perf_counter() - begun) * 1_000)


def slow_clients() -> Measured:
    """A list's p95 while twenty others send or read a few bytes a second, against alone."""
    with serving.house(workers=os.cpu_count() or 1) as port:
        client = serving.signed_in(port)
        alone = _list_p95(client)
        stop = threading.Event()
        crowd = [
            threading.Thread(target=_dawdle, args=(port, number, stop), daemon=True)
            for number in range(SLOW)
        ]
        for one in crowd:
            one.start()
        time.sleep(2)
        beside = _list_p95(client)
        stop.set()
        for one in crowd:
            one.join()
    yield "slow_clients/list_json", beside / alone, "×"


def _list_p95(client: Client) -> float:
    times: list[float] = []
    _asking(client, "/api/v1/contacts", [], [], time.monotonic() + 1)
    _asking(client, "/api/v1/contacts", times, [], time.monotonic() + 5)
    return sorted(times)[int(len(times) * 0.95)]


def _dawdle(port: int, number: int, stop: threading.Event) -> None:
    """Even ones never end their request; odd ones read their answer a few bytes a second."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        slow.sendall(b"GET /sign-in HTTP/1.1\r\nHost: localhost\r\n")
        if number % 2:
            slow.sendall(b"\r\n")
        while not stop.wait(0.5):
            try:
                _bytes = slow.recv(8) if number % 2 else slow.sendall(b"X-Slow: 1\r\n")
            except OSError:
                return


def memory() -> Measured:
    """What the whole tree of processes holds, idle, with two web workers (PSS)."""
    if sys.platform != "linux":
        return
    port = serving.free_port()
    env = {**os.environ, "KARTOTEK_PORT": str(port), "KARTOTEK_NO_BROWSER": "1"}
    tree = subprocess.Popen(
        [sys.executable, "-m", "kartotek", "serve"], cwd=serving.ROOT, env=env,
        stdout=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        _healthy(port)
        time.sleep(5)
        held = {pid: _pss(pid) for pid in _descendants(tree.pid)}
    finally:
        tree.send_signal(signal.SIGTERM)
        tree.wait(30)
    for pid, size in held.items():
        print(f"memory: process {pid - tree.pid:+} holds {size:.0f} MB", file=sys.stderr)
    yield "memory/idle_tree", sum(held.values()), "MB"


def _healthy(port: int) -> None:
    until = time.monotonic() + serving.PATIENCE
    while True:
        try:
            client = Client(port)
            client.get("/healthz")
            client.get("/sign-in")  # so that a worker has loaded what it needs
        except (OSError, Refused):
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
        else:
            return


def _descendants(root: int) -> list[int]:
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int(
                    (entry / "stat").read_text().rsplit(")", 1)[1].split()[1]
                )
            except OSError:
                continue
    found = [root]
    for one in found:
        found += [pid for pid, parent in parents.items() if parent == one]
    return found


def _pss(pid: int) -> float:
    """Megabytes: what it holds alone, and its part of what it shares."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


MEASURES: dict[str, Callable[[], Measured]] = {
    "throughput": throughput,
    "mixed": mixed,
    "slow_clients": slow_clients,
    "memory": memory,
    "import": importing,
    "import/command": import_command,
    "export": exporting,
    "duplicates": duplicates,
}
