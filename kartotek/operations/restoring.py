"""Restore: a copy checked, brought up to date aside, and put in the place of the present database.

Until the last step nothing of the present data is touched, and the last step is one rename.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _

from kartotek.core import erased, receipts, recent_lines, tally, workspace
from kartotek.core.actor import system
from kartotek.core.erased import Gone
from kartotek.core.erasing import replay
from kartotek.operations import dumping, erased_list, snapshots
from kartotek.operations.erased_list import ListDamaged
from kartotek.operations.processes import COMMANDS, FolderLock, sync_file, sync_folder
from kartotek.people import second_step, tokens

SESSIONS = "django_session"  # not brought back: whoever was signed out since stays out
SHRINKS = (SESSIONS, "mfa_authenticator")  # nor a passkey that was removed since
MAY_SHRINK = (*SHRINKS, "sqlite_sequence")


class RestoreRefused(Exception):
    """Nothing was restored and nothing touched; the sentence says why and what to do."""


@dataclass(frozen=True)
class Restored:
    """What a restore did: rows by table in the file and afterwards; where the former data are."""

    source: Path
    in_file: dict[str, int]
    now: dict[str, int]
    aside: str
    erased: int = 0  # records that were erased since the copy, and are erased again
    has_list: bool = True  # did a list of who was erased lie beside the copy?

    @property
    def rows(self) -> int:
        return sum(self.in_file.values())

    @property
    def skipped(self) -> int:
        return _left_out(self.in_file, self.now)


def restore(path: Path) -> Restored:
    """Put the data of a copy in the place of the present ones. Raises RestoreRefused."""
    lock = FolderLock(Path(settings.DATA))
    if not lock.take(alone=True):
        raise RestoreRefused(
            _("Kartotek is running on %(folder)s. Stop it (Ctrl-C where it runs), then restore.")
            % {"folder": settings.DATA}
        )
    writing = FolderLock(Path(settings.DATA), COMMANDS)
    if not writing.take(alone=True):
        lock.give_back()
        raise RestoreRefused(
            _("A command such as “kartotek import” is writing. Wait for its end, then restore.")
        )
    try:
        if connection.vendor == "sqlite":
            return _restore_sqlite(path.resolve())
        return _restore_postgres(path.resolve())
    except (snapshots.Damaged, dumping.DumpFailed, ListDamaged) as error:
        raise RestoreRefused(
            _("Nothing was restored: %(why)s Choose another copy; the present data are untouched.")
            % {"why": str(error)}
        ) from error
    finally:
        writing.give_back()
        lock.give_back()


def _restore_sqlite(path: Path) -> Restored:
    present = Path(str(connection.settings_dict["NAME"]))
    wal = Path(f"{path}-wal")
    if wal.exists() and wal.stat().st_size:
        raise RestoreRefused(
            _("%(path)s is a database in use, not a copy. Make one with “kartotek backup”.")
            % {"path": path}
        )
    in_file = snapshots.verified(path)
    _refuse_newer(snapshots.migrations_in(path))
    listed = erased_list.beside(path)
    ended = _ended(listed) if present.exists() else Ended(gone=listed or ())
    fresh = present.with_name(f"restoring-{os.getpid()}.sqlite3")
    try:
        _copy_synced(path, fresh)
        with database_named(str(fresh)):
            _bring_up_to_date(ended)
        _wait_for_end_of(fresh)  # what was just written is in the file that is counted now
        _checked(in_file, snapshots.verified(fresh))
        with database_named(str(fresh)):
            again = _erase_again(ended)
        _wait_for_end_of(fresh)
        now = snapshots.verified(fresh)
        with database_named(str(fresh)):
            _leave_receipt(path, in_file, now, again)
        _wait_for_end_of(fresh)
        aside = _swap(present, fresh)
    finally:
        for left in (fresh, Path(f"{fresh}-wal"), Path(f"{fresh}-shm"), Path(f"{fresh}.lock")):
            left.unlink(missing_ok=True)
    return Restored(path, in_file, now, aside, again, listed is not None)


def _refuse_newer(known: set[tuple[str, str]]) -> None:
    """An older Kartotek cannot read what a newer one wrote."""
    loader = MigrationLoader(None, ignore_no_migrations=True)
    labels = {config.label for config in apps.get_app_configs()}
    newer = sorted(
        f"{app}.{name}" for app, name in known
        if app in labels and (app, name) not in loader.disk_migrations
    )  # fmt: skip
    if newer:
        raise RestoreRefused(
            _("This copy was made by a newer Kartotek (%(names)s). "
              "Update this one first, then restore.") % {"names": ", ".join(newer[:3])}
        )  # fmt: skip


def _copy_synced(path: Path, fresh: Path) -> None:
    os.close(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    shutil.copyfile(path, fresh)
    sync_file(fresh)


@contextmanager
def database_named(name: str) -> Iterator[None]:
    """Let this process work on another database for a while."""
    facts: dict[str, Any] = connection.settings_dict
    before = facts["NAME"]
    connection.close()
    facts["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        facts["NAME"] = before
        workspace.forget()
        tally.forget()
        recent_lines.forget()


@dataclass(frozen=True)
class Ended:
    """Credentials that were ended since the copy, which must not bring them back."""

    tokens: Sequence[tuple[datetime, str]] = ()
    steps: Sequence[str] = ()
    gone: Sequence[Gone] = ()  # records that were erased


def _ended(listed: Sequence[Gone] | None) -> Ended:
    """What was ended since the copy, as far as the present data can still be read."""
    try:
        gone = erased_list.together(listed, erased.every())
        return Ended(tokens.revoked(), second_step.ended(), gone)
    except DatabaseError:  # they may be broken, or older than tokens are
        return Ended(gone=listed or ())


def _bring_up_to_date(ended: Ended) -> None:
    call_command("migrate", verbosity=0, interactive=False)
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {SESSIONS}")
    tokens.stay_revoked(list(ended.tokens))  # and whose token was revoked, too
    second_step.stay_ended(ended.steps)


def _erase_again(ended: Ended) -> int:
    """Nobody signs in to a database that brings back who was erased; how many records that were."""
    return replay(system("restore"), ended.gone)


def _checked(in_file: dict[str, int], now: dict[str, int]) -> dict[str, int]:
    """Every table of the file is there with its rows; migrations may have added, never taken."""
    for table, rows in in_file.items():
        if table not in MAY_SHRINK and now.get(table, 0) < rows:
            raise snapshots.Damaged(
                _("%(table)s has %(now)s rows after the restore, and %(rows)s in the copy.")
                % {"table": table, "now": now.get(table, 0), "rows": rows}
            )
    return now


def _left_out(in_file: dict[str, int], now: dict[str, int]) -> int:
    """How many rows were not brought back: of credentials, and of who was erased since."""
    return sum(max(rows - now.get(one, 0), 0) for one, rows in in_file.items()
               if one != "sqlite_sequence")  # fmt: skip


def _leave_receipt(path: Path, in_file: dict[str, int], now: dict[str, int], again: int) -> None:
    skipped, rows = _left_out(in_file, now), sum(in_file.values())
    receipts.record(
        "restore",
        path.name,
        system("restore"),
        rows=rows,
        created=rows - skipped,
        skipped=skipped,
        detail={"in_file": in_file, "now": now, "erased": again},
    )


def _wait_for_end_of(fresh: Path) -> None:
    """The last connection has closed, so the file is whole: nothing is left in a WAL."""
    if Path(f"{fresh}-wal").exists():
        raise snapshots.Damaged(_("the restored database could not be closed."))
    sync_file(fresh)


def _swap(present: Path, fresh: Path) -> str:
    """The former database under a dated name, the restored one in its place, in one rename."""
    aside = ""
    if present.exists():
        kept = present.with_name(f"kartotek-before-{datetime.now(UTC):%Y%m%dT%H%M%S}Z.sqlite3")
        _fold_wal(present)
        try:
            os.link(present, kept)
        except OSError:  # a file system without hard links
            _copy_synced(present, kept)
        sync_folder(present.parent)
        aside = str(kept)
    fresh.replace(present)
    for left in (Path(f"{present}-wal"), Path(f"{present}-shm")):
        left.unlink(missing_ok=True)
    sync_folder(present.parent)
    return aside


def _fold_wal(present: Path) -> None:
    """Bring the last commits of the former database from its WAL into its one file."""
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        busy = cursor.fetchone()[0]
    connection.close()
    if busy:
        raise RestoreRefused(
            _("Another program has %(path)s open. Close it, then restore.") % {"path": present}
        )


def _restore_postgres(path: Path) -> Restored:
    """Restored into a database of its own, checked there; then the two change their names."""
    in_file = dumping.verified(path)
    present = str(connection.settings_dict["NAME"])
    moment = f"{datetime.now(UTC):%Y%m%dt%H%M%S}"
    listed = erased_list.beside(path)
    ended = _ended(listed)
    fresh, aside = f"{present[:40]}_restoring", f"{present[:40]}_before_{moment}"
    connection.close()
    dumping.create(fresh)
    try:
        dumping.load(path, fresh)
        with database_named(fresh):
            with connection.cursor() as cursor:
                cursor.execute("SELECT app, name FROM django_migrations")
                _refuse_newer(set(cursor.fetchall()))
            _bring_up_to_date(ended)
            with connection.cursor() as cursor:
                _checked(in_file, dumping.counts_of(cursor))
            again = _erase_again(ended)
            with connection.cursor() as cursor:
                now = dumping.counts_of(cursor)
            _leave_receipt(path, in_file, now, again)
        dumping.exchange(present, fresh, aside)
    except BaseException:
        dumping.drop(fresh)
        raise
    return Restored(path, in_file, now, aside, again, listed is not None)
