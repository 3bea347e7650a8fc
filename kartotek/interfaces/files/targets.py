"""Where a column of a file goes: a field, an item of a typed list by its use, a part of an address.

Written as text: "name", "phones.mobile", "addresses.billing.street"; "uid" is the record itself,
"id" what the other system calls it, "removed" a mark that it was deleted there.
"""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kartotek.core.actor import Actor
from kartotek.core.catalogue import visible
from kartotek.core.fieldtypes import Addresses, FieldType, ItemList
from kartotek.core.recordtype import RecordType

UID, ID, REMOVED = "uid", "id", "removed"
BESIDE = (UID, ID, REMOVED)  # targets that are no field
OWN, SAME = "-own", "-same"  # as the tables of other systems mark what is not taken over
EXTERNAL = "external_ids"  # the field in which the ids of other systems are kept


class Target(NamedTuple):
    """A place for the values of a column; without a field they are left out."""

    field: str = ""
    use: str = ""  # of an item: "work", "billing"
    part: str = ""  # of an address: "street"

    @property
    def text(self) -> str:
        return ".".join(part for part in self if part)


NOWHERE = Target()


def target_of(text: str) -> Target:
    """The target a text names; nothing for "", and for the marks of what is not taken over."""
    if not text or text in (OWN, SAME):
        return NOWHERE
    field, _dot, rest = text.partition(".")
    use, _dot, part = rest.partition(".")
    return Target(field, use, part)


def exists(record_type: RecordType, target: Target) -> bool:
    """Is there such a place in records of this type?"""
    if target.field in BESIDE:
        return not target.use
    if target.field in record_type.parts:
        return not target.use
    kind = record_type.fields.get(target.field)
    if kind is None or not target.use:
        return kind is not None and not target.part
    if not isinstance(kind, ItemList) or target.use not in dict(kind.uses):
        return False
    return target.part in kind.holds if isinstance(kind, Addresses) else not target.part


def holds_many(record_type: RecordType, target: Target) -> bool:
    """May several columns go there? Lists take them all, a field only one."""
    return isinstance(record_type.fields.get(target.field), ItemList) and not target.part


def targets_of(actor: Actor, record_type: RecordType) -> list[tuple[str, str]]:
    """(target, label) of every place a person may choose for a column."""
    seen = visible(actor, record_type)
    return [
        (target, label)
        for target, label in labels_of(record_type)
        if target in BESIDE or target_of(target).field in seen
    ]


def labels_of(record_type: RecordType) -> list[tuple[str, str]]:
    """(target, label) of every place there is."""
    found = [
        (UID, pgettext("column of a file", "Its address in Kartotek (uid)")),
        (ID, pgettext("column of a file", "Its id in the other system")),
        (REMOVED, pgettext("column of a file", "Deleted there: into the trash")),
    ]
    for name, kind in record_type.fields.items():
        if (kind.editable or kind.is_brought) and name != EXTERNAL:
            found += _of_field(name, kind)
    return [*found, *((name, part.label) for name, part in record_type.parts.items())]


def _of_field(name: str, kind: FieldType) -> list[tuple[str, str]]:
    if not isinstance(kind, ItemList):
        return [(name, str(kind.label))]
    if not isinstance(kind, Addresses):
        uses = [(f"{name}.{use}", f"{kind.label}: {label}") for use, label in kind.uses]
        return [(name, str(kind.label)), *uses]
    return [(name, str(kind.label))] + [
        (f"{name}.{use}.{part}", f"{kind.label}: {label}, {_part(part)}")
        for use, label in kind.uses
        for part in kind.holds
    ]


def _part(name: str) -> str:
    return {
        "street": _("Street"),
        "postal_code": _("Postal code"),
        "city": _("City"),
        "region": _("Region"),
        "country": _("Country"),
    }[name]
