"""The filter bar of a list: chips for choices, a menu for the rest, what is set in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue
from kartotek.core.context import Context
from kartotek.core.errors import NotFound
from kartotek.core.fieldtypes import Choice, FieldType, Link, Number
from kartotek.core.find import find_one
from kartotek.core.question import Condition
from kartotek.core.recordtype import RecordType
from kartotek.interfaces.web.questions import Asked, written
from kartotek.interfaces.web.showing import tag_class

OPERATORS = {
    "is": gettext_lazy("is"),
    "is_not": gettext_lazy("is not"),
    "starts": gettext_lazy("starts with"),
    "before": gettext_lazy("is before"),
    "after": gettext_lazy("is after"),
    "empty": gettext_lazy("is empty"),
    "not_empty": gettext_lazy("is not empty"),
    "in": gettext_lazy("is one of"),
    "not_in": gettext_lazy("is none of"),
}
OF_NUMBERS = {"before": gettext_lazy("is less than"), "after": gettext_lazy("is more than")}


@dataclass(frozen=True)
class Choosing:
    """One chip of the filter bar: a choice field, its options, what is chosen."""

    name: str
    label: Any
    options: list[tuple[str, Any, str]]
    chosen: tuple[str, ...]

    @property
    def words(self) -> str:
        return ", ".join(str(label) for key, label, _hue in self.options if key in self.chosen)


@dataclass(frozen=True)
class Active:
    """One further filter in words, and the address without it."""

    text: str
    written: str
    without: str


def chips(record_type: RecordType, known: frozenset[str], question: Asked) -> list[Choosing]:
    """A chip for every choice field, the type's own facet first."""
    kinds = [kind for kind in record_type.fields.values() if isinstance(kind, Choice)]
    kinds.sort(key=lambda kind: kind.name != record_type.facet)
    return [
        Choosing(
            kind.name,
            kind.label,
            [(key, label, tag_class(kind, key)) for key, label in kind.choices],
            question.chosen(kind.name),
        )
        for kind in kinds
        if kind.name in known
    ]


def further(
    record_type: RecordType, known: frozenset[str]
) -> list[tuple[Any, list[tuple[str, str]]]]:
    """The other fields, each with the comparisons it takes, for the "Filter" menu."""
    return [
        (kind.label, [(f"{kind.name}:{op}", _word(kind, op)) for op in _offered(kind)])
        for kind in record_type.fields.values()
        if kind.name in known and not isinstance(kind, Choice) and _offered(kind)
    ]


def _word(kind: FieldType, op: str) -> Any:
    """A comparison in words: a day is before, a number is less."""
    return OF_NUMBERS.get(op, OPERATORS[op]) if isinstance(kind, Number) else OPERATORS[op]


def _offered(kind: FieldType) -> list[str]:
    by_typing = ("empty", "not_empty") if isinstance(kind, Link) else kind.operators
    return [op for op in OPERATORS if op in by_typing and op not in ("in", "not_in")]


def active(
    actor: Actor, record_type: RecordType, condition: Condition, question: Asked, context: Context
) -> Active:
    """A filter in the words of the field it names; the door has found that field already."""
    kind = record_type.fields[condition.field]
    values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    shown = ", ".join(_value(actor, kind, value, context) for value in values if value is not None)
    text = " ".join(filter(None, [str(kind.label), str(_word(kind, condition.op)), shown]))
    return Active(text, written(condition), question.without(condition))


def _value(actor: Actor, kind: FieldType, value: str, context: Context) -> str:
    """A filter's value as a person reads it: a record by its title, a date in their format."""
    if isinstance(kind, Link):
        if value == "me":
            return _("me")
        target = catalogue()[kind.target]
        try:
            return find_one(actor, target, value, (target.title,)).title
        except NotFound:
            return "–"
    return kind.show(kind.parse(value, context), context)
