"""Rows that would be new and yet probably are records that are here: found in a trial, decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from kartotek.core.actor import Actor
from kartotek.core.likely import likely_many
from kartotek.core.recordtype import RecordType

MOST_ROWS = 2_000  # of a file that are looked at, its first ones
UPDATE, LEAVE = "update", "leave"
DECISIONS = ("", UPDATE, LEAVE)  # "" makes a record all the same


@dataclass(frozen=True)
class Twin:
    """One row and the record it probably is; `do` is what was decided about it."""

    line: int
    title: str  # what the row would be called
    uid: UUID
    called: str  # what the record is called
    reason: str
    do: str = ""

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Twin:
        """What `plain` told."""
        return cls(**{**plain, "uid": UUID(plain["uid"])})

    def plain(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return {
            "line": self.line, "title": self.title, "uid": str(self.uid), "called": self.called,
            "reason": self.reason, "do": self.do,
        }  # fmt: skip


@dataclass
class Twins:
    """The search for them among the first rows of a file."""

    actor: Actor
    type: RecordType
    rows: int = 0  # looked at so far
    found: list[Twin] = field(default_factory=list)

    def look(self, chunk: int, new: Sequence[tuple[int, dict[str, Any]]]) -> None:
        """Look at the rows of a chunk that would be new, each with its line and its values."""
        room = MOST_ROWS - self.rows
        self.rows += min(chunk, max(room, 0))
        if room <= 0 or not new:
            return
        near = likely_many(self.actor, self.type, [values for _line, values in new[:room]])
        for (line, values), one in zip(new, near, strict=False):
            if one is not None:
                title = self.type.titled(values)[:200]
                self.found.append(Twin(line, title, one.uid, one.title[:200], one.reason))
