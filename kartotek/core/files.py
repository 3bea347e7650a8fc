"""Files that people bring: taken in pieces, whole or not at all, seen by who brought them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from kartotek.core import blobs
from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue
from kartotek.core.dialect import dialect
from kartotek.core.errors import NotFound, PermissionDenied, ValidationError
from kartotek.core.fieldtypes import Moment
from kartotek.core.reading import as_uuid

MEGABYTE = 1024 * 1024
PIECE = 4 * MEGABYTE  # bytes of one piece at most
MOST = 512 * MEGABYTE  # bytes of one file at most
MOST_COMING = 20  # files of one member that are on their way at once
GONE_AFTER = timedelta(days=1)
EXPORT = "export"  # the purpose of a file that was written to be taken away
EXPORT_KEPT = timedelta(days=7)
TO_ATTACH = "attach"  # the purpose of a file that was brought to be held by a record
HELD = "held"  # and once a record holds it
# Which columns name a file, besides those of records; what none names is gone after a day.
REFERRERS = (("core_importdraft", "file"), ("core_importdraft", "failed"))
_COLUMNS = "uid, name, media_type, size, received, digest, is_whole, purpose, member, at"
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class FileFacts:
    """One file: its name as it was given, and how much of it is here."""

    uid: UUID
    name: str
    media_type: str
    size: int
    received: int
    digest: str
    is_whole: bool
    purpose: str
    member: int | None
    at: datetime

    @property
    def suffix(self) -> str:
        """How the name ends: ".csv", small letters; "" where it does not end so."""
        found = re.search(r"[.][a-z0-9]{1,8}$", self.name.lower())
        return found.group() if found else ""


class WrongPlace(ValidationError):
    """A piece that does not begin where the last one ended; `offset` is where to go on."""

    def __init__(self, offset: int) -> None:
        super().__init__(
            _("This piece does not follow the last one. Go on at byte %(offset)s.")
            % {"offset": offset}
        )
        self.offset = offset


def begin(actor: Actor, name: str, size: int, media_type: str, purpose: str) -> FileFacts:
    """Announce a file of `size` bytes. ValidationError: empty, too big, no room, too many."""
    if size < 1:
        raise ValidationError(_("This file is empty. Choose one with something in it."))
    if size > MOST:
        raise ValidationError(
            _("This file has %(is)s MB; at most %(most)s MB can be taken. Split it, or ask who "
              "looks after Kartotek to bring it in with “kartotek import”.")
            % {"is": -(-size // MEGABYTE), "most": MOST // MEGABYTE}
        )  # fmt: skip
    _refuse_crowd(actor)
    blobs.refuse_full_disk(size)
    uid = _insert(actor, name, size, media_type, purpose)
    return _read(uid)


def add(actor: Actor, uid: UUID, offset: int, data: bytes) -> FileFacts:
    """Take the next piece. WrongPlace where it does not follow; the last one makes it whole."""
    found = facts(actor, uid)
    if found.is_whole or offset != found.received:
        raise WrongPlace(found.received)
    if not data or len(data) > PIECE or offset + len(data) > found.size:
        raise ValidationError(
            _("A piece has between 1 byte and %(most)s MB, and not more than is missing. "
              "Bring the file again.") % {"most": PIECE // MEGABYTE}
        )  # fmt: skip
    blobs.write_piece(uid, offset, data)
    if not _change(uid, "received = %s", [offset + len(data)], "received = %s", [offset]):
        raise WrongPlace(facts(actor, uid).received)
    return _whole(uid) if offset + len(data) == found.size else _read(uid)


def keep(actor: Actor, path: Path, name: str, media_type: str, purpose: str) -> FileFacts:
    """Keep a file that our own work has made, whole at once."""
    size = path.stat().st_size
    uid = _insert(actor, name, size, media_type, purpose)
    blobs.adopt(uid, path)
    _change(uid, "received = %s", [size])
    return _whole(uid)


def keep_bytes(actor: Actor, data: bytes, name: str, media_type: str, purpose: str) -> FileFacts:
    """Keep what came in one request, at most one piece."""
    begun = begin(actor, name, len(data), media_type, purpose)
    return add(actor, begun.uid, 0, data)


def facts(actor: Actor, uid: UUID) -> FileFacts:
    """What is known of a file, for who brought it. NotFound for everybody else."""
    found = _read(uid)
    if actor.kind != "system" and (found.member is None or found.member != actor.member):
        raise _gone()
    return found


def hold(uid: UUID) -> bool:
    """A record holds this file from now on; False where it is not to be had (any more)."""
    return _change(uid, "purpose = %s", [HELD], "purpose = %s AND is_whole", [TO_ATTACH])


def forget(actor: Actor, uid: UUID) -> None:
    """Take a file away that turned out to be of no use; its bytes go with the next sweep.

    NotFound for one that a record holds: it goes with the record.
    """
    found = facts(actor, uid)
    if found.purpose == HELD:
        raise _gone()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM core_storedfile WHERE uid = %s", [dialect().uid(found.uid)])
    if not found.is_whole:
        blobs.forget_coming(uid)


@contextmanager
def lent(uid: UUID, named: UUID | None = None) -> Iterator[Path]:
    """A whole file under a name of ours, for work that was allowed by what refers to it.

    The name holds `named`, else a fresh uid, and nothing from outside. NotFound where the file is
    not whole or was let go.
    """
    found = _read(uid)
    if not found.is_whole:
        raise _gone()
    try:
        with blobs.lent(found.digest, named or uuid7(), found.suffix) as path:
            yield path
    except FileNotFoundError as error:
        if found.digest in str(error):
            raise _gone() from None
        raise


def content(uid: UUID) -> tuple[FileFacts, Path]:
    """A whole file to be sent; the caller has asked for the right by what refers to it."""
    found = _read(uid)
    if not found.is_whole or not (path := blobs.path_of(found.digest)).exists():
        raise _gone()
    return found, path


def every(actor: Actor, *, exports: bool = False) -> Iterator[FileFacts]:
    """The whole files of this actor, of everybody for the house itself; without `exports` none
    that was written to be taken away.
    """
    own, params = ("", []) if actor.kind == "system" else ("AND member = %s", [actor.member])
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT uid FROM core_storedfile WHERE is_whole AND purpose <> %s {own} ORDER BY id",
            ["" if exports else EXPORT, *params],
        )
        uids = [as_uuid(row[0]) for row in cursor.fetchall()]
    for uid in uids:
        with suppress(NotFound):
            yield _read(uid)


def sweep() -> int:
    """Take away what was never finished and what nothing refers to, a day after, and exports a
    week after; how many.
    """
    before = dialect().instant(datetime.now(UTC) - GONE_AFTER)
    exports = dialect().instant(datetime.now(UTC) - EXPORT_KEPT)
    unnamed = " AND ".join(_unnamed())
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM core_storedfile WHERE at < %s AND (purpose <> %s OR at < %s) "
            f"AND {unnamed}",
            [before, EXPORT, exports],
        )
        gone = int(cursor.rowcount)
    for digest in blobs.contents(GONE_AFTER.total_seconds()):
        if not _is_named(digest) and (aside := blobs.discard(digest)):
            # Who brought the same bytes meanwhile has named them before putting them there.
            blobs.put_back(aside) if _is_named(digest) else aside.unlink(missing_ok=True)
    blobs.sweep_rooms(GONE_AFTER.total_seconds())
    return gone


def _unnamed() -> Iterator[str]:
    """Conditions of a file that nothing names. A removed record still does: it may come back."""
    for table, column in REFERRERS:
        yield f"NOT EXISTS (SELECT 1 FROM {table} WHERE {table}.{column} = core_storedfile.uid)"
    speak = dialect()
    for one in catalogue():
        for kind in one.files:
            named = speak.hex_inside(kind.column, "uid")
            yield (
                f"{speak.hex_of('core_storedfile.uid')} NOT IN "
                f"(SELECT {named} FROM {one.table} WHERE {kind.column} IS NOT NULL)"
            )


def _whole(uid: UUID) -> FileFacts:
    """All bytes are here: named by their digest in the table first, then on the disk."""
    digest = blobs.digest_of(uid)
    _change(uid, "digest = %s", [digest])
    blobs.settle(uid, digest)
    _change(uid, "is_whole = %s", [dialect().boolean(True)])
    return _read(uid)


def _insert(actor: Actor, name: str, size: int, media_type: str, purpose: str) -> UUID:
    if actor.member is None and actor.kind != "system":
        raise PermissionDenied(_("Sign in as a member of the company to bring a file."))
    uid, speak = uuid7(), dialect()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO core_storedfile ({_COLUMNS}) "
            "VALUES (%s, %s, %s, %s, 0, '', %s, %s, %s, %s)",
            [
                speak.uid(uid), shown_name(name), media_type[:100], size, speak.boolean(False),
                purpose[:40], actor.member, speak.instant(datetime.now(UTC)),
            ],
        )  # fmt: skip
    return uid


def _change(
    uid: UUID,
    settings: str,
    values: list[Any],
    where: str = "1 = 1",
    given: list[Any] | None = None,
) -> bool:
    """Change a file's row while `where` still holds."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE core_storedfile SET {settings} WHERE uid = %s AND {where}",
            [*values, dialect().uid(uid), *(given or [])],
        )
        return bool(cursor.rowcount == 1)


def known(uid: UUID) -> FileFacts | None:
    """What is known of a file that a record names; None where it is not there any more."""
    try:
        return _read(uid)
    except NotFound:
        return None


def _read(uid: UUID) -> FileFacts:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_COLUMNS} FROM core_storedfile WHERE uid = %s", [dialect().uid(uid)]
        )
        row = cursor.fetchone()
    if row is None:
        raise _gone()
    at = Moment().load(row[9])
    assert at is not None
    return FileFacts(
        as_uuid(row[0]), row[1], row[2], row[3], row[4], row[5], bool(row[6]), row[7], row[8], at
    )


def _refuse_crowd(actor: Actor) -> None:
    since = dialect().instant(datetime.now(UTC) - GONE_AFTER)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM core_storedfile WHERE member = %s AND at > %s AND NOT is_whole",
            [actor.member, since],
        )
        if int(cursor.fetchone()[0]) >= MOST_COMING:
            raise ValidationError(
                _("%(most)s files of yours were begun and not finished. Wait until tomorrow; they "
                  "are taken away then.") % {"most": MOST_COMING}
            )  # fmt: skip


def _is_named(digest: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM core_storedfile WHERE digest = %s LIMIT 1", [digest])
        return cursor.fetchone() is not None


def shown_name(name: str) -> str:
    """A name as it is shown: what follows the last slash, without letters nobody can see."""
    last = re.split(r"[/\\]", _CONTROL.sub("", name))[-1].strip()
    return last[:200] or str(_("File"))


def _gone() -> NotFound:
    return NotFound(_("There is no such file, or it is not yours. Bring it again."))
