"""A write that may arrive twice is done once: its answer is kept with it, for 30 days."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import connection, transaction
from django.utils.translation import gettext as _

from kartotek.core.actor import Actor
from kartotek.core.dialect import dialect
from kartotek.core.errors import KeyRefused, ValidationError
from kartotek.core.saved import Saved

KEPT_DAYS = 30
LONGEST_KEY = 120  # letters


def once(actor: Actor, key: str, body: list[Any], do: Callable[[], Saved]) -> Saved:
    """Do it, or give the answer of the first time. KeyRefused: the key stands for another body."""
    if not key:
        return do()
    return _saved(answered_once(actor, key, body, lambda: _plain(do())))


def answered_once(actor: Actor, key: str, body: list[Any], do: Callable[[], Any]) -> Any:
    """The same for an act whose answer is any plain JSON."""
    if not key:
        return do()
    if len(key) > LONGEST_KEY or not key.isprintable():
        raise KeyRefused(
            {"key": _("An idempotency key has at most %(most)s printable letters. Use a UUID.")
             % {"most": LONGEST_KEY}}
        )  # fmt: skip
    digest = _digest(body)
    with transaction.atomic():
        # Claimed first: whoever comes second waits here, and then finds the answer.
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO core_idempotencykey (actor, key, digest, answer, at) "
                "VALUES (%s, %s, %s, 'null', %s) ON CONFLICT DO NOTHING",
                [actor.key, key, digest, dialect().instant(datetime.now(UTC))],
            )
            is_first = cursor.rowcount == 1
        if not is_first:
            return _answered(actor, key, digest)
        answer = do()
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE core_idempotencykey SET answer = %s WHERE actor = %s AND key = %s",
                [orjson.dumps(answer).decode(), actor.key, key],
            )
        return answer


def _digest(body: list[Any]) -> str:
    try:
        return hashlib.sha256(orjson.dumps(body, default=str)).hexdigest()
    except TypeError:
        raise ValidationError(
            _("These values are nested deeper than any field holds. Send them flat.")
        ) from None


def _plain(saved: Saved) -> list[Any]:
    return [saved.type, str(saved.uid), saved.version, str(saved.batch), saved.created,
            list(saved.changed)]  # fmt: skip


def _saved(parts: list[Any]) -> Saved:
    return Saved(parts[0], UUID(parts[1]), parts[2], UUID(parts[3]), parts[4], tuple(parts[5]))


def _answered(actor: Actor, key: str, digest: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT digest, answer FROM core_idempotencykey WHERE actor = %s AND key = %s",
            [actor.key, key],
        )
        known, answer = cursor.fetchone()
    if known != digest:
        raise KeyRefused(
            {"key": _("This key was used for another change. Use a new key for a new change.")}
        )
    return orjson.loads(answer) if isinstance(answer, str | bytes) else answer
