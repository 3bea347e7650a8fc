"""Several of a few named values: kept by their keys, shown by their labels."""

from __future__ import annotations

from typing import Any

from kartotek.core import words
from kartotek.core.context import Context
from kartotek.core.errors import ValidationError
from kartotek.core.fieldtypes.base import Dialect, texted
from kartotek.core.fieldtypes.lists import listed
from kartotek.core.fieldtypes.simple import Offering, chosen
from kartotek.core.fieldtypes.tags import Tags


class Several(Offering, Tags):
    """Several choices of a list, each once, in the list's own order.

    `is` asks whether the choice is among them. Two people who add one each keep both, as of tags.
    """

    kind = "several"
    operators = ("is", "is_not", "in", "not_in", "empty", "not_empty")

    def __init__(self, choices: list[tuple[str, Any]], **options: Any) -> None:
        super().__init__(**options)
        self.choices = choices

    def parse(self, raw: Any, context: Context) -> tuple[str, ...]:
        if raw is None or raw == "":
            return ()
        given = self._cut(raw) if isinstance(raw, str) else listed(raw)
        named = {chosen(self.choices, text) for one in given if (text := texted(one).strip())}
        return tuple(key for key, _label in self.choices if key in named)

    def _cut(self, text: str) -> list[str]:
        """A text of several, between semicolons or commas; a label may hold a comma itself."""
        try:
            return [chosen(self.choices, text.strip())]
        except ValidationError:
            return text.split(";" if ";" in text else ",")

    def describe(self) -> dict[str, Any]:
        item = {"type": "string", "enum": [key for key, _label in self.choices]}
        return {"type": "array", "items": item}

    def condition(self, op: str, value: Any, dialect: Dialect) -> tuple[str, list[Any]]:
        if op in ("empty", "not_empty") or op not in self.operators:
            return super().condition(op, value, dialect)
        many = list(value) if op in ("in", "not_in") else [value]
        keys = list(dict.fromkeys(key for one in many for key in self.parse(one, Context())))
        sql, params = self.among(keys, dialect) if keys else ("0 = 1", [])
        return (sql, params) if op in ("is", "in") else (f"NOT {sql}" if keys else "1 = 1", params)

    def among(self, keys: list[str], dialect: Dialect) -> tuple[str, list[Any]]:
        """The condition, never NULL, that one of these keys stands in the column."""
        raise NotImplementedError

    def labels(self, value: Any) -> list[str]:
        known = dict(self.choices)
        return [str(known.get(key, key)) for key in value or ()]

    def show(self, value: Any, context: Context) -> str:
        return ", ".join(self.labels(value))

    def edit(self, value: Any, context: Context) -> str:
        return ", ".join(value or ())

    def words(self, value: Any) -> list[str]:
        return [word for label in self.labels(value) for word in words.split(label)]

    def sample(self, seed: int) -> Any:
        return [self.choices[seed % len(self.choices)][0]]
