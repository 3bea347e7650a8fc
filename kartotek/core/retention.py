"""What is due by a rule of retention: listed first, then removed or erased as one act."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue
from kartotek.core.context import Context
from kartotek.core.erasing import erase_many
from kartotek.core.errors import PermissionDenied, ValidationError
from kartotek.core.fieldtypes import Date
from kartotek.core.find import find, find_one
from kartotek.core.question import Condition, Group, Page, Question, Row
from kartotek.core.remove import remove
from kartotek.core.retention_rule import ERASE, REMOVE

TYPE = "retentionrules"
AT_ONCE = 100  # records that are listed, and then go together


@dataclass(frozen=True)
class Due:
    """The records that a rule names now: a page of them, and how many there are (capped)."""

    rule: Row
    page: Page
    before: datetime

    @property
    def uids(self) -> tuple[UUID, ...]:
        return tuple(row.uid for row in self.page)

    @property
    def seal(self) -> str:
        """Stands for exactly these records: what was listed is what goes."""
        return hashlib.sha256(b"".join(uid.bytes for uid in self.uids)).hexdigest()[:32]


def due(
    actor: Actor,
    rule: UUID | str,
    where: Sequence[Condition | Group] = (),
    now: datetime | None = None,
) -> Due:
    """What a rule names at this moment; `where` is the question of its view, where it has one."""
    row = find_one(actor, TYPE, rule)
    before = months_before(now or datetime.now(UTC), row["months"])
    record_type = catalogue()[row["on"]]
    kind = record_type.fields[row["since"]]
    limit: Any = before.date().isoformat() if isinstance(kind, Date) else before.isoformat()
    sort = row["since"] if row["since"] in record_type.sort_names else ""
    columns = tuple(dict.fromkeys((record_type.title, row["since"])))
    question = Question(
        where=(*where, Condition(row["since"], "before", limit)), columns=columns,
        sort=sort, size=AT_ONCE, count=True,
    )  # fmt: skip
    return Due(row, find(actor, record_type, question), before)


def months_before(moment: datetime, months: int) -> datetime:
    """The same day so many months earlier; the last of a month that is shorter."""
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    for day in range(moment.day, 0, -1):
        try:
            return moment.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    raise AssertionError("Every month has a first day.")


@dataclass(frozen=True)
class Acted:
    """What became of the records that were due, and the act: undone where they were removed."""

    batch: UUID
    did: str
    records: int
    receipt: UUID | None = None


def act(actor: Actor, what: Due, seal: str) -> Acted:
    """Do to the listed records what the rule says.

    ValidationError where they are not those that were listed, or there are none; PermissionDenied
    where the role may not. One act: all of them or none.
    """
    if not what.uids:
        raise ValidationError(_("Nothing is due by this rule."))
    if seal != what.seal:
        raise ValidationError(_("Other records are due by now. Look at the list again."))
    batch, type_key = uuid7(), what.rule["on"]
    acting = actor.because("retention", UUID(bytes=batch.bytes))
    if what.rule["act"] == ERASE:
        done = erase_many(acting, type_key, what.uids)
        return Acted(done.batch, ERASE, sum(done.records.values()), done.receipt)
    if actor.rights.scope(type_key, "remove") == "none":
        raise PermissionDenied(_("Your role removes none of these. Ask an administrator."))
    with transaction.atomic():
        for uid in what.uids:
            remove(acting, type_key, uid)
    return Acted(UUID(bytes=batch.bytes), REMOVE, len(what.uids))


def shown_since(what: Due, row: Row, context: Context) -> str:
    """The date of a row that the rule counts from, as a person reads it."""
    kind = catalogue()[what.rule["on"]].fields[what.rule["since"]]
    return kind.show(row[what.rule["since"]], context)
