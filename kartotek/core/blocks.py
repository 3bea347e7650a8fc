"""Which records are worth comparing at all: keys that two of the same are likely to share."""

from __future__ import annotations

from functools import lru_cache

from kartotek.core import words
from kartotek.core.alike import Side

START = 4  # letters of a word that stand for it

Key = tuple[str | int, ...]


def keys(side: Side) -> list[Key]:
    """The keys under which a record is gathered; its identifiers are not among them.

    Each begins with its sort: the same letters of two sorts are two keys.
    """
    title = side.title
    found: list[Key] = [("title", *title)] if title else []
    if len(title) > 1:
        found.append(("sound", *sorted([words.sound(word) for word in title])))
    starts = [start for word in title for start in _starts(word)]
    for name, pairs in side.identifiers.items():
        for kind, value in pairs:
            if kind == "mail":
                before, _at, after = value.partition("@")
                found += (("before", name, before), ("after", name, after))
    for name, target in side.links.items():
        found += [("start", name, start, target) for start in starts]
    for name, places in side.places.items():
        for street, code, city in places:
            if city:
                found += [("start", name, start, city) for start in starts]
            if street:
                found.append(("street", name, "".join(sorted(words.split(street)))[:14]))
                found.append(("code", name, code, street[:START]))
    for name, day in side.days.items():
        found += [("start", name, start, day[:4]) for start in starts]
        found += [("season", name, start, day[5:]) for start in starts]
        found.append(("day", name, day))
    return found


@lru_cache(maxsize=65_536)  # the same names come again and again
def _starts(word: str) -> tuple[str, ...]:
    """What stands for a word: its first letters, and those of its sound; of an initial nothing."""
    if len(word) < 2:
        return ()
    return tuple({word[:START], words.sound(word)[:START]})


def identifiers(side: Side) -> list[Key]:
    """The keys of who shares an identifier: they are compared whatever the rest says."""
    return [pair for pairs in side.identifiers.values() for pair in pairs]
