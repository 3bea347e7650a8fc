"""The four errors that leave the doors; each interface translates them in one place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError

__all__ = [
    "Clash", "Conflict", "Gone", "KeyRefused", "Locked", "NotFound", "PermissionDenied", "Taken",
    "ValidationError",
]  # fmt: skip


class Taken(ValidationError):
    """A uid that was brought along names another record, or a line of one, already."""


class Gone(ValidationError):
    """A record with this name was erased for good: nothing brings it back."""


class KeyRefused(ValidationError):
    """An idempotency key is none, or was used for another change."""


class Locked(PermissionDenied):
    """Somebody else keeps a record from being changed, for a while (see `locked`)."""

    def __init__(self, why: str, type_key: str = "", uid: UUID | None = None) -> None:
        super().__init__(why)
        self.type_key = type_key
        self.uid = uid


class NotFound(Exception):
    """There is no such record, or none that this actor may know of."""


@dataclass(frozen=True)
class Clash:
    """One field that two people changed: what both started from, what stands, what was sent."""

    field: str
    base: Any
    theirs: Any
    yours: Any


class Conflict(Exception):
    """Somebody else changed the same fields meanwhile. Nothing was written."""

    def __init__(self, clashes: list[Clash], version: int) -> None:
        super().__init__(", ".join(clash.field for clash in clashes))
        self.clashes = clashes
        self.version = version
