"""How much one actor may ask for: a bucket that fills evenly, kept in this process.

It keeps one program that runs wild from slowing down everybody else, and nothing more: each web
worker counts for itself, so with n of them up to n times as much goes through, and a restart
forgets. Passwords are guarded elsewhere (`people.security`), by counts that are stored.
"""

from __future__ import annotations

import math
import threading
import time

from django.conf import settings

MOST_KNOWN = 10_000  # buckets; the full ones are forgotten first
_buckets: dict[str, tuple[float, float]] = {}  # who → (left, when that was)
_lock = threading.Lock()


def spend(who: str, most: int | None = None) -> int:
    """Take one of what `who` may ask in a minute; 0, or the seconds to wait where none is left."""
    most = settings.KARTOTEK_API_A_MINUTE if most is None else most
    if most <= 0:
        return 0
    now, a_second = time.monotonic(), most / 60
    with _lock:
        left, then = _buckets.get(who, (most, now))
        left = min(most, left + (now - then) * a_second)
        if left >= 1:
            _keep(who, (left - 1, now), now)
            return 0
    return math.ceil((1 - left) / a_second)


def _keep(who: str, bucket: tuple[float, float], now: float) -> None:
    if who not in _buckets and len(_buckets) >= MOST_KNOWN:
        # Within a minute every bucket is full again, and one that is full need not be known.
        for old in [one for one, (_left, then) in _buckets.items() if now - then >= 60]:
            del _buckets[old]
        if len(_buckets) >= MOST_KNOWN:
            _buckets.clear()
    _buckets[who] = bucket


def forget() -> None:
    """Begin anew, as a restart does."""
    with _lock:
        _buckets.clear()
