"""The declaration of one kind of record, from which every way in and out derives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kartotek.core import titling
from kartotek.core.board import Board
from kartotek.core.calendar_view import Calendar, MonthDay
from kartotek.core.fields import KeyField
from kartotek.core.fieldtypes import FieldType, File, Key, Link, Text
from kartotek.core.record import Part, Record
from kartotek.core.relates import Relates

RECORD_TYPES: dict[str, RecordType] = {}
COMMON_LABELS = {"name": _("Name"), "text": _("Text")}  # of fields declared without a label
KEPT_BY_THE_DOOR = ("created_at", "changed_at", "created_by", "changed_by")


@dataclass(frozen=True)
class Timeline:
    """A panel: what happened with this record, newest first."""

    kind = "timeline"


@dataclass(frozen=True)
class Related:
    """A panel: the records of `type` whose field `by` links to this one."""

    type: str
    by: str = ""
    kind = "related"


@dataclass(frozen=True)
class Action:
    """One thing people do with a record: button, key, API call and history entry in one."""

    name: str
    label: Any
    key: str
    run: Callable[..., Any]


def action(label: Any, *, key: str = "") -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare a method of a record type as something people do."""

    def mark(run: Callable[..., Any]) -> Callable[..., Any]:
        run.kartotek_action = Action(run.__name__, label, key, run)  # type: ignore[attr-defined]
        return run

    return mark


@dataclass(frozen=True)
class PartType:
    """A list of rows inside a record: its name, its table, its fields."""

    name: str
    named: Any  # by the model, in the reader's language once shown
    table: str
    parent_column: str
    fields: dict[str, FieldType]

    @property
    def label(self) -> str:
        return _capital(self.named)


class RecordType:
    """What people see and do with one kind of record. Subclassing is registration.

    `sorts` names at most three fields; each gets its indexes. `facet` is the choice that most
    filters use: it rides along in those indexes. `linked_by` names the links that are followed
    backwards. A type that is not `scoped` is open to everybody who may view it at all. `title_from`
    names what a title is made of where none is given: the first group of fields that holds any. A
    link among them stands in `search_with` too.
    Records of a type that `customizes` say what the other types look like; one that is not
    `customizable` looks as it was declared.
    `open_by` names a flag: records that carry it (a handful) are seen by everybody who may see any,
    as far as they may view the type whose key stands in the field `open_to`.
    `noted` names the fields of which a change leaves a line of a kind in the security log.
    `addressed_to` names the link to the member whom a record is meant for: a message, a call. An
    open page of theirs hears of it, whatever it shows.
    """

    model: ClassVar[type[Record]]
    key: ClassVar[str] = ""
    icon: ClassVar[str] = "square"
    group: ClassVar[str] = ""
    title: ClassVar[str] = "name"
    title_from: ClassVar[str] = ""
    subtitle: ClassVar[str] = ""
    contact_line: ClassVar[str] = ""
    columns: ClassVar[str] = ""
    sorts: ClassVar[str] = ""
    form: ClassVar[str] = ""
    quick: ClassVar[str] = ""
    search: ClassVar[dict[str, int]] = {}
    guarded: ClassVar[str] = ""
    linked_by: ClassVar[str] = ""
    search_with: ClassVar[str] = ""
    same_as: ClassVar[str] = ""
    facet: ClassVar[str] = ""
    scoped: ClassVar[bool] = True
    in_menu: ClassVar[bool] = True
    begins_for: ClassVar[str] = ""  # the roles whose first page is the list of these
    customizes: ClassVar[bool] = False
    customizable: ClassVar[bool] = True
    open_by: ClassVar[str] = ""
    open_to: ClassVar[str] = ""
    addressed_to: ClassVar[str] = ""
    noted: ClassVar[dict[str, str]] = {}
    timeline_at: ClassVar[str] = ""
    timeline_parent: ClassVar[str] = ""
    panels: ClassVar[list[Any]] = []
    relates: ClassVar[Relates | None] = None  # its records tie two others together
    board: ClassVar[Board | None] = None
    erasable: ClassVar[bool] = True  # where a field of it is personal
    calendar: ClassVar[Calendar | None] = None
    known_by: ClassVar[str] = ""  # what is set up with it is the same in every installation
    imports: ClassVar[dict[str, dict[str, str]]] = {}
    card: ClassVar[dict[str, str]] = {}  # property of a vCard → the fields it is made of

    table: str
    fields: dict[str, FieldType]
    parts: dict[str, PartType]
    actions: dict[str, Action]
    blank: dict[str, Any]  # every field's empty value
    identifying: list[FieldType]  # the fields by which duplicates and imports look records up
    unsaid: dict[str, None]  # every field, as the line of a creation tells it; nobody writes in it
    required: list[FieldType]
    customs: list[FieldType]  # the fields that a customer added
    personal: Sequence[
        FieldType
    ] = ()  # what of it tells of a person; a customer's own fields all may
    files: list[FieldType]  # that hold a stored file
    masked: list[FieldType]  # of which nobody sees the whole by the way
    keyed: list[Text]  # the texts that keep a sort key beside them
    searched: frozenset[str]  # the fields whose words, or whose record's words, find it
    settles: bool  # does its model work out what follows from the rest?
    checks: bool  # does its model check the whole?
    hidden: frozenset[str] = frozenset()  # fields that the customer put out of everybody's sight
    wanted: Mapping[str, str] = MappingProxyType({})  # customer's field → its index
    walks: Mapping[str, str] = MappingProxyType({})  # the same, of those that are there

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "model" not in cls.__dict__:
            return
        cls.key = cls.__dict__.get("key") or cls.__name__.lower()
        if cls.key in RECORD_TYPES:
            raise ImproperlyConfigured(f"There are two record types called “{cls.key}”.")
        RECORD_TYPES[cls.key] = cls()

    def __init__(self) -> None:
        self.table = self.model._meta.db_table
        self._add_sort_keys()
        self._add_indexes()
        self.fields = {}
        self.parts = {}
        self.actions = {
            found.name: found
            for name in dir(type(self))
            if isinstance(found := getattr(getattr(self, name), "kartotek_action", None), Action)
        }

    def __repr__(self) -> str:
        return f"<record type {self.key}>"

    @property
    def label(self) -> Any:
        """One of them: "Contact"."""
        return _capital(self.model._meta.verbose_name)

    @property
    def plural(self) -> Any:
        """Several of them: "Contacts"."""
        return _capital(self.model._meta.verbose_name_plural)

    @property
    def column_names(self) -> list[str]:
        return (self.columns or self.title).split()

    @property
    def sort_names(self) -> list[str]:
        return self.sorts.split()

    @property
    def form_groups(self) -> list[list[str]]:
        """The form's fields in groups: "name | stage amount" → [["name"], ["stage", "amount"]]."""
        form = self.form or " ".join(self.column_names)
        return [group.split() for group in form.split("|")]

    @property
    def quick_names(self) -> list[str]:
        return (self.quick or self.title).split()

    def titled(self, values: Mapping[str, Any]) -> str:
        """The title of a record with these values: the one given, else one made of others."""
        return titling.titled(self, values, {})

    def admit(self, values: Mapping[str, Any], old: Mapping[str, Any] | None, uid: Any) -> None:
        """The last word on a write, where one needs to look at other records. ValidationError."""

    def watch(self) -> Callable[[], None] | None:
        """Asked before records of this type change; what it returns is called when they have.

        That one may raise ValidationError, which takes the whole write back: the last word where
        one record alone does not tell, as with the last administrator.
        """
        return None

    @property
    def is_watched(self) -> bool:
        return type(self).watch is not RecordType.watch

    @property
    def takes_part(self) -> bool:
        """Can its records be tied to others by relationships?"""
        return any(one.kind == "relations" for one in self.panels)

    @property
    def can_be_erased(self) -> bool:
        """Do its records tell of persons, who may ask for all of it and for its end?"""
        return self.erasable and bool(self.personal)

    def sort_column(self, name: str) -> str:
        """The column that a sort by `name` walks."""
        kind = self.fields[name]
        return kind.key_column if getattr(kind, "has_key", False) else kind.column

    def _sorted_fields(self) -> list[Any]:
        return [self.model._meta.get_field(name) for name in self.sorts.split()]

    @property
    def department_sort(self) -> str:
        """The one sort that is also walked within a department; "" where there is none."""
        dates = [f.name for f in self._sorted_fields() if not isinstance(f, models.CharField)]
        return dates[0] if dates else ""

    def _add_sort_keys(self) -> None:
        for field in self._sorted_fields():
            name = f"{field.name}_key"
            if isinstance(field, models.CharField) and not hasattr(self.model, name):
                key: Any = KeyField(max_length=100, null=True, editable=False)
                key.kartotek = Key(100)
                self.model.add_to_class(name, key)

    def _add_indexes(self) -> None:
        """The measured indexes: every sort walked globally, the first date within a department.

        A second date within departments gives way to the facet: a rare status among a million
        costs 620 ms without its index, a department gone stale 38 ms without its own.
        """
        meta, prefix = self.model._meta, self.model._meta.db_table[:16]
        here = models.Q(removed_at__isnull=True)
        rider = [self.facet] if self.facet else []
        found = list(meta.indexes)
        for field in self._sorted_fields():
            is_text = isinstance(field, models.CharField)
            column = f"{field.name}_key" if is_text else field.name
            scope = ["department", "owner"] if self.scoped else []
            found.append(
                models.Index(
                    fields=[column, "id", *scope, *rider],
                    name=f"{prefix}_{field.name[:8]}_s",
                    condition=here,
                )
            )
            if self.scoped and field.name == self.department_sort:
                found.append(
                    models.Index(
                        fields=["department", column, "id", "owner", *rider],
                        name=f"{prefix}_{field.name[:8]}_d",
                        condition=here,
                    )
                )
        if self.calendar and self.calendar.yearly:
            name = self.calendar.field
            # Days are counted within a scope from the index alone: the date itself stands in it.
            along = ["id", *(["department", "owner"] if self.scoped else []), *rider, name]
            index = f"{prefix}_{name[:8]}_y"
            found.append(models.Index(MonthDay(name), *along, name=index, condition=here))
        for name in [*self.linked_by.split(), *rider]:
            found.append(
                models.Index(fields=[name, "id"], name=f"{prefix}_{name[:8]}", condition=here)
            )
        if self.scoped:
            own = ["owner", "id", *rider]
            found.append(models.Index(fields=own, name=f"{prefix}_o", condition=here))
        # Costs nothing while a record lives; makes the trash a walk instead of a scan.
        gone = models.Q(removed_at__isnull=False)
        found.append(models.Index(fields=["removed_at", "id"], name=f"{prefix}_x", condition=gone))
        meta.indexes = found
        meta.original_attrs["indexes"] = found

    def finish(self) -> None:
        """Read the model's fields and parts; called once, when all models are known."""
        self.fields = _fields_of(self.model)
        for kind in self.fields.values():
            if kind.name in KEPT_BY_THE_DOOR:
                kind.editable = False
            if isinstance(kind, Text) and kind.name in self.sort_names:
                kind.has_key = True
        self.follow()
        self.parts = {
            part.name: part
            for model in apps.get_models()
            if issubclass(model, Part) and (part := _part_of(model, self.model))
        }

    def follow(self) -> None:
        """Work out what follows from the fields; a customer's own fields may be among them."""
        self.customs = [kind for kind in self.fields.values() if kind.is_custom]
        self.masked = [kind for kind in self.customs if kind.is_masked]
        declared = [kind for kind in self.fields.values() if kind.personal]
        self.personal = [*declared, *self.customs] if declared else []
        self.files = [kind for kind in self.fields.values() if isinstance(kind, File)]
        self.blank = {name: kind.load(kind.empty) for name, kind in self.fields.items()}
        self.identifying = [
            kind
            for kind in self.fields.values()
            if type(kind).identifiers is not FieldType.identifiers
        ]
        self.unsaid = dict.fromkeys(self.fields)
        self.required = [kind for kind in self.fields.values() if kind.required]
        may_have = [*(self.fields[name] for name in self.sort_names), *self.customs]
        self.keyed = [kind for kind in may_have if isinstance(kind, Text) and kind.has_key]
        self.searched = frozenset({self.title, *self.search, *self.search_with.split()})
        self.settles, self.checks = (
            getattr(self.model, verb).__func__ is not getattr(Record, verb).__func__
            for verb in ("settle", "clean")
        )


def _capital(name: Any) -> str:
    text = str(name)
    return text[:1].upper() + text[1:]


def _fields_of(model: type[models.Model]) -> dict[str, FieldType]:
    found = {}
    field: Any
    for field in model._meta.get_fields():
        kind = getattr(field, "kartotek", None)
        if kind is None or isinstance(kind, Key):
            continue
        named = getattr(field, "verbose_name", field.name)
        label = named if isinstance(named, Promise) else COMMON_LABELS.get(field.name, named)
        bound = kind.bound(field.name, label, field.column)
        if isinstance(bound, Link):
            bound.target = type_of_model(apps.get_model(*_model_name(field)))
        found[field.name] = bound
    return found


def _model_name(field: Any) -> tuple[str, str]:
    meta = field.related_model._meta
    return meta.app_label, meta.model_name


def type_of_model(model: type[models.Model]) -> str:
    """The key of the record type that declares `model`."""
    for key, record_type in RECORD_TYPES.items():
        if record_type.model is model:
            return key
    raise ImproperlyConfigured(f"{model.__name__} has no record type.")


def _part_of(model: type[Part], parent: type[Record]) -> PartType | None:
    field: Any
    for field in model._meta.get_fields():
        name = getattr(field, "part_name", "")
        if name and field.related_model is parent:
            meta = model._meta
            parent_column = f'"{field.column}"'
            return PartType(
                name, meta.verbose_name_plural, meta.db_table, parent_column, _fields_of(model)
            )
    return None
