"""`bin/up` as somebody meets it who has just cloned it: nothing set up, nothing configured."""

import os
import re
import secrets
import shutil
import subprocess
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.journeys.house import free_port
from tests.suite import POSTGRES

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


@pytest.fixture
def server_url():
    """The address of a database of PostgreSQL made for this one start, and gone after it."""
    try:
        server = psycopg.connect(POSTGRES, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError:
        pytest.skip("PostgreSQL does not answer: the fresh clone on it is left out.")
    name = f"fresh_{secrets.token_hex(4)}"
    with server:
        server.execute(f"CREATE DATABASE {name}")
        yield f"{POSTGRES.rsplit('/', 1)[0]}/{name}"
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


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


@pytest.mark.slow
def test_a_fresh_clone_comes_up_on_postgresql_where_database_url_names_it(clone, bare, server_url):
    here = f"http://localhost:{bare['KARTOTEK_PORT']}"
    with started(clone, {**bare, "DATABASE_URL": server_url}) as told:
        link = re.search(rf"{here}/welcome/\S+", told)
        assert "Welcome to Kartotek" in page(link.group())
        with psycopg.connect(server_url) as database:
            kept = database.execute("SELECT count(*) FROM django_migrations").fetchone()
        assert kept[0] > 10
    assert list(Path(bare["KARTOTEK_DATA"]).rglob("*.sqlite3")) == []
