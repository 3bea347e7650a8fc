"""A whole Kartotek in processes of its own, as `bin/up` starts it, for one journey."""

from __future__ import annotations

import os
import re
import secrets
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import psycopg

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 60.0  # seconds until it must answer, on a busy machine


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class House:
    """One running Kartotek: its address, what it printed, and its data folder.

    On PostgreSQL its database is called `name` and begins as a copy of the one called `like`.
    """

    def __init__(self, data: Path, postgres: str, *, name: str = "", like: str = "") -> None:
        self.data, self.port = data, free_port()
        self.address = f"http://localhost:{self.port}"
        self._postgres, self._name = postgres, name or f"journey_{secrets.token_hex(4)}"
        self.printed: list[str] = []
        environment = {**os.environ, "KARTOTEK_DATA": str(data), "KARTOTEK_PORT": str(self.port)}
        environment.pop("DATABASE_URL", None)
        if postgres:
            self._on_server(f"CREATE DATABASE {self._name}{like and f' TEMPLATE {like}'}")
            environment["DATABASE_URL"] = f"{postgres.rsplit('/', 1)[0]}/{self._name}"
        self.environment = environment
        self.process = subprocess.Popen(
            [sys.executable, "-m", "kartotek", "serve"],
            env=environment, cwd=ROOT, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        threading.Thread(target=self._listen, daemon=True).start()
        self._wait()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.printed.append(line)

    def _wait(self) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(f"{self.address}/healthz", timeout=2):
                    return
            except OSError:
                assert self.process.poll() is None, "".join(self.printed)
                time.sleep(0.1)
        raise AssertionError("".join(self.printed))

    def link(self) -> str:
        """The sign-in link from the terminal."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if found := re.search(r"http://\S+/welcome/\S+", "".join(self.printed)):
                return found.group().replace("127.0.0.1", "localhost")
            time.sleep(0.1)
        raise AssertionError("".join(self.printed))

    def command(self, *words: str) -> str:
        """Run `kartotek …` beside the running one."""
        done = subprocess.run(
            [sys.executable, "-m", "kartotek", *words], env=self.environment, cwd=ROOT,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def stop(self) -> None:
        """End its processes; what they stored stays."""
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise

    def close(self) -> None:
        try:
            self.stop()
        finally:
            if self._postgres:
                self._on_server(f"DROP DATABASE IF EXISTS {self._name} WITH (FORCE)")

    def _on_server(self, sql: str) -> None:
        with psycopg.connect(self._postgres, autocommit=True) as server:
            server.execute(sql)  # type: ignore[arg-type]
