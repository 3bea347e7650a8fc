"""What every record has, and every row inside a record."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kartotek.core import fields
from kartotek.core.fields import UidField


class Record(models.Model):
    """One business thing: two names, an owner, a department, a version, and when it was removed."""

    id = models.BigAutoField(primary_key=True)
    uid = UidField(unique=True, editable=False)
    owner = fields.link(settings.KARTOTEK_MEMBER_MODEL, label=_("Owner"))
    department = fields.link(settings.KARTOTEK_DEPARTMENT_MODEL, label=_("Department"))
    created_at = fields.moment(label=_("Created"), editable=False, brought=True)
    changed_at = fields.moment(label=_("Changed"), editable=False)
    created_by = fields.link(
        settings.KARTOTEK_MEMBER_MODEL, label=_("Created by"), editable=False, brought=True
    )
    changed_by = fields.link(settings.KARTOTEK_MEMBER_MODEL, label=_("Changed by"), editable=False)
    external_ids = fields.external_ids(label=_("Ids in other systems"))
    version = models.PositiveIntegerField(default=1, editable=False)
    removed_at = models.DateTimeField(null=True, editable=False)
    custom = models.JSONField(default=dict, editable=False)

    class Meta:
        abstract = True

    @classmethod
    def clean(cls, new: Any, old: Any) -> None:  # type: ignore[override]
        """A truth of the business over several fields; pure: no query, no clock."""

    @classmethod
    def settle(cls, new: Any, old: Any, parts: dict[str, list[Any]]) -> dict[str, Any]:
        """Fields that follow from others and from the parts, such as a total; pure."""
        return {}


class Part(models.Model):
    """A row inside a record. Rights, version, history, search and removal are the parent's."""

    id = models.BigAutoField(primary_key=True)
    uid = UidField(unique=True, editable=False)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True
