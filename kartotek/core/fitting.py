"""What an administrator does with the fields of a record type: look, add, change, move, remove."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from kartotek.core import customizing
from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue, unknown_field
from kartotek.core.customizing import STEP, Setting
from kartotek.core.errors import PermissionDenied, ValidationError
from kartotek.core.fieldtypes import FieldType
from kartotek.core.recordtype import RECORD_TYPES, PartType, RecordType
from kartotek.core.remove import remove
from kartotek.core.saved import Saved
from kartotek.core.write import write

ROWS = "customfields"


@dataclass(frozen=True)
class Fitted:
    """One field of a form as it looks just now, and what was set of it."""

    name: str
    kind: FieldType | PartType
    setting: Setting | None

    @property
    def label(self) -> str:
        return str(self.kind.label)

    @property
    def is_added(self) -> bool:
        return self.setting is not None and self.setting.kind != ""

    @property
    def is_hidden(self) -> bool:
        return self.setting is not None and self.setting.hidden

    @property
    def is_changed(self) -> bool:
        return self.setting is not None


def may_fit(actor: Actor) -> bool:
    """May this actor say what records look like?"""
    return actor.rights.scope(ROWS, "edit") != "none"


def fitting_types() -> list[RecordType]:
    """The types whose fields can be changed, those of the menu first."""
    found = [one for one in catalogue() if one.customizable]
    return sorted(found, key=lambda one: (not one.in_menu, not one.scoped))


def fitted(actor: Actor, type_key: str) -> list[Fitted]:
    """The fields of a type's form in their order, also those that are hidden.

    NotFound where there is no such type, PermissionDenied where the role may not look.
    """
    record_type = catalogue()[type_key]
    if not may_fit(actor) or not record_type.customizable:
        raise PermissionDenied(_("Only an administrator changes fields. Ask one."))
    known = {one.name: one for one in customizing.settings().get(type_key, [])}
    kinds: dict[str, Any] = {**record_type.parts, **record_type.fields}
    places = customizing.places(RECORD_TYPES[type_key], known)
    return [Fitted(name, kinds[name], known.get(name)) for _p, _g, name in places if name in kinds]


def field_of(actor: Actor, type_key: str, name: str) -> Fitted:
    """One of them; ValidationError where there is none of this name."""
    found = next((one for one in fitted(actor, type_key) if one.name == name), None)
    if found is None:
        raise unknown_field(catalogue()[type_key], name)
    return found


def name_of(uid: UUID) -> str:
    """The name for machines of a field that was just added; "" where it is gone again."""
    known = (one for rows in customizing.settings().values() for one in rows)
    return next((one.name for one in known if one.uid == uid), "")


def add(actor: Actor, type_key: str, values: dict[str, Any], key: str = "") -> Saved:
    """A new field of this type, at the end of its form."""
    return write(actor, ROWS, None, {**values, "on": type_key}, key=key)


def change(actor: Actor, type_key: str, name: str, values: dict[str, Any], key: str = "") -> Saved:
    """Set something of a field; a given one gets its row with the first change."""
    one = field_of(actor, type_key, name)
    if one.setting is not None:
        return write(actor, ROWS, one.setting.uid, values, key=key)
    return write(actor, ROWS, None, {**values, "on": type_key, "name": name}, key=key)


def drop(actor: Actor, type_key: str, name: str) -> Saved:
    """Remove an added field (its values stay and come back with it), or what was changed of a
    given one."""
    one = field_of(actor, type_key, name)
    if one.setting is None:
        raise ValidationError(_("“%(label)s” is as it was given.") % {"label": one.label})
    return remove(actor, ROWS, one.setting.uid)


def move(actor: Actor, type_key: str, name: str, to: int) -> UUID:
    """Put a field at another place among the others, counted from 0; the act, to be undone."""
    field_of(actor, type_key, name)
    known = {one.name: one for one in customizing.settings().get(type_key, [])}
    places = customizing.places(RECORD_TYPES[type_key], known)
    others = [(place, other) for place, _group, other in places if other != name]
    to = min(max(to, 0), len(others))
    before = others[to - 1][0] if to else -2 * STEP
    after = others[to][0] if to < len(others) else before + 2 * STEP
    batch = uuid7()
    acting = actor.because(actor.cause, batch)
    with transaction.atomic():
        if after - before > 1:
            change(acting, type_key, name, {"place": (before + after) // 2})
        else:  # no number is left between the two: all get new ones
            order = [other for _place, other in others[:to]] + [name]
            order += [other for _place, other in others[to:]]
            for number, other in enumerate(order):
                change(acting, type_key, other, {"place": number * STEP})
    return batch
