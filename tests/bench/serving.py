"""Starts what is measured, and its floor, each behind a server and a socket of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from django.conf import settings

from kartotek.operations import child, ready
from kartotek.operations.image import APPLICATION
from tests.bench.client import Client

ROOT = Path(__file__).resolve().parent.parent.parent
MAIL = "bench@example.com"
PATIENCE = 60  # seconds until a server must answer


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextmanager
def served(application: str, *, workers: int = 1) -> Iterator[int]:
    """The port of a server with so many workers, started as `kartotek serve` starts it."""
    port = free_port()
    command = [*child.COMMAND, "web", "127.0.0.1", str(port), str(workers), application]
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
           "KARTOTEK_PORT": str(settings.ENVIRONMENT.port)}  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=sys.stderr)
    try:
        _wait(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("The server did not start; what it said stands above.")


@contextmanager
def house(*, workers: int = 1) -> Iterator[int]:
    """Kartotek on the reference data."""
    ready.collect_static()
    with served(APPLICATION, workers=workers) as port:
        yield port


@contextmanager
def floor() -> Iterator[int]:
    """The bare function on the same data."""
    with served("tests.bench.floor.application") as port:
        yield port


def signed_in(port: int) -> Client:
    """A client with the session of an administrator, and with the token that writing asks for."""
    token = "bench" + "0" * 27
    cookies = f"{settings.SESSION_COOKIE_NAME}={_session()}; csrftoken={token}"
    return Client(port, {"Cookie": cookies, "X-CSRFToken": token})


def _session() -> str:
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from kartotek.people.signing import BACKEND, account_of, give_account

    user = account_of(MAIL) or give_account(_administrator(), MAIL, "Bench", None)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def _administrator() -> UUID:
    from kartotek.core.actor import system
    from kartotek.core.write import write

    values = {"name": "Bench", "role": "administrator", "is_active": True}
    return write(system("bench"), "members", None, values).uid
