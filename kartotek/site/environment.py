"""What the owner may set from outside: every setting typed, every one optional.

A secret may also come from a file, named by the same variable with `_FILE` after it.
"""

from __future__ import annotations

import os
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

DEFAULT_PORT = 8200


def value(name: str, default: str = "") -> str:
    """The variable `name`, or the text of the file that `name`_FILE names."""
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    return os.environ.get(name, default).strip()


def number(name: str, default: int) -> int:
    """A whole number; anything else stops the start with the name of the variable."""
    raw = value(name, str(default))
    if not raw.isdigit():
        raise ImproperlyConfigured(f"{name} must be a whole number, not “{raw}”.")
    return int(raw)


def data_folder() -> Path:
    """Where this workspace keeps everything: KARTOTEK_DATA, else the system's usual place."""
    if named := value("KARTOTEK_DATA"):
        return Path(named).expanduser().resolve()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home())) / "Kartotek"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "Kartotek"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share") / "kartotek"


def secret_key(folder: Path) -> str:
    """The key that signs sessions and cursors; made once for each data folder, mode 0600."""
    if given := value("KARTOTEK_SECRET_KEY"):
        return given
    path = folder / "secret.key"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(50))
        file.flush()
        os.fsync(file.fileno())
    return path.read_text(encoding="ascii").strip()


def database(folder: Path) -> dict[str, Any]:
    """Django's database setting: SQLite in the data folder, or what DATABASE_URL names."""
    url = value("DATABASE_URL")
    if not url:
        return {
            "ENGINE": "kartotek.core.backends.sqlite",
            "NAME": folder / "kartotek.sqlite3",
            "TEST": {"NAME": folder / "test.sqlite3"},
            "CONN_MAX_AGE": None,
        }
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ImproperlyConfigured(
            f"DATABASE_URL starts with “{parts.scheme}”; Kartotek runs on postgresql://… "
            "or, without the variable, on SQLite."
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "kartotek",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or "") or value("DATABASE_PASSWORD"),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "TEST": {"NAME": value("KARTOTEK_TEST_NAME", "test_kartotek")},
        "OPTIONS": _options(parts.query),
    }


def _options(query: str) -> dict[str, str]:
    """What the address asks of the connection, and that the same question finds the same rows.

    A table that is walked from wherever another walk stands answers "any 64 that match" with
    others each time (postgresql.org/docs, synchronize_seqscans).
    """
    found = dict(parse_qsl(query))
    asked = found.get("options", "")
    return {**found, "options": f"-c synchronize_seqscans=off {asked}".strip()}


@dataclass(frozen=True)
class Environment:
    """Everything read from outside, once, at the start."""

    data: Path
    port: int
    origins: tuple[str, ...]
    debug: bool

    @classmethod
    def read(cls) -> Environment:
        return cls(
            data=data_folder(),
            port=number("KARTOTEK_PORT", DEFAULT_PORT),
            origins=tuple(value("KARTOTEK_ORIGIN").split()),
            debug=value("KARTOTEK_DEBUG") == "1",
        )
