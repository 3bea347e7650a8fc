"""The rows of an import made ready ahead, in a second process: read, matched, checked, laid out.

Whatever has to be written on the way (an owner, a record that is named and missing, a row for the
trash) is left to the process that writes. What a row means may hang on rows before it which are not
stored yet: then it waits for them.
"""

from __future__ import annotations

import pickle
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count, islice
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from kartotek.core.ahead import MOST_AHEAD, Gate
from kartotek.core.gathering_many import Wish
from kartotek.core.laying_out import Laid
from kartotek.core.prepare import Prepared
from kartotek.core.write_many import Ready, make_ready
from kartotek.interfaces.files.matching import Names
from kartotek.interfaces.files.owners import unknown_owners
from kartotek.interfaces.files.reading import FileRow
from kartotek.interfaces.files.rows import ReadRow

if TYPE_CHECKING:
    from kartotek.interfaces.files.importing import Importing


class Piece(NamedTuple):
    """Some rows on their way from one process to the other."""

    count: int
    rows: bytes  # as they stand in the file, pickled: seldom needed
    laid: list[Laid]
    rest: list[Prepared]
    counted: dict[str, Any] | None  # what the receipt gains; None: to be done by the one who writes
    failed: list[tuple[FileRow, str]]
    later: list[Any]

    def unpacked(self) -> list[FileRow]:
        """The rows themselves."""
        return [FileRow(*row) for row in pickle.loads(self.rows)]  # noqa: S301


class Heap:
    """The failed rows of a piece, kept for the process that writes their file."""

    def __init__(self) -> None:
        self.rows: list[tuple[FileRow, str]] = []

    def add(self, row: FileRow, why: str) -> None:
        self.rows.append((row, why))


@dataclass
class _Known:
    """By what the rows of some pieces that are not stored yet can be meant."""

    ids: set[Any] = field(default_factory=set)
    named: set[Any] = field(default_factory=set)  # (identifier, title)
    titles: set[str] = field(default_factory=set)
    retitled: set[str] = field(default_factory=set)  # of records that were here already
    changed: set[UUID] = field(default_factory=set)

    def add(self, names: Sequence[Names], rest: Iterable[Prepared], title: str) -> None:
        for one in names:
            self.ids.update(one.ids)
            self.named.update((pair, one.title) for pair in one.pairs)
            self.titles.add(one.title)
        for prepared in rest:
            self.changed.add(prepared.uid)
            if title in prepared.values:
                self.retitled.add(str(prepared.values[title]))

    def may_mean(self, names: Sequence[Names], asked: Sequence[Wish | None]) -> bool:
        """Could one of these rows mean, or stand for, one of those?"""
        return any(wish is not None and wish.uid in self.changed for wish in asked) or any(
            any(pair in self.ids for pair in one.ids)
            or any((pair, one.title) in self.named for pair in one.pairs)
            or one.title in self.retitled
            or (not one.pairs and one.title in self.titles)
            for one in names
        )


def pieces(work: Importing, gate: Gate) -> Iterator[Piece]:
    """All rows that are left, piece by piece; `gate` tells how many of them are stored."""
    on_way: deque[tuple[int, _Known]] = deque()  # the pieces that are perhaps not stored yet
    for number in count():
        gate.wait_for(number + 1 - MOST_AHEAD)
        chunk = list(islice(work.rows_left, gate.size))
        if not chunk:
            return
        while on_way and on_way[0][0] < gate.used:
            on_way.popleft()
        made, known = _piece(work, chunk, [one for _number, one in on_way])
        if made is None and on_way:
            gate.wait_for(number)
            on_way.clear()
            made, known = _piece(work, chunk, [])
        yield made or _by_hand(chunk)
        if made is None:
            gate.wait_for(number + 1)
        else:
            on_way.append((number, known))


def _by_hand(chunk: Sequence[FileRow]) -> Piece:
    return Piece(len(chunk), _packed(chunk), [], [], None, [], [])


def _packed(chunk: Sequence[FileRow]) -> bytes:
    return pickle.dumps([(row.line, row.cells) for row in chunk], pickle.HIGHEST_PROTOCOL)


def _piece(
    work: Importing, chunk: list[FileRow], on_way: list[_Known]
) -> tuple[Piece | None, _Known]:
    """One piece; None where it cannot be made before what is on its way is stored, or not here."""
    known = _Known()
    read, wanted = work.read(chunk)
    if unknown_owners(work.actor, work.reading, work.columns, wanted):
        return None, known
    waiting = len(work.later.waiting)
    work.link(wanted)
    sound, names, asked = work.matched(wanted)
    if any(row.removed for row in sound) or (on_way and any(row.later for row in sound)):
        return None, known
    if any(one.may_mean(names, asked) for one in on_way):
        return None, known
    meant = [wish for wish in asked if wish is not None]
    ready = make_ready(work.actor, work.reading.type, meant, work.receipt.batch)
    if ready is None:
        return None, known
    known.add(names, ready.rest, work.reading.type.title)
    return _entered(work, chunk, read, sound, asked, ready, waiting), known


def _entered(
    work: Importing,
    chunk: list[FileRow],
    read: list[ReadRow],
    sound: list[ReadRow],
    asked: Sequence[Wish | None],
    ready: Ready,
    waiting: int,
) -> Piece:
    """What the receipt gains by these rows once they are stored."""
    work.begin_account()
    work.enter(read, work.by_row(sound, asked, ready.outcomes))
    heap = work.failed
    assert isinstance(heap, Heap)
    later = work.later.waiting[waiting:]
    return Piece(
        len(chunk), _packed(chunk), ready.laid, ready.rest, work.receipt.counted(), heap.rows, later
    )
