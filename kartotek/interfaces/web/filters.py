"""The filter bar of a list: chips for choices, a menu for the rest, what is set in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue, the_type, unknown_field, visible
from kartotek.core.context import Context
from kartotek.core.errors import NotFound, ValidationError
from kartotek.core.fieldtypes import (
    LEAP_YEAR,
    Choice,
    FieldType,
    Flag,
    ItemList,
    Link,
    Moment,
    Number,
    Several,
    month_day,
)
from kartotek.core.find import find_one
from kartotek.core.question import Condition
from kartotek.core.recordtype import RecordType
from kartotek.interfaces.web import forms, linking, span
from kartotek.interfaces.web.frame import actor_of, context_of, fragment, signed_in
from kartotek.interfaces.web.questions import WITHOUT_VALUE, Asked, written
from kartotek.interfaces.web.showing import tag_class

OPERATORS = {
    "is": gettext_lazy("is"),
    "is_not": gettext_lazy("is not"),
    "starts": gettext_lazy("starts with"),
    "before": gettext_lazy("is before"),
    "after": gettext_lazy("is after"),
    "yearly": gettext_lazy("falls each year on"),
    "empty": gettext_lazy("is empty"),
    "not_empty": gettext_lazy("is not empty"),
    "in": gettext_lazy("is one of"),
    "not_in": gettext_lazy("is none of"),
}
OF_NUMBERS = {"before": gettext_lazy("is less than"), "after": gettext_lazy("is more than")}

OF_SEVERAL = {"is": gettext_lazy("includes"), "is_not": gettext_lazy("does not include")}


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


@lru_cache(maxsize=1_024)
def further(record_type: RecordType, known: frozenset[str]) -> list[tuple[str, Any]]:
    """The fields that the "Filter" menu offers, with their labels."""
    kinds = record_type.fields.values()
    return [(kind.name, kind.label) for kind in kinds if kind.name in known and _offered(kind)]


@signed_in
def adding(request: HttpRequest, type_key: str) -> HttpResponse:
    """What the menu asks of the field chosen in it: a comparison, and a value of its kind."""
    record_type, name = the_type(type_key), request.GET.get("add", "")
    if not name:
        return HttpResponse()
    kind = _kind(actor_of(request), record_type, name)
    ops = [(op, _word(kind, op)) for op in _offered(kind)]
    takes_value = any(op not in WITHOUT_VALUE for op, _label in ops)
    cell = _cell(kind, context_of(request)) if takes_value else None
    return fragment(request, "adding.html", "adding", ops=ops, cell=cell)


def added(
    actor: Actor, record_type: RecordType, query: QueryDict, context: Context
) -> Condition | None:
    """The filter that the menu sends, in the plain form of an address; None where it sends none.

    Raises ValidationError where its value is missing, or is none of the field's kind.
    """
    name, op = query.get("add", ""), query.get("add.op", "")
    if not name or not op or "add.now" not in query:
        return None
    kind = _kind(actor, record_type, name)
    if op in WITHOUT_VALUE:
        return Condition(name, op)
    plain = _plain(actor, kind, query, context)
    if not plain:
        raise ValidationError(
            {"add": _("Say first what “%(label)s” is compared with.") % {"label": kind.label}}
        )
    return Condition(name, op, plain)


def _kind(actor: Actor, record_type: RecordType, name: str) -> FieldType:
    if name not in record_type.fields or name not in visible(actor, record_type):
        raise unknown_field(record_type, name)
    return record_type.fields[name]


def _cell(kind: FieldType, context: Context) -> forms.Cell:
    """The input for a value to compare with: one line, whatever the field's own editor is."""
    if isinstance(kind, Flag):
        found = forms.Cell("add.value", str(kind.label), "choice", scope="add")
        found.choices = [(kind.export(one), kind.show(one, context)) for one in (True, False)]
        return found
    if isinstance(kind, Several):
        found = forms.Cell("add.value", str(kind.label), "choice", scope="add")
        found.choices = [(key, str(label)) for key, label in kind.choices]
        return found
    if isinstance(kind, ItemList | Moment):
        shape = forms.CELLS[kind.kind][0][1] if kind.kind in forms.CELLS else "date"
        return forms.Cell("add.value", str(kind.label), shape, scope="add")
    return forms.cell(kind, "add.value", kind.load(kind.empty), context, "add")


def _plain(actor: Actor, kind: FieldType, query: QueryDict, context: Context) -> str:
    """What was typed, as every reader of the address understands it; a record by its uid."""
    typed = query.get("add.value", "").strip()
    if isinstance(kind, Link):
        chosen = forms.Chosen(typed, query.get("add.value.text", "").strip())
        return str(linking.settled(actor, kind, chosen))
    if not typed:
        return ""
    value = kind.parse(typed, context)
    return kind.normal(value[0]) if isinstance(kind, ItemList) else kind.export(value)


def _word(kind: FieldType, op: str) -> Any:
    """A comparison in words: a day is before, a number is less."""
    own = OF_NUMBERS if isinstance(kind, Number) else OF_SEVERAL
    return own.get(op, OPERATORS[op]) if isinstance(kind, Number | Several) else OPERATORS[op]


def _offered(kind: FieldType) -> list[str]:
    """The comparisons that make sense for a field: what must be there is never empty."""
    if isinstance(kind, Flag):
        return ["is"]
    without = ("in", "not_in", *(WITHOUT_VALUE if kind.required else ()))
    return [op for op in OPERATORS if op in kind.operators and op not in without]


def active(
    actor: Actor, record_type: RecordType, condition: Condition, question: Asked, context: Context
) -> Active:
    """A filter in the words of the field it names; the door has found that field already."""
    kind = record_type.fields[condition.field]
    values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    if condition.op == "yearly":
        shown = ", ".join(_day_of_year(value, context) for value in values)
    else:
        known = [value for value in values if value is not None]
        shown = ", ".join(_value(actor, kind, value, context) for value in known)
    text = " ".join(filter(None, [str(kind.label), str(_word(kind, condition.op)), shown]))
    return Active(text, written(condition), question.without(condition))


def _day_of_year(value: str, context: Context) -> str:
    return span.of_year(date(LEAP_YEAR, *month_day(value)), context)


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
