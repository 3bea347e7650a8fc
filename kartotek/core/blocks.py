"""Which records are worth comparing at all: keys that two of the same are likely to share."""

from __future__ import annotations

from collections.abc import Iterator

from kartotek.core import words
from kartotek.core.alike import Side

START = 4  # letters of a word that stand for it


def keys(side: Side) -> Iterator[tuple[str, str]]:
    """(sort of block, key) under which a record is gathered; identifiers come from their table."""
    long = [word for word in side.title if len(word) > 1]
    starts = {word[:START] for word in long} | {words.sound(word)[:START] for word in long}
    if len(side.title) > 1:
        yield "title", " ".join(side.title)
        yield "sound", " ".join(sorted(words.sound(word) for word in side.title))
    elif side.title:
        yield "title", side.title[0]
    for name, pairs in side.identifiers.items():
        for kind, value in pairs:
            if kind == "mail":
                before, _at, after = value.partition("@")
                yield f"before {name}", before
                yield f"after {name}", after
    for name, target in side.links.items():
        yield from ((f"start {name}", f"{start}|{target}") for start in starts)
    for name, places in side.places.items():
        for street, code, city in places:
            yield from ((f"start {name}", f"{start}|{city}") for start in starts if city)
            if street:
                yield f"street {name}", f"{''.join(sorted(words.split(street)))[:14]}"
                yield f"code {name}", f"{code}|{street[:START]}"
    for name, day in side.days.items():
        yield from ((f"start {name}", f"{start}|{day[:4]}") for start in starts)
        yield from ((f"season {name}", f"{start}|{day[5:]}") for start in starts)
        yield f"day {name}", day
