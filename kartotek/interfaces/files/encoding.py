"""In which letters a text file is written: worked out from all of it, without holding it."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from charset_normalizer import from_bytes
from django.utils.translation import gettext as _

from kartotek.core.errors import ValidationError
from kartotek.interfaces.files.table import MOST_LINE, too_long

BLOCK = 262_144
SAMPLE = 1_000_000  # bytes shown to the last guess
LONGEST = 4 * MOST_LINE  # bytes: no letter takes more than four
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CUT_MARK = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # some write these before UTF-32
CODE_PAGES = {"lv": "cp1257", "nb": "cp1252", "pt": "cp1252", "en": "cp1252"}


def encoding_of(path: Path, language: str) -> str:
    """A byte order mark, strict UTF-8, the code page of `language`, the best guess.

    ValidationError for what is no text, for UTF-8 that breaks off half way, for an endless line.
    """
    with path.open("rb") as file:
        named = marked(file.read(BLOCK))
    if named:
        _decode(path, named)
        return named
    _refuse_binary(path)
    if _reads_as_utf8(path):
        return "utf-8"
    for guess in (CODE_PAGES.get(language, ""), _guess(path)):
        if guess and _fits(path, guess):
            return guess
    raise ValidationError(
        _("The letters of “%(file)s” could not be read. Save it as CSV in UTF-8 and try again.")
        % {"file": path.name}
    )


def open_text(path: Path, encoding: str, errors: str = "strict") -> TextIO:
    """The file as text, its line breaks as they are, a mark before it left out."""
    file = path.open("rb")
    file.seek(_start(file.read(2), encoding))
    return io.TextIOWrapper(file, encoding=encoding, errors=errors, newline="")


def marked(head: bytes) -> str:
    """The encoding that the first bytes give away: by a mark, or by where the zeros are."""
    if head[:2] in _CUT_MARK and (wide := _wide(head[2:402])):
        return wide
    named = next((name for mark, name in _MARKS if head.startswith(mark)), "")
    return named or _unmarked(head)


def _start(head: bytes, encoding: str) -> int:
    """Bytes before the text: the two of a mark that was cut short."""
    return 2 if encoding in ("utf-32-le", "utf-32-be") and head in _CUT_MARK else 0


def _wide(start: bytes) -> str:
    """UTF-32 behind a mark of two bytes: of four bytes, the two of the planes are zero."""
    if len(start) >= 8 and len(start) % 4 == 0:
        for places, name in (((0, 1), "utf-32-be"), ((2, 3), "utf-32-le")):
            if not any(any(start[place::4]) for place in places):
                return name
    return ""


def _unmarked(head: bytes) -> str:
    """UTF-16 without its mark: in Latin text every second byte is zero."""
    start = head[:400]
    if len(start) >= 8 and len(start) % 2 == 0:
        for first, name in ((1, "utf-16-le"), (0, "utf-16-be")):
            if start[first::2].count(0) >= 0.9 * len(start) / 2 and 0 not in start[1 - first :: 2]:
                return name
    return ""


def _blocks(path: Path, start: int = 0) -> Iterator[bytes]:
    """The file in pieces; ValidationError as soon as a line has no end in sight."""
    line, since = 1, 0
    with path.open("rb") as file:
        file.seek(start)
        while block := file.read(BLOCK):
            last = max(block.rfind(b"\n"), block.rfind(b"\r"))
            since = len(block) - last - 1 if last >= 0 else since + len(block)
            line += block.count(b"\n")
            if since > LONGEST:
                raise too_long(path, line)
            yield block


def _refuse_binary(path: Path) -> None:
    line = 1
    for block in _blocks(path):
        if (place := block.find(b"\0")) >= 0:
            line += block.count(b"\n", 0, place)
            raise ValidationError(
                _("“%(file)s” is no text: line %(line)s holds a zero byte. Export it as CSV again.")
                % {"file": path.name, "line": line}
            )
        line += block.count(b"\n")


def _reads_as_utf8(path: Path) -> bool:
    """True for UTF-8; False for another encoding; ValidationError where it starts well and breaks.

    Letters beyond ASCII that were good UTF-8 before the bad byte mean a damaged file.
    """
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    line, foreign = 1, False
    for block in _with_end(path):
        try:
            text = decoder.decode(block, final=not block)
        except UnicodeDecodeError as error:
            good = error.object[: error.start]
            if foreign or not good.isascii():
                raise _broken(path, line + good.count(b"\n")) from None
            return False
        foreign = foreign or not text.isascii()
        line += text.count("\n")
    return True


def _with_end(path: Path, start: int = 0) -> Iterator[bytes]:
    yield from _blocks(path, start)
    yield b""


def _broken(path: Path, line: int) -> ValidationError:
    return ValidationError(
        _("The text of “%(file)s” is damaged in line %(line)s. Export it again in UTF-8.")
        % {"file": path.name, "line": line}
    )


def _decode(path: Path, name: str) -> None:
    """Refuse a file that does not keep to the encoding its mark promises."""
    decoder = codecs.getincrementaldecoder(name)("strict")
    with path.open("rb") as file:
        start = _start(file.read(2), name)
    line = 1
    for block in _with_end(path, start):
        try:
            line += decoder.decode(block, final=not block).count("\n")
        except UnicodeDecodeError as error:
            line += error.object[: error.start].count(b"\n")
            raise _broken(path, line) from None


def _guess(path: Path) -> str:
    with path.open("rb") as file:
        best = from_bytes(file.read(SAMPLE)).best()
    return best.encoding if best else ""


def _fits(path: Path, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)("strict")
    try:
        for block in _with_end(path):
            decoder.decode(block, final=not block)
    except UnicodeDecodeError:
        return False
    return True
