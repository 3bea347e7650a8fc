"""What a picture is, by its own bytes: PNG, JPEG, WebP or SVG, and how big. No name is believed."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from kartotek.core import svg
from kartotek.core.errors import ValidationError

MOST_BYTES = 1024 * 1024
MOST_PIXELS = svg.MOST_SIDE
# Start of frame: every one but the tables of Huffman (C4), arithmetic (CC) and JPEG-LS (C8).
_FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True)
class Picture:
    """A picture that may be shown: its media type and its sides in pixels, 0 where it has none."""

    media_type: str
    width: int
    height: int


def picture_of(data: bytes) -> Picture:
    """What these bytes are. ValidationError for anything else, or one that is too big or unsafe."""
    if not data:
        raise ValidationError(_("This file is empty. Choose one with something in it."))
    if len(data) > MOST_BYTES:
        raise ValidationError(_("A logo has at most 1 MB. Save it smaller, then bring it again."))
    found = _png(data) or _jpeg(data) or _webp(data) or _svg(data)
    if found is None:
        raise ValidationError(
            _("This is no picture that can be shown. Bring a PNG, JPEG, WebP or SVG file.")
        )
    if max(found.width, found.height) > MOST_PIXELS:
        raise ValidationError(
            _("This picture has %(width)s × %(height)s pixels; at most %(most)s × %(most)s can be "
              "taken. Save it smaller, then bring it again.")
            % {"width": found.width, "height": found.height, "most": MOST_PIXELS}
        )  # fmt: skip
    return found


def _sized(media_type: str, width: int, height: int) -> Picture | None:
    return Picture(media_type, width, height) if width and height else None


def _png(data: bytes) -> Picture | None:
    """PNG (W3C), 11.2.1: IHDR is the first chunk, its sides are two numbers of four bytes."""
    if not data.startswith(b"\x89PNG\r\n\x1a\n") or data[12:16] != b"IHDR":
        return None
    return _sized("image/png", int.from_bytes(data[16:20]), int.from_bytes(data[20:24]))


def _jpeg(data: bytes) -> Picture | None:
    """JPEG (ITU T.81), B.1.1: segments one after the other, until a frame names its sides."""
    if not data.startswith(b"\xff\xd8\xff"):
        return None
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        kind = data[at + 1]
        if kind in _FRAMES:
            height, width = data[at + 5 : at + 7], data[at + 7 : at + 9]
            return _sized("image/jpeg", int.from_bytes(width), int.from_bytes(height))
        if kind == 0xFF:  # a byte that fills up
            at += 1
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4])
    return None


def _webp(data: bytes) -> Picture | None:
    """WebP (RFC 9649): the sides stand in another place of each of its three forms."""
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP" or len(data) < 30:
        return None
    form = data[12:16]
    if form == b"VP8X":
        width, height = (int.from_bytes(data[at : at + 3], "little") + 1 for at in (24, 27))
    elif form == b"VP8L" and data[20] == 0x2F:
        bits = int.from_bytes(data[21:25], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif form == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        width, height = (int.from_bytes(data[at : at + 2], "little") & 0x3FFF for at in (26, 28))
    else:
        return None
    return _sized("image/webp", width, height)


def _svg(data: bytes) -> Picture | None:
    if not svg.is_like(data):
        return None
    width, height = svg.checked(data)
    return Picture("image/svg+xml", width, height)
