"""A house in which Ann has signed in for the first time, made once and copied for each journey.

Starting from nothing takes three times as long, and is what the journeys marked FROM_THE_START are
about. Those marked WITH_CARDS begin with a few companies and people, who are brought in once, too.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from tests.journeys.house import House


@dataclass(frozen=True)
class Furnished:
    """What a house begins with: its data folder, its database, the state of Ann's browser."""

    data: Path
    database: str  # on PostgreSQL the name of a database to copy, else ""
    ann: dict[str, Any]


def furnished(
    room: Path,
    postgres: str,
    settle_in: Callable[[House], dict[str, Any]],
    like: Furnished | None = None,
) -> Furnished:
    """The one for this run of the tests; `room` is a folder that all its workers share.

    With `like` a second one, which begins as that one and is settled in further.
    """
    further = "_cards" if like else ""
    here = room / f"furnished-{'postgres' if postgres else 'sqlite'}{further}"
    here.mkdir(exist_ok=True)
    database = f"{name_of(room)}{further}" if postgres else ""
    state = here / "ann.json"
    with (here / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not state.exists():
            drop(postgres, database)
            moved_in(here / "data", like)
            home = House(here / "data", postgres, name=database, like=like.database if like else "")
            try:
                ann = settle_in(home)
            finally:
                home.stop()
            state.write_text(json.dumps(ann), encoding="utf-8")
    return Furnished(here / "data", database, json.loads(state.read_text(encoding="utf-8")))


def at_home(begun: Furnished, home: House) -> dict[str, Any]:
    """The state of Ann's browser in a house that was copied: its cookies are named by its port."""
    told = json.dumps(begun.ann)
    for cookie in begun.ann["cookies"]:
        name, _line, port = cookie["name"].rpartition("_")
        if port.isdigit():
            told = told.replace(cookie["name"], f"{name}_{home.port}")
    return dict(json.loads(told))


def name_of(room: Path) -> str:
    """What the database of a run is called, the same in every worker."""
    return f"furnished_{hashlib.sha256(str(room).encode()).hexdigest()[:12]}"


def drop(postgres: str, database: str) -> None:
    """Take away the database of a run, where there is one."""
    if database:
        with psycopg.connect(postgres, autocommit=True) as server:
            server.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)".encode())


def moved_in(data: Path, begun: Furnished | None) -> None:
    """The folder of a new house, as the furnished one has it."""
    if begun is not None:
        shutil.copytree(begun.data, data, dirs_exist_ok=True)
