"""Drawings from outside: only shapes, colours and text pass; whatever acts or reaches out does not.

A list of what is allowed, never of what is forbidden: an SVG is a page, and what can be written
into a page grows. One that holds anything else is refused, not cleaned: what was shown is then what
was brought.
"""

from __future__ import annotations

import re
from xml.parsers import expat

from django.utils.translation import gettext as _

from kartotek.core.errors import ValidationError

SPACE = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
XML = "http://www.w3.org/XML/1998/namespace"
MOST_NODES, DEEPEST, MOST_USES = 20_000, 40, 100
MOST_SIDE = 4000  # pixels
ENCODINGS = ("utf-8", "us-ascii", "iso-8859-1")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ELEMENTS = _words(
    "svg g defs title desc path rect circle ellipse line polyline polygon text tspan "
    "linearGradient radialGradient stop clipPath mask use symbol style"
)
ATTRIBUTES = _words(
    "id class style version baseProfile viewBox preserveAspectRatio x y x1 y1 x2 y2 cx cy r rx ry "
    "fx fy fr dx dy d width height points rotate pathLength offset transform gradientUnits "
    "gradientTransform spreadMethod clipPathUnits maskUnits maskContentUnits textLength "
    "lengthAdjust color fill fill-opacity fill-rule stroke stroke-width stroke-opacity "
    "stroke-linecap stroke-linejoin stroke-miterlimit stroke-dasharray stroke-dashoffset opacity "
    "stop-color stop-opacity clip-path clip-rule mask mask-type display visibility overflow "
    "color-interpolation font-family font-size font-style font-weight font-variant font-stretch "
    "letter-spacing word-spacing text-anchor text-decoration dominant-baseline "
    "alignment-baseline baseline-shift shape-rendering text-rendering image-rendering "
    "vector-effect paint-order mix-blend-mode isolation enable-background role aria-label "
    "aria-hidden aria-labelledby focusable type media lang direction unicode-bidi writing-mode "
    "xml:space xml:lang href"
)
_OUTSIDE = re.compile(  # in a value or a style sheet: what loads, runs, or hides a word that does
    r"url\s*\(\s*['\"]?\s*(?!#)(?!['\"\s])|@|\\|script\s*:|data\s*:|expression|behaviou?r|-moz-binding|"
    r"\b(?:image|image-set|cross-fade|element|src)\s*\(|/\*",
    re.IGNORECASE,
)
_LENGTH = re.compile(r"\s*(\d{1,6}(?:\.\d+)?)(?:px)?\s*")


def is_like(data: bytes) -> bool:
    """Does this begin as an SVG does? Whether it is a right one, `checked` says."""
    start = data[:4096].decode("utf-8-sig", "replace").lstrip()
    return start.startswith("<") and "<svg" in data[:65536].decode("utf-8", "replace").lower()


def checked(data: bytes) -> tuple[int, int]:
    """Its sides in pixels, 0 where it names none. ValidationError: more than shapes in it."""
    reader = _Reader()
    try:
        reader.read(data)
    except expat.ExpatError:
        raise ValidationError(
            _("This SVG is broken. Save it anew in the program that it was made with.")
        ) from None
    reader.refuse_nested_uses()
    return reader.sides


def _refused(what: str) -> ValidationError:
    return ValidationError(
        _("This SVG holds more than a drawing: %(what)s. Save it as “plain SVG” without it, or as "
          "PNG.") % {"what": what[:60]}
    )  # fmt: skip


class _Reader:
    """One pass over the elements; the first thing that is not on the lists ends it."""

    sides: tuple[int, int]  # as its root says

    def __init__(self) -> None:
        self._nodes = self._uses = 0
        self._open: list[tuple[str, str]] = []  # (element, its id) from the root to here
        self._style = ""
        self._using: set[str] = set()  # ids of what has a `use` in it
        self._used: set[str] = set()
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.XmlDeclHandler = self._declaration
        self._parser.StartDoctypeDeclHandler = self._document_type
        self._parser.EntityDeclHandler = self._document_type
        self._parser.ProcessingInstructionHandler = self._instruction
        self._parser.StartElementHandler = self._begin
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text

    def read(self, data: bytes) -> None:
        self._parser.Parse(data, True)

    def refuse_nested_uses(self) -> None:
        """A copy of copies of copies would draw for ever."""
        if self._used & self._using:
            raise _refused("use → use")

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding and encoding.lower() not in ENCODINGS:  # a browser could read other letters
            raise _refused(encoding)

    def _document_type(self, *_given: object) -> None:
        raise _refused("<!DOCTYPE>")

    def _instruction(self, target: str, _data: str) -> None:
        raise _refused(f"<?{target}>")

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        space, _blank, element = name.rpartition(" ")
        self._nodes += 1
        if space != SPACE or element not in ELEMENTS or (element == "svg") != (not self._open):
            raise _refused(f"<{element}>")
        if self._nodes > MOST_NODES or len(self._open) >= DEEPEST:
            raise _refused(_("too many parts"))
        plain = {_name(key): value for key, value in attributes.items()}
        for key, value in plain.items():
            _refuse_attribute(key, value)
        self._open.append((element, plain.get("id", "")))
        if element == "svg":
            self.sides = _sides(plain)
        if element == "use":
            self._note_use(plain.get("href", ""))

    def _note_use(self, href: str) -> None:
        self._uses += 1
        if self._uses > MOST_USES:
            raise _refused(_("too many parts"))
        self._used.add(href.strip().removeprefix("#"))
        self._using |= {own for _element, own in self._open if own}

    def _end(self, _name: str) -> None:
        element, _own = self._open.pop()
        if element == "style":
            if _OUTSIDE.search(self._style):
                raise _refused("<style>")
            self._style = ""

    def _text(self, text: str) -> None:
        if self._open and self._open[-1][0] == "style":
            self._style += text


def _name(key: str) -> str:
    """An attribute as the list has it; of foreign ones only `xlink:href` and `xml:…` are known."""
    space, _blank, name = key.rpartition(" ")
    if space == XLINK and name == "href":
        return name
    return f"xml:{name}" if space == XML else key


def _refuse_attribute(key: str, value: str) -> None:
    if key not in ATTRIBUTES:
        raise _refused(key.rpartition(" ")[2])
    if (key == "href" and not value.strip().startswith("#")) or _OUTSIDE.search(value):
        raise _refused(f"{key}=…")


def _sides(attributes: dict[str, str]) -> tuple[int, int]:
    """As width and height say, else as the view box does; percent and other units say nothing."""
    found = [_LENGTH.fullmatch(attributes.get(one, "")) for one in ("width", "height")]
    if all(found):
        width, height = (round(float(one.group(1))) for one in found if one)
        return width, height
    box = re.findall(r"-?\d{1,7}(?:\.\d+)?", attributes.get("viewBox", ""))
    if len(box) != 4:
        return 0, 0
    # A view box is a measure of its own: how many pixels it fills is for the page to say.
    width, height = (min(round(float(one)), MOST_SIDE) for one in box[2:])
    return width, height
