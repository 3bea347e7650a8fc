"""Tags: short free words that people make up as they go."""

from __future__ import annotations

from typing import Any

import orjson
from django.utils.translation import gettext as _

from kartotek.core import words
from kartotek.core.context import Context
from kartotek.core.fieldtypes.base import Dialect, FieldType, refuse, texted
from kartotek.core.fieldtypes.lists import MOST_ITEMS, listed

LONGEST_TAG = 60  # letters


class Tags(FieldType):
    """Short free words; kept in order, each once."""

    kind = "tags"
    is_list = False
    empty = "[]"
    operators = ("empty", "not_empty")
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

    def is_empty(self, value: Any) -> bool:
        return not value

    def plain(self, value: Any) -> Any:
        return list(value or ())

    def stored(self, value: Any, dialect: Dialect) -> Any:
        return orjson.dumps(list(value or ())).decode()

    def load(self, stored: Any) -> tuple[str, ...]:
        return tuple(orjson.loads(stored) if isinstance(stored, str | bytes) else stored or ())

    def show(self, value: Any, context: Context) -> str:
        return ", ".join(value or ())

    def export(self, value: Any) -> str:
        return ", ".join(value or ())

    def words(self, value: Any) -> list[str]:
        return [word for tag in value or () for word in words.split(tag)]

    def condition(self, op: str, value: Any, dialect: Dialect) -> tuple[str, list[Any]]:
        if op not in self.operators:
            return super().condition(op, value, dialect)
        cast = "::text" if dialect.name == "postgres" else ""
        return f"{self.column}{cast} {'=' if op == 'empty' else '<>'} '[]'", []

    def sample(self, seed: int) -> Any:
        return [f"tag {seed}", "fair"]
