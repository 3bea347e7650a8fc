"""The page of likely duplicates: pair by pair with its reasons, to be merged or told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from markupsafe import Markup

from kartotek.core import receipts
from kartotek.core.actor import Actor
from kartotek.core.alike import in_words
from kartotek.core.catalogue import catalogue, visible
from kartotek.core.combining import PLACED
from kartotek.core.context import Context
from kartotek.core.errors import NotFound, PermissionDenied, ValidationError
from kartotek.core.fieldtypes import formats
from kartotek.core.find import find
from kartotek.core.jobs import JobFacts
from kartotek.core.question import Question, Row
from kartotek.core.recordtype import RecordType
from kartotek.core.suggesting import look_again
from kartotek.core.suggestions import (
    DISMISSED,
    OPEN,
    Suggestion,
    dismiss,
    dismissals,
    last_search,
    reopen,
    suggestions,
)
from kartotek.interfaces.web import merging, values
from kartotek.interfaces.web.drawing import url
from kartotek.interfaces.web.frame import (
    actor_of,
    context_of,
    fragment,
    is_partial,
    piece_or_page,
    signed_in,
    toast,
)
from kartotek.interfaces.web.menu import may

CHANGED = "k:changed"


@dataclass(frozen=True)
class Chip:
    """One reason in words; `speaks_for` is false for one that speaks against."""

    words: str
    speaks_for: bool


@dataclass(frozen=True)
class Pair:
    """Two records side by side: why they may be the same, and in what they differ.

    Where somebody told them apart, who (as HTML, "" where that is not to be told) and when.
    """

    rows: tuple[Row, Row]
    chips: tuple[Chip, ...]
    lines: tuple[tuple[str, Markup, Markup], ...]
    may_merge: bool
    merge: str
    dismiss: str
    reopen: str
    by: Markup
    at: Markup


@dataclass(frozen=True)
class Search:
    """How the search for duplicates stands."""

    said: str
    is_running: bool
    done: int = 0
    rows: int = 0


@require_safe
@signed_in
def alike(request: HttpRequest, type_key: str) -> HttpResponse:
    """The pairs that may be the same, the surest first; for htmx the list, or how the search is."""
    actor, record_type = actor_of(request), catalogue()[type_key]
    if not may(actor, record_type, "view"):
        raise PermissionDenied(_("This list is not open to you. Ask an administrator."))
    context, after = context_of(request), request.GET.get("after", "")
    search = _search(actor, last_search(record_type), context)
    told = {"here": record_type.key, "type": record_type, "search": search,
            "may_look": may(actor, record_type, "merge")}  # fmt: skip
    if is_partial(request) and "search" in request.GET:
        response = fragment(request, "alike.html", "search", **told)
        if search and not search.is_running:
            response["HX-Trigger"] = CHANGED
        return response
    found, following = suggestions(actor, record_type, after=after)
    told |= {"pairs": _pairs(actor, record_type, found, context), "next": following, "after": after}
    return piece_or_page(request, "alike.html", "list", **told)


@require_safe
@signed_in
def apart(request: HttpRequest, type_key: str) -> HttpResponse:
    """The pairs that somebody told apart, the last first, each with what brings it back."""
    actor, record_type = actor_of(request), catalogue()[type_key]
    if not may(actor, record_type, "view"):
        raise PermissionDenied(_("This list is not open to you. Ask an administrator."))
    after = request.GET.get("after", "")
    found, following = dismissals(actor, record_type, after=after)
    told = {"here": record_type.key, "type": record_type, "next": following, "after": after,
            "pairs": _pairs(actor, record_type, found, context_of(request))}  # fmt: skip
    return piece_or_page(request, "apart.html", "list", **told)


@require_POST
@signed_in
def look(request: HttpRequest, type_key: str) -> HttpResponse:
    """Start the search over everything; the page tells how far it is."""
    look_again(actor_of(request), type_key)
    if not is_partial(request):
        return HttpResponseRedirect(url("alike", args=[type_key]))
    return HttpResponse(status=204, headers={"HX-Trigger": CHANGED})


@require_POST
@signed_in
def say(request: HttpRequest, type_key: str) -> HttpResponse:
    """Remember that two records are not the same, or take that back."""
    actor, record_type = actor_of(request), catalogue()[type_key]
    try:
        one, other = (UUID(request.GET.get(name, "")) for name in ("one", "other"))
    except ValueError:
        raise ValidationError(_("Choose a pair from the list of duplicates.")) from None
    if request.GET.get("as") == OPEN:
        reopen(actor, record_type, one, other)
        again = _saying(record_type, one, other, DISMISSED)
        response = toast(request, _("Suggested again."), back=again, redo="undo" in request.GET)
    else:
        dismiss(actor, record_type, one, other)
        back = _saying(record_type, one, other, OPEN, undo="1")
        response = toast(request, _("Remembered: these two are not the same."), back=back)
    response["HX-Trigger"] = CHANGED
    return response


def _saying(record_type: RecordType, one: UUID, other: UUID, what: str, **more: str) -> str:
    asked = urlencode({"one": one, "other": other, "as": what, **more})
    return f"{url('alike_say', args=[record_type.key])}?{asked}"


def _pairs(
    actor: Actor, record_type: RecordType, found: Sequence[Suggestion], context: Context
) -> list[Pair]:
    uids = tuple(dict.fromkeys(uid for pair in found for uid in (pair.one, pair.other)))
    seen = visible(actor, record_type)
    columns = tuple(name for name in record_type.fields if name in seen)
    rows = {
        row.uid: row for row in find(actor, record_type, Question(uids=uids, columns=columns))
    } if uids else {}  # fmt: skip
    allowed = may(actor, record_type, "merge")
    return [
        Pair(
            rows=(rows[pair.one], rows[pair.other]),
            chips=tuple(
                Chip(in_words(record_type, one), one.points > 0)
                for one in pair.reasons
                if one.points
            ),
            lines=tuple(_lines(record_type, rows[pair.one], rows[pair.other], context)),
            may_merge=allowed,
            merge=f"{url('merge', args=[record_type.key])}?uid={pair.one}&uid={pair.other}",
            dismiss=_saying(record_type, pair.one, pair.other, DISMISSED),
            reopen=_saying(record_type, pair.one, pair.other, OPEN),
            by=values.link(pair.by, record_type.fields["changed_by"]) if pair.by else Markup(),
            at=values.value(record_type.fields["changed_at"], pair.at, context),
        )
        for pair in found
        if pair.one in rows and pair.other in rows
    ]


def _lines(
    record_type: RecordType, one: Row, other: Row, context: Context
) -> list[tuple[str, Markup, Markup]]:
    """What each holds where they differ, in the order of the form; of an empty one nothing."""
    in_form = [name for group in record_type.form_groups for name in group]
    found = []
    for name in dict.fromkeys([*in_form, *record_type.fields]):
        kind = record_type.fields.get(name)
        if kind is None or name in PLACED or not kind.editable or name not in one.values:
            continue
        if name == record_type.title:  # stands above
            continue
        if kind.plain(one[name]) != kind.plain(other[name]):
            shown = [_value(kind, row[name], context) for row in (one, other)]
            found.append((str(kind.label), *shown))
    return found


def _value(kind: Any, value: Any, context: Context) -> Markup:
    return Markup() if kind.is_empty(value) else merging.shown(kind, value, context)


def _search(actor: Actor, job: JobFacts | None, context: Context) -> Search | None:
    """How the last search stands, in words; None where nobody looked yet."""
    if job is None:
        return None
    done, rows = job.progress.get("done", 0), job.progress.get("rows", 0)
    if job.state == "failed":
        return Search(_("The search did not work. Ask who looks after Kartotek."), False)
    if job.state != "done":
        read = job.progress.get("read", 0)
        said = _("Reading… %(read)s records so far") % {"read": _number(read, context)}
        if rows:
            numbers = {"done": _number(done, context), "rows": _number(rows, context)}
            said = _("Comparing… %(done)s of %(rows)s pairs") % numbers
        return Search(said, True, done, rows)
    try:
        detail = receipts.read(actor, job.result["receipt"]).detail
    except NotFound:  # somebody else's search
        return Search(_("The last search is done."), False)
    count = detail["records"]
    said = ngettext("Looked at %(n)s record.", "Looked at %(n)s records.", count)
    return Search(said % {"n": _number(count, context)}, False)


def _number(count: int, context: Context) -> str:
    return formats.number(count, context)
