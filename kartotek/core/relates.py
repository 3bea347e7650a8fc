"""Relationships: records that tie two others together, in words that each side reads its own way.

A type of such records says so by `relates`; one whose records can be tied has a `Relations` panel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Relates:
    """Which fields of a type tie two records together.

    `one` and `other` are links to one record of any type, `kind` links to the record that words
    it, `since` and `until` are days. Of that record `words` name the field that the first side
    reads and the field that the other one reads; `between` name the fields that may limit which
    type stands on either side. `suggestions` are words of both sides that are offered where there
    is no such kind yet: choosing them makes it.
    """

    one: str = "one"
    other: str = "other"
    kind: str = "kind"
    since: str = "since"
    until: str = "until"
    remark: str = "remark"
    words: tuple[str, str] = ("name", "inverse")
    between: tuple[str, str] = ("one_type", "other_type")
    suggestions: Sequence[tuple[Any, Any]] = ()

    @property
    def ends(self) -> tuple[str, str]:
        return self.one, self.other


@dataclass(frozen=True)
class Relations:
    """A panel: the records that this one is tied to, in words."""

    kind = "relations"
