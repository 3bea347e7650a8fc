"""Rights turned into the bounded branches that the list builder walks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection

from kartotek.core.actor import Actor
from kartotek.core.dialect import dialect
from kartotek.core.recordtype import RecordType


@dataclass(frozen=True)
class Scope:
    """What an actor may reach of one type: everything, or at most three bounded branches."""

    everything: bool = False
    departments: tuple[int, ...] = ()
    owner: int | None = None
    shared: tuple[int, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.everything or self.departments or self.owner or self.shared)

    def holds(self, record: int, owner: int | None, department: int | None) -> bool:
        """Does a record with this owner and department lie within reach?"""
        return (
            self.everything
            or (department is not None and department in self.departments)
            or (owner is not None and owner == self.owner)
            or record in self.shared
        )

    def condition(self, plus: str = "") -> tuple[str, list[Any]]:
        """The branches as one condition on a row; "+" keeps SQLite from using their indexes."""
        if self.everything:
            return "", []
        sql: list[str] = []
        params: list[Any] = []
        if self.departments:
            sql.append(f"{plus}department_id IN ({_marks(self.departments)})")
            params += self.departments
        if self.owner is not None:
            sql.append(f"{plus}owner_id = %s")
            params.append(self.owner)
        if self.shared:
            sql.append(f"{plus}id IN ({_marks(self.shared)})")
            params += self.shared
        return (f"({' OR '.join(sql)})", params) if sql else ("0 = 1", [])


def _marks(values: tuple[int, ...]) -> str:
    return ", ".join(["%s"] * len(values))


def scope_of(actor: Actor, record_type: RecordType, verb: str = "view") -> Scope:
    """The reach of `actor` for one verb. One query at most, none for an actor who sees all."""
    widest = actor.rights.scope(record_type.key, verb)
    if widest == "all" or (widest != "none" and not record_type.scoped):
        return Scope(everything=True)
    if widest == "none":
        return Scope()
    departments = actor.departments if widest == "department" else ()
    shared = _shared_with(actor, record_type.key, verb) if verb in ("view", "edit") else ()
    return Scope(departments=departments, owner=actor.member, shared=shared)


def _shared_with(actor: Actor, type_key: str, verb: str) -> tuple[int, ...]:
    if actor.member is None:
        return ()
    own = ["member = %s"]
    params: list[Any] = [type_key, dialect().instant(datetime.now(UTC)), actor.member]
    if actor.departments:
        own.append(f"department IN ({_marks(actor.departments)})")
        params += actor.departments
    editing = "AND may_edit" if verb == "edit" else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT DISTINCT record FROM core_share WHERE "type" = %s '
            f'AND ("until" IS NULL OR "until" > %s) AND ({" OR ".join(own)}) {editing}',
            params,
        )
        return tuple(row[0] for row in cursor.fetchall())
