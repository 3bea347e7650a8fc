"""What every sort of value knows about itself, on every way in and out."""

from __future__ import annotations

import copy
import re
from typing import Any

import orjson
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kartotek.core.context import Context
from kartotek.core.dialect import Postgres, Sqlite

Dialect = Sqlite | Postgres
# What no database or no screen holds: control letters, and halves of a letter.
_UNHELD = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
OPERATORS = ("is", "is_not", "in", "not_in", "before", "after", "yearly", "starts", "empty",
             "not_empty")  # fmt: skip


class FieldType:
    """One sort of value. A bound copy (with name, label, column) stands for one field of a type.

    Values have three shapes: what Python holds (`value`), what the log, the API and exports hold
    (`plain`, JSON), and what the database holds (`stored`). `parse(plain(v)) == v` always.
    """

    kind = "text"
    schema: dict[str, Any] = {"type": "string"}
    operators: tuple[str, ...] = ("is", "is_not", "in", "not_in", "empty", "not_empty")
    sortable = False
    is_list = False
    empty: Any = ""

    name = ""
    label: Any = ""
    db_name = ""  # of the column
    column = ""  # the same, quoted for SQL: a field may be called "primary"
    key_column = ""  # of the sort key beside a sorted text
    required = False
    editable = True
    personal = False  # tells of a person: told to them whole, gone when they are erased
    is_once = False  # said when a record is made, and never changed by hand
    is_brought = False  # kept by the door, and yet an import may bring it for a new record
    is_custom = False  # added by the customer: it stands in the column "custom"
    is_masked = False  # shown to nobody whole, but by an act that leaves a line
    is_indexed = False  # it has an index that was made at run time
    hint: Any = ""  # a word of help beside its editor

    def __init__(
        self,
        *,
        required: bool = False,
        editable: bool = True,
        brought: bool = False,
        personal: bool = False,
    ) -> None:
        self.required = required
        self.personal = personal
        self.editable = editable
        self.is_brought = brought

    def bound(self, name: str, label: Any, column: str) -> FieldType:
        """A copy that stands for one field."""
        one = copy.copy(self)
        one.name, one.label, one.db_name = name, label, column
        one.column, one.key_column = f'"{column}"', f'"{column}_key"'
        return one

    def anew(self) -> FieldType:
        """What stands for the field from now on: another one where it depends on records."""
        return self

    def parse(self, raw: Any, context: Context) -> Any:
        """The value of what was typed, sent or logged; ValidationError says what to do next."""
        raise NotImplementedError

    def clean(self, raw: Any, context: Context) -> Any:
        """`parse`, and the refusal of an empty value where one is required."""
        value = self.parse(raw, context)
        if self.required and self.is_empty(value):
            raise ValidationError(_("Fill this in; it is the one thing needed here."))
        return value

    def is_empty(self, value: Any) -> bool:
        return value is None or value == "" or value == ()

    def plain(self, value: Any) -> Any:
        """The value as JSON can hold it."""
        return value

    def stored(self, value: Any, dialect: Dialect) -> Any:
        """The value as a parameter of SQL."""
        return value

    def load(self, stored: Any) -> Any:
        """The value of what the database gave."""
        return stored

    def show(self, value: Any, context: Context) -> str:
        """The value as a person reads it."""
        return "" if value is None else str(value)

    def edit(self, value: Any, context: Context) -> str:
        """The value as a person edits it in one line; `parse` takes it back."""
        return self.show(value, context)

    def export(self, value: Any) -> str:
        """The value as a cell of a file "for machines"; `parse` takes it back."""
        plain = None if value is None else self.plain(value)
        return "" if plain is None else str(plain)

    def describe(self) -> dict[str, Any]:
        """The JSON schema of `plain`."""
        return self.schema

    def outward(self, value: Any) -> Any:
        """The value as it leaves the doors: of a masked one not the whole."""
        return value

    def words(self, value: Any) -> list[str]:
        """What search finds it by, already normalised."""
        return []

    def identifiers(self, value: Any, context: Context) -> list[tuple[str, str]]:
        """Normalised forms (kind, value) under which duplicates and imports look it up."""
        return []

    def traces(self, value: Any) -> list[str]:
        """Texts by which this value is known again elsewhere, as one person's and nobody else's."""
        return [str(value)] if self.is_masked and not self.is_empty(value) else []

    def condition(self, op: str, value: Any, dialect: Dialect) -> tuple[str, list[Any]]:
        """SQL and parameters that hold where the column stands `op` to `value`."""
        if op not in self.operators:
            raise ValidationError(
                _("“%(label)s” cannot be filtered with “%(op)s”. It takes: %(known)s.")
                % {"label": self.label, "op": op, "known": ", ".join(self.operators)}
            )
        if op in ("empty", "not_empty"):
            return self._emptiness(op == "empty")
        many = list(value) if op in ("in", "not_in") else [value]
        params = [self.stored(self.parse(one, Context()), dialect) for one in many]
        if op in ("before", "after", "starts"):
            return self._order(op, params[0])
        marks = ", ".join(["%s"] * len(params))
        if op in ("is", "in"):
            if not params:
                return "0 = 1", []
            return f"{self.column} IN ({marks})", params
        if not params:
            return "1 = 1", []
        return f"({self.column} IS NULL OR {self.column} NOT IN ({marks}))", params

    def _emptiness(self, wanted: bool) -> tuple[str, list[Any]]:
        if self.empty is None:
            return f"{self.column} IS {'' if wanted else 'NOT '}NULL", []
        return f"{self.column} {'=' if wanted else '<>'} %s", [self.empty]

    def _order(self, op: str, param: Any) -> tuple[str, list[Any]]:
        sign = "<" if op == "before" else ">"
        return f"{self.column} {sign} %s", [param]

    def sample(self, seed: int) -> Any:
        """A raw value for tests; different seeds give different values."""
        raise NotImplementedError


def texted(raw: Any) -> str:
    """What was sent as a text, "" for nothing; ValidationError for what holds none."""
    if type(raw) is str and raw.isprintable():
        return raw
    if raw is not None and (isinstance(raw, bool) or not isinstance(raw, str | int | float)):
        raise refuse(_("Expected text here."))
    return "" if raw is None else _UNHELD.sub("", str(raw))


def refuse(message: str) -> ValidationError:
    """The error a parse raises; one place, so that all read alike."""
    return ValidationError(message)


class JsonList(FieldType):
    """A list kept as JSON in one column: "[]" where it is empty."""

    empty = "[]"
    operators: tuple[str, ...] = ("empty", "not_empty")

    def is_empty(self, value: Any) -> bool:
        return not value

    def plain(self, value: Any) -> Any:
        return list(value or ())

    def stored(self, value: Any, dialect: Dialect) -> Any:
        return orjson.dumps(self.plain(value)).decode() if value else "[]"

    def load(self, stored: Any) -> tuple[Any, ...]:
        if not stored or stored == "[]":
            return ()
        return tuple(orjson.loads(stored) if isinstance(stored, str | bytes) else stored)
