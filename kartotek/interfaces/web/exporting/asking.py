"""What shall go out: which rows, which columns, into what kind of file; and one's own exports."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kartotek.core import jobs
from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue, the_type, visible
from kartotek.core.context import Context
from kartotek.core.errors import PermissionDenied, ValidationError
from kartotek.core.find import find
from kartotek.core.question import COUNT_CAP, Question
from kartotek.core.recordtype import RecordType
from kartotek.core.revealing import masked_among
from kartotek.interfaces.files.formats import FORMATS
from kartotek.interfaces.files.taking import columns, may_export, refuse_without_right
from kartotek.interfaces.web.bringing.standing import number
from kartotek.interfaces.web.exporting.job import ARCHIVE, Order, begin, take_out
from kartotek.interfaces.web.exporting.standing import standing
from kartotek.interfaces.web.frame import actor_of, context_of, page, signed_in, words_of
from kartotek.interfaces.web.questions import Asked, asked, chosen

HERE = "export"
MOST_CHOSEN = 10_000  # rows of a selection
SHOWN = 50  # of one's own exports
SELECTED, LISTED, EVERY = "selected", "listed", "every"
OWN_NAMES = ("uid", "format", "rows", "columns", "whole", "csrfmiddlewaretoken", "query")


@dataclass(frozen=True)
class Rows:
    """One choice of rows: its key, its words, how many that are."""

    key: str
    label: str
    count: str


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def export(request: HttpRequest, type_key: str) -> HttpResponse:
    """What shall go out of a list. Posted with a format it begins; with uids alone it asks first.

    GET takes the address of a list; POST takes `uid`, the rows, or `query`, that address.
    """
    actor, record_type = actor_of(request), the_type(type_key)
    refuse_without_right(actor, record_type)
    if request.method != "POST" or "format" not in request.POST:
        return _ask(request, record_type)
    try:
        job = begin(actor, _order(request, record_type))
    except ValidationError as error:
        return _ask(request, record_type, words_of(error))
    return HttpResponseRedirect(reverse("export_page", args=[job]))


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def exports(request: HttpRequest) -> HttpResponse:
    """One's own exports; posted to, everything goes out."""
    actor, context = actor_of(request), context_of(request)
    if not any(may_export(actor, one) for one in catalogue()):
        raise PermissionDenied(_("Your role may not export anything. Ask an administrator."))
    if request.method == "POST":
        name, whole = f"{_('Everything')} {_today()}.zip", "whole" in request.POST
        return HttpResponseRedirect(
            reverse("export_page", args=[begin(actor, Order("", ARCHIVE, name, whole=whole))])
        )
    lines = [standing(job, context) for job in jobs.recent(take_out, actor, SHOWN)]
    return page(request, "exporting/exports.html", here=HERE, lines=lines,
                masked=any(_masked(actor, one) for one in catalogue()))  # fmt: skip


def _ask(request: HttpRequest, record_type: RecordType, error: str = "") -> HttpResponse:
    actor, context = actor_of(request), context_of(request)
    sent = request.POST if request.method == "POST" else request.GET
    uids = _uids(sent)
    question = _asked(sent)
    rows = _rows(actor, record_type, question, uids, context)
    shown = question.columns or tuple(record_type.column_names)
    return page(
        request, "exporting/ask.html", status=422 if error else 200, here=record_type.key,
        type=record_type, rows=rows, uids=uids, query=question.query(), error=error,
        formats=[one for one in FORMATS.values() if one.fits(record_type)],
        shown=[_label(record_type, name) for name in (record_type.title, *shown)
               if name.split(".")[0] in visible(actor, record_type)],
        picked={name: sent.get(name, "") for name in ("format", "rows", "columns", "whole")},
        masked=[_label(record_type, name) for name in _masked(actor, record_type)],
    )  # fmt: skip


def _rows(
    actor: Actor, record_type: RecordType, question: Asked, uids: list[str], context: Context
) -> list[Rows]:
    """The choices of rows, the narrowest first, each with its count."""
    every = Rows(EVERY, _("All %(plural)s within your reach") % _plural(record_type),
                 _counted(actor, record_type, Asked(), context))  # fmt: skip
    found = []
    if uids:
        found.append(Rows(SELECTED, _("The selected rows"), number(len(uids), context)))
    if question.narrows:
        count = _counted(actor, record_type, question, context)
        found.append(Rows(LISTED, _("The list as it is filtered"), count))
    return [*found, every]


def _counted(actor: Actor, record_type: RecordType, question: Asked, context: Context) -> str:
    within = actor.within(record_type.key, "view", "export")
    one = find(within, record_type, question.question((), count=True)).count
    if one is None:
        return ""
    shown = number(min(one, COUNT_CAP - 1), context)
    return f"{shown}+" if one >= COUNT_CAP else shown


def _order(request: HttpRequest, record_type: RecordType) -> Order:
    """What the form says. ValidationError where it is not clear, or the door would refuse it."""
    actor, sent = actor_of(request), request.POST
    kind = FORMATS.get(sent["format"])
    if kind is None or not kind.fits(record_type):
        raise ValidationError(_("Choose a kind of file."))
    question, uids = _asked(sent), tuple(_uids(sent))
    rows = sent.get("rows") or (SELECTED if uids else LISTED if question.narrows else EVERY)
    if rows == SELECTED and not uids:
        raise ValidationError(_("Choose some rows first, with X."))
    names: tuple[str, ...] = ()
    if sent.get("columns") == "shown":
        usual = [record_type.title, *(question.columns or record_type.column_names)]
        names = tuple(dict.fromkeys(usual))
    query = question.query() if rows == LISTED else ""
    sort = question.sort or next(iter(record_type.sort_names), "")
    if rows == LISTED and sort in visible(actor, record_type):
        query = question.query(sort=sort)
    # The door judges every name before a job is put down.
    find(actor, record_type, Question(columns=names or None, size=1))
    find(actor, record_type, question.question(names or (record_type.title,), count=False))
    name = f"{record_type.plural} {_today()}{kind.ending}"
    chosen = uids if rows == SELECTED else ()
    return Order(record_type.key, kind.key, name, query, names, chosen, "whole" in sent)


def _asked(sent: QueryDict) -> Asked:
    """The list that was asked from: its address, or the same as the form carries it."""
    query = QueryDict(sent["query"].removeprefix("?")) if "query" in sent else sent.copy()
    bare = query.copy()
    for name in OWN_NAMES:
        bare.pop(name, None)
    return asked(bare)


def _uids(sent: QueryDict) -> list[str]:
    found = chosen(sent)
    if len(found) > MOST_CHOSEN:
        raise ValidationError(
            _("At most %(most)s rows can be chosen one by one. Filter the list instead.")
            % {"most": f"{MOST_CHOSEN:,}"}
        )
    return [str(uid) for uid in found]


def _masked(actor: Actor, record_type: RecordType) -> tuple[str, ...]:
    """The columns that are masked unless one asks for them whole."""
    if not may_export(actor, record_type):
        return ()
    return masked_among(actor, record_type, columns(actor, record_type))


def _plural(record_type: RecordType) -> dict[str, Any]:
    return {"plural": str(record_type.plural).lower()}


def _label(record_type: RecordType, name: str) -> str:
    held = {**record_type.fields, **record_type.parts}[name.split(".")[0]]
    return str(held.label)


def _today() -> str:
    return datetime.now(UTC).date().isoformat()
