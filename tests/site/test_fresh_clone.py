"""`bin/up` as somebody meets it who has just cloned it: nothing set up, nothing configured."""

import os
import re
import shutil
import subprocess
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.journeys.house import free_port

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 300.0  # seconds, for a slow line to the package index
NO_INDEX = re.compile("connection broken|Could not fetch URL|timed out")


@pytest.fixture
def clone(tmp_path):
    """What a clone of this tree holds: no environment, nothing built, nothing ignored."""
    words = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (tmp_path / "clone" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, tmp_path / "clone" / name)
    return tmp_path / "clone"


@pytest.fixture
def bare(tmp_path):
    """An environment that names nothing of the present one but pip's cache."""
    (tmp_path / "home").mkdir()
    return {
        "HOME": str(tmp_path / "home"),
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "PIP_CACHE_DIR": os.environ.get("PIP_CACHE_DIR", str(Path.home() / ".cache/pip")),
        "KARTOTEK_DATA": str(tmp_path / "data"),
        "KARTOTEK_PORT": str(free_port()),
    }


@contextmanager
def started(clone, around):
    """`bin/up` until it prints how to stop it; yields what it printed. Ended as by Ctrl-C."""
    told = clone.parent / "told"
    with told.open("w") as out:
        up = subprocess.Popen(["bin/up"], cwd=clone, env=around, stdout=out, stderr=out)
    try:
        until = time.monotonic() + PATIENCE
        while "Ctrl-C" not in told.read_text() and time.monotonic() < until and up.poll() is None:
            time.sleep(0.1)
        if up.poll() is not None and NO_INDEX.search(told.read_text()):
            pytest.skip("The package index does not answer: the fresh clone is left out.")
        assert up.poll() is None, told.read_text()
        yield told.read_text()
        up.terminate()
        assert up.wait(20) == 0
    finally:
        up.kill()
        up.wait()


def page(address):
    with urllib.request.urlopen(address, timeout=10) as answer:
        return answer.read().decode()


@pytest.mark.slow
def test_a_fresh_clone_comes_up_with_one_command_and_the_second_time_at_once(clone, bare):
    here = f"http://localhost:{bare['KARTOTEK_PORT']}"
    with started(clone, bare) as told:
        assert "Setting up .venv" in told
        assert page(f"{here}/healthz") == "ok\n"
        link = re.search(rf"{here}/welcome/\S+", told)
        assert "Welcome to Kartotek" in page(link.group())
    assert (Path(bare["KARTOTEK_DATA"]) / "kartotek.sqlite3").exists()
    assert list((clone.parent / "home").rglob("*.sqlite3")) == []
    begun = time.monotonic()
    with started(clone, {**bare, "PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull}) as told:
        assert time.monotonic() - begun < 20
        assert "Setting up" not in told
        assert page(f"{here}/healthz") == "ok\n"
