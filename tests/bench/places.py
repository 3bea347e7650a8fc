"""Where the reference data lie: a folder for SQLite, a database for PostgreSQL; made once."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

HERE = Path(__file__).resolve().parent
POSTGRES = os.environ.get("KARTOTEK_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")


def root() -> Path:
    """KARTOTEK_BENCH_DATA, else a folder in the person's cache."""
    if named := os.environ.get("KARTOTEK_BENCH_DATA"):
        return Path(named)
    if sys.platform == "darwin":
        return Path.home() / "Library/Caches/kartotek-bench"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kartotek-bench"


def stamp() -> str:
    """Changes with the data's recipe and with the schema: old data are then made anew."""
    sources = [HERE / "data.py", HERE / "names.py", HERE / "load.py"]
    sources += sorted((HERE.parent.parent / "kartotek").glob("*/migrations/0*.py"))
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources))
    return digest.hexdigest()[:16]


def environment(database: str, rows: int | str) -> dict[str, str]:
    """What a process must find in its environment to work on these data."""
    folder = root() / f"{database}-{rows}"
    folder.mkdir(parents=True, exist_ok=True)
    found = {**os.environ, "KARTOTEK_DATA": str(folder), "DATABASE_URL": ""}
    if database == "postgres":
        parts = urlsplit(POSTGRES)
        found["DATABASE_URL"] = urlunsplit(parts._replace(path=f"/kartotek_bench_{rows}"))
    return found


def clear(database: str, rows: int | str) -> None:
    """Make room for new data; refuses whatever was not made here."""
    folder = root() / f"{database}-{rows}"
    for path in folder.glob("kartotek.sqlite3*"):
        path.unlink()
    if database == "postgres":
        import psycopg

        with psycopg.connect(POSTGRES, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS kartotek_bench_{rows}")
            connection.execute(f"CREATE DATABASE kartotek_bench_{rows}")
