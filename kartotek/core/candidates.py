"""Pairs of records worth comparing: gathered by the keys they share, in bounded memory."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import combinations
from typing import Any

from django.db import connection
from rapidfuzz.distance import JaroWinkler

from kartotek.core import alike, blocks
from kartotek.core.alike import SHIPPED, Side
from kartotek.core.beside import beside, may_part
from kartotek.core.recordtype import RecordType
from kartotek.core.workspace import workspace

MOST = 100  # records that share an identifier; more of them say nothing about any two
MOST_WEAK = 25  # records that share any other key
PAGE = 2_000  # rows read at once
MANY = 100_000  # records from which a second process is worth its start
BINS = 64  # each is looked through by itself, so that few keys at a time are made into objects
PLACE = 28  # bits for the place of a record among all
LIKELY = 0.6  # Jaro-Winkler of whole titles, from which a look at their words is worth it


@dataclass(frozen=True)
class Candidates:
    """Pairs of ids, the smaller first, in order; and what was left out as too common."""

    pairs: list[tuple[int, int]]
    records: int
    too_common: int


class _Marks:
    """Who has which key: hashes of keys and places of records, side by side, in bins by hash."""

    def __init__(self) -> None:
        self.bins = [(array("q"), array("I")) for _bin in range(BINS)]

    def add(self, keys: Iterable[blocks.Key], place: int) -> None:
        bins = self.bins
        for hashed in {hash(key) for key in keys}:
            hashes, places = bins[hashed % BINS]
            hashes.append(hashed)
            places.append(place)

    def extend(self, other: _Marks, before: int) -> None:
        """Those of records that come after so many others; bin by bin let go of there."""
        for hashes, places in self.bins:
            more, their_places = other.bins.pop(0)
            hashes.extend(more)
            places.extend(array("I", [place + before for place in their_places]))


@dataclass
class _Gathered:
    """What is kept of every record while all are read, by its place among them."""

    ids: array[int] = field(default_factory=lambda: array("q"))
    titles: list[str] = field(default_factory=list)
    worths: array[float] = field(default_factory=lambda: array("d"))
    sure: _Marks = field(default_factory=_Marks)
    weak: _Marks = field(default_factory=_Marks)
    in_crowd: set[int] = field(default_factory=set)  # they share an identifier with too many

    def add(self, id: int, side: Side) -> None:
        place = len(self.ids)
        self.ids.append(id)
        self.titles.append(" ".join(side.title))
        self.worths.append(alike.most_points(side))
        self.sure.add(blocks.identifiers(side), place)
        self.weak.add(blocks.keys(side), place)

    def extend(self, other: _Gathered) -> None:
        """The records that come after these."""
        self.sure.extend(other.sure, len(self.ids))
        self.weak.extend(other.weak, len(self.ids))
        self.ids.extend(other.ids)
        self.titles.extend(other.titles)
        self.worths.extend(other.worths)

    def pairs(self, block: list[int]) -> Iterator[int]:
        """The pairs of a block, as one number each, of which a look at the fields is worth it."""
        titles, likeness = self.titles, JaroWinkler.similarity
        for one, other in combinations(block, 2):
            title, another = titles[one], titles[other]
            is_no_bar = title == another or not title or not another
            # Quite another title outweighs all but an identifier that both have.
            if is_no_bar or (
                likeness(title, another, score_cutoff=LIKELY) and self._may_be(one, other)
            ):
                yield one << PLACE | other

    def _may_be(self, one: int, other: int) -> bool:
        """Can titles and fields make the points together?"""
        if one in self.in_crowd and other in self.in_crowd:
            return True
        most = min(self.worths[one], self.worths[other])
        title, another = self.titles[one].split(), self.titles[other].split()
        return alike.title_points(title, another) + most >= SHIPPED.suggest


def candidates(
    record_type: RecordType, told: Callable[[int], None] = lambda _read: None
) -> Candidates:
    """Every pair of live records that share a key that few have, and that may be worth a look.

    `told` hears how many were read. Memory: about 300 bytes a record, and 100 for each pair. Many
    records are read and paired by two processes, where there is room for them.
    """
    last = _last(record_type)
    in_two = last >= MANY and may_part()
    kept = _in_halves(record_type, last, told) if in_two else _read_in(record_type, 0, None, told)
    found, too_common = _surely_paired(kept)
    told(len(kept.ids))
    if in_two:
        with beside(partial(_paired, kept, kept.weak.bins[1::2])) as other_half:
            parts = [_paired(kept, kept.weak.bins[::2]), other_half()]
    else:
        parts = [_paired(kept, kept.weak.bins)]
    for pairs, crowds in parts:
        found.update(pairs)
        too_common += crowds
    ordered = [(kept.ids[pair >> PLACE], kept.ids[pair & (1 << PLACE) - 1])
               for pair in sorted(found)]  # fmt: skip
    return Candidates(ordered, len(kept.ids), too_common)


def _in_halves(record_type: RecordType, last: int, told: Callable[[int], None]) -> _Gathered:
    """Read by two processes: what is told counts for both."""
    middle = last // 2
    with beside(partial(_read_in, record_type, middle, None, lambda _read: None)) as later:
        kept = _read_in(record_type, 0, middle, lambda read: told(2 * read))
        kept.extend(later())
    return kept


def _read_in(
    record_type: RecordType, after: int, until: int | None, told: Callable[[int], None]
) -> _Gathered:
    kept = _Gathered()
    for place, (id, side) in enumerate(sides(record_type, after, until)):
        kept.add(id, side)
        if place % PAGE == 0:
            told(place)
    return kept


def _surely_paired(kept: _Gathered) -> tuple[set[int], int]:
    """Who shares an identifier is compared whatever the titles; and how many were too common."""
    found: set[int] = set()
    too_common = 0
    for marks in kept.sure.bins:
        met, crowds = _blocks(*marks, MOST)
        found.update(one << PLACE | other for block in met for one, other in combinations(block, 2))
        kept.in_crowd.update(place for crowd in crowds for place in crowd)
        too_common += len(crowds)
    kept.sure.bins.clear()
    return found, too_common


def _paired(kept: _Gathered, bins: Sequence[tuple[array[int], array[int]]]) -> tuple[set[int], int]:
    """The pairs of what shares any other key, in these bins; and how many were too common."""
    found: set[int] = set()
    too_common = 0
    for marks in bins:
        met, crowds = _blocks(*marks, MOST_WEAK)
        too_common += len(crowds)
        for block in met:
            found.update(kept.pairs(block))
    return found, too_common


def _blocks(
    keys: array[int], places: array[int], most: int
) -> tuple[list[list[int]], list[list[int]]]:
    """The places that share a key: at most that many, and more. Most keys are nobody else's."""
    counts = Counter(keys)
    shared: dict[int, list[int]] = {key: [] for key, count in counts.items() if count > 1}
    for key, place in zip(keys, places, strict=True):
        if key in shared:
            shared[key].append(place)
    few = [block for block in shared.values() if len(block) <= most]
    return few, [block for block in shared.values() if len(block) > most]


def sides(
    record_type: RecordType, after: int = 0, until: int | None = None
) -> Iterator[tuple[int, Side]]:
    """Every live record of these ids, made ready to be compared, in the order of ids."""
    where = "removed_at IS NULL AND id > %s" + ("" if until is None else f" AND id <= {until}")
    last = -1
    while after != last:
        last = after
        for id, side in _read(record_type, where, [last]):
            yield id, side
            after = id


def _last(record_type: RecordType) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT max(id) FROM {record_type.table}")
        return int(cursor.fetchone()[0] or 0)


def sides_of(record_type: RecordType, ids: list[int]) -> dict[int, Side]:
    """Those of these records that are not in the trash."""
    marks = ", ".join(map(str, ids))  # integers of our own
    return dict(_read(record_type, f"removed_at IS NULL AND id IN ({marks})", [], len(ids)))


def _read(
    record_type: RecordType, where: str, params: list[Any], most: int = PAGE
) -> Iterator[tuple[int, Side]]:
    """One query; each side is made when it is asked for, so that few are there at a time."""
    kinds = [record_type.fields[name] for name in alike.compared(record_type)]
    loads = [(kind.name, kind.load) for kind in kinds]
    columns = ", ".join(["id", *(kind.column for kind in kinds)])
    context = workspace().context
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns} FROM {record_type.table} WHERE {where} ORDER BY id LIMIT {most}",
            params,
        )
        rows = cursor.fetchall()
    for id, *stored in rows:
        values = {
            name: load(raw)
            for (name, load), raw in zip(loads, stored, strict=True)
            if raw and raw != "[]"  # most are empty
        }
        yield id, alike.side(record_type, values, context)
