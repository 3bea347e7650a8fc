"""The roles there are just now: those that were delivered, changed or added by rows of `roles`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from kartotek.core.actor import VERBS, Rights
from kartotek.core.fieldtypes import Choice
from kartotek.core.fieldtypes.base import FieldType, JsonList
from kartotek.core.reading import as_uuid
from kartotek.core.recordtype import RECORD_TYPES
from kartotek.core.workspace import workspace
from kartotek.people.grants import GUARDS
from kartotek.people.shipped import SHIPPED, Verbs, foundation


@dataclass(frozen=True)
class Known:
    """One role as it stands; `uid` names the row that made or changed it."""

    key: str
    label: Any
    about: Any
    rights: Rights
    start: str = ""
    uid: UUID | None = None
    version: int = 0

    @property
    def is_shipped(self) -> bool:
        return self.key in SHIPPED


_DELIVERED = {key: Known(key, one.label, one.about, one.rights) for key, one in SHIPPED.items()}
_kept: tuple[int | None, dict[str, Known]] = (None, _DELIVERED)


def known() -> dict[str, Known]:
    """Every role by its key, as of this version of the Customization."""
    global _kept
    version = workspace().customization
    if _kept[0] != version:
        _kept = (version, {**_DELIVERED, **_made()} if version else _DELIVERED)
    return _kept[1]


def start_of(role: str) -> str:
    """The key of the list that a role begins at; "" where nobody has said so."""
    found = known().get(role)
    if found and found.start:
        return found.start
    return next((one.key for one in RECORD_TYPES.values() if role in one.begins_for.split()), "")


def rights_of(role: str) -> Rights:
    """The rights of a role's key; an unknown one has none."""
    found = known().get(role)
    return found.rights if found else Rights()


def _made() -> dict[str, Known]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key, name, about, grants, start, uid, version, guards FROM people_role "
            "WHERE removed_at IS NULL ORDER BY name_key, id"
        )
        rows = cursor.fetchall()
    found = {}
    for key, name, about, grants, start, uid, version, guards in rows:
        rights = made_of(JsonList().load(grants), JsonList().load(guards))
        found[key] = Known(key, name, about, rights, start, as_uuid(uid), version)
    return found


def made_of(grants: Any, guards: Any) -> Rights:
    """The rights that the lines of a role give; what no line names is not allowed."""
    verbs: Verbs = {"*": dict.fromkeys(VERBS, "none"), **foundation()}
    named = {one["on"] for one in grants}
    verbs |= {key: dict.fromkeys(VERBS, "none") for key in named}
    for one in grants:
        verbs[one["on"]][one["verb"]] = one["scope"]
    sets: dict[str, dict[str, set[str]]] = {guard: {} for guard in GUARDS}
    for one in guards:
        sets[one["guard"]].setdefault(one["on"], set()).add(one["field"])
    frozen = {
        guard: {on: frozenset(names) for on, names in by.items()} for guard, by in sets.items()
    }
    return Rights(verbs=verbs, **frozen)


class RoleChoice(Choice):
    """One of the roles there are; a new one is offered from the act that made it."""

    def __init__(self, **options: Any) -> None:
        super().__init__([(key, one.label) for key, one in SHIPPED.items()], **options)

    def anew(self) -> FieldType:
        one = self.bound(self.name, self.label, self.db_name)
        assert isinstance(one, RoleChoice)
        one.choices = [(key, role.label) for key, role in known().items()]
        return one

    def sample(self, seed: int) -> str:
        return [*SHIPPED][seed % len(SHIPPED)]
