"""Which records are worth comparing at all: keys that two of the same are likely to share."""

from __future__ import annotations

from functools import lru_cache

from kartotek.core import words
from kartotek.core.alike import Side

START = 4  # letters of a word that stand for it


def keys(side: Side) -> set[str]:
    """The keys under which a record is gathered; identifiers are not among them.

    Each begins with its sort: the same letters of two sorts are two keys.
    """
    title = side.title
    found = {"title|" + " ".join(title)} if title else set()
    if len(title) > 1:
        found.add("sound|" + " ".join(sorted([words.sound(word) for word in title])))
    starts = [start for word in title for start in _starts(word)]
    for name, pairs in side.identifiers.items():
        for kind, value in pairs:
            if kind == "mail":
                before, _at, after = value.partition("@")
                found.add(f"before {name}|{before}")
                found.add(f"after {name}|{after}")
    for name, target in side.links.items():
        found.update([f"start {name}|{start}|{target}" for start in starts])
    for name, places in side.places.items():
        for street, code, city in places:
            if city:
                found.update([f"start {name}|{start}|{city}" for start in starts])
            if street:
                found.add(f"street {name}|{''.join(sorted(words.split(street)))[:14]}")
                found.add(f"code {name}|{code}|{street[:START]}")
    for name, day in side.days.items():
        found.update([f"start {name}|{start}|{day[:4]}" for start in starts])
        found.update([f"season {name}|{start}|{day[5:]}" for start in starts])
        found.add(f"day {name}|{day}")
    return found


@lru_cache(maxsize=65_536)  # the same names come again and again
def _starts(word: str) -> tuple[str, ...]:
    """What stands for a word: its first letters, and those of its sound; of an initial nothing."""
    if len(word) < 2:
        return ()
    return tuple({word[:START], words.sound(word)[:START]})


def identifiers(side: Side) -> list[str]:
    """The keys of who shares an identifier: they are compared whatever the rest says."""
    return [f"{kind}|{value}" for pairs in side.identifiers.values() for kind, value in pairs]
