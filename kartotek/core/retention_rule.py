"""Rules of retention: how long records that tell of people are kept, by type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kartotek.core import fields
from kartotek.core.catalogue import catalogue
from kartotek.core.context import Context
from kartotek.core.errors import ValidationError
from kartotek.core.fieldtypes import Choice, Date, Moment, Number
from kartotek.core.fieldtypes.base import refuse
from kartotek.core.record import Record
from kartotek.core.recordtype import RECORD_TYPES, RecordType, Timeline

REMOVE, ERASE = "remove", "erase"
ACTS = [(REMOVE, _("Put into the trash")), (ERASE, _("Erase for good"))]
LONGEST = 600  # months


class _Offered(Choice):
    """A choice of what follows from the record types that there are."""

    def __init__(self, **options: Any) -> None:
        super().__init__([], **options)

    @property  # type: ignore[override]
    def choices(self) -> list[tuple[str, Any]]:
        return self._there_are()

    @choices.setter
    def choices(self, _given: Any) -> None:
        """They follow from the record types."""

    def _there_are(self) -> list[tuple[str, Any]]:
        raise NotImplementedError


class OfPeople(_Offered):
    """The key of a record type that tells of people."""

    def _there_are(self) -> list[tuple[str, Any]]:
        found = [(key, one.plural) for key, one in RECORD_TYPES.items() if one.can_be_erased]
        return sorted(found)

    def sample(self, seed: int) -> str:
        return self.choices[seed % len(self.choices)][0]


class Since(_Offered):
    """The name of a date, from which a rule counts; each type has some of them."""

    def _there_are(self) -> list[tuple[str, Any]]:
        found: dict[str, Any] = {}
        for one in RECORD_TYPES.values() if apps.ready else ():
            for name in dates_of(one) if one.can_be_erased else ():
                found.setdefault(name, one.fields[name].label)
        return list(found.items())

    def sample(self, seed: int) -> str:
        return "changed_at"


class Months(Number):
    """A number of months."""

    def parse(self, raw: Any, context: Context) -> int | None:
        count = super().parse(raw, context)
        if count is not None and not 1 <= count <= LONGEST:
            raise refuse(gettext("Between 1 and %(most)s months.") % {"most": LONGEST})
        return count

    def sample(self, seed: int) -> int:
        return seed % LONGEST + 1


def _choice(kind: Choice, label: Any) -> Any:
    field = models.CharField(max_length=60, default="", blank=True, verbose_name=label)
    field.kartotek = kind  # type: ignore[attr-defined]
    return field


def _months() -> Any:
    field = models.BigIntegerField(null=True, verbose_name=_("Months"))
    field.kartotek = Months(required=True)  # type: ignore[attr-defined]
    return field


class RetentionRule(Record):
    """After so many months since a date, records of a type are due to go."""

    name = fields.text(120, required=True)
    on = _choice(OfPeople(required=True), _("Of"))
    since = _choice(Since(required=True), _("Counted from"))
    months = _months()
    act = fields.choice(ACTS, label=_("What then"), required=True)
    view = fields.link("core.SavedView", label=_("Only those in the view"))

    class Meta:
        verbose_name = _("retention rule")
        verbose_name_plural = _("retention rules")


class RetentionRules(RecordType):
    """What people see and do with retention rules. None acts by itself: it lists what is due."""

    model, icon, group = RetentionRule, "hourglass", "company"
    columns = "name on since months act view"
    form = "name on since months act view"
    search = {"name": 1}
    panels = [Timeline()]
    scoped = in_menu = customizable = False
    known_by = "name on"

    def admit(self, values: Mapping[str, Any], old: Mapping[str, Any] | None, uid: Any) -> None:
        """The rule counts from a date that its records have."""
        known = dates_of(catalogue()[values["on"]])
        if values["since"] not in known:
            raise ValidationError(
                {
                    "since": gettext("There is no such date. There are: %(known)s.")
                    % {"known": ", ".join(known)}
                }
            )


def dates_of(record_type: RecordType) -> list[str]:
    """The names of the fields that a rule of this type may count from."""
    return [
        name for name, kind in record_type.fields.items()
        if isinstance(kind, Date | Moment) and name not in record_type.hidden
    ]  # fmt: skip
