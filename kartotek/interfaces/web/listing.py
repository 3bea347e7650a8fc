"""The list of one record type: a question in the address, a table in the answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from babel.numbers import format_decimal
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from uuid_utils.compat import uuid7

from kartotek.core.actor import Actor
from kartotek.core.catalogue import knows, the_type, visible
from kartotek.core.context import Context
from kartotek.core.errors import PermissionDenied, ValidationError
from kartotek.core.find import find
from kartotek.core.question import COUNT_CAP, Page
from kartotek.core.recordtype import RecordType
from kartotek.core.remove import remove
from kartotek.interfaces.web.drawing import url
from kartotek.interfaces.web.filters import Active, Choosing, active, added, chips, further
from kartotek.interfaces.web.frame import (
    REFUSALS,
    actor_of,
    context_of,
    fragment,
    is_partial,
    page,
    signed_in,
    toast,
    words_of,
)
from kartotek.interfaces.web.menu import may
from kartotek.interfaces.web.questions import Asked, asked
from kartotek.interfaces.web.showing import Column, column

MOST_AT_ONCE = 200


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
    may_merge: bool
    may_import: bool
    may_export: bool
    refusal: str = ""  # why the address was not understood; no rows are shown then

    @property
    def url(self) -> str:
        return url("list", args=[self.type.key])

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
    if not may(actor, record_type, "view"):
        raise PermissionDenied(_("This list is not open to you. Ask an administrator."))
    try:
        question = asked(request.GET)
        one = added(actor, record_type, request.GET, context_of(request))
        question = question.narrowed(one) if one else question
        shown = listing(actor, record_type, question, context_of(request))
    except ValidationError as error:
        if is_partial(request):
            raise  # a toast beside the list that stands there
        refused = listing(actor, record_type, Asked(), context_of(request), words_of(error))
        return page(request, "list.html", status=422, here=record_type.key, list=refused)
    if not is_partial(request):
        return page(request, "list.html", here=record_type.key, list=shown)
    if question.after:
        return fragment(request, "rows.html", "rows", list=shown)
    response = fragment(request, "list.html", "list", here=record_type.key, list=shown)
    response["HX-Replace-Url"] = shown.url + question.query()
    if one:
        response["HX-Trigger"] = "k:filtered"
    return response


@require_POST
@signed_in
def remove_many(request: HttpRequest, type_key: str) -> HttpResponse:
    """Put the chosen records into the trash: one act, one undo."""
    actor, record_type = actor_of(request), the_type(type_key)
    chosen = request.POST.getlist("uid")
    if not chosen:
        raise ValidationError(_("Choose some rows first, with X."))
    if len(chosen) > MOST_AT_ONCE:
        raise ValidationError(
            _("At most %(most)s rows can be removed at once. Choose fewer.")
            % {"most": MOST_AT_ONCE}
        )
    batch = uuid7()
    acting = actor.because("bulk", batch)
    refused: list[str] = []
    with transaction.atomic():  # one commit for all of them; each is still a door's own act
        for uid in chosen:
            try:
                remove(acting, record_type, uid)
            except REFUSALS as error:
                refused.append(words_of(error))
    done = len(chosen) - len(refused)
    message = ngettext("Removed %(n)s row.", "Removed %(n)s rows.", done) % {"n": done}
    remarks = list(dict.fromkeys(refused))[:3]
    if not done:
        return toast(request, _("Nothing was removed."), remarks=remarks, status=422)
    return toast(request, message, batch, remarks=remarks)


def listing(
    actor: Actor, record_type: RecordType, question: Asked, context: Context, refusal: str = ""
) -> Listing:
    """Ask the door, and gather what stands around its answer; with a `refusal`, only the latter."""
    known = visible(actor, record_type)
    usual = [name for name in record_type.column_names if knows(actor, record_type, name)]
    names = tuple(dict.fromkeys([record_type.title, *(question.columns or usual)]))
    found = Page(record_type.key, (), names)
    if not refusal:
        found = find(actor, record_type, question.question(names, count=not question.after))
    every = [*usual, *(name for name in record_type.fields if name in known)]
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
        may_merge=may(actor, record_type, "merge"),
        may_import=record_type.in_menu and may(actor, record_type, "import"),
        may_export=may(actor, record_type, "export"),
        refusal=refusal,
    )


def _count(found: Page, context: Context) -> str:
    if found.count is None:
        return ""
    locale = context.language.replace("-", "_")
    shown = format_decimal(min(found.count, COUNT_CAP - 1), locale=locale)
    return f"{shown}+" if found.count_is_capped else shown
