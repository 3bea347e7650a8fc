"""The page of one record: who it is, what happened with it, and what belongs to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from uuid_utils.compat import uuid7

from kartotek.core import viewing
from kartotek.core.actor import Actor
from kartotek.core.attached import Attached, attached, types_with_files
from kartotek.core.catalogue import catalogue, visible
from kartotek.core.fieldtypes import Link
from kartotek.core.find import find, find_one
from kartotek.core.merge import merged_into
from kartotek.core.question import Condition, Page, Question, Row
from kartotek.core.record_lock import lock_on, today
from kartotek.core.recordtype import RecordType, Related
from kartotek.core.relates import Relates
from kartotek.core.relating import Wording, reads, related, types_that_relate
from kartotek.core.revealing import masked_of
from kartotek.core.timeline import TimelinePage, activity_types
from kartotek.core.timeline import timeline as read_timeline
from kartotek.interfaces.web import live
from kartotek.interfaces.web.drawing import url
from kartotek.interfaces.web.editing import Field, field_of
from kartotek.interfaces.web.frame import (
    actor_of,
    context_of,
    fragment,
    is_partial,
    page,
    signed_in,
)
from kartotek.interfaces.web.viewing import address_of

IN_PANEL = 5
TABS = ("timeline", "changes")


@dataclass(frozen=True)
class Panel:
    """Records that link to this one: the first few, how many, and what adds another."""

    type: RecordType
    by: str
    page: Page
    may_add: bool


class Card:
    """One record as its page shows it; worked out for one actor."""

    def __init__(self, actor: Actor, record_type: RecordType, row: Row) -> None:
        self.actor, self.type = actor, record_type
        self.lock = lock_on(actor, record_type, row.uid)
        self.is_shut = self.lock is not None and not self.lock.is_own
        self.row = replace(row, may_edit=False) if self.is_shut else row
        self.seen = visible(actor, record_type)

    def _field(self, name: str, where: str = "rail") -> Field:
        return field_of(self.actor, self.type, self.row, name, where)

    @cached_property
    def _form(self) -> list[list[Field]]:
        return [
            [self._field(name) for name in group if name in self.seen and name in self.type.fields]
            for group in self.type.form_groups
        ]

    @cached_property
    def groups(self) -> list[list[Field]]:
        """The form's fields that hold something, or that people look for first."""
        first = {*self.type.quick_names, *self.type.column_names}
        shown = [
            [one for one in group if not one.is_empty or one.name in first] for group in self._form
        ]
        return [group for group in shown if group]

    @cached_property
    def others(self) -> list[Field]:
        """The form's fields that are still empty."""
        shown = {one.name for group in self.groups for one in group}
        return [one for group in self._form for one in group if one.name not in shown]

    @property
    def texts(self) -> list[Field]:
        """Long texts outside the form: each has a card of its own."""
        named = {name for group in self.type.form_groups for name in group}
        return [
            self._field(name, "card")
            for name, kind in self.type.fields.items()
            if kind.kind == "long_text" and name not in named and name in self.seen
        ]

    @property
    def made(self) -> list[Field]:
        """When it was made, and by whom: here, or where an import brought it from."""
        brought = [name for name, kind in self.type.fields.items() if kind.is_brought]
        found = [self._field(name) for name in brought if name in self.seen]
        return [one for one in found if not one.is_empty]

    @property
    def masked(self) -> list[tuple[str, str]]:
        """(name, label) of the fields that this person's role shows one value at a time."""
        names = masked_of(self.actor, self.type)
        return [(name, str(self.type.fields[name].label)) for name in names]

    @property
    def parts(self) -> list[Field]:
        """Lists of rows inside the record."""
        return [self._field(name, "card") for name in self.type.parts if name in self.seen]

    @cached_property
    def facet(self) -> Field | None:
        """The choice by which these records are mostly told apart."""
        name = self.type.facet
        return self._field(name) if name in self.seen and self.row.get(name) else None

    def _first(self, kind: str) -> Any:
        for name, one in self.type.fields.items():
            if one.kind == kind and name in self.seen and self.row.get(name):
                return one.primary(self.row[name])  # type: ignore[attr-defined]
        return None

    @cached_property
    def phone(self) -> str:
        """The number to call, as a tel: link takes it."""
        item = self._first("phones")
        return str(item["e164"] or item["text"]).replace(" ", "") if item else ""

    @cached_property
    def mail(self) -> str:
        """The address to write to."""
        item = self._first("emails")
        return str(item["address"]) if item else ""

    @cached_property
    def leads_to(self) -> tuple[str, str]:
        """Of a saved view the list that it is of, and its address with the view; else nothing."""
        view = viewing.view_at(self.actor, self.type.key, self.row.uid)
        return (
            (str(catalogue()[view.on].plural), address_of(self.actor, view)) if view else ("", "")
        )

    @property
    def has_timeline(self) -> bool:
        return any(one.kind == "timeline" for one in self.type.panels)

    @property
    def may_remove(self) -> bool:
        may = self.actor.rights.scope(self.type.key, "remove") != "none"
        return may and not self.row.removed and not self.is_shut

    @property
    def reads_history(self) -> bool:
        return self.actor.rights.scope(self.type.key, "see_history") != "none"

    @property
    def has_privacy(self) -> bool:
        """May this person take out all that is held about whom it tells of, or erase them?"""
        rights, key = self.actor.rights, self.type.key
        may = rights.scope(key, "export") != "none" or rights.scope(key, "erase") != "none"
        return self.type.can_be_erased and may and not self.row.removed

    @property
    def may_lock(self) -> bool:
        """May this person keep others from changing it?"""
        return self.row.may_edit and not self.row.removed

    @cached_property
    def composers(self) -> list[RecordType]:
        """What can be written into the timeline here; a file is brought, not written."""
        if not self.has_timeline or self.row.removed:
            return []
        rights = self.actor.rights
        written = [one for one in activity_types() if not one.files]
        return [one for one in written if rights.scope(one.key, "create") != "none"]

    @cached_property
    def file_type(self) -> RecordType | None:
        """The type of the files that records of this one can have; a file has none itself."""
        if not self.has_timeline:
            return None
        rights = self.actor.rights
        seen = (one for one in types_with_files() if rights.scope(one.key, "view") != "none")
        return next(seen, None)

    @cached_property
    def files(self) -> list[Attached]:
        """The files about this record."""
        return attached(self.actor, self.type, self.row) if self.file_type else []

    @property
    def may_add_files(self) -> bool:
        one = self.file_type
        may = one is not None and self.actor.rights.scope(one.key, "create") != "none"
        return may and not self.row.removed

    @cached_property
    def relates(self) -> tuple[RecordType, Relates] | None:
        """The type of the relationships that this record can stand in, as far as one reads them."""
        if not self.type.takes_part:
            return None
        return next((one for one in types_that_relate() if reads(self.actor, *one)), None)

    @property
    def relation_type(self) -> RecordType:
        assert self.relates is not None
        return self.relates[0]

    @cached_property
    def relation_fields(self) -> frozenset[str]:
        """What of a relationship is shown to this person."""
        return frozenset(visible(self.actor, self.relation_type))

    @cached_property
    def relations(self) -> list[Wording]:
        """Who this record is what to, in words."""
        return related(self.actor, self.type, self.row, today(self.actor)) if self.relates else []

    @property
    def may_relate(self) -> bool:
        one = self.relates
        may = one is not None and self.actor.rights.scope(one[0].key, "create") != "none"
        return may and not self.row.removed

    @cached_property
    def panels(self) -> list[Panel]:
        """The related records that this actor may see."""
        found = []
        for one in self.type.panels:
            if isinstance(one, Related) and one.type in catalogue():
                panel = _panel(self.actor, one, self.type, self.row.uid)
                found += [panel] if panel else []
        return found


def _panel(actor: Actor, one: Related, here: RecordType, uid: UUID) -> Panel | None:
    target = catalogue()[one.type]
    by = one.by or next(
        (name for name, kind in target.fields.items()
         if isinstance(kind, Link) and kind.target == here.key and kind.editable), ""
    )  # fmt: skip
    seen = visible(actor, target)
    if by not in seen or actor.rights.scope(target.key, "view") == "none":
        return None
    near = [name for name in (target.title, target.contact_line, target.facet) if name in seen]
    where = (Condition(by, "is", str(uid)),)
    page = find(
        actor, target, Question(where=where, columns=tuple(near), size=IN_PANEL, count=True)
    )
    may_add = actor.rights.scope(target.key, "create") != "none"
    return Panel(target, by, page, may_add)


def card_of(request: HttpRequest, type_key: str, uid: Any) -> Card:
    """The record behind a path; NotFound where it is not there or not open."""
    record_type = catalogue()[type_key]
    actor = actor_of(request)
    return Card(actor, record_type, find_one(actor, record_type, uid))


def happenings(request: HttpRequest, card: Card, tab: str, before: str = "") -> TimelinePage:
    """One page of what happened; nothing for a role that reads no history."""
    only_changes = tab == "changes" or not card.has_timeline
    if only_changes and not card.reads_history:
        return TimelinePage(())
    return read_timeline(
        card.actor, card.type, card.row, context_of(request),
        before=before, only_changes=only_changes,
    )  # fmt: skip


def screen(request: HttpRequest, card: Card, tab: str, after: str) -> HttpResponse:
    """The whole page with one of its tabs open; `after` is the mark from before it was read."""
    tab = tab if tab in TABS and card.has_timeline else "changes"
    told = {
        "here": card.type.key, "card": card, "row": card.row, "type": card.type, "tab": tab,
        "happenings": happenings(request, card, tab), "key": str(uuid7()),
    }  # fmt: skip
    if is_partial(request):
        return fragment(request, "record.html", "record", **told)
    watch = live.watching(card.type.key, card.row.uid)
    return page(request, "record.html", after=after, watch=watch, **told)


@signed_in
def record(request: HttpRequest, type_key: str, uid: Any) -> HttpResponse:
    """The page of one record."""
    after = live.mark(request)
    card = card_of(request, type_key, uid)
    stands = merged_into(card.actor, card.type, uid) if card.row.removed else None
    if stands:
        return HttpResponseRedirect(url("record", args=[type_key, stands]))
    return screen(request, card, request.GET.get("tab", "timeline"), after)


@signed_in
def peek(request: HttpRequest, type_key: str, uid: Any) -> HttpResponse:
    """The most needed of a record, in the side panel."""
    card = card_of(request, type_key, uid)
    return fragment(request, "panel.html", "peek", card=card, row=card.row, type=card.type)
