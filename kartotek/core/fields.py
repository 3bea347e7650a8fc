"""The words of a declaration: each makes an ordinary Django field that knows its FieldType.

Migrations see plain Django; everything else asks the FieldType.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models

from kartotek.core import fieldtypes


class UidField(models.UUIDField):
    """A UUID in 16 bytes on both databases (Django's own takes 32 characters on SQLite)."""

    def get_internal_type(self) -> str:
        return "UidField"  # else Django reads the bytes as 32 characters

    def db_type(self, connection: Any) -> str:
        return "uuid" if connection.vendor == "postgresql" else "blob"

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        value = self.to_python(value)
        if value is None or connection.vendor == "postgresql":
            return value
        return value.bytes

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> uuid.UUID | None:
        return uuid.UUID(bytes=bytes(value)) if isinstance(value, bytes | memoryview) else value


class KeyField(models.CharField):
    """Text in binary order on both databases."""

    def db_parameters(self, connection: Any) -> dict[str, Any]:
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters


def _with(field: Any, kind: fieldtypes.FieldType) -> Any:
    field.kartotek = kind
    return field


def _options(label: Any, options: dict[str, Any]) -> dict[str, Any]:
    return {"verbose_name": label, "blank": not options.get("required", False)}


def text(length: int = 200, *, label: Any = None, **options: Any) -> Any:
    """One line of text, at most `length` letters."""
    field = models.CharField(max_length=length, default="", **_options(label, options))
    return _with(field, fieldtypes.Text(length, **options))


def long_text(*, label: Any = None, **options: Any) -> Any:
    """Text of many lines."""
    field = models.TextField(default="", **_options(label, options))
    return _with(field, fieldtypes.LongText(**options))


def url(*, label: Any = None, **options: Any) -> Any:
    """A web address."""
    field = models.CharField(max_length=200, default="", **_options(label, options))
    return _with(field, fieldtypes.Url(**options))


def number(*, label: Any = None, **options: Any) -> Any:
    """A whole number."""
    field = models.BigIntegerField(null=True, **_options(label, options))
    return _with(field, fieldtypes.Number(**options))


def flag(*, label: Any = None, **options: Any) -> Any:
    """Yes or no."""
    field = models.BooleanField(default=False, **_options(label, options))
    return _with(field, fieldtypes.Flag(**options))


def date(*, label: Any = None, **options: Any) -> Any:
    """A day."""
    field = models.DateField(null=True, **_options(label, options))
    return _with(field, fieldtypes.Date(**options))


def moment(*, label: Any = None, **options: Any) -> Any:
    """A moment in time, kept in UTC."""
    field = models.DateTimeField(null=True, **_options(label, options))
    return _with(field, fieldtypes.Moment(**options))


def choice(choices: list[tuple[str, Any]], *, label: Any = None, **options: Any) -> Any:
    """One of a few named values."""
    # No `choices=` for Django: a customer may rename them, and a label is no schema change.
    field = models.CharField(max_length=40, default="", **_options(label, options))
    return _with(field, fieldtypes.Choice(choices, **options))


def _json(label: Any, kind: fieldtypes.FieldType) -> Any:
    field = models.JSONField(default=list, **_options(label, {"required": kind.required}))
    return _with(field, kind)


def phones(*, label: Any = None, **options: Any) -> Any:
    """A list of phone numbers."""
    return _json(label, fieldtypes.Phones(**options))


def emails(*, label: Any = None, **options: Any) -> Any:
    """A list of e-mail addresses."""
    return _json(label, fieldtypes.Emails(**options))


def addresses(*, label: Any = None, **options: Any) -> Any:
    """A list of postal addresses."""
    return _json(label, fieldtypes.Addresses(**options))


def tags(*, label: Any = None, **options: Any) -> Any:
    """A few free words."""
    return _json(label, fieldtypes.Tags(**options))


def external_ids(*, label: Any = None, **options: Any) -> Any:
    """What other systems call this record."""
    return _json(label, fieldtypes.ExternalIds(**options))


def links(*, label: Any = None, **options: Any) -> Any:
    """Links to several records of any type; with `most=1` to one of any type."""
    return _json(label, fieldtypes.Links(**options))


def file(*, label: Any = None, **options: Any) -> Any:
    """A file that was brought, whole; the row keeps its name, size and type beside its uid."""
    field = models.JSONField(null=True, **_options(label, options))
    return _with(field, fieldtypes.File(**options))


def link(target: str, *, on_remove: str = "keep", label: Any = None, **options: Any) -> Any:
    """A link to one record; `on_remove` of the target: keep the link, block, remove together."""
    field = models.ForeignKey(
        target,
        models.PROTECT,  # nothing but a purge deletes a row, and it looks first
        null=True,
        related_name="+",
        db_index=False,
        **_options(label, options),
    )
    return _with(field, fieldtypes.Link(target, on_remove, **options))


def part_of(parent: Any, name: str) -> Any:
    """The record a part belongs to, and the name of the list it stands in."""
    field = models.ForeignKey(parent, models.CASCADE, related_name="+", db_index=True)
    field.part_name = name  # type: ignore[attr-defined]
    return field
