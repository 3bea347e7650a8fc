"""Before the first request: a good disk, the newest tables, the static files in their place."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import OperationalError
from django.utils.translation import gettext as _

import kartotek
from kartotek.core import storage
from kartotek.operations import copies, disks
from kartotek.operations.processes import COMMANDS, FolderLock, sync_folder


def refuse_bad_disk() -> None:
    """CommandError where SQLite would lie on a network disk."""
    if connection.vendor != "sqlite":
        return
    if sentence := disks.refusal(Path(settings.DATA)):
        raise CommandError(sentence)


def take_folder() -> FolderLock:
    """Hold the data folder as one of its roles; CommandError while a restore or the keeper does."""
    lock = FolderLock(Path(settings.DATA))
    if not lock.take():
        raise CommandError(
            _("A restore, or “kartotek serve”, holds %(folder)s. Wait for its end, or stop it.")
            % {"folder": settings.DATA}
        )
    return lock


@contextmanager
def restore_kept_out() -> Iterator[None]:
    """No restore begins while this lasts; CommandError where one is at work.

    For commands that write beside the roles: what they stored would be gone with the old file.
    """
    lock = FolderLock(Path(settings.DATA), COMMANDS)
    if not lock.take():
        raise CommandError(
            _("A restore is at work on %(folder)s. Wait for its end, then repeat this.")
            % {"folder": settings.DATA}
        )
    try:
        yield
    finally:
        lock.give_back()


def refuse_silent_database() -> None:
    """CommandError where the database does not answer."""
    try:
        connection.ensure_connection()
    except OperationalError as error:
        raise CommandError(
            _("The database does not answer (%(why)s). Start it, or correct DATABASE_URL.")
            % {"why": str(error).strip().splitlines()[0]}
        ) from None


def pending() -> list[str]:
    """The names of migrations that have not run yet."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _back in plan]


def migrate() -> bool:
    """Bring the tables up to date; what is there already is copied first. True where it ran."""
    if not pending():
        storage.mend()  # a version may change only what migrations do not make
        return False
    if "core_change" in connection.introspection.table_names():
        _copy_first()
    call_command("migrate", verbosity=0, interactive=False)
    return True


def _copy_first() -> None:
    try:
        copies.copy_now(before_upgrade=True)
    except copies.CopyFailed as refused:
        raise CommandError(
            _("%(why)s The tables were not changed.") % {"why": str(refused)}
        ) from refused


def static_signature() -> str:
    """What the static files are made from: version, names, sizes, times."""
    seen = hashlib.sha256(kartotek.__version__.encode())
    for finder in get_finders():
        for name, place in sorted(finder.list([]), key=lambda found: str(found[0])):
            facts = Path(place.path(name)).stat()
            seen.update(f"{name} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return seen.hexdigest()


def collect_static() -> bool:
    """Put the static files into the data folder where they changed; True where it did."""
    root = Path(settings.STATIC_ROOT)
    stamp, wanted = root / "collected", static_signature()
    manifest = root / "staticfiles.json"
    if manifest.exists() and stamp.exists() and stamp.read_text(encoding="ascii") == wanted:
        return False
    # A process of its own: this one chose its storage at its start, before there was a manifest.
    ended = subprocess.run(
        [sys.executable, "-m", "kartotek", "collectstatic", "--noinput", "--clear", "-v0"],
        env={**os.environ, "KARTOTEK_COLLECTS": "1"},
        check=False,
        capture_output=True,
        text=True,
    )
    if ended.returncode:
        last = (ended.stderr.strip().splitlines() or [""])[-1]
        raise CommandError(
            _("The static files could not be put into %(folder)s: %(why)s")
            % {"folder": root, "why": last}
        )
    stamp.write_text(wanted, encoding="ascii")
    sync_folder(root)
    return True
