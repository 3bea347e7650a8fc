"""Files that tell of somebody who is erased: let go of, and their bytes gone.

A file is read as text; one that is an archive (XLSX, ZIP) member by member. What cannot be read
so and was brought by an act that wrote to the record counts as holding it.
"""

from __future__ import annotations

import codecs
import zipfile
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO
from uuid import UUID

import orjson
from django.db import connection

from kartotek.core import blobs
from kartotek.core.actor import system
from kartotek.core.dialect import dialect
from kartotek.core.errors import NotFound
from kartotek.core.files import HELD, FileFacts, content, every
from kartotek.core.reading import Raw, as_uuid
from kartotek.core.recordtype import RecordType
from kartotek.core.traces import Traces

BLOCK = 1024 * 1024  # letters looked through at once
OVERLAP = 2_000  # of them looked through twice: a name may stand where two blocks meet
MOST_UNPACKED = 2 * 1024 * 1024 * 1024  # bytes of one archive; one that holds more is let go of


def naming(traces: Traces, acts: Collection[UUID]) -> list[FileFacts]:
    """The files that name somebody, or that one of these acts brought.

    Not those that records hold: they go with the records, and one about others as well stays.
    """
    brought = _brought_by(acts)
    found = []
    for one in every(system(), exports=True):
        if one.purpose == HELD:
            continue
        try:
            _facts, path = content(one.uid)
        except NotFound:
            continue
        if one.uid in brought or _names(path, traces):
            found.append(one)
    return found


def _brought_by(acts: Collection[UUID]) -> set[UUID]:
    found: set[UUID] = set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT file, failed, acts FROM core_importdraft WHERE file IS NOT NULL")
        for file, failed, stored in cursor.fetchall():
            known = orjson.loads(stored) if isinstance(stored, str | bytes) else stored
            if {UUID(one) for one in known} & set(acts):
                found |= {as_uuid(one) for one in (file, failed) if one is not None}
    return found


def _names(path: Path, traces: Traces) -> bool:
    if not zipfile.is_zipfile(path):
        with path.open("rb") as file:
            return any(map(traces.are_in, _texts(file)))
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            if sum(one.file_size for one in members) > MOST_UNPACKED:
                return True
            for one in members:
                with archive.open(one) as file:
                    if any(map(traces.are_in, _texts(file))):
                        return True
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError):
        return False  # damaged, or locked with a password: nobody can tell whom it holds
    return False


def _texts(file: IO[bytes]) -> Iterator[str]:
    """What a file says, some at a time: UTF-16 by its mark, else as UTF-8 and as Windows wrote."""
    first = file.read(4)
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        readings = ["utf-16"]
    else:
        readings = ["utf-8", "cp1252", "cp1257"]
    decoders = [codecs.getincrementaldecoder(name)("replace") for name in readings]
    tails = [""] * len(decoders)
    block = first + file.read(BLOCK)
    while block:
        for place, decoder in enumerate(decoders):
            text = tails[place] + decoder.decode(block)
            tails[place] = text[-OVERLAP:]
            yield text
        block = file.read(BLOCK)


def let_go(files: Sequence[FileFacts]) -> None:
    """Forget the files, and that drafts had them; in the caller's transaction."""
    speak = dialect()
    with connection.cursor() as cursor:
        for one in files:
            uid = speak.uid(one.uid)
            for column in ("file", "failed"):
                cursor.execute(
                    f"UPDATE core_importdraft SET {column} = NULL WHERE {column} = %s", [uid]
                )
            cursor.execute("DELETE FROM core_storedfile WHERE uid = %s", [uid])


def rename(record_type: RecordType, raw: Raw, traces: Traces) -> None:
    """A file that stays, for it is about others as well, says no more of whom it was about."""
    with connection.cursor() as cursor:
        for kind in record_type.files:
            held = raw.values[kind.name]
            if held is not None and traces.are_in(held.name):
                blanked = replace(held, name=traces.blanked(held.name))
                cursor.execute(
                    f"UPDATE {record_type.table} SET {kind.column} = %s WHERE id = %s",
                    [kind.stored(blanked, dialect()), raw.id],
                )


def unlink(files: Sequence[FileFacts]) -> None:
    """Take their bytes from the disk, where no other file has the same. After the commit."""
    for digest in {one.digest for one in files}:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM core_storedfile WHERE digest = %s LIMIT 1", [digest])
            if cursor.fetchone() is None and (aside := blobs.discard(digest)):
                aside.unlink(missing_ok=True)
