"""What is well and what is not: one line each, with the next step."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.db import connection
from django.db.utils import DatabaseError
from django.utils.translation import gettext as _

import kartotek
from kartotek.core import asking, consumers
from kartotek.core.recordtype import RECORD_TYPES
from kartotek.operations import copies, disks
from kartotek.operations.ready import pending

LEAST_FREE = 500  # megabytes
OLDEST_COPY = timedelta(hours=26)
LATE = timedelta(minutes=10)  # after which a line of the log should have been read by all


@dataclass(frozen=True)
class Finding:
    """One thing looked at; `is_wrong` makes the doctor end with status 1."""

    text: str
    is_wrong: bool = False


def findings() -> Iterator[Finding]:
    """Look at everything, the ground first; what needs the database comes after it answers."""
    yield _python()
    yield _time_zones()
    if connection.vendor == "sqlite":
        yield _sqlite()
        yield _local()
    yield _space()
    if (silent := _database()).is_wrong:
        yield silent
        return
    yield silent
    checks: list[Callable[[], Finding]] = [_migrations, _search, _log, _copy]
    for check in checks:
        try:
            yield check()
        except DatabaseError as error:
            why = str(error).strip().splitlines()[0]
            yield Finding(_("A question to the database failed: %(why)s.") % {"why": why}, True)


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    if (3, 11) <= sys.version_info < (3, 14):
        return Finding(_("Python %(version)s.") % {"version": version})
    return Finding(
        _("Python %(version)s was not tried. Install Python 3.11, 3.12 or 3.13.")
        % {"version": version},
        True,
    )


def _time_zones() -> Finding:
    try:
        ZoneInfo("Europe/Riga")
    except ZoneInfoNotFoundError:
        return Finding(
            _("Time zones are missing on this machine. Install them (on Debian: "
              "sudo apt install tzdata)."), True
        )  # fmt: skip
    return Finding(_("Time zones are there."))


def _sqlite() -> Finding:
    if kartotek.SQLITE_IS_SAFE:
        return Finding(_("SQLite %(version)s.") % {"version": sqlite3.sqlite_version})
    return Finding(
        _("SQLite %(version)s has a bug that two writers at one instant can meet; Kartotek's own "
          "lock keeps them apart. Where a newer one exists for this machine, run bin/up again.")
        % {"version": sqlite3.sqlite_version}
    )  # fmt: skip


def _local() -> Finding:
    folder = Path(settings.DATA)
    if sentence := disks.refusal(folder):
        return Finding(sentence, True)
    return Finding(_("The data folder %(folder)s is on a local disk.") % {"folder": folder})


def _space() -> Finding:
    folder = Path(settings.DATA)
    if not disks.is_writable(folder):
        return Finding(
            _("%(folder)s cannot be written to. Give it to the person Kartotek runs as.")
            % {"folder": folder},
            True,
        )
    free = disks.free_megabytes(folder)
    if free < LEAST_FREE:
        return Finding(
            _("Only %(free)s MB are free beside the data. Make room on that disk.")
            % {"free": free},
            True,
        )
    return Finding(_("%(free)s MB are free beside the data.") % {"free": free})


def _database() -> Finding:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        why = str(error).strip().splitlines()[0]
        return Finding(
            _("The database does not answer (%(why)s). Start it, or correct DATABASE_URL.")
            % {"why": why},
            True,
        )
    return Finding(_("The database answers (%(kind)s).") % {"kind": connection.display_name})


def _migrations() -> Finding:
    if left := pending():
        return Finding(
            _("%(count)s changes of the tables have not run. “kartotek serve” runs them at start.")
            % {"count": len(left)},
            True,
        )
    return Finding(_("The tables are up to date."))


def _search() -> Finding:
    tables = set(connection.introspection.table_names())
    missing = [
        str(record_type.plural)
        for record_type in RECORD_TYPES.values()
        if record_type.table in tables and asking.table_of(record_type) not in tables
    ]
    if missing:
        return Finding(
            _("The search tables of %(types)s are missing. Run “kartotek migrate”: it makes them.")
            % {"types": ", ".join(missing)},
            True,
        )
    return Finding(_("The search tables are there."))


def _log() -> Finding:
    late = consumers.lagging(LATE)
    if not late:
        return Finding(_("Everything that follows from the log is up to date."))
    return Finding(
        _("What follows from the log lags behind: %(names)s, since %(since)s UTC. See that the job "
          "worker runs (“kartotek serve”, or “kartotek jobs” as a service). Where it does, its "
          "output says why.")
        % {
            "names": ", ".join(
                _("“%(name)s” by %(lines)s lines") % {"name": one.consumer, "lines": one.lines}
                for one in late
            ),
            "since": f"{min(one.since for one in late):%Y-%m-%d %H:%M}",
        },
        True,
    )  # fmt: skip


def _copy() -> Finding:
    found = copies.copies()
    if not found:
        return Finding(
            _("There is no copy of the data yet. Make one with “kartotek backup”."), True
        )
    at, path = found[0]
    hours = int((datetime.now(UTC) - at).total_seconds() // 3600)
    facts = {"name": path.name, "hours": hours}
    if hours > OLDEST_COPY.total_seconds() // 3600:
        return Finding(
            _("The last copy, %(name)s, is %(hours)s hours old. Make one with “kartotek backup”, "
              "and see that the job worker runs.") % facts, True
        )  # fmt: skip
    return Finding(_("The last copy, %(name)s, is %(hours)s hours old.") % facts)
