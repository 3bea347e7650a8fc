"""What a write did."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Saved:
    """To which record, its version now, the act it belongs to, and which fields changed."""

    type: str
    uid: UUID
    version: int
    batch: UUID
    created: bool = False
    changed: tuple[str, ...] = ()
