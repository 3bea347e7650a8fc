"""Bytes on the disk: pieces that are coming in, and whole contents named by their SHA-256.

    <data>/files/ab/cd/abcd…       a content, written once, never changed
    <data>/files/coming/<uid>      pieces of one that is not whole yet
    <data>/files/lent/<uid>/       a copy that some work reads, gone when it ends

No name that came from outside is ever part of a path.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from kartotek.core.errors import ValidationError

BLOCK = 1024 * 1024
KEPT_FREE = 100 * 1024 * 1024  # bytes of the disk that stay for the database
_DIGEST = re.compile(r"[0-9a-f]{64}")
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def folder() -> Path:
    """Where all of this lies; only the owner of the data folder may look."""
    found = Path(settings.DATA) / "files"
    found.mkdir(mode=0o700, parents=True, exist_ok=True)
    return found


def path_of(digest: str) -> Path:
    """Where a content lies. ValueError for what is no digest."""
    if not _DIGEST.fullmatch(digest):
        raise ValueError("Not a SHA-256 digest.")
    return folder() / digest[:2] / digest[2:4] / digest


def refuse_full_disk(size: int) -> None:
    """ValidationError where `size` bytes more would leave too little for the database."""
    if shutil.disk_usage(folder()).free < size + KEPT_FREE:
        raise _full()


def write_piece(uid: UUID, offset: int, data: bytes) -> None:
    """Put a piece in its place, on the disk before this returns. ValidationError: disk full."""
    with _naming_full_disk():
        path = _coming(uid)
        with path.open("r+b" if path.exists() else "w+b") as file:
            file.seek(offset)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())


def digest_of(uid: UUID) -> str:
    """The SHA-256 of what has come in."""
    return _digest(_coming(uid))


def settle(uid: UUID, digest: str) -> None:
    """What has come in takes its place under its digest, and outlives a power cut there."""
    target = path_of(digest)
    with _naming_full_disk():
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _coming(uid).replace(target)
        for one in (target.parent, target.parent.parent, folder()):
            _sync_folder(one)


def adopt(uid: UUID, path: Path) -> int:
    """Copy a file of our own making in as if it had come in pieces; its size in bytes."""
    with _naming_full_disk():
        shutil.copyfile(path, _coming(uid))
        with _coming(uid).open("r+b") as file:
            os.fsync(file.fileno())
    return path.stat().st_size


def forget_coming(uid: UUID) -> None:
    """What came in of a file that will not be whole."""
    _coming(uid).unlink(missing_ok=True)


@contextmanager
def lent(digest: str, uid: UUID, suffix: str) -> Iterator[Path]:
    """The content under a name that work may read, in a folder of its own, gone at the end.

    Only the uid and a suffix of letters and digits make the name. What an earlier, interrupted
    work of the same uid left is taken away first.
    """
    room = folder() / "lent" / uid.hex
    shutil.rmtree(room, ignore_errors=True)
    room.mkdir(mode=0o700, parents=True)
    path = room / f"{uid.hex}{suffix if re.fullmatch(r'[.][a-z0-9]{1,8}', suffix) else ''}"
    try:
        with _naming_full_disk():
            _link(path_of(digest), path)
        yield path
    finally:
        shutil.rmtree(room, ignore_errors=True)


def scratch(uid: UUID) -> Path:
    """A folder for what a work writes on its way and finds again after a restart."""
    room = folder() / "scratch" / uid.hex
    room.mkdir(mode=0o700, parents=True, exist_ok=True)
    return room


def sweep_scratch(uid: UUID) -> None:
    """Take away what such a work left."""
    shutil.rmtree(folder() / "scratch" / uid.hex, ignore_errors=True)


def discard(digest: str) -> Path | None:
    """Put a content aside; `put_back` or `unlink` what is returned. None where there is none."""
    path = path_of(digest)
    aside = path.with_suffix(".going")
    try:
        path.replace(aside)
    except FileNotFoundError:
        return None
    return aside


def put_back(aside: Path) -> None:
    """A content that somebody brought again in this very moment stays."""
    aside.replace(aside.with_suffix(""))


def contents(older_than: float) -> Iterator[str]:
    """Every digest whose bytes have lain there for `older_than` seconds."""
    limit = time.time() - older_than
    for path in folder().glob("??/??/*"):
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < limit and _DIGEST.fullmatch(path.name):
                yield path.name


def sweep_rooms(older_than: float) -> int:
    """Take away what interrupted uploads and works left; how many of them."""
    limit, gone = time.time() - older_than, 0
    for path in [
        *folder().glob("coming/*"),
        *folder().glob("lent/*"),
        *folder().glob("scratch/*"),
        *folder().glob("*/*/*.going"),
    ]:
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < limit:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
                gone += 1
    return gone


def _coming(uid: UUID) -> Path:
    found = folder() / "coming"
    found.mkdir(mode=0o700, exist_ok=True)
    return found / uid.hex


def _digest(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            found.update(block)
    return found.hexdigest()


def _link(content: Path, path: Path) -> None:
    """A hard link, as nobody writes to either; a copy where the disk knows none."""
    try:
        os.link(content, path)
    except OSError as error:
        if error.errno in (*_FULL, errno.ENOENT):
            raise
        shutil.copyfile(content, path)


def _sync_folder(path: Path) -> None:
    if sys.platform == "win32":
        return  # NTFS keeps its entries in a journal of its own
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _naming_full_disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise _full() from None
        raise


def _full() -> ValidationError:
    return ValidationError(
        _("The disk of this Kartotek is full, so the file was not kept. Ask who looks after "
          "Kartotek to make room, then bring the file again.")
    )  # fmt: skip
