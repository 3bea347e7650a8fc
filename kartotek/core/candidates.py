"""Pairs of records worth comparing: gathered by the keys they share, in bounded memory."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations, groupby, islice
from typing import Any

from django.db import connection
from rapidfuzz.distance import JaroWinkler

from kartotek.core import alike, blocks
from kartotek.core.alike import Side
from kartotek.core.recordtype import RecordType
from kartotek.core.workspace import workspace

MOST = 100  # records that share an identifier; more of them say nothing about any two
MOST_WEAK = 25  # records that share any other key
PAGE = 2_000  # rows read at once
BINS = 32  # each is sorted by itself, so that only one of them is made into objects
PLACE = 28  # bits for the place of a record among all
LIKELY = 0.6  # Jaro-Winkler of whole titles, from which a look at the fields is worth it
SURE = "="  # begins the keys of identifiers: who shares one is compared whatever the titles


@dataclass(frozen=True)
class Candidates:
    """Pairs of ids, the smaller first, in order; and what was left out as too common."""

    pairs: list[tuple[int, int]]
    records: int
    too_common: int


def candidates(
    record_type: RecordType, told: Callable[[int], None] = lambda _read: None
) -> Candidates:
    """Every pair of live records that share a key that few have. `told` hears how many were read.

    Memory: about 100 bytes a record, and as much again for each pair.
    """
    ids, titles = array("q"), []
    bins = [array("Q") for _bin in range(BINS)]
    for id, side in sides(record_type):
        place = len(ids)
        ids.append(id)
        titles.append(" ".join(side.title))
        for key in _keys(side):
            hashed = hash(key) & 0xFF_FFFF_FFFF  # 40 bits
            is_sure = key[0] == SURE
            mark = (hashed // BINS << 1 | is_sure) << PLACE | place
            bins[hashed % BINS].append(mark)
        if place % PAGE == 0:
            told(place)
    found: set[int] = set()
    too_common = 0
    for number, marks in enumerate(bins):
        too_common += _pair(marks, titles, found)
        bins[number] = array("Q")
        told(len(ids))
    pairs = [(ids[pair >> PLACE], ids[pair & (1 << PLACE) - 1]) for pair in sorted(found)]
    return Candidates(pairs, len(ids), too_common)


def _keys(side: Side) -> set[tuple[str, str]]:
    own = set(blocks.keys(side))
    for pairs in side.identifiers.values():
        own |= {(SURE, f"{kind}|{value}") for kind, value in pairs}
    return own


def _pair(marks: array[int], titles: list[str], found: set[int]) -> int:
    """Put the pairs of one bin among those found; how many blocks were too common."""
    too_common = 0
    for key, block in groupby(sorted(marks), key=lambda mark: mark >> PLACE):
        places = [mark & (1 << PLACE) - 1 for mark in islice(block, MOST + 1)]
        is_sure = key & 1
        if len(places) > (MOST if is_sure else MOST_WEAK):
            too_common += 1
            continue
        for one, other in combinations(places, 2):
            if is_sure or _may_be(titles[one], titles[other]):
                found.add(one << PLACE | other)
    return too_common


def _may_be(one: str, other: str) -> bool:
    """A title that is quite another one outweighs all but an identifier that both have."""
    if not one or not other or one == other:
        return True
    return JaroWinkler.similarity(one, other, score_cutoff=LIKELY) > 0


def sides(record_type: RecordType) -> Iterator[tuple[int, Side]]:
    """Every live record, made ready to be compared, in the order of ids."""
    after = 0
    while rows := _read(record_type, "removed_at IS NULL AND id > %s", [after]):
        yield from rows
        after = rows[-1][0]


def sides_of(record_type: RecordType, ids: list[int]) -> dict[int, Side]:
    """Those of these records that are not in the trash."""
    marks = ", ".join(map(str, ids))  # integers of our own
    return dict(_read(record_type, f"removed_at IS NULL AND id IN ({marks})", [], len(ids)))


def _read(
    record_type: RecordType, where: str, params: list[Any], most: int = PAGE
) -> list[tuple[int, Side]]:
    kinds = [record_type.fields[name] for name in alike.compared(record_type)]
    columns = ", ".join(["id", *(kind.column for kind in kinds)])
    context = workspace().context
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns} FROM {record_type.table} WHERE {where} ORDER BY id LIMIT {most}",
            params,
        )
        rows = cursor.fetchall()
    return [
        (
            id,
            alike.side(
                record_type,
                {kind.name: kind.load(raw) for kind, raw in zip(kinds, stored, strict=True)},
                context,
            ),
        )
        for id, *stored in rows
    ]
