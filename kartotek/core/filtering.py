"""A question's conditions made into SQL, from the registry's names only, values bound."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from kartotek.core import reading
from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue, unknown_field, visible
from kartotek.core.context import Context
from kartotek.core.dialect import dialect
from kartotek.core.errors import ValidationError
from kartotek.core.fieldtypes import Choice, ItemList, Link
from kartotek.core.question import Condition, Group
from kartotek.core.recordtype import RecordType

MOST_CONDITIONS = 50
MOST_VALUES = 1_000  # of one condition
SCOPE_LINKS = ("owner", "department", "created_by", "changed_by")


@dataclass
class Compiled:
    """Conditions as SQL, and what the plan should know of them."""

    sql: list[tuple[str, list[Any]]] = field(default_factory=list)
    equal: list[tuple[str, Any]] = field(default_factory=list)
    gathers: bool = False

    def add(self, sql: str, params: list[Any], *, gathers: bool = False) -> None:
        self.sql.append((sql, params))
        self.gathers = self.gathers or gathers


def compiled(
    actor: Actor, record_type: RecordType, where: tuple[Condition | Group, ...]
) -> Compiled:
    """The SQL of all conditions; ValidationError names the field that is unknown or hidden."""
    found = Compiled()
    if _size(where) > MOST_CONDITIONS:
        raise ValidationError(
            {
                "where": _("Too many conditions; at most %(most)s fit in one question.")
                % {"most": MOST_CONDITIONS}
            }
        )
    for part in where:
        if isinstance(part, Group):
            found.add(*_group(actor, record_type, part))
        else:
            _plan_with(found, record_type, part)
            found.add(*_condition(actor, record_type, part))
            if part.op in ("is", "in") and (column := _equal(record_type, part)):
                params = found.sql[-1][1]
                if len(params) == 1:
                    found.equal.append((column, params[0]))
    return found


def _size(parts: tuple[Condition | Group, ...]) -> int:
    return sum(_size(part.parts) if isinstance(part, Group) else 1 for part in parts)


def _equal(record_type: RecordType, part: Condition) -> str:
    kind = record_type.fields[part.field]
    return kind.db_name if isinstance(kind, Choice | Link) else ""


def _plan_with(found: Compiled, record_type: RecordType, part: Condition) -> None:
    """An identifier or a link to another record has an index of its own: gather by it."""
    kind = record_type.fields.get(part.field)
    if part.op in ("is", "in") and (
        isinstance(kind, ItemList)
        or (isinstance(kind, Link) and not kind.is_custom and part.field not in SCOPE_LINKS)
        or (part.field in record_type.walks and not isinstance(kind, Choice))
    ):
        found.gathers = True
    elif part.op == "yearly":
        found.gathers = True  # in no order of a list do they stand together


def _group(actor: Actor, record_type: RecordType, group: Group) -> tuple[str, list[Any]]:
    sql: list[str] = []
    params: list[Any] = []
    for part in group.parts:
        if isinstance(part, Group):
            text, values = _group(actor, record_type, part)
        else:
            text, values = _condition(actor, record_type, part)
        sql.append(text)
        params += values
    if not sql:
        return "1 = 1", []
    return f"({(' OR ' if group.any else ' AND ').join(sql)})", params


def _condition(actor: Actor, record_type: RecordType, part: Condition) -> tuple[str, list[Any]]:
    kind = record_type.fields.get(part.field)
    if kind is None or part.field not in visible(actor, record_type):
        raise unknown_field(record_type, part.field)
    value = part.value
    try:
        if isinstance(value, list | tuple) and len(value) > MOST_VALUES:
            raise ValidationError(
                _("At most %(most)s values fit in one filter.") % {"most": MOST_VALUES}
            )
        if isinstance(kind, Link) and part.op in ("is", "is_not", "in"):
            value = _ids(actor, kind, value)
            return kind.condition("in" if part.op == "is" else part.op, value, dialect())
        return kind.condition(part.op, value, dialect())
    except ValidationError as error:
        raise ValidationError({part.field: error.messages}) from None


def _ids(actor: Actor, kind: Link, value: Any) -> list[int]:
    """The ids of the named records, as far as the actor may see them; "me" is the actor."""
    asked = list(value) if isinstance(value, list | tuple) else [value]
    mine = [actor.member] if "me" in asked and actor.member else []
    uids = [uid for one in asked if one != "me" and (uid := kind.parse(one, Context()))]
    named = [uid for uid in uids if isinstance(uid, UUID)]
    return mine + reading.near_ids(actor, catalogue()[kind.target], named)
