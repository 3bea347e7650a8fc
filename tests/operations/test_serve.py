"""The keeper and its children: started, killed, stopped."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from kartotek.operations import house
from kartotek.operations.keeper import LONGEST, Role
from kartotek.operations.processes import FolderLock
from tests.operations.trees import ROOT, family, free_port, living, page, until

pytestmark = pytest.mark.fault


@contextmanager
def service(around, *words):
    """A role as a service of its own; killed at the end where it still runs."""
    process = subprocess.Popen([sys.executable, "-m", "kartotek", *words], cwd=ROOT, env=around)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def is_held(around):
    """Would a restore be refused now?"""
    lock = FolderLock(Path(around["KARTOTEK_DATA"]))
    taken = lock.take(alone=True)
    lock.give_back()
    return not taken


@pytest.fixture
def prepared(laid):
    """The surroundings of a service: newest tables, a port of its own."""
    return {**laid, "KARTOTEK_PORT": str(free_port())}


def test_web_as_a_service_answers_keeps_restores_out_and_ends_when_told(prepared):
    port = int(prepared["KARTOTEK_PORT"])
    with service(prepared, "web") as web:
        until(lambda: page(port) == "ok\n")
        assert is_held(prepared)
        workers = family(web.pid)
        web.terminate()
        assert web.wait(10) == 0
        assert living(workers) == set()
    assert page(port) == ""
    assert not is_held(prepared)


def test_a_killed_web_service_leaves_no_orphan(prepared):
    port = int(prepared["KARTOTEK_PORT"])
    with service(prepared, "web") as web:
        until(lambda: page(port) == "ok\n")
        workers = family(web.pid)
        assert len(workers) >= 2
        web.kill()
        until(lambda: not living(workers), 10)
    assert page(port) == ""


def test_jobs_as_a_service_keeps_restores_out_and_ends_when_told(prepared):
    with service(prepared, "jobs") as jobs:
        until(lambda: list(Path(prepared["KARTOTEK_DATA"]).glob("copies/kartotek-*")))
        assert is_held(prepared)
        jobs.terminate()
        assert jobs.wait(10) == 0
    assert not is_held(prepared)


def test_a_killed_keeper_leaves_no_orphan(serving):
    keeper, port, _told, _around = serving
    children = until(lambda: len(family(keeper.pid)) >= 4 and family(keeper.pid))
    keeper.send_signal(signal.SIGKILL)
    until(lambda: not living(children), 10)
    assert page(port) == ""


def test_it_stops_in_order_and_says_so(serving):
    keeper, _port, told, _around = serving
    children = until(lambda: len(family(keeper.pid)) >= 4 and family(keeper.pid))
    keeper.send_signal(signal.SIGTERM)
    assert keeper.wait(20) == 0
    assert living(children) == set()
    assert "Starting it again" not in told.read_text()
    assert told.read_text().endswith("Kartotek has stopped.\n")


def test_a_killed_web_server_comes_back(serving):
    keeper, port, told, _around = serving
    for pid in family(keeper.pid):
        with suppress(ProcessLookupError):  # it ended with the one it belonged to
            os.kill(pid, signal.SIGKILL)
    until(lambda: page(port) == "ok\n", 60)
    assert "Starting it again" in told.read_text()


def test_the_link_in_the_terminal_opens_the_first_page(serving):
    _keeper, port, told, _around = serving
    link = re.search(rf"http://localhost:{port}(/welcome/\S+)", told.read_text())
    assert "Welcome to Kartotek" in page(port, link[1])


def test_a_second_start_on_the_same_folder_is_refused_in_words(serving):
    _keeper, port, _told, around = serving
    again = subprocess.run(
        [sys.executable, "-m", "kartotek", "serve"], cwd=ROOT, capture_output=True, text=True,
        env={**around, "KARTOTEK_PORT": str(port)}, check=False,
    )  # fmt: skip
    assert again.returncode == 1
    assert "is running on" in again.stderr


def test_a_port_in_use_is_named_with_what_to_do(outside):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        refused = subprocess.run(
            [sys.executable, "-m", "kartotek", "serve"], cwd=ROOT, capture_output=True,
            text=True, env={**outside, "KARTOTEK_PORT": str(port)}, check=False,
        )  # fmt: skip
    assert refused.returncode == 1
    assert f"Port {port} is in use" in refused.stderr
    assert "KARTOTEK_PORT=" in refused.stderr


def test_what_dies_again_and_again_is_started_ever_more_slowly():
    role = Role("web server", ("web",))
    waits = []
    for _death in range(9):
        role.started = time.monotonic()
        waits.append(role.plan_again())
    assert waits[:3] == [0.5, 1.0, 2.0]
    assert waits[-1] == LONGEST


def test_addresses_of_the_house_are_none_of_this_machine_alone():
    assert not any(address.startswith("127.") for address in house.addresses())
