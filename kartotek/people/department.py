"""Departments: the one tree by which records are seen."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from kartotek.core import fields
from kartotek.core.record import Record
from kartotek.core.recordtype import RecordType, Related, Timeline
from kartotek.core.trees import refuse_circle


class Department(Record):
    """A part of the company; its head is the manager of its members."""

    name = fields.text(120, required=True)
    parent = fields.link("people.Department", label=_("Part of"))
    head = fields.link("people.Member", label=_("Head"))

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")


class Departments(RecordType):
    """What people see and do with departments."""

    model, icon, group = Department, "network", "company"
    columns = "name parent head"
    sorts = "name"
    form = "name | parent head"
    search = {"name": 3}
    scoped = False
    panels = [Related("members", "department"), Timeline()]

    def admit(self, values: Mapping[str, Any], old: Mapping[str, Any] | None, uid: Any) -> None:
        """Departments are a tree."""
        refuse_circle(self, "parent", values, old, uid)
