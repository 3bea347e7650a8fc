"""Databases of their own, for what copies, exchanges and serves whole ones."""

import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection

from kartotek.operations import dumping, restoring, snapshots
from tests.operations.trees import ROOT, free_port, until


def drop_like(name):
    """Remove a database of these tests and what a restore kept aside of it."""
    import psycopg

    facts = connection.get_connection_params()
    facts = {key: facts[key] for key in ("user", "password", "host", "port") if facts.get(key)}
    with psycopg.connect(dbname="postgres", autocommit=True, **facts) as server:
        wanted = f"{name}%"
        rows = server.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [wanted])
        for (found,) in rows.fetchall():
            server.execute(f'DROP DATABASE "{found}" WITH (FORCE)')


@contextmanager
def copied_database(folder, mark="own"):
    """The empty tables of the tests as a database of its own; its name."""
    present = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        name = str(folder / "kartotek.sqlite3")
        snapshots.write(Path(present), Path(name))
        yield name
        return
    name = f"{mark}_{present}"[:40]
    connection.close()
    drop_like(name)
    dumping._as_keeper(f'CREATE DATABASE "{name}" TEMPLATE "{present}"')
    yield name
    drop_like(name)


@pytest.fixture
def own_database(transactional_db, settings, tmp_path):
    """The process works on a database that may be copied, replaced, damaged."""
    settings.DATA = tmp_path
    with copied_database(tmp_path) as name, restoring.database_named(name):
        yield name


@pytest.fixture
def outside(tmp_path):
    """The environment of a Kartotek that runs beside the tests, on an empty database."""
    around = {**os.environ, "KARTOTEK_DATA": str(tmp_path / "data")}
    around.pop("DATABASE_URL", None)
    if not (url := os.environ.get("KARTOTEK_TEST_DATABASE_URL")):
        yield around
        return
    name = f"outside_{os.environ.get('KARTOTEK_TEST_SUFFIX', 'x')}_{os.getpid()}"
    drop_like(name)
    dumping._as_keeper(f'CREATE DATABASE "{name}"')
    yield {**around, "DATABASE_URL": f"{url.rsplit('/', 1)[0]}/{name}"}
    drop_like(name)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory):
    """The newest tables, made once: a data folder, and on PostgreSQL a database besides. A copy is
    there in a moment; making them takes longer than what most of these tests look at."""
    data, around, name = tmp_path_factory.mktemp("migrated"), dict(os.environ), ""
    around.pop("DATABASE_URL", None)
    if url := os.environ.get("KARTOTEK_TEST_DATABASE_URL"):
        name = f"laid_{os.environ.get('KARTOTEK_TEST_SUFFIX', 'x')}_{os.getpid()}"
        _on_server(url, f'CREATE DATABASE "{name}"')
        around["DATABASE_URL"] = f"{url.rsplit('/', 1)[0]}/{name}"
    words = [sys.executable, "-m", "kartotek", "migrate", "-v0"]
    subprocess.run(words, cwd=ROOT, env={**around, "KARTOTEK_DATA": str(data)}, check=True)
    yield data, name
    if url:
        _on_server(url, f'DROP DATABASE "{name}"')


def _on_server(url, statement):
    import psycopg

    with psycopg.connect(url, autocommit=True) as server:
        server.execute(statement)


@pytest.fixture
def laid(outside, migrated):
    """The environment of a Kartotek whose tables are there."""
    data, name = migrated
    shutil.copytree(data, outside["KARTOTEK_DATA"], dirs_exist_ok=True)
    if name:
        url = os.environ["KARTOTEK_TEST_DATABASE_URL"]
        own = outside["DATABASE_URL"].rpartition("/")[2]
        _on_server(url, f'DROP DATABASE "{own}"')
        _on_server(url, f'CREATE DATABASE "{own}" TEMPLATE "{name}"')
    return outside


@pytest.fixture
def serving(laid, tmp_path):
    port, told = free_port(), tmp_path / "told"
    words = [sys.executable, "-m", "kartotek", "serve"]
    with told.open("w") as out:
        keeper = subprocess.Popen(
            words, cwd=ROOT, stdout=out, stderr=out, env={**laid, "KARTOTEK_PORT": str(port)}
        )
    try:
        until(lambda: "Stop" in told.read_text() or keeper.poll() is not None, 120)
        yield keeper, port, told, laid
    finally:
        keeper.kill()
        keeper.wait()
