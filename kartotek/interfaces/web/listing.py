"""The list of one record type: a question in the address, a table in the answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from kartotek.core import merge
from kartotek.core.actor import Actor
from kartotek.core.catalogue import knows, the_type, visible
from kartotek.core.context import Context
from kartotek.core.errors import NotFound, PermissionDenied, ValidationError
from kartotek.core.fieldtypes import formats
from kartotek.core.find import find
from kartotek.core.fitting import may_fit
from kartotek.core.question import COUNT_CAP, Page
from kartotek.core.recordtype import RecordType
from kartotek.core.viewing import View
from kartotek.interfaces.web import live, viewing
from kartotek.interfaces.web.drawing import url
from kartotek.interfaces.web.filters import Active, Choosing, active, added, chips, further
from kartotek.interfaces.web.frame import (
    actor_of,
    context_of,
    fragment,
    is_partial,
    page,
    signed_in,
    words_of,
)
from kartotek.interfaces.web.menu import may
from kartotek.interfaces.web.questions import Asked
from kartotek.interfaces.web.showing import Column, column
from kartotek.interfaces.web.viewing import Views


@dataclass(frozen=True)
class Refusal:
    """Why an address was not understood, and the address without it; no rows are shown then."""

    words: str = ""
    mended: str = ""


@dataclass(frozen=True)
class Listing:
    """Everything the template shows of one list."""

    type: RecordType
    asked: Asked
    page: Page
    columns: list[Column]
    every: list[Column]
    chips: list[Choosing]
    more: list[tuple[str, Any]]
    active: list[Active]
    count: str
    sort: str
    may_create: bool
    may_remove: bool
    may_edit_many: bool
    may_merge: bool
    may_import: bool
    may_fit: bool
    may_export: bool
    views: Views
    refusal: Refusal
    place: str
    has_board: bool
    has_calendar: bool

    @property
    def url(self) -> str:
        return url(self.place, args=[self.type.key])

    @property
    def as_table(self) -> str:
        """The same question as a table, which without one is not that of the view it opens with."""
        asked = self.asked.query() or f"?view={viewing.ALL}"
        return url("list", args=[self.type.key]) + asked

    @property
    def as_board(self) -> str:
        """The same question as a board; "" where this record type has none for this actor."""
        return url("board", args=[self.type.key]) + self.asked.query() if self.has_board else ""

    @property
    def as_calendar(self) -> str:
        """The same question as a calendar; "" where no date of this type is open to this actor."""
        if not self.has_calendar:
            return ""
        return url("calendar", args=[self.type.key]) + self.asked.query()

    @property
    def export_url(self) -> str:
        """Where what is selected is exported; "" for a role that exports nothing."""
        return url("export", args=[self.type.key]) if self.may_export else ""

    @property
    def most_merged(self) -> int:
        return merge.MOST

    @property
    def names(self) -> list[str]:
        return [one.name for one in self.columns]

    @property
    def chip_names(self) -> list[str]:
        return [one.name for one in self.chips]

    @property
    def next(self) -> str:
        return self.url + self.asked.query(after=self.page.next) if self.page.next else ""

    def sorted_by(self, name: str) -> str:
        return self.url + self.asked.sorted_by(name, self.sort)

    def direction(self, name: str) -> str:
        """What aria-sort says of a column's header."""
        if self.sort.lstrip("-") != name:
            return "none"
        return "descending" if self.sort.startswith("-") else "ascending"


@signed_in
def list_page(request: HttpRequest, type_key: str) -> HttpResponse:
    """A page of a list; for htmx only the part that changes: the list, or its next rows."""
    actor, record_type = actor_of(request), the_type(type_key)
    let_in(actor, record_type)
    question, every = Asked(), []
    after = live.mark(request)
    try:
        question, every = viewing.opened(actor, record_type, request.GET)
        if not is_partial(request) and (there := viewing.elsewhere(actor, every, request.GET)):
            return HttpResponseRedirect(there)
        one = added(actor, record_type, request.GET, context_of(request))
        question = question.narrowed(one) if one else question
        shown = listing(actor, record_type, question, context_of(request), every)
    except ValidationError as error:
        if is_partial(request):
            raise  # a toast beside the list that stands there
        refusal = Refusal(words_of(error), viewing.mended(actor, record_type, question, error))
        bare = Asked(of=question.of)
        refused = listing(actor, record_type, bare, context_of(request), every, refusal)
        return page(request, "list.html", status=422, here=record_type.key, list=refused)
    except NotFound:
        if not is_partial(request):
            raise
        # The view was removed, or its saving taken back, while the page stood there.
        return HttpResponse(headers={"HX-Redirect": f"{request.path}?view={viewing.ALL}"})
    if not is_partial(request):
        watch = live.watching(record_type.key)
        told = {"here": record_type.key, "list": shown, "after": after, "watch": watch}
        return page(request, "list.html", **told)
    if question.after:
        return fragment(request, "rows.html", "rows", list=shown)
    response = fragment(request, "list.html", "list", here=record_type.key, list=shown)
    response["HX-Replace-Url"] = shown.views.address(question)
    if one:
        response["HX-Trigger"] = "k:filtered"
    return response


def let_in(actor: Actor, record_type: RecordType) -> None:
    """PermissionDenied for whom records of this type are not open at all."""
    if not may(actor, record_type, "view"):
        raise PermissionDenied(_("This list is not open to you. Ask an administrator."))


def listing(
    actor: Actor,
    record_type: RecordType,
    question: Asked,
    context: Context,
    views: list[View],
    refusal: Refusal = Refusal(),
    *,
    found: Page | None = None,
    place: str = "list",
) -> Listing:
    """Ask the door, and gather what stands around its answer; with a `refusal`, only the latter.

    Another `place` than the list brings its own `found`.
    """
    known = visible(actor, record_type)
    names = column_names(actor, record_type, question)
    if refusal.words:
        found = Page(record_type.key, (), names)
    elif found is None:
        asked_for = question.question(names, count=not question.after)
        found = find(actor, record_type, replace(asked_for, locks=True))
    shown_views = viewing.views(actor, record_type, question, views, place)
    every = [*_usual(actor, record_type), *(name for name in record_type.fields if name in known)]
    return Listing(
        type=record_type,
        asked=question,
        page=found,
        columns=[column(actor, record_type, name) for name in names],
        every=[column(actor, record_type, name) for name in dict.fromkeys([*names, *every])],
        chips=chips(record_type, known, question),
        more=further(record_type, known),
        active=[active(actor, record_type, one, question, context) for one in question.filters],
        count=_count(found, context),
        sort=question.sort or (record_type.sort_names or [""])[0],
        may_create=may(actor, record_type, "create"),
        may_remove=may(actor, record_type, "remove"),
        may_edit_many=may(actor, record_type, "edit") and may(actor, record_type, "bulk_edit"),
        may_merge=may(actor, record_type, "merge"),
        may_import=record_type.in_menu and may(actor, record_type, "import"),
        may_fit=record_type.customizable and may_fit(actor),
        may_export=may(actor, record_type, "export"),
        views=shown_views,
        refusal=refusal,
        place=place,
        has_board="board" in shown_views.places,
        has_calendar="calendar" in shown_views.places,
    )


def column_names(actor: Actor, record_type: RecordType, question: Asked) -> tuple[str, ...]:
    """The columns of a list: its title, then those asked for, or the usual ones."""
    asked_for = question.columns or _usual(actor, record_type)
    return tuple(dict.fromkeys([record_type.title, *asked_for]))


def _usual(actor: Actor, record_type: RecordType) -> list[str]:
    return [name for name in record_type.column_names if knows(actor, record_type, name)]


def _count(found: Page, context: Context) -> str:
    if found.count is None:
        return ""
    shown = formats.number(min(found.count, COUNT_CAP - 1), context)
    return f"{shown}+" if found.count_is_capped else shown
