"""Text that was encoded twice ("AdolesCiÃªncia"): told from good text, and mended."""

from __future__ import annotations

import re
from dataclasses import dataclass

# What Windows shows for each byte; bytes it has no letter for stand for themselves.
_LETTERS = {
    byte: bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x80, 0x100)
}
_BYTES = {ord(letter): byte for byte, letter in _LETTERS.items()}
# Dashes and quotation marks follow a capital in good text too ("PÅ–", "„Ä“"), so they are no sign.
_INNOCENT = "“”„‘’–—"
_FOLLOWS = "".join(
    re.escape(letter)
    for byte in range(0x80, 0xC0)
    for letter in {_LETTERS[byte], chr(byte)}
    if letter not in _INNOCENT
)
_SIGN = re.compile(f"[ÂÃÄÅ][{_FOLLOWS}]|â€|Ã[{_INNOCENT}]")


@dataclass
class Twice:
    """What was seen of one column: how many cells look so, how many of them can be mended."""

    cells: int = 0
    mendable: int = 0
    example: str = ""

    def add(self, text: str) -> None:
        self.cells += 1
        better = mended(text)
        self.mendable += better != text
        self.example = self.example or f"“{text[:40]}” → “{better[:40]}”"

    @property
    def is_certain(self) -> bool:
        return self.cells == self.mendable


def is_suspect(text: str) -> bool:
    """Letters that in good text hardly ever stand beside each other."""
    return not text.isascii() and _SIGN.search(text) is not None


def mended(text: str) -> str:
    """The text decoded once more; as it is where it is not suspect or does not decode cleanly."""
    if not is_suspect(text):
        return text
    try:
        return text.translate(_BYTES).encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text
