"""Roles: what the people of one kind of work may see and do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db import connection, models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from kartotek.core import fields
from kartotek.core.context import Context
from kartotek.core.dialect import dialect
from kartotek.core.errors import ValidationError
from kartotek.core.fieldtypes import Text
from kartotek.core.fieldtypes.base import refuse
from kartotek.core.fieldtypes.choices import slug
from kartotek.core.record import Record
from kartotek.core.recordtype import RECORD_TYPES, RecordType, Timeline
from kartotek.people.grants import Grants, Guards
from kartotek.people.shipped import ADMINISTRATOR, SHIPPED

LONGEST_KEY = 40


class Key(Text):
    """The name of a role for machines: chosen once, by itself from its name."""

    def sample(self, seed: int) -> Any:
        return None


def _key() -> Any:
    field = models.CharField(
        max_length=LONGEST_KEY, default="", blank=True, verbose_name=_("Name for machines")
    )
    field.kartotek = Key(LONGEST_KEY)  # type: ignore[attr-defined]
    return field


class Start(Text):
    """The list that the first page of a role is, by its key; nothing for the menu's first."""

    def parse(self, raw: Any, context: Context) -> str:
        text = super().parse(raw, context)
        known = {one.key: str(one.plural) for one in RECORD_TYPES.values() if one.in_menu}
        if text and text not in known:
            raise refuse(
                _now("“%(word)s” is no list of the menu. There are: %(known)s.")
                % {"word": text, "known": ", ".join(known)}
            )
        return text

    def show(self, value: Any, context: Context) -> str:
        return str(RECORD_TYPES[value].plural) if value in RECORD_TYPES else ""

    def edit(self, value: Any, context: Context) -> str:
        return value or ""

    def sample(self, seed: int) -> Any:
        keys = sorted(one.key for one in RECORD_TYPES.values() if one.in_menu)
        return keys[seed % len(keys)]


def _start() -> Any:
    field = models.CharField(
        max_length=LONGEST_KEY, default="", blank=True, verbose_name=_("Begins at")
    )
    field.kartotek = Start(LONGEST_KEY)  # type: ignore[attr-defined]
    return field


def _lines(label: Any, kind: Grants | Guards) -> Any:
    field = models.JSONField(default=list, blank=True, verbose_name=label)
    field.kartotek = kind  # type: ignore[attr-defined]
    return field


class Role(Record):
    """One role that was added, or what was changed of a shipped one (its `key` is that one's)."""

    name = fields.text(80, required=True)
    key = _key()
    about = fields.text(200, label=_("For whom"))
    start = _start()
    grants = _lines(_("Rights"), Grants())
    guards = _lines(_("Guarded fields"), Guards())

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = (models.UniqueConstraint(fields=["key"], name="people_role_key"),)

    @classmethod
    def settle(cls, new: Any, old: Any, parts: dict[str, list[Any]]) -> dict[str, Any]:
        """A new role is known by what its name says: "Field sales" → "field_sales"."""
        made = slug(new.name) or "role"
        # Whoever changes a role that was delivered says so by its key.
        return {"key": new.key or (f"{made}_own" if made in SHIPPED or made == "new" else made)}

    @classmethod
    def clean(cls, new: Any, old: Any) -> None:  # type: ignore[override]
        """What can be said of a role by itself."""
        if old and new.key != old.key:
            raise ValidationError({"key": _now("This was chosen when the role was made.")})
        if new.key == ADMINISTRATOR:
            raise ValidationError(
                {"name": _now("The administrator's rights cannot be changed: somebody must be able "
                              "to do everything. Choose another name.")}
            )  # fmt: skip


class Roles(RecordType):
    """What people see and do with roles."""

    model, icon, group = Role, "shield-check", "company"
    columns = "name about start"
    sorts = "name"
    form = "name key about start | grants guards"
    search = {"name": 3}
    known_by = "key"
    scoped = in_menu = customizable = False
    customizes = True
    panels = [Timeline()]

    def admit(self, values: Mapping[str, Any], old: Mapping[str, Any] | None, uid: Any) -> None:
        """No two roles of one name: nobody could tell which one somebody has."""
        others = _others(uid)
        taken = {name.casefold() for _key, name, gone in others if not gone}
        taken |= {str(one.label).casefold() for one in SHIPPED.values() if one.key != values["key"]}
        if values["name"].casefold() in taken:
            raise ValidationError(
                {"name": _now("There is a role of this name already. Choose another one.")}
            )
        if any(key == values["key"] for key, _name, _gone in others):
            raise ValidationError(
                {"name": _now("A role in the trash has this name. Put it back, or choose another.")}
            )

    def watch(self) -> Callable[[], None] | None:
        """A role that members have does not go away under them."""
        return _refuse_orphans


def _others(uid: Any) -> list[tuple[str, str, bool]]:
    """(key, name, removed) of every other role that has a row."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key, name, removed_at IS NOT NULL FROM people_role WHERE uid <> %s",
            [dialect().uid(uid)],
        )
        return [(key, name, bool(gone)) for key, name, gone in cursor.fetchall()]


def _refuse_orphans() -> None:
    marks = ", ".join(["%s"] * len(SHIPPED))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM people_member m WHERE m.removed_at IS NULL AND m.role <> '' "
            f"AND m.role NOT IN ({marks}) AND NOT EXISTS "
            "(SELECT 1 FROM people_role r WHERE r.key = m.role AND r.removed_at IS NULL)",
            list(SHIPPED),
        )
        count = int(cursor.fetchone()[0])
    if count:
        raise ValidationError(
            ngettext(
                "%(count)s member has this role. Give them another one first.",
                "%(count)s members have this role. Give them another one first.",
                count,
            )
            % {"count": count}
        )
