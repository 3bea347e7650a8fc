"""Fields that customers add: the same field types, whose values stand in the record's own JSON.

What is empty is not in the JSON at all, so it reads as NULL, sorts last, and costs nothing.
"""

from __future__ import annotations

import re
from typing import Any

from kartotek.core import words
from kartotek.core.context import Context
from kartotek.core.dialect import dialect
from kartotek.core.fieldtypes.base import Dialect, FieldType
from kartotek.core.fieldtypes.decimals import DecimalNumber
from kartotek.core.fieldtypes.links import Link, Pointer
from kartotek.core.fieldtypes.lists import Emails, Phones
from kartotek.core.fieldtypes.numbering import digits_of, e164
from kartotek.core.fieldtypes.several import Several
from kartotek.core.fieldtypes.simple import Choice, Date, Flag, Moment, Number
from kartotek.core.fieldtypes.tags import Tags
from kartotek.core.fieldtypes.text import LongText, Text, Url
from kartotek.core.workspace import workspace

NAME = re.compile(r"x_[a-z0-9][a-z0-9_]{0,39}")  # stands in SQL as it is: nothing else may


MASK = "••••"
SHORT_SECRET = 6  # letters; of so few none is shown


class Custom(FieldType):
    """What is different for a field that customers added; stands before the field type itself."""

    empty: Any = None
    cast = "text"  # what PostgreSQL makes of the JSON's text

    def at(self, name: str, label: Any) -> FieldType:
        """A copy that stands for the field `name` in the column "custom"."""
        if not NAME.fullmatch(name):
            raise ValueError(f"“{name}” cannot be the name of a customer's field.")
        one = self.bound(name, label, name)
        speak = dialect()
        one.column = speak.inside("custom", name, self.cast)
        one.key_column = speak.inside("custom", key_of(name), "text")
        one.is_custom = True
        return one

    def load(self, stored: Any) -> Any:
        """An empty value has the shape that its field type gives to one."""
        return super().load(type(self).blank if stored is None else stored)

    def stored(self, value: Any, dialect: Dialect) -> Any:
        return self.plain(value)

    identifiers = FieldType.identifiers  # no record is known by what a customer added
    blank: Any = None

    def kept(self, value: Any) -> Any:
        """The value as the JSON of the record keeps it; None where it keeps nothing."""
        return None if self.is_empty(value) else self.plain(value)


def key_of(name: str) -> str:
    """Where the sort key of a text stands in the JSON; no field can be called so."""
    return f"{name}:key"


class CustomText(Custom, Text):
    """One line of text; its sort key is kept beside it."""

    has_key = True
    blank = ""

    def condition(self, op: str, value: Any, dialect: Dialect) -> tuple[str, list[Any]]:
        """Its index is one of sort keys: equal texts have equal ones, others may, too."""
        sql, params = super().condition(op, value, dialect)
        if op not in ("is", "in") or not params or not self.is_indexed:
            return sql, params
        keys = [self.key(str(one), workspace().context) for one in params]
        marks = ", ".join(["%s"] * len(keys))
        return f"({self.key_column} IN ({marks}) AND {sql})", [*keys, *params]


class CustomMasked(CustomText):
    """A text that nobody sees whole by the way: a number of identity, bank or health."""

    kind = "masked"
    operators = ("empty", "not_empty")
    sortable = False
    has_key = False
    is_masked = True

    def words(self, value: str) -> list[str]:
        return []

    def outward(self, value: str) -> str:
        """What of it is shown: its last two letters, where they give nothing away."""
        if not value:
            return ""
        return MASK + (value[-2:] if len(value) > SHORT_SECRET else "")


class ByKey(CustomText):
    """A text that is compared by what it means, which stands beside what was typed."""

    operators = ("is", "is_not", "in", "not_in", "empty", "not_empty")

    def condition(self, op: str, value: Any, dialect: Dialect) -> tuple[str, list[Any]]:
        if op in ("empty", "not_empty") or op not in self.operators:
            return super().condition(op, value, dialect)
        own = workspace().context
        many = list(value) if op in ("in", "not_in") else [value]
        keys = [key for one in many if (key := self.key(self.parse(one, own), own))]
        marks = ", ".join(["%s"] * len(keys))
        if op in ("is", "in"):
            return (f"{self.key_column} IN ({marks})", keys) if keys else ("0 = 1", [])
        if not keys:
            return "1 = 1", []
        return f"({self.key_column} IS NULL OR {self.key_column} NOT IN ({marks}))", keys


class CustomPhone(ByKey):
    """A phone number: kept as typed and never refused, the international form beside it."""

    kind = "phone"
    sortable = False

    def key(self, value: str, context: Context) -> str | None:
        return e164(value, context.country) or digits_of(value) or None

    def words(self, value: str) -> list[str]:
        item = {"text": value, "e164": e164(value, workspace().country)}
        return Phones().words([item] if value else ())

    def sample(self, seed: int) -> str:
        return str(Phones().sample(seed)[0]["text"])


class CustomEmail(ByKey):
    """A mail address; capital letters make no other one of it."""

    kind = "email"
    schema = {"type": "string", "maxLength": 254}

    def __init__(self, **options: Any) -> None:
        super().__init__(254, **options)

    def parse(self, raw: Any, context: Context) -> str:
        item = Emails().item(super().parse(raw, context), context)
        return str(item["address"]) if item else ""

    def describe(self) -> dict[str, Any]:
        return self.schema

    def key(self, value: str, context: Context) -> str | None:
        return value.strip().casefold() or None

    def sample(self, seed: int) -> str:
        return f"person{seed}@example.com"


class CustomLongText(Custom, LongText):
    """Text of many lines."""

    blank = ""


class CustomUrl(Custom, Url):
    """A web address."""

    blank = ""


class CustomNumber(Custom, Number):
    """A whole number."""

    cast = "bigint"


class CustomDecimal(Custom, DecimalNumber):
    """A decimal number, in millionths: they are compared, sorted and added up as they stand."""

    cast = "bigint"

    def stored(self, value: Any, dialect: Dialect) -> Any:
        return DecimalNumber.stored(self, value, dialect)

    def kept(self, value: Any) -> Any:
        return self.stored(value, dialect())


class CustomFlag(Custom, Flag):
    """Yes or no; only a yes is kept."""

    cast = "boolean"
    blank = False

    def at(self, name: str, label: Any) -> FieldType:
        one = super().at(name, label)
        one.column = f"COALESCE({one.column}, {'0' if dialect().name == 'sqlite' else 'false'})"
        return one

    def stored(self, value: Any, dialect: Dialect) -> Any:
        return dialect.boolean(value)


class CustomDate(Custom, Date):
    """A day."""


class CustomMoment(Custom, Moment):
    """A moment."""


class CustomChoice(Custom, Choice):
    """One of a few named values."""

    blank = ""

    def words(self, value: str) -> list[str]:
        return words.split(str(dict(self.choices).get(value, value)))


class CustomTags(Custom, Tags):
    """Short free words."""

    blank = ()


class CustomSeveral(Custom, Several):
    """Several of a few named values."""

    blank = ()

    def among(self, keys: list[str], dialect: Dialect) -> tuple[str, list[Any]]:
        return dialect.holds_any("custom", self.name, keys)


class CustomLink(Custom, Link):
    """A link to a record of one type; the integer stays inside, as of every link."""

    cast = "bigint"

    def stored(self, value: Pointer | None, dialect: Dialect) -> Any:
        return Link.stored(self, value, dialect)

    def kept(self, value: Any) -> Any:
        return self.stored(value, dialect())


# What a customer may add, by the word of each field type.
BY_KIND: dict[str, type[Custom]] = {
    one.kind: one
    for one in (CustomText, CustomMasked, CustomLongText, CustomNumber, CustomDecimal, CustomFlag,
                CustomDate, CustomMoment, CustomChoice, CustomSeveral, CustomTags, CustomPhone,
                CustomEmail, CustomUrl, CustomLink)
}  # fmt: skip
