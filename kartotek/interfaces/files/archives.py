"""ZIP archives, and the workbooks that are such: measured before anything is unpacked."""

from __future__ import annotations

import errno
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from django.utils.translation import gettext as _

from kartotek.core.errors import ValidationError
from kartotek.interfaces.files.table import cut, empty

MOST_BYTES = 1_000_000_000  # unpacked, all members together
MOST_MEMBERS = 5_000
MOST_DIRECTORY = 2_000_000  # bytes of the list of members, which is held whole
MOST_RATIO = 200  # unpacked to packed; tables reach 50
SMALL = 10_000_000  # bytes that may be packed as densely as they like
PIECE = 262_144
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, struct.error, ValueError)
_TEXT = "application/vnd.oasis.opendocument.spreadsheet"
_KNOWN = {".csv", ".tsv", ".txt", ".xlsx", ".ods", ".vcf", ".jsonl", ".zip"}


@dataclass(frozen=True)
class InnerFile:
    """A file of an archive: what it is called there, and where it was put."""

    name: str
    path: Path


@contextmanager
def archive(path: Path) -> Iterator[zipfile.ZipFile]:
    """The archive, opened after its list of members was found to be sane.

    ValidationError for a bomb, a password, a damaged archive; also while it is read.
    """
    _refuse_long_directory(path)
    try:
        with zipfile.ZipFile(path) as opened:
            _refuse_absurd(path, opened.infolist())
            yield opened
    except BROKEN:
        raise cut(path) from None
    except OSError as error:
        if error.errno != errno.EINVAL:  # sent to a place before the file's beginning
            raise
        raise cut(path) from None


def kind_inside(path: Path) -> str:
    """ "xlsx" or "ods" where the archive is such a workbook, else "zip"."""
    with archive(path) as opened:
        names = {info.filename.casefold() for info in opened.infolist()}
        if "xl/workbook.xml" in names:
            return "xlsx"
        if "xl/workbook.bin" in names:
            raise ValidationError(
                _("“%(file)s” is a binary Excel workbook. Save it as XLSX and import that.")
                % {"file": path.name}
            )
        if "mimetype" in names and "content.xml" in names:
            with opened.open("mimetype") as file:
                if file.read(100).decode("ascii", "replace").strip().startswith(_TEXT):
                    return "ods"
        if "[content_types].xml" in names or "mimetype" in names:
            raise ValidationError(
                _("“%(file)s” is a document without tables. Save its table as CSV or XLSX.")
                % {"file": path.name}
            )
    return "zip"


@dataclass(frozen=True)
class Contents:
    """What an archive says that it holds: each wanted file's size in bytes, in its order."""

    sizes: tuple[int, ...]

    @property
    def bytes(self) -> int:
        return sum(self.sizes)


def contents(path: Path, most: int) -> Contents:
    """What would be unpacked. ValidationError: nothing, or more than `most` files."""
    with archive(path) as opened:
        members = _wanted(path, opened)
    if len(members) > most:
        raise too_many(path, most)
    return Contents(tuple(info.file_size for info in members))


def inner_files(path: Path, folder: Path, start: int = 0) -> Iterator[InnerFile]:
    """Every file of an archive, unpacked one after the other into `folder`, which exists.

    They get names of our own, so nothing of the archive decides where anything is written. The
    first `start` of them are passed over.
    """
    with archive(path) as opened:
        for number, info in enumerate(_wanted(path, opened)[start:], start + 1):
            target = folder / _own_name(number, info.filename)
            try:
                with opened.open(info) as source, target.open("xb") as file:
                    while piece := source.read(PIECE):
                        file.write(piece)
            except BROKEN:
                target.unlink(missing_ok=True)
                raise
            yield InnerFile(info.filename, target)


def _wanted(path: Path, opened: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    members = [info for info in opened.infolist() if _is_wanted(info)]
    if not members:
        raise empty(path)
    return members


def _is_wanted(info: zipfile.ZipInfo) -> bool:
    """A file that a person put there: no folder, nothing hidden, no shadow of a Mac's file."""
    parts = PurePosixPath(info.filename).parts
    return not info.is_dir() and not any(
        part == "__MACOSX" or part.startswith(".") for part in parts if part != ".."
    )


def _own_name(number: int, name: str) -> str:
    """ "001-Account.csv": letters, digits and a known ending are all that is taken over."""
    inner = PurePosixPath(name.replace("\\", "/"))
    stem = re.sub(r"[^A-Za-z0-9]+", "-", inner.stem).strip("-")[:60]
    ending = inner.suffix.lower()
    return f"{number:03}{'-' if stem else ''}{stem}{ending if ending in _KNOWN else ''}"


def _refuse_long_directory(path: Path) -> None:
    """Look at the end record only, as the list of a crafted archive may fill all memory.

    APPNOTE.TXT 6.3.10, 4.3.14 to 4.3.16: end record, and where it overflows the ZIP64 one.
    """
    with path.open("rb") as file:
        length = file.seek(0, 2)
        file.seek(max(0, length - 66_000))
        tail = file.read()
        place = tail.rfind(b"PK\x05\x06")
        if place < 0 or len(tail) < place + 22:
            raise cut(path)
        members, size = struct.unpack_from("<HL", tail, place + 10)
        if tail[max(0, place - 20) : place].startswith(b"PK\x06\x07"):
            members, size = _overflowed(file, tail[place - 20 : place], length - len(tail) + place)
    if members > MOST_MEMBERS or size > MOST_DIRECTORY:
        raise too_many(path, MOST_MEMBERS)


def _overflowed(file: BinaryIO, locator: bytes, end: int) -> tuple[int, int]:
    """The larger of what the ZIP64 records say: readers differ in where they look for it."""
    found = [(0, 0)]
    for place in (struct.unpack_from("<Q", locator, 8)[0], end - 76):
        if 0 <= place < end:
            file.seek(place)
            record = file.read(56)
            if len(record) == 56 and record.startswith(b"PK\x06\x06"):
                found.append(struct.unpack_from("<QQ", record, 32))
    return max(one[0] for one in found), max(one[1] for one in found)


def _refuse_absurd(path: Path, members: list[zipfile.ZipInfo]) -> None:
    names = [info.filename.casefold() for info in members]
    packed = {info.compress_type for info in members} - {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
    if packed or len(set(names)) < len(names) or len(names) > MOST_MEMBERS:
        raise cut(path)
    if any(info.flag_bits & 0x1 for info in members):
        raise ValidationError(
            _("“%(file)s” is locked with a password. Save it without one and import that.")
            % {"file": path.name}
        )
    if any(map(_is_bomb, members)):
        raise too_large(path, MOST_BYTES)
    refuse_large(path, members, MOST_BYTES)


def refuse_large(path: Path, members: list[zipfile.ZipInfo], most: int) -> None:
    """ValidationError where members unpack to more than `most` bytes together."""
    if sum(info.file_size for info in members) > most:
        raise too_large(path, most)


def too_many(path: Path, most: int) -> ValidationError:
    return ValidationError(
        _("“%(file)s” holds more than %(most)s files. Pack fewer into one archive.")
        % {"file": path.name, "most": most}
    )


def too_large(path: Path, most: int) -> ValidationError:
    return ValidationError(
        _("“%(file)s” unpacks to far more than a table needs (at most %(most)s MB). Save it again "
          "with the rows you want, as CSV or XLSX.")
        % {"file": path.name, "most": most // 1_000_000}
    )  # fmt: skip


def _is_bomb(info: zipfile.ZipInfo) -> bool:
    return info.file_size > SMALL and info.file_size > MOST_RATIO * info.compress_size
