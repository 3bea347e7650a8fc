"""In which letters a text file is written: worked out from all of it, without holding it."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path

from charset_normalizer import from_bytes
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kartotek.core.errors import ValidationError

BLOCK = 262_144
SAMPLE = 1_000_000  # bytes shown to the last guess
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
CODE_PAGES = {"lv": "cp1257", "nb": "cp1252", "pt": "cp1252", "en": "cp1252"}
_OTHER_KINDS = (
    (b"PK\x03\x04", gettext_lazy("a ZIP or Excel file")),
    (b"%PDF", gettext_lazy("a PDF")),
)


def encoding_of(path: Path, language: str) -> str:
    """A byte order mark, strict UTF-8, the code page of `language`, the best guess.

    ValidationError for what is no text, and for UTF-8 that breaks off half way.
    """
    with path.open("rb") as file:
        head = file.read(BLOCK)
    for sign, kind in _OTHER_KINDS:
        if head.startswith(sign):
            raise ValidationError(
                _("“%(file)s” is %(kind)s, not a CSV file. Save it as CSV and import that.")
                % {"file": path.name, "kind": kind}
            )
    named = next((name for mark, name in _MARKS if head.startswith(mark)), "") or _unmarked(head)
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


def _unmarked(head: bytes) -> str:
    """UTF-16 without its mark: in Latin text every second byte is zero."""
    start = head[:400]
    if len(start) >= 8 and len(start) % 2 == 0:
        for first, name in ((1, "utf-16-le"), (0, "utf-16-be")):
            if start[first::2].count(0) >= 0.9 * len(start) / 2 and 0 not in start[1 - first :: 2]:
                return name
    return ""


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(BLOCK):
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


def _with_end(path: Path) -> Iterator[bytes]:
    yield from _blocks(path)
    yield b""


def _broken(path: Path, line: int) -> ValidationError:
    return ValidationError(
        _("The text of “%(file)s” is damaged in line %(line)s. Export it again in UTF-8.")
        % {"file": path.name, "line": line}
    )


def _decode(path: Path, name: str) -> None:
    """Refuse a file that does not keep to the encoding its mark promises."""
    decoder = codecs.getincrementaldecoder(name)("strict")
    line = 1
    for block in _with_end(path):
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
