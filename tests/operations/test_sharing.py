"""One image for all roles: forked processes share it, and nothing that they must not."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kartotek.operations import processes
from tests.operations.trees import ROOT, catches, children, family, held, living, named, page, until

pytestmark = [
    pytest.mark.fault,
    pytest.mark.skipif(not processes.FORKS, reason="roles are forked on Linux only"),
]
ALL = 4  # granian, two or more web workers, the job worker

TWO_CHILDREN = """
import sys, time, uuid
from pathlib import Path
from uuid_utils.compat import uuid7
from kartotek.operations import image, processes
image.load()
uuid7()
def make(name):
    made = [uuid7(nanoseconds=10**18).hex[16:] for _ in range(1000)]
    Path(sys.argv[1], name).write_text(" ".join(made))
for child in [processes.Forked(make, (name,)) for name in ("one", "two")]:
    while child.poll() is None:
        time.sleep(0.01)
    assert child.returncode == 0
"""
LOST_PARENT = """
import multiprocessing, os, sys
from kartotek.operations import processes
processes._ask_kernel(int(sys.argv[1]) or os.getppid())
print("lives")
"""


def whole(keeper):
    """All processes of a tree in which every role runs."""
    found = living(family(keeper.pid))
    return found if len(found) >= ALL and named(found, "kartotek jobs") else None


def web_workers(keeper):
    (server,) = named(children(keeper.pid), "kartotek web")
    return server, children(server)


@pytest.fixture
def told_of(serving):
    """The keeper once all roles run, its port, and what it printed."""
    keeper, port, told, _around = serving
    until(lambda: whole(keeper))
    return keeper, port, told


def test_every_role_shares_most_of_its_memory(told_of):
    keeper, port, _told = told_of
    page(port, "/sign-in")
    for pid in whole(keeper):
        assert held(pid, "Private_Dirty") < held(pid, "Rss") / 2


def test_nothing_that_a_fork_must_not_share_is_open_in_the_image(told_of):
    keeper, _port, _told = told_of
    assert len(list(Path(f"/proc/{keeper.pid}/task").iterdir())) == 1
    opened = [str(one.readlink()) for one in Path(f"/proc/{keeper.pid}/fd").iterdir()]
    assert not [name for name in opened if "sqlite3" in name or "socket:" in name]
    assert [Path(name).name for name in opened].count("running.lock") == 1


def test_two_children_never_make_the_same_uid(outside, tmp_path):
    words = [sys.executable, "-c", TWO_CHILDREN, str(tmp_path)]
    around = {**outside, "DJANGO_SETTINGS_MODULE": "kartotek.site.settings"}
    subprocess.run(words, cwd=ROOT, env=around, check=True)
    one, two = ((tmp_path / name).read_text().split() for name in ("one", "two"))
    assert len({*one, *two}) == 2000


def test_a_killed_web_worker_comes_back_and_shares(told_of):
    keeper, port, told = told_of
    server, workers = web_workers(keeper)
    killed = min(workers)
    os.kill(killed, signal.SIGKILL)
    until(lambda: len(web_workers(keeper)[1] - workers) == 1)
    assert web_workers(keeper)[0] == server
    assert killed not in family(keeper.pid)
    assert page(port) == "ok\n"
    until(lambda: len(web_workers(keeper)[1]) == len(workers))
    for pid in web_workers(keeper)[1]:
        assert held(pid, "Private_Dirty") < held(pid, "Rss") / 2
    assert "Starting it again" not in told.read_text()


def test_a_killed_web_server_takes_its_workers_along_and_comes_back(told_of):
    keeper, port, told = told_of
    server, workers = web_workers(keeper)
    os.kill(server, signal.SIGKILL)
    until(lambda: not living(workers), 10)
    until(lambda: page(port) == "ok\n")
    assert "The web server ended (status -9). Starting it again" in told.read_text()


def test_a_killed_job_worker_comes_back(told_of):
    keeper, _port, told = told_of
    (before,) = named(children(keeper.pid), "kartotek jobs")
    os.kill(before, signal.SIGKILL)
    until(lambda: "The job worker ended (status -9)" in told.read_text())
    (after,) = until(lambda: named(children(keeper.pid), "kartotek jobs"))
    assert after != before


def test_what_a_forked_role_logs_arrives(outside, request):
    data = Path(outside["KARTOTEK_DATA"])
    data.mkdir()
    (data / "copies").write_text("no folder", encoding="ascii")
    _keeper, _port, told, _around = request.getfixturevalue("serving")
    until(lambda: "kartotek.operations.hourly.hourly_copy) failed." in told.read_text())


def test_told_to_stop_while_it_loads_it_stops_at_once(outside, tmp_path):
    told = tmp_path / "told"
    words = [sys.executable, "-m", "kartotek", "serve"]
    with told.open("w") as out:
        keeper = subprocess.Popen(words, cwd=ROOT, env=outside, stdout=out, stderr=out)
    until(lambda: catches(keeper.pid, signal.SIGTERM))
    keeper.terminate()
    assert keeper.wait(10) == 0
    assert told.read_text() == "Kartotek has stopped.\n"


@pytest.mark.parametrize(("parent", "says"), [("0", "lives\n"), ("1", ""), ("999999", "")])
def test_a_child_that_lost_its_parent_before_it_could_ask_ends(parent, says):
    words = [sys.executable, "-c", LOST_PARENT, parent]
    ended = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.stdout == says
    assert ended.returncode == (0 if says else 1)
