"""The first run: a one-time link, and behind it a company with its first administrator."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from kartotek.core.actor import system
from kartotek.core.find import find
from kartotek.core.question import Question
from kartotek.core.settling_in import settle_in
from kartotek.core.workspace import forget, workspace
from kartotek.core.write import write
from kartotek.people.roster import an_administrator_can_sign_in
from kartotek.people.signing import give_account

HOURS = 24
_LOCK = 0x6B61_7275  # PostgreSQL: two first runs at one instant wait for each other


class AlreadyDone(Exception):
    """There is an administrator who can sign in: the first run is over."""


@dataclass(frozen=True)
class Beginning:
    """What the first page asks for."""

    name: str
    email: str
    password: str
    company: str
    country: str
    language: str
    zone: str


def is_needed() -> bool:
    """True while no administrator can sign in."""
    return not an_administrator_can_sign_in()


def _file() -> Path:
    return Path(settings.DATA) / "welcome.json"


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def new_token() -> str:
    """A fresh one-time token; only its hash is kept, and the former one is dead."""
    token = secrets.token_urlsafe(24)
    path = _file()
    fresh = path.with_suffix(".new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        json.dump({"hash": _digest(token), "until": int(time.time()) + HOURS * 3600}, file)
    fresh.replace(path)
    return token


def is_open(token: str) -> bool:
    """Is this the token of the latest start, and not older than a day?"""
    try:
        kept = json.loads(_file().read_text(encoding="ascii"))
    except (OSError, ValueError):
        return False
    return hmac.compare_digest(str(kept["hash"]), _digest(token)) and time.time() < kept["until"]


def begin(facts: Beginning) -> Any:
    """Make company, administrator and credentials in one transaction; returns the credentials.

    Raises AlreadyDone where somebody was quicker, ValidationError for a weak password.
    """
    try:
        with transaction.atomic():
            _one_at_a_time()
            if not is_needed():
                raise AlreadyDone
            user = _make(facts)
    finally:
        forget()  # a start that was rolled back must not be remembered
    _file().unlink(missing_ok=True)
    return user


def _make(facts: Beginning) -> Any:
    house = system("first_run")
    settle_in(facts.company, facts.country, facts.language, facts.zone)
    forget()
    department = _company(facts.company)
    values = {
        "name": facts.name,
        "emails": [{"address": facts.email, "type": "work"}],
        "role": "administrator",
        "is_active": True,
        "department": department,
        "language": facts.language,
    }
    member = write(house, "members", None, values).uid
    write(house, "departments", department, {"head": member})
    return give_account(member, facts.email, facts.name, facts.password)


def _company(name: str) -> Any:
    """The department of this name where there is one already (no administrator was left)."""
    house = system("first_run")
    for row in find(house, "departments", Question(columns=("name",), size=500)):
        if row["name"] == name:
            return row.uid
    return write(house, "departments", None, {"name": name}).uid


def _one_at_a_time() -> None:
    """On SQLite the transaction is the only one that writes already."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def known_company() -> str:
    """The company's name where it was set before; empty at the very first run."""
    return workspace().name
