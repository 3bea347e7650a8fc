"""Tags: short free words that people make up as they go."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from kartotek.core import words
from kartotek.core.context import Context
from kartotek.core.fieldtypes.base import JsonList, refuse, texted
from kartotek.core.fieldtypes.lists import MOST_ITEMS, listed

LONGEST_TAG = 60  # letters


class Tags(JsonList):
    """Short free words; kept in order, each once."""

    kind = "tags"
    schema = {"type": "array", "items": {"type": "string"}}

    def parse(self, raw: Any, context: Context) -> tuple[str, ...]:
        if raw is None or raw == "":
            return ()
        given = [raw] if isinstance(raw, str) else listed(raw)
        parts = [part for one in given for part in texted(one).split(",")]
        found = dict.fromkeys(" ".join(part.split()) for part in parts)
        found.pop("", None)
        for tag in found:
            if len(tag) > LONGEST_TAG:
                raise refuse(
                    _("“%(tag)s…” is %(is)s letters long; a tag has at most %(most)s. Shorten it.")
                    % {"tag": tag[:20], "is": len(tag), "most": LONGEST_TAG}
                )
        if len(found) > MOST_ITEMS:
            raise refuse(_("At most %(most)s of these fit in one record.") % {"most": MOST_ITEMS})
        return tuple(found)

    def show(self, value: Any, context: Context) -> str:
        return ", ".join(value or ())

    def export(self, value: Any) -> str:
        return ", ".join(value or ())

    def words(self, value: Any) -> list[str]:
        return [word for tag in value or () for word in words.split(tag)]

    def sample(self, seed: int) -> Any:
        return [f"tag {seed}", "fair"]
