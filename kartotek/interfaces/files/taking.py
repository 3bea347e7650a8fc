"""What is taken out: the records of a list, of a selection or of a whole type, page by page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from uuid import UUID

from django.utils.translation import gettext as _

from kartotek.core.actor import Actor
from kartotek.core.by_column import Stack, can_stack
from kartotek.core.catalogue import catalogue, visible
from kartotek.core.errors import PermissionDenied
from kartotek.core.fieldtypes import FieldType
from kartotek.core.find import LARGEST_STACK, find, find_columns, how_many
from kartotek.core.question import LARGEST_PAGE, Question, Row
from kartotek.core.recordtype import PartType, RecordType

LAST = (
    "owner", "department", "external_ids", "created_at", "created_by", "changed_at", "changed_by",
)  # fmt: skip


@dataclass(frozen=True)
class Taking:
    """Records of one type: those of a question, or those named; with these columns."""

    type: RecordType
    columns: tuple[str, ...]
    question: Question = field(default_factory=Question)
    uids: tuple[UUID, ...] | None = None


def may_export(actor: Actor, record_type: RecordType) -> bool:
    """May this actor take any record of the type out?"""
    verbs = [actor.rights.scope(record_type.key, verb) for verb in ("view", "export")]
    return "none" not in verbs


def refuse_without_right(actor: Actor, record_type: RecordType) -> None:
    """PermissionDenied where the actor may take nothing of this type out."""
    if not may_export(actor, record_type):
        raise PermissionDenied(
            _("Your role may not export %(plural)s. Ask an administrator.")
            % {"plural": str(record_type.plural).lower()}
        )


def columns(actor: Actor, record_type: RecordType) -> tuple[str, ...]:
    """Every field and part that the actor may see, in the order of the declaration."""
    seen = visible(actor, record_type)
    own = [name for name in record_type.fields if name in seen]
    named = [name for name in own if name not in LAST]
    parts = [name for name in record_type.parts if name in seen]
    return (*named, *parts, *(name for name in LAST if name in own))


def kind_of(record_type: RecordType, name: str) -> FieldType | PartType:
    """What stands in a column; a dotted one leads one step on."""
    first, dot, second = name.partition(".")
    if first in record_type.parts:
        return record_type.parts[first]
    kind = record_type.fields[first]
    return catalogue()[getattr(kind, "target", "")].fields[second] if dot else kind


def pages(actor: Actor, taking: Taking) -> Iterator[tuple[Row, ...]]:
    """The records within reach of the right to export; in the order asked, else the oldest first.

    ValidationError where the question names an unknown or hidden field.
    """
    refuse_without_right(actor, taking.type)
    within = actor.within(taking.type.key, "view", "export")
    if taking.uids is not None:
        for start in range(0, len(taking.uids), LARGEST_PAGE):
            some = taking.uids[start : start + LARGEST_PAGE]
            yield find(within, taking.type, Question(uids=some, columns=taking.columns)).rows
        return
    question = _walked(taking)
    while True:
        page = find(within, taking.type, question)
        yield page.rows
        if not page.next:
            return
        question = replace(question, after=page.next)


def stacks(actor: Actor, taking: Taking) -> Iterator[Stack]:
    """The same records by column; by the quick way where the door has one for these columns."""
    refuse_without_right(actor, taking.type)
    if taking.uids is not None or not can_stack(taking.type, taking.columns):
        for rows in pages(actor, taking):
            values = [row.values for row in rows]
            columns = {name: [one[name] for one in values] for name in taking.columns}
            yield Stack([str(row.uid) for row in rows], columns)
        return
    within = actor.within(taking.type.key, "view", "export")
    question = replace(_walked(taking), size=LARGEST_STACK)
    near: dict[str, dict[int, str | None]] = {}
    while True:
        stack = find_columns(within, taking.type, question, near)
        yield stack
        if not stack.next:
            return
        question = replace(question, after=stack.next)


def rows_there(actor: Actor, taking: Taking) -> int | None:
    """How many records that is, as the database counts them; None where it must not tell."""
    within = actor.within(taking.type.key, "view", "export")
    if taking.uids is None:
        return how_many(within, taking.type, _walked(taking))
    count = 0
    for start in range(0, len(taking.uids), LARGEST_PAGE):
        some = taking.uids[start : start + LARGEST_PAGE]
        count += len(find(within, taking.type, Question(uids=some, columns=())))
    return count


def _walked(taking: Taking) -> Question:
    asked = taking.question
    return replace(
        asked, columns=taking.columns, sort=asked.sort or "id", size=LARGEST_PAGE, after="",
        count=False, removed=False, uids=None,
    )  # fmt: skip
