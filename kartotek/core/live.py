"""What changed since a moment, as far as an actor may know: what open pages ask again and again.

Nothing out of the actor's reach is told, nor that it changed; what came into reach or left it is.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.conf import settings

from kartotek.core import log, recent_lines, watching
from kartotek.core.actor import Actor
from kartotek.core.watching import Watch

MOST_LINES = 500  # looked through in one question; after more of them a page looks at everything
MOST_TOLD = 100  # records that are named, the newest of them


@dataclass(frozen=True)
class Told:
    """One record that changed: by whom ("" for a role that reads no history), and which fields."""

    type: str
    uid: UUID
    who: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class News:
    """What of a watch changed; `after` is where the next question begins, sealed."""

    after: str
    types: frozenset[str] = frozenset()
    records: frozenset[tuple[str, UUID]] = frozenset()
    told: tuple[Told, ...] = field(default=())

    @property
    def is_nothing(self) -> bool:
        return not (self.types or self.records)


def now(newest: int | None = None) -> str:
    """The mark of this moment: whoever asks with it hears of what is committed later.

    `newest` is the end of the log where the caller knows it already.
    """
    return _sealed(log.newest() if newest is None else newest)


def since(actor: Actor, after: str, watch: Watch, newest: int | None = None) -> News:
    """What changed after a mark; with a mark that is none of ours, all of it counts as changed."""
    begun = _opened(after)
    if begun is not None and begun == newest:
        return News(_sealed(begun))  # nobody wrote anything
    found = watching.Relevant(actor, watch)
    if begun is None:
        return _everything(found.watch, log.newest())
    lines = recent_lines.glance(begun, newest, MOST_LINES + 2, found.types)
    # The line that the mark names is there: it is not in a copy of the data that was put back.
    is_ours = not begun or (lines != [] and lines[0].position == begun)
    if not is_ours or len(lines) > MOST_LINES + 1:
        return _everything(found.watch, log.newest())
    fresh = [line for line in lines if line.position > begun]
    read_to = fresh[-1].position if fresh else begun
    if watching.changes_reach(actor, fresh):
        return _everything(found.watch, read_to)
    touched = watching.touched(actor, fresh, found, newest)
    told = [Told(one.type, one.uid, one.who, one.fields) for one in touched.heard]
    return News(_sealed(read_to), touched.types, touched.records, tuple(told[-MOST_TOLD:]))


def _everything(watch: Watch, position: int) -> News:
    """All that is watched, and that the actor may view at all, counts as changed."""
    return News(_sealed(position), watch.types, watch.records)


def _sealed(position: int) -> str:
    """A position nobody can read, another text each time: how much is written is not told."""
    nonce = secrets.token_bytes(8)
    body = nonce + _masked(position.to_bytes(8, "big"), nonce)
    return urlsafe_b64encode(body + _stamp(body)).decode().rstrip("=")


def _opened(after: str) -> int | None:
    try:
        raw = urlsafe_b64decode(after + "=" * (-len(after) % 4))
    except ValueError:
        return None
    body, stamp = raw[:16], raw[16:]
    if len(body) != 16 or not hmac.compare_digest(stamp, _stamp(body)):
        return None
    return int.from_bytes(_masked(body[8:], body[:8]), "big")


def _masked(value: bytes, nonce: bytes) -> bytes:
    pad = _keyed(b"kartotek.live.mask" + nonce)
    return bytes(one ^ other for one, other in zip(value, pad, strict=False))


def _stamp(body: bytes) -> bytes:
    return _keyed(b"kartotek.live.stamp" + body)[:8]


def _keyed(text: bytes) -> bytes:
    return hmac.new(settings.SECRET_KEY.encode(), text, hashlib.sha256).digest()


def watch_of(words: Iterable[str]) -> Watch:
    """A watch as a page writes it: "key" for a whole type, "key/uid" for one record."""
    return watching.read(words)


__all__ = ["News", "Told", "Watch", "now", "since", "watch_of"]
