"""Customers' fields: what a company adds to its records, and what it changes of the given ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db import connection, models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kartotek.core import customizing, fields
from kartotek.core.context import Context
from kartotek.core.customizing import LINK
from kartotek.core.dialect import dialect
from kartotek.core.errors import ValidationError
from kartotek.core.fieldtypes import Choice, Text
from kartotek.core.fieldtypes.base import refuse
from kartotek.core.fieldtypes.choices import Choices, slug
from kartotek.core.fieldtypes.custom import BY_KIND, NAME
from kartotek.core.record import Record
from kartotek.core.recordtype import RECORD_TYPES, RecordType, Timeline

MOST_FIELDS = 200  # of one record type
KINDS = [
    ("text", _("Text")),
    ("long_text", _("Long text")),
    ("number", _("Whole number")),
    ("decimal", _("Decimal number")),
    ("flag", _("Yes or no")),
    ("date", _("Date")),
    ("datetime", _("Date and time")),
    ("choice", _("One of several choices")),
    ("several", _("Several choices")),
    ("tags", _("Tags")),
    ("phone", _("Phone number")),
    ("email", _("E-mail address")),
    ("url", _("Web address")),
    ("masked", _("Text, masked until shown")),
]
assert {key for key, _label in KINDS} == BY_KIND.keys() - {"link"}  # of which each type has one


class Where(Text):
    """The key of the record type that a field is of."""

    sortable = False
    operators = ("is", "is_not", "in", "not_in")

    def parse(self, raw: Any, context: Context) -> str:
        text = super().parse(raw, context)
        if text and (text not in RECORD_TYPES or not RECORD_TYPES[text].customizable):
            known = ", ".join(sorted(key for key, one in RECORD_TYPES.items() if one.customizable))
            raise refuse(
                gettext("“%(text)s” is nothing that can have fields. There are: %(known)s.")
                % {"text": text[:40], "known": known}
            )
        return text

    def show(self, value: str, context: Context) -> str:
        return str(RECORD_TYPES[value].plural) if value in RECORD_TYPES else value

    def edit(self, value: str, context: Context) -> str:
        return value

    def sample(self, seed: int) -> str:
        return next(key for key, one in sorted(RECORD_TYPES.items()) if one.customizable)


class Named(Text):
    """The name of a field for machines: chosen once, by itself from the label."""

    def sample(self, seed: int) -> Any:
        return None


class Kind(Choice):
    """The sort of value that a field holds: chosen once. A link says to which type, too."""

    def __init__(self, **options: Any) -> None:
        super().__init__([], **options)

    @property  # type: ignore[override]
    def choices(self) -> list[tuple[str, Any]]:
        link = gettext("Link")
        linked = [
            (LINK + key, f"{link}: {one.label}")
            for key, one in RECORD_TYPES.items()
            if one.in_menu and one.customizable
        ]
        return [*KINDS, *sorted(linked)]

    @choices.setter
    def choices(self, _given: Any) -> None:
        """They follow from the record types that there are."""

    def sample(self, seed: int) -> str:
        return "text"


def _column(length: int, kind: Text | Kind, label: Any) -> Any:
    field = models.CharField(max_length=length, default="", blank=True, verbose_name=label)
    field.kartotek = kind  # type: ignore[attr-defined]
    return field


def _choices(label: Any) -> Any:
    field = models.JSONField(default=list, blank=True, verbose_name=label)
    field.kartotek = Choices()  # type: ignore[attr-defined]
    return field


class CustomField(Record):
    """One field that was added, or what was changed of a given one (its `kind` is empty then)."""

    label = fields.text(80, label=_("Name"))
    on = _column(40, Where(40, required=True), _("Of"))
    name = _column(42, Named(42), _("Name for machines"))
    kind = _column(40, Kind(), _("Kind of value"))
    choices = _choices(_("Choices"))
    hint = fields.text(200, label=_("Hint"))
    place = fields.number(label=_("Place"))
    required = fields.flag(label=_("Must be filled in"))
    hidden = fields.flag(label=_("Hidden"))
    in_list = fields.flag(label=_("Shown in lists"))
    indexed = fields.flag(label=_("Quick to sort and filter"))
    searched = fields.flag(label=_("Found by the search"))

    class Meta:
        verbose_name = _("field")
        verbose_name_plural = _("fields")
        constraints = (
            models.UniqueConstraint(fields=["on", "name"], name="core_customfield_name"),
        )

    @classmethod
    def settle(cls, new: Any, old: Any, parts: dict[str, list[Any]]) -> dict[str, Any]:
        """A new field is named after its label: "Loyalty number" → "x_loyalty_number"."""
        if new.name and not new.name.startswith("x_"):
            return {}
        name = new.name or f"x_{slug(new.label) or 'field'}"[:42].rstrip("_")
        return {"name": name, "kind": new.kind or "text"}

    @classmethod
    def clean(cls, new: Any, old: Any) -> None:  # type: ignore[override]
        """What can be said of a field by itself."""
        for name in ("on", "name", "kind") if old else ():
            if getattr(new, name) != getattr(old, name):
                raise ValidationError(
                    {name: gettext("This was chosen when the field was made. Make a new field.")}
                )
        if new.kind:
            _clean_added(new)
        elif not _is_given(RECORD_TYPES[new.on], new.name):
            raise ValidationError({"kind": gettext("Choose what kind of value the field holds.")})


def _is_given(declared: RecordType, name: str) -> bool:
    return name in declared.fields or name in declared.parts


def _clean_added(new: Any) -> None:
    if not new.label:
        raise ValidationError({"label": gettext("Give the field a name.")})
    if not NAME.fullmatch(new.name):
        raise ValidationError(
            {"name": gettext("A name for machines is “x_” and small letters, digits or “_”.")}
        )
    if new.kind == "masked" and new.indexed:
        raise ValidationError({"indexed": gettext("Nobody sorts or filters by what is masked.")})
    if new.kind in ("several", "tags", "long_text") and new.indexed:
        raise ValidationError({"indexed": gettext("An index makes nothing quicker for this kind.")})
    if new.searched and new.kind not in customizing.SEARCHED:
        raise ValidationError(
            {"searched": gettext("There are no words in this kind of value to be found.")}
        )
    if new.kind in ("choice", "several") and not new.choices:
        raise ValidationError({"choices": gettext("Write at least one choice, each on a line.")})
    if new.required and new.kind == "flag":
        raise ValidationError(
            {"required": gettext("A yes or no is always filled in: nothing said means no.")}
        )


class CustomFields(RecordType):
    """What people see and do with the fields of their records."""

    model, icon, group = CustomField, "text-cursor-input", "company"
    title = "label"
    columns = "label on kind required in_list hidden"
    form = "label on kind choices hint | required in_list indexed searched hidden | place"
    search = {"label": 1}
    panels = [Timeline()]
    scoped = in_menu = customizable = False
    customizes, known_by = True, "on name"

    def admit(self, values: Mapping[str, Any], old: Mapping[str, Any] | None, uid: Any) -> None:
        """What depends on the other fields of the same records."""
        declared = RECORD_TYPES[values["on"]]
        others = _others(values["on"], uid)
        if any(one.name == values["name"] for one in others):
            raise ValidationError(_taken(values, others))
        living = [one for one in others if not one.gone]
        if values["kind"]:
            _refuse_namesake(declared, values, living)
        elif values["hidden"] or values["required"]:
            _refuse_pillar(declared, values)
        if old is None and len(living) >= MOST_FIELDS:
            raise ValidationError(
                gettext("There are %(most)s fields already. Remove one first.")
                % {"most": MOST_FIELDS}
            )
        _refuse_many(values, living)


class Other(NamedTuple):
    """What another field of the same records is called and costs."""

    name: str
    label: str
    indexed: bool
    searched: bool
    gone: bool


def _others(on: str, uid: Any) -> list[Other]:
    """Every other field of the type."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, label, indexed, searched, removed_at IS NOT NULL FROM core_customfield "
            'WHERE "on" = %s AND uid <> %s',
            [on, dialect().uid(uid)],
        )
        return [Other(name, label, *map(bool, rest)) for name, label, *rest in cursor.fetchall()]


def _refuse_many(values: Mapping[str, Any], living: list[Other]) -> None:
    """What costs time whenever something is saved, a few fields may have."""
    if values["indexed"] and sum(one.indexed for one in living) >= customizing.MOST_INDEXES:
        raise ValidationError({"indexed": gettext(
            "%(most)s fields are quick already, and each costs time whenever something is "
            "saved. Take it from another one first.")
            % {"most": customizing.MOST_INDEXES}})  # fmt: skip
    if values["searched"] and sum(one.searched for one in living) >= customizing.MOST_SEARCHED:
        raise ValidationError({"searched": gettext(
            "%(most)s fields are searched already, and each makes the search slower. Take it from "
            "another one first.")
            % {"most": customizing.MOST_SEARCHED}})  # fmt: skip


def _taken(values: Mapping[str, Any], others: list[Other]) -> dict[str, Any]:
    one = next(one for one in others if one.name == values["name"])
    if one.gone:
        message = gettext(
            "There was a field “%(name)s”, and its values are still there. "
            "Put it back from the trash, or choose another name."
        )
    else:
        message = gettext("There is a field “%(name)s” already. Choose another name.")
    return {"label": message % {"name": one.label or values["name"]}}


def _refuse_namesake(declared: RecordType, values: Mapping[str, Any], living: list[Other]) -> None:
    """Two fields of one label could not be told apart, on the page or in a file."""
    named = {str(kind.label).casefold(): name for name, kind in declared.fields.items()}
    named |= {str(part.label).casefold(): name for name, part in declared.parts.items()}
    renamed = {one.label.casefold() for one in living if one.label}
    label = values["label"].casefold()
    if label in named or label in renamed or slug(label) in declared.fields:
        raise ValidationError(
            {"label": gettext("%(plural)s have a field “%(label)s” already. Choose another name.")
             % {"plural": declared.plural, "label": values["label"]}}
        )  # fmt: skip


def _refuse_pillar(declared: RecordType, values: Mapping[str, Any]) -> None:
    """Some fields carry the others: without them no record could be told from another."""
    kind = declared.fields.get(values["name"])
    if kind is None:  # a list of rows: nobody is known by it
        return
    if values["hidden"] and (kind.required or kind.name in (declared.title, "owner")):
        raise ValidationError(
            {"hidden": gettext("“%(label)s” cannot be hidden: records are known by it.")
             % {"label": kind.label}}
        )  # fmt: skip
    if values["required"] and not kind.editable:
        raise ValidationError(
            {"required": gettext("“%(label)s” is kept by Kartotek; nobody fills it in.")
             % {"label": kind.label}}
        )  # fmt: skip
