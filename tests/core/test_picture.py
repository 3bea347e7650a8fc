"""What a logo may be: its bytes say so, and a drawing holds nothing but shapes."""

import struct
import zlib

import pytest

from kartotek.core.errors import ValidationError
from kartotek.core.picture import MOST_BYTES, MOST_PIXELS, Picture, picture_of

SVG = 'xmlns="http://www.w3.org/2000/svg"'
PLAIN = f'<svg {SVG} viewBox="0 0 120 40"><path d="M0 0h9" style="fill:#123"/></svg>'.encode()


def png(width=3, height=2):
    def chunk(kind, body):
        sum_of = zlib.crc32(kind + body)
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", sum_of)

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = b"".join(b"\0" + b"\x20\x60\x50" * min(width, 9) for _row in range(min(height, 9)))
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def jpeg(width, height):
    comment = b"\xff\xfe\x00\x06abcd"  # a segment before the frame
    frame = b"\xff\xc2\x00\x11\x08" + struct.pack(">HH", height, width) + b"\x03" + bytes(9)
    return b"\xff\xd8" + comment + b"\xff" + frame + b"\xff\xd9"


def webp(form, body):
    return b"RIFF" + struct.pack("<I", 12 + len(body)) + b"WEBP" + form + bytes(4) + body


LOSSY = webp(b"VP8 ", b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 300, 70) + bytes(9))
LOSSLESS = webp(b"VP8L", b"\x2f" + struct.pack("<I", 299 | 69 << 14) + bytes(9))
EXTENDED = webp(b"VP8X", bytes(4) + b"\x2b\x01\0" + b"\x45\0\0" + bytes(9))


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (png(640, 200), ("image/png", 640, 200)),
        (jpeg(640, 200), ("image/jpeg", 640, 200)),
        (LOSSY, ("image/webp", 300, 70)),
        (LOSSLESS, ("image/webp", 300, 70)),
        (EXTENDED, ("image/webp", 300, 70)),
        (PLAIN, ("image/svg+xml", 120, 40)),
        (b"\xef\xbb\xbf<?xml version='1.0'?>" + PLAIN, ("image/svg+xml", 120, 40)),
        (f'<svg {SVG} width="80px" height="20"/>'.encode(), ("image/svg+xml", 80, 20)),
    ],
)
def test_the_kind_and_the_sides_stand_in_the_bytes(data, wanted):
    assert picture_of(data) == Picture(*wanted)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "empty"),
        (b"GIF89a\x01\0\x01\0", "no picture"),
        (b"%PDF-1.7", "no picture"),
        (b"<html><body>logo</body></html>", "no picture"),
        (b"MZ" + bytes(200), "no picture"),
        (png()[:15], "no picture"),
        (png(0, 5), "no picture"),
        (jpeg(5, 5)[:14], "no picture"),
        (LOSSY[:20], "no picture"),
        (png(4001, 5), "4001 × 5 pixels"),
        (jpeg(5, 4001), "5 × 4001 pixels"),
        (png() + bytes(MOST_BYTES), "at most 1 MB"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><g></svg>", "broken"),
        (f'<svg {SVG} width="9000" height="20"/>'.encode(), "9000 × 20 pixels"),
    ],
)
def test_anything_else_is_refused_with_what_to_do(data, why):
    with pytest.raises(ValidationError, match=why):
        picture_of(data)


XLINK = 'xmlns:xlink="http://www.w3.org/1999/xlink"'
ENTITY = "<!DOCTYPE svg [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]>"


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<script href="//evil.example/x.js"/>',
        "<foreignObject><div/></foreignObject>",
        '<path onload="alert(1)"/>',
        '<path OnClick="alert(1)"/>',
        '<a href="javascript:alert(1)"><path/></a>',
        '<image href="https://evil.example/a.png"/>',
        '<image href="data:image/svg+xml;base64,AAAA"/>',
        '<use href="https://evil.example/a.svg#x"/>',
        '<use xlink:href="data:image/svg+xml,x#x"/>',
        '<path fill="url(https://evil.example/a.svg#x)"/>',
        "<path style=\"fill:url( 'https://evil.example/a' )\"/>",
        '<path style="fill:\\75rl(//evil.example)"/>',
        "<style>@import '//evil.example/a.css';</style>",
        "<style>path { fill: ur/**/l(//evil.example) }</style>",
        "<style>@font-face { src: url(//evil.example) }</style>",
        '<set attributeName="href" to="javascript:alert(1)"/>',
        '<animate attributeName="href" values="javascript:alert(1)"/>',
        "<iframe/>",
        "<filter/>",
        '<html:script xmlns:html="http://www.w3.org/1999/xhtml">x</html:script>',
        '<x:path xmlns:x="urn:other"/>',
        '<path xmlns:x="urn:other" x:fill="red"/>',
        '<path xml:base="https://evil.example/"/>',
        "<svg/>",
        '<g id="a"><use href="#b"/></g><use href="#a"/>',
        "<g>" * 60 + "</g>" * 60,
        "<path/>" * 20_001,
        '<path id="a"/>' + '<use href="#a"/>' * 101,
    ],
)
def test_a_drawing_that_acts_reaches_out_or_never_ends_is_refused(inside):
    with pytest.raises(ValidationError, match="more than a drawing"):
        picture_of(f"<svg {SVG} {XLINK}>{inside}</svg>".encode())


@pytest.mark.parametrize(
    "whole",
    [
        f"{ENTITY}<svg {SVG}>&b;</svg>",
        f'<!DOCTYPE svg SYSTEM "http://evil.example/x.dtd"><svg {SVG}/>',
        f'<?xml-stylesheet href="//evil.example/a.css"?><svg {SVG}/>',
        f"<?xml version='1.0' encoding='cp037'?><svg {SVG}/>",
        f"<?xml version='1.0' encoding='windows-1252'?><svg {SVG}/>",
        "<svg/>",
        f"<g {SVG}><svg {SVG}/></g>",
    ],
)
def test_so_is_one_with_a_document_type_an_instruction_or_another_root(whole):
    with pytest.raises(ValidationError, match="more than a drawing"):
        picture_of(whole.encode())


def test_what_drawing_programs_write_passes():
    drawn = f"""<?xml version="1.0" encoding="utf-8"?>
    <!-- Generator: a drawing program -->
    <svg version="1.1" id="L" {SVG} {XLINK} x="0px" y="0px" viewBox="0 0 200 60"
      style="enable-background:new 0 0 200 60;" xml:space="preserve">
    <style type="text/css">.st0{{fill:url(#grad);clip-path:url('#clip');}}</style>
    <defs><linearGradient id="grad"><stop offset="0" stop-color="#123"/></linearGradient>
    <path id="shape" d="M0,0h9"/><clipPath id="clip"><use xlink:href="#shape"/></clipPath></defs>
    <title>Fjord</title><g class="st0" transform="translate(1 2)"><text x="1">Fjord @ sea</text></g>
    </svg>"""
    assert picture_of(drawn.encode()) == Picture("image/svg+xml", 200, 60)


def test_a_picture_of_just_the_most_passes():
    assert (MOST_BYTES, MOST_PIXELS) == (1_048_576, 4_000)
    padded = png(4_000, 4_000)
    padded += bytes(MOST_BYTES - len(padded))
    assert picture_of(padded) == Picture("image/png", 4_000, 4_000)


@pytest.mark.parametrize("sides", [(2**24 + 3, 2), (3, 2**24 + 2)])
def test_each_of_the_four_bytes_of_a_side_counts(sides):
    with pytest.raises(ValidationError, match="pixels"):
        picture_of(png(*sides))


def framed(kind: int, before: bytes = b"") -> bytes:
    """A JPEG that ends with the sides of its frame: 640 by 200."""
    return b"\xff\xd8" + before + bytes([0xFF, kind, 0, 17, 8]) + struct.pack(">HH", 200, 640)


LONG = b"\xff\xfe\x01\x2c" + bytes(298)  # a comment of 300 bytes
FRAMES = [*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)]


@pytest.mark.parametrize("kind", FRAMES)
def test_a_frame_of_any_kind_names_the_sides(kind):
    assert picture_of(framed(kind)) == Picture("image/jpeg", 640, 200)


@pytest.mark.parametrize("before", [LONG, b"\xff\xfe\x00\x02", LONG + b"\xff\xff", b"\xff"])
def test_what_stands_before_a_frame_is_passed_over(before):
    assert picture_of(framed(0xC2, before)) == Picture("image/jpeg", 640, 200)


SHORT = bytes(4) + b"\x2b\x01\0" + b"\x45\0\0"  # the sides of an extended WebP, and no more


def test_the_shortest_webp_is_one():
    data = webp(b"VP8X", SHORT)
    assert len(data) == 30 and picture_of(data) == Picture("image/webp", 300, 70)


@pytest.mark.parametrize(
    "data",
    [
        png().replace(b"IHDR", b"IHDX"), png().replace(b"PNG", b"PNX"),
        *(framed(kind) for kind in (0xBF, 0xC4, 0xC8, 0xCC, 0xD0)),
        framed(0xC2)[:-1], b"\0\0" + framed(0xC2)[2:],
        b"\xff\xd8\xff\xfe\0\x02\0" + framed(0xC2)[3:],
        webp(b"VP8X", SHORT)[:-1], webp(b"VP8X", SHORT).replace(b"RIFF", b"RIFX"),
        webp(b"VP8X", SHORT).replace(b"WEBP", b"WAVE"), webp(b"ALPH", SHORT),
        LOSSLESS.replace(b"\x2f", b"\x2e"), LOSSLESS.replace(b"VP8L", b"VP8M"),
        LOSSY.replace(b"\x9d\x01", b"\x9d\x02"), LOSSY.replace(b"VP8 ", b"VP8M"),
    ],
)  # fmt: skip
def test_what_is_one_byte_off_is_no_picture(data):
    with pytest.raises(ValidationError, match="no picture"):
        picture_of(data)
