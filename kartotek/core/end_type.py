"""The choice of a record type whose records may stand on one side of a relationship."""

from __future__ import annotations

from typing import Any

from django.db import models

from kartotek.core.fieldtypes import Choice
from kartotek.core.recordtype import RECORD_TYPES


class EndType(Choice):
    """The key of a record type that takes part in relationships; empty for all of them."""

    def __init__(self, **options: Any) -> None:
        super().__init__([], **options)

    @property  # type: ignore[override]
    def choices(self) -> list[tuple[str, Any]]:
        return [(key, one.label) for key, one in sorted(RECORD_TYPES.items()) if one.takes_part]

    @choices.setter
    def choices(self, _given: Any) -> None:
        """They follow from the record types."""

    def sample(self, seed: int) -> str:
        return ""  # whatever the ends of a sample are, they fit


def end_type(label: Any) -> Any:
    """A field that holds such a choice."""
    field = models.CharField(max_length=40, default="", blank=True, verbose_name=label)
    field.kartotek = EndType()  # type: ignore[attr-defined]
    return field
