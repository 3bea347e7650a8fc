"""vCard as programs write it: 2.1, 3.0 (RFC 2426), 4.0 (RFC 6350), read without strictness.

Bytes become cards of properties: folded lines joined, quoted-printable and charsets decoded. What
is no property belongs to the one before it, and an unknown charset is guessed: nothing is refused
but a card that never ends and one too large for any person.
"""

from __future__ import annotations

import binascii
import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

from kartotek.core.errors import ValidationError
from kartotek.interfaces.files.encoding import CODE_PAGES, marked, open_text

LONGEST = 20_000_000  # bytes of one property: pictures are written into it
MOST_LINES = 5_000
HEAD = 2_000  # bytes in which a line says how its value is written
_QUOTED = re.compile(rb"[^:]*;\s*(ENCODING=)?(QUOTED-PRINTABLE|Q)\s*[;:]", re.IGNORECASE)
_BASE64 = re.compile(rb"[^:]*;\s*(ENCODING=)?\"?(BASE64|B)\"?\s*[;:]", re.IGNORECASE)
_CARETS = {"^n": "\n", "^'": '"', "^^": "^"}  # RFC 6868
_ENCODINGS = {"QUOTED-PRINTABLE", "BASE64", "8BIT", "7BIT", "B", "Q"}


@dataclass
class Property:
    """One line of a card: "item1.TEL;TYPE=work:…". Names are upper case, parameters' too."""

    name: str
    group: str
    parameters: dict[str, list[str]]
    value: str  # decoded from bytes; its backslashes still stand
    is_binary: bool = False

    def given(self, parameter: str) -> list[str]:
        """The values of a parameter, in lower case, however they were spelt."""
        found = self.parameters.get(parameter, [])
        return [one.strip().lower() for text in found for one in text.split(",") if one.strip()]


@dataclass
class Card:
    """One card: the line it begins in, and its properties in their order."""

    line: int
    properties: list[Property] = field(default_factory=list)
    agent: list[str] = field(default_factory=list)  # lines of a card inside of this one
    depth: int = 0

    def is_inside(self, is_begin: bool) -> bool:
        """Whether a line belongs to the card of an agent: 2.1 writes it into the card itself."""
        last = self.properties[-1:]
        if is_begin and (self.depth or (last and last[0].name == "AGENT" and not last[0].value)):
            self.depth += 1
        return self.depth > 0

    def keep(self, line: bytes, language: str) -> None:
        """Keep a line of an agent's card as text of this one."""
        self.agent.append(decoded(line, "", language))
        self.depth -= _word(line) == b"END:VCARD"
        if not self.depth:
            self.properties[-1].value = "\\n".join(self.agent)
            self.agent = []


def cards(path: Path, language: str) -> Iterator[Card]:
    """Every card of a file; ValidationError for one that never ends."""
    card: Card | None = None
    for number, line in _logical(path):
        is_begin = _word(line) == b"BEGIN:VCARD"
        if card and card.is_inside(is_begin):
            card.keep(line, language)
        elif is_begin:
            if card:  # its end is missing, its start is not
                yield card
            card = Card(number)
        elif card and _word(line) == b"END:VCARD":
            yield card
            card = None
        elif card:
            card.properties.append(_property(line, language))
        if card and max(len(card.properties), len(card.agent)) > MOST_LINES:
            raise _too_many(path, card)
    if card:
        raise ValidationError(
            _("The card that begins in line %(line)s of “%(file)s” never ends. The file may be cut "
              "off; export it again.")
            % {"line": card.line, "file": path.name}
        )  # fmt: skip


def _word(line: bytes) -> bytes:
    return line[:40].strip().upper().replace(b" ", b"")


def _too_many(path: Path, card: Card) -> ValidationError:
    return ValidationError(
        _("The card that begins in line %(line)s of “%(file)s” has more than %(most)s lines. "
          "Take it out of the file.")
        % {"line": card.line, "file": path.name, "most": MOST_LINES}
    )  # fmt: skip


def _property(line: bytes, language: str) -> Property:
    head, value = _split(line)
    named, *given = _parted(decoded(head, "", language), ";")
    group, _dot, name = named.strip().rpartition(".")
    parameters: dict[str, list[str]] = {}
    for one in given:
        key, text = _parameter(one)
        parameters.setdefault(key, []).append(text)
    charset = parameters.get("CHARSET", [""])[0]
    encoding = parameters.get("ENCODING", [""])[0].upper()
    if encoding in ("QUOTED-PRINTABLE", "Q"):
        value = binascii.a2b_qp(value)
    is_binary = encoding in ("BASE64", "B")
    text = "".join(decoded(value, charset, language).split("\0"))
    if is_binary:
        text = "".join(text.split())
    return Property(name.upper(), group.lower(), parameters, text, is_binary)


def _split(line: bytes) -> tuple[bytes, bytes]:
    """Before and after the first colon that stands outside of quotation marks."""
    head, _colon, value = line.partition(b":")
    if b'"' not in head:
        return head, value
    is_quoted = False
    for place, byte in enumerate(line):
        if byte == 0x22:
            is_quoted = not is_quoted
        elif byte == 0x3A and not is_quoted:
            return line[:place], line[place + 1 :]
    return head, value


def _parted(text: str, mark: str) -> list[str]:
    """Split at a mark that stands outside of quotation marks."""
    if '"' not in text:
        return text.split(mark)
    parts, is_quoted = [""], False
    for letter in text:
        if letter == '"':
            is_quoted = not is_quoted
        if letter == mark and not is_quoted:
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def _parameter(text: str) -> tuple[str, str]:
    """ "TYPE=work", and the bare words of 2.1: "WORK", "BASE64"."""
    key, equals, value = text.partition("=")
    if not equals:
        word = key.strip()
        return ("ENCODING" if word.upper() in _ENCODINGS else "TYPE"), word
    bare = value.strip().strip('"')
    return key.strip().upper(), re.sub(r"\^[n'^]", lambda one: _CARETS[one[0]], bare)


def decoded(value: bytes, charset: str, language: str) -> str:
    """Bytes as text: in the charset named, else UTF-8, else the code page of the language."""
    for name in (charset, "utf-8"):
        try:
            if name:
                return value.decode(name)
        except (LookupError, ValueError):  # no such charset; not written in it
            continue
    kept = value.decode("utf-8", "replace")
    lost = kept.count("\ufffd")
    if lost * 2 < sum(letter > "\x7f" for letter in kept):  # UTF-8 that was cut inside a letter
        return kept
    try:
        return value.decode(CODE_PAGES.get(language, "cp1252"))
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _endless(path: Path, line: int) -> ValidationError:
    return ValidationError(
        _("Line %(line)s of “%(file)s” is longer than %(most)s MB. Take its card out of the file.")
        % {"line": line, "file": path.name, "most": LONGEST // 1_000_000}
    )


@dataclass
class _Logical:
    """A line on its way: what was folded is put together again."""

    start: int
    pieces: list[bytes]
    is_old: bool
    size: int = 0

    def __post_init__(self) -> None:
        head = self.pieces[0][:HEAD]
        self.is_quoted = bool(_QUOTED.match(head))
        self.is_base64 = bool(_BASE64.match(head))

    def takes(self, line: bytes) -> bool:
        """Folded, after a soft line break, more of a picture, or no property at all."""
        if line[:1] in (b" ", b"\t") or self._is_soft:
            return True
        return bool(line) and b":" not in line

    def add(self, line: bytes) -> None:
        if self._is_soft:
            self.pieces[-1] = self.pieces[-1][:-1]
        elif line[:1] in (b" ", b"\t"):
            # 2.1 folds where a blank stands and keeps it; later versions put one in.
            line = line if self.is_old else line[1:]
        elif not self.is_base64:
            line = b"\\n" + line
        self.pieces.append(line)
        self.size += len(line)

    @property
    def _is_soft(self) -> bool:
        return self.is_quoted and self.pieces[-1].endswith(b"=")


def _logical(path: Path) -> Iterator[tuple[int, bytes]]:
    """Lines as they were before folding, with the number of the first of them."""
    current: _Logical | None = None
    is_old = False
    for number, line in _physical(path):
        if current and current.takes(line):
            current.add(line)
            if current.size > LONGEST:
                raise _endless(path, number)
            continue
        if current:
            yield current.start, b"".join(current.pieces)
        if line.upper().startswith(b"VERSION:"):
            is_old = b"2.1" in line
        current = _Logical(number, [line], is_old) if line.strip() else None
    if current:
        yield current.start, b"".join(current.pieces)


def _physical(path: Path) -> Iterator[tuple[int, bytes]]:
    """Lines without their ends, numbered from 1; what is UTF-16 or -32 becomes UTF-8."""
    with path.open("rb") as file:
        encoding = marked(file.read(400))
    number = 0
    for raw in _raw(path, encoding):
        if len(raw) > LONGEST:
            raise _endless(path, number + 1)
        for line in re.split(rb"\r\n|\r|\n", raw.removesuffix(b"\n").removesuffix(b"\r")):
            number += 1
            yield number, line.removeprefix(codecs.BOM_UTF8) if number == 1 else line


def _raw(path: Path, encoding: str) -> Iterator[bytes]:
    if encoding.startswith("utf-16") or encoding.startswith("utf-32"):
        with open_text(path, encoding, "replace") as text:
            while line := text.readline(LONGEST + 1):
                yield line.lstrip("\ufeff").encode("utf-8", "replace")
        return
    with path.open("rb") as file:
        while piece := file.readline(LONGEST + 1):
            yield piece
