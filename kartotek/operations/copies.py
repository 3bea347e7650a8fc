"""The hourly copy: written beside the data, opened and counted before it counts as one."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from kartotek.core import erased, receipts
from kartotek.core.actor import system
from kartotek.operations import dumping, snapshots
from kartotek.operations.processes import sync_file, sync_folder

HOURLY, DAILY = 24, 7
UPGRADES = 3  # copies made before the tables changed, beside those of the hours and days
_NAMED = re.compile(r"kartotek-(\d{8}T\d{6})Z(-upgrade)?(?:-\d+)?\.(?:sqlite3|pgdump)")
_ENDINGS = {"sqlite": "sqlite3", "postgresql": "pgdump"}


class CopyFailed(Exception):
    """No copy was made; the sentence says why, and what was there before still is."""


@dataclass(frozen=True)
class Copy:
    """One verified copy: where it lies, when it was made, how many rows each table has."""

    path: Path
    at: datetime
    counts: dict[str, int]

    @property
    def rows(self) -> int:
        return sum(self.counts.values())


def folder() -> Path:
    """Where copies lie; only the owner of the data may look inside."""
    found = Path(settings.DATA) / "copies"
    found.mkdir(mode=0o700, exist_ok=True)
    return found


def copies() -> list[tuple[datetime, Path]]:
    """The verified copies, the newest first."""
    found = []
    for path in folder().iterdir():
        if match := _NAMED.fullmatch(path.name):
            at = datetime.strptime(match[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
            found.append((at, path))
    return sorted(found, reverse=True)


def copy_now(*, before_upgrade: bool = False) -> Copy:
    """Make one copy, verify it, keep what is to be kept. Raises CopyFailed.

    Before an upgrade the tables are those of an older version, so no receipt is written.
    """
    at = datetime.now(UTC).replace(microsecond=0)
    fresh = folder() / f".fresh-{os.getpid()}-{at:%Y%m%dT%H%M%S}"
    os.close(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    try:
        counts = _write_verified(fresh)
        sync_file(fresh)
        path = _free_name(at, "-upgrade" if before_upgrade else "")
        fresh.rename(path)
    finally:
        fresh.unlink(missing_ok=True)
    sync_folder(folder())
    made = Copy(path, at, counts)
    if not before_upgrade:
        for keeper in erased.KEEPERS:  # beside the copy, and not inside it
            keeper()
        receipts.record(
            "copy", path.name, system("copy"),
            rows=made.rows, created=made.rows, detail={"tables": counts},
        )  # fmt: skip
    prune()
    return made


def _write_verified(fresh: Path) -> dict[str, int]:
    try:
        if connection.vendor == "sqlite":
            return snapshots.write(Path(str(connection.settings_dict["NAME"])), fresh)
        return dumping.write(fresh)
    except (snapshots.Damaged, dumping.DumpFailed, OSError) as error:
        raise CopyFailed(
            _("No copy was made: %(why)s The copies from before are still there.")
            % {"why": str(error)}
        ) from error


def _free_name(at: datetime, mark: str) -> Path:
    ending = _ENDINGS[connection.vendor]
    stem = f"kartotek-{at:%Y%m%dT%H%M%S}Z{mark}"
    path, number = folder() / f"{stem}.{ending}", 2
    while path.exists():
        path, number = folder() / f"{stem}-{number}.{ending}", number + 1
    return path


def hourly_copy() -> Copy | None:
    """What runs once an hour; None where a fresh copy is there already."""
    known = copies()
    if known and datetime.now(UTC) - known[0][0] < timedelta(minutes=50):
        return None
    return copy_now()


def kept(found: list[tuple[datetime, Path]]) -> set[Path]:
    """Which copies stay: the newest of each of 24 hours and of 7 days, and the newest of all."""
    hours: dict[datetime, Path] = {}
    days: dict[datetime, Path] = {}
    for at, path in sorted(found, reverse=True):
        hours.setdefault(at.replace(minute=0, second=0), path)
        days.setdefault(at.replace(hour=0, minute=0, second=0), path)
    every = [path for _at, path in sorted(found, reverse=True)]
    upgrades = [path for path in every if "-upgrade" in path.name][:UPGRADES]
    return {*list(hours.values())[:HOURLY], *list(days.values())[:DAILY], *every[:1], *upgrades}


def gone_from_copies(moment: datetime) -> datetime:
    """When the last of the copies that there are now has made room for newer ones."""
    return moment + timedelta(days=DAILY)


def kept_apart() -> list[str]:
    """What holds older data and is not removed by itself: the former data of restores, and copies
    from before upgrades.
    """
    upgrades = [path.name for _at, path in copies() if "-upgrade" in path.name]
    if connection.vendor == "sqlite":
        former = sorted(Path(settings.DATA).glob("kartotek-before-*.sqlite3"))
        return [*(path.name for path in former), *upgrades]
    return [*dumping.former(str(connection.settings_dict["NAME"])), *upgrades]


def prune() -> list[Path]:
    """Remove the copies that are not kept; returns them."""
    found = copies()
    stay = kept(found)
    gone = [path for _at, path in found if path not in stay]
    for path in gone:
        path.unlink()
    return gone
