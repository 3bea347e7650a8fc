"""The company that owns this installation: its name, country, language, time zone, settings."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from typing import Any

import orjson
from django.db import connection
from uuid_utils.compat import uuid7

from kartotek.core.actor import IMPORT, Actor
from kartotek.core.context import AS_THE_LANGUAGE, Context
from kartotek.core.dialect import dialect
from kartotek.core.workspace_settings import WorkspaceSettings, loaded, plain

KEPT_SECONDS = 0.9  # a right that was taken away ends within the second
_FIELDS = ("name", "country", "language", "zone", "customization")


@dataclass(frozen=True)
class WorkspaceFacts:
    """What is set for the whole company; an installation before its first run has no name."""

    name: str = ""
    country: str = ""
    language: str = "en"
    zone: str = "UTC"
    customization: int = 0
    settings: WorkspaceSettings = field(default_factory=WorkspaceSettings)
    logo: str = ""  # its digest

    @property
    def context(self) -> Context:
        return Context(self.language, self.country, self.zone)


_kept: tuple[float, WorkspaceFacts] | None = None


def workspace() -> WorkspaceFacts:
    """The facts, at most a second old."""
    global _kept
    if _kept is None or time.monotonic() - _kept[0] > KEPT_SECONDS:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT name, country, language, zone, customization, settings, "
                "(SELECT digest FROM core_logo LIMIT 1) FROM core_workspace"
            )
            row = cursor.fetchone()
        _kept = (time.monotonic(), _facts(*row) if row else WorkspaceFacts())
    return _kept[1]


def _facts(
    name: str, country: str, language: str, zone: str, customization: int, kept: Any, logo: Any
) -> WorkspaceFacts:
    settings = loaded(orjson.loads(kept) if isinstance(kept, str | bytes) else kept)
    return WorkspaceFacts(name, country, language, zone, customization, settings, logo or "")


def context_for(actor: Actor) -> Context:
    """How what this actor types is read: as the workspace's, in formats and a zone of theirs."""
    facts = workspace()
    formats = AS_THE_LANGUAGE if actor.cause == IMPORT else actor.formats  # files have their own
    return Context(facts.language, facts.country, actor.zone or facts.zone, formats)


def know(facts: WorkspaceFacts) -> None:
    """Take these for the facts; the table is not asked while they are young."""
    global _kept
    _kept = (time.monotonic(), facts)


def forget() -> None:
    """Read the facts again at the next question."""
    global _kept
    _kept = None


def notice(customization: int) -> None:
    """Believe a newer word on the Customization than the kept one: a request brings it along."""
    if _kept is not None and _kept[1].customization != customization:
        forget()


def customized() -> None:
    """Another Customization from this commit on.

    Its number is drawn, not counted: one that was rolled back never comes again for another.
    """
    number = secrets.randbelow(2**31 - 1) + 1
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_workspace SET customization = %s", [number])
        if cursor.rowcount == 0:  # before the first run
            cursor.execute(
                "INSERT INTO core_workspace "
                "(uid, name, country, language, zone, customization, settings) "
                "VALUES (%s, '', '', 'en', 'UTC', %s, '{}')",
                [dialect().uid(uuid7()), number],
            )
    forget()


def hold() -> None:
    """Nobody else changes the facts before this transaction ends."""
    if connection.vendor != "sqlite":  # there a transaction is the only one that writes
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM core_workspace FOR UPDATE")


def keep_settings(settings: WorkspaceSettings) -> None:
    """Set all of the settings; of a company that has been set up."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE core_workspace SET settings = %s", [orjson.dumps(plain(settings)).decode()]
        )
    forget()
