"""The last lines of the log, kept in the process: each is read once, not once for each who asks.

Lines never change (an erasure takes values out, of which nobody is told anyway), and `newest`
says how far they go: what is kept is never behind it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from threading import Lock

from kartotek.core import log, reading
from kartotek.core.catalogue import catalogue
from kartotek.core.log import Glimpse
from kartotek.core.reading import Raw

MOST = 600  # lines; a page asks for what is at most half a minute old

_lock = Lock()
_kept: list[Glimpse] = []


def glance(position: int, newest: int | None, limit: int, closely: Sequence[str]) -> list[Glimpse]:
    """What `log.glance` gives; from memory where `newest`, the end of the log, is known."""
    if newest is None or newest < position:
        return log.glance(position, limit, closely)
    with _lock:
        if not _reaches(position, newest):
            return log.glance(position, limit, closely)
        return [line for line in _kept if line.position >= position][:limit]


def _reaches(position: int, newest: int) -> bool:
    """Are all lines from `position` to `newest` kept, or can they be, by reading the new ones?"""
    if _kept and newest < _kept[-1].position:  # other data: a copy was put back
        _kept.clear()
    if not _kept:
        _kept.extend(log.glance(position, MOST, _every()))
    elif newest > _kept[-1].position:
        _kept.extend(log.glance(_kept[-1].position + 1, MOST, _every()))
    del _kept[:-MOST]
    is_whole = bool(_kept) and _kept[-1].position >= newest
    if not is_whole:  # more was written than is worth keeping
        _kept.clear()
    return is_whole and _kept[0].position <= position


def _every() -> list[str]:
    return [one.key for one in catalogue()]


@lru_cache(maxsize=256)
def raws_at(
    newest: int, type_key: str, names: tuple[str, ...], ids: tuple[int, ...]
) -> tuple[Raw, ...]:
    """Records as they stand while the log ends at `newest`: any change of one would end it later.

    For whoever asks in that time, so nothing of it may be shown without asking for the right.
    """
    return tuple(reading.raws(catalogue()[type_key], names, ids))


def forget() -> None:
    """Read all anew: other data stand in the database now."""
    with _lock:
        _kept.clear()
    raws_at.cache_clear()
