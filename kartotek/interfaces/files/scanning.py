"""A workbook's XML read once as a stream, before a library takes its word for anything.

The library lays out a sheet from its first to its last cell and copies a shared text into every
cell that names it, so one cell at the far corner, or one long text named often, would fill all
memory. ECMA-376 part 1 (18.3.1.4 cell, 18.4.8 shared string), OpenDocument 1.2 part 1 (9.1).
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from xml.parsers import expat

from django.utils.translation import gettext as _

from kartotek.core.errors import ValidationError
from kartotek.interfaces.files.archives import PIECE, archive, refuse_large
from kartotek.interfaces.files.table import cut

MOST_CELLS = 2_000_000  # in the rectangle around all cells of a sheet
MOST_LETTERS = 50_000_000  # in all cells of a sheet
MOST_BYTES = 400_000_000  # of XML: more than the cells and letters above come to
MOST_TAG = 1_000_000  # bytes of one tag: the parser holds it whole
Attributes = dict[str, str]


class Watch:
    """Follows one member of the archive; subclasses know what it means.

    Called for every tag of a sheet, millions of times: names arrive as they are written, and
    those with a prefix are asked about again without it.
    """

    def start(self, name: str, attributes: Attributes) -> None:
        """An element begins."""

    def text(self, letters: str) -> None:
        """Text inside an element."""

    def finish(self) -> None:
        """The member was read to its end."""


class Extent(Watch):
    """How far the cells of a sheet reach, and how many letters they hold."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.letters = self.before = 0
        self.clear()

    def clear(self) -> None:
        """Another sheet, which is held beside those before it."""
        self.top = self.left = 1 << 62
        self.bottom = self.right = -1

    def reach(self, row: int, column: int) -> None:
        """A cell that holds something."""
        if self.top <= row <= self.bottom and self.left <= column <= self.right:
            return
        self.top, self.bottom = min(self.top, row), max(self.bottom, row)
        self.left, self.right = min(self.left, column), max(self.right, column)
        if self.before + self.size > MOST_CELLS:
            raise ValidationError(
                _("A sheet of “%(file)s” reaches over more than %(most)s cells. Delete what stands "
                  "far from the table, or save the sheet as CSV.")
                % {"file": self.path.name, "most": f"{MOST_CELLS:,}"}
            )  # fmt: skip

    @property
    def size(self) -> int:
        return max(0, self.bottom - self.top + 1) * max(0, self.right - self.left + 1)

    def count(self, letters: int) -> None:
        self.letters += letters
        if self.letters > MOST_LETTERS:
            raise ValidationError(
                _("A sheet of “%(file)s” holds more than %(most)s letters. Save it as CSV.")
                % {"file": self.path.name, "most": f"{MOST_LETTERS:,}"}
            )


class SharedTexts(Extent):
    """The texts that cells of an XLSX name by number: how long each is."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.lengths: list[int] = []

    def start(self, name: str, attributes: Attributes) -> None:
        if _bare(name) == "si":
            self.lengths.append(0)

    def text(self, letters: str) -> None:
        self.count(len(letters))
        if self.lengths:
            self.lengths[-1] += len(letters)


class Sheet(Extent):
    """A sheet of an XLSX. A cell without a reference stands beside the one before it."""

    def __init__(self, path: Path, lengths: list[int]) -> None:
        super().__init__(path)
        self.lengths = lengths
        self.row = self.column = -1
        self.is_shared = False
        self.named = ""  # the number of a shared text

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "c":
            self.finish()
            self.column += 1
            if reference := attributes.get("r", ""):
                letters = reference.rstrip("0123456789")
                self.row, self.column = int(reference[len(letters) :]) - 1, column_of(letters)
            self.is_shared = attributes.get("t") == "s"
        elif name in ("v", "is"):
            self.reach(self.row, self.column)
        elif name == "row":
            self.row, self.column = int(attributes.get("r", self.row + 2)) - 1, -1
        elif ":" in name:
            self.start(_bare(name), attributes)

    def text(self, letters: str) -> None:
        self.count(len(letters))
        if self.is_shared:
            self.named += letters

    def finish(self) -> None:
        if self.named.strip().isdecimal():
            number = int(self.named)
            self.count(self.lengths[number] if number < len(self.lengths) else 0)
        self.named = ""


class Relations(Watch):
    """What an XLSX names as its sheets: only members that are scanned may be."""

    def start(self, name: str, attributes: Attributes) -> None:
        kind = attributes.get("Type", "").rsplit("/", 1)[-1]
        if kind in ("worksheet", "sharedStrings", "styles", "table"):
            expected = attributes.get("Target", "").lower().endswith(".xml")
            if not expected:
                raise ValueError(kind)


class Tables(Extent):
    """The tables of an ODS, where rows and cells say how often they repeat."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.row = self.column = 0
        self.width = self.height = 0  # of the cell that was begun last: how often it repeats
        self.inside = 0  # letters in it
        self.holds = False

    def start(self, name: str, attributes: Attributes) -> None:
        name = _bare(name)
        if name in ("table-cell", "covered-table-cell"):
            self._close()
            self.width, self.inside = _times(attributes, "columns"), 0
            self.holds = any(key.endswith(":value-type") for key in attributes)
        elif name == "table-row":
            self._close()
            self.row += self.height
            self.column, self.height = 0, _times(attributes, "rows")
        elif name == "table":
            self._close()
            self.before += self.size
            self.clear()
            self.row = self.column = self.height = 0
        elif name == "s":
            self.inside += int(attributes.get("text:c", "1"))

    def text(self, letters: str) -> None:
        self.inside += len(letters)
        self.holds = self.holds or not letters.isspace()

    def finish(self) -> None:
        self._close()

    def _close(self) -> None:
        if self.width and self.holds:
            self.reach(self.row, self.column)
            self.reach(self.row + self.height - 1, self.column + self.width - 1)
            self.count(self.inside * self.width * self.height)
        self.column += self.width
        self.width = 0


def _times(attributes: Attributes, what: str) -> int:
    return max(1, int(attributes.get(f"table:number-{what}-repeated", "1")))


@lru_cache(maxsize=20_000)
def column_of(letters: str) -> int:
    """ "A" is 0, "AA" is 26; ValueError for what is no column."""
    place = 0
    for letter in letters:
        if not "A" <= letter <= "Z":
            raise ValueError(letters)
        place = place * 26 + ord(letter) - 64
    return place - 1


def scan(path: Path, kind: str) -> None:
    """Read every XML member to its end; ValidationError for what would harm or is damaged."""
    with archive(path) as opened:
        shared = SharedTexts(path)
        members = [
            info for info in opened.infolist()
            if info.filename.casefold().endswith((".xml", ".rels"))
        ]  # fmt: skip
        refuse_large(path, members, MOST_BYTES)
        for info in sorted(members, key=lambda one: not _holds_shared(one)):
            watch = _watch(info, path, kind, shared)
            try:
                _read(opened, info, watch, path)
            except (expat.ExpatError, LookupError):  # an encoding nobody knows, too
                raise cut(path) from None


def _holds_shared(info: zipfile.ZipInfo) -> bool:
    return info.filename.casefold().endswith("sharedstrings.xml")


def _watch(info: zipfile.ZipInfo, path: Path, kind: str, shared: SharedTexts) -> Watch:
    name = info.filename.casefold()
    if kind == "ods":
        return Tables(path) if name == "content.xml" else Watch()
    if _holds_shared(info):
        return shared
    if name.endswith(".rels"):
        return Relations()
    return Sheet(path, shared.lengths)


def _read(opened: zipfile.ZipFile, info: zipfile.ZipInfo, watch: Watch, path: Path) -> None:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.EntityDeclHandler = _refuse_definitions(path)
    parser.StartElementHandler = watch.start
    parser.CharacterDataHandler = watch.text
    fed = 0
    with opened.open(info) as file:
        while piece := file.read(PIECE):
            parser.Parse(piece, False)
            fed += len(piece)
            if fed - parser.CurrentByteIndex > MOST_TAG:
                raise cut(path)
    parser.Parse(b"", True)
    watch.finish()


def _bare(name: str) -> str:
    return name[name.find(":") + 1 :]


def _refuse_definitions(path: Path) -> Callable[..., None]:
    """Entities that name each other grow without end; no spreadsheet program writes any."""

    def refuse(*_given: object) -> None:
        raise ValidationError(
            _("“%(file)s” defines its own XML entities, which no spreadsheet program does. Open it "
              "in one and save it again.")
            % {"file": path.name}
        )  # fmt: skip

    return refuse
