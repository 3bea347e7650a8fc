"""A saved view under an address of its own, which a spreadsheet asks for the rows of today."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import translation
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_safe

from kartotek.core import viewing
from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue, the_type
from kartotek.core.errors import NotFound, PermissionDenied, ValidationError
from kartotek.core.question import Question
from kartotek.core.recordtype import RecordType
from kartotek.core.security import note
from kartotek.core.viewing import View
from kartotek.interfaces.api import limits
from kartotek.interfaces.files import viewing as viewed
from kartotek.interfaces.files.exporting import person
from kartotek.interfaces.web.frame import (
    REFUSALS,
    STATUS,
    actor_of,
    fragment,
    signed_in,
    toast,
    words_of,
)
from kartotek.interfaces.web.listing import column_names
from kartotek.interfaces.web.questions import asked
from kartotek.people.security import address_of
from kartotek.people.tokens import links_to, make_token, reader_of_view, revoke_link

A_MINUTE = 20  # readings of one link
MOST_LINKS = 20  # of one person to one view


@dataclass(frozen=True)
class Kind:
    """One kind of file that a link gives: its label, its type, what makes its parts."""

    label: Any
    content_type: str
    parts: Callable[[Actor, RecordType, Question], Any]


def _as_workbook(actor: Actor, record_type: RecordType, question: Question) -> Any:
    return viewed.workbook(actor, record_type, question, person(actor))


SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KINDS = {  # by the ending of the address
    "csv": Kind(_lazy("CSV"), "text/csv; charset=utf-8", viewed.lines),
    "xlsx": Kind(_lazy("Workbook (XLSX), %(most)s rows at most"), SHEET, _as_workbook),
    "json": Kind(_lazy("JSON"), "application/json", viewed.json_parts),
}


@require_safe
def read_view(request: HttpRequest, secret: str, ending: str) -> HttpResponseBase:
    """The rows of the view behind a secret, as its maker may see them just now."""
    try:
        kind = KINDS.get(ending)
        if kind is None:
            raise NotFound(_("A link ends in .%(known)s.") % {"known": ", .".join(KINDS)})
        actor, uid = reader_of_view(request, secret)
        if wait := limits.spend(f"view {actor.token}", A_MINUTE):
            return _too_often(wait)
        with translation.override(actor.language):
            view = viewing.view_of(actor, uid)
            parts = _begun(kind.parts(actor, *_asked(actor, view)))
            note("export", actor=actor, address=address_of(request), type=view.on, view=str(uid),
                 format=ending)  # fmt: skip
    except REFUSALS as error:
        status = next(code for kind, code in STATUS.items() if isinstance(error, kind))
        plain = f"{words_of(error)}\n"
        return _guarded(HttpResponse(plain, status=status, content_type="text/plain"))
    response = (FileResponse if ending == "xlsx" else StreamingHttpResponse)(
        parts, content_type=kind.content_type
    )
    name = "".join(letter if letter.isalnum() else "-" for letter in view.name)[:60]
    response.headers["Content-Disposition"] = (
        content_disposition_header(True, f"{name}.{ending}") or ""
    )
    return _guarded(response)


def _too_often(wait: int) -> HttpResponseBase:
    said = _("This link is read too often. Try again in %(wait)s seconds.") % {"wait": wait}
    response = HttpResponse(f"{said}\n", status=429, content_type="text/plain")
    response.headers["Retry-After"] = str(wait)
    return _guarded(response)


def _asked(actor: Actor, view: View) -> tuple[RecordType, Question]:
    record_type, question = catalogue()[view.on], asked(QueryDict(view.query))
    names = column_names(actor, record_type, question)
    return record_type, question.question(names, count=False)


def _begun(parts: Any) -> Any:
    """The same, its first part made: a refusal comes before it, with its status."""
    return chain([next(parts)], parts) if isinstance(parts, Iterator) else parts


def _guarded(response: HttpResponseBase) -> HttpResponseBase:
    """Nobody on the way keeps it, and the address is told to nobody."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@signed_in
def links(request: HttpRequest, type_key: str, uid: UUID) -> HttpResponse:
    """GET shows one's own links to a view; POST makes one, whose address is shown this once."""
    actor = actor_of(request)
    view = _exported(actor, type_key, uid)
    if request.method != "POST":
        return _panel(request, view)
    ending = request.POST.get("kind", "csv")
    if ending not in KINDS:
        raise ValidationError({"kind": _("Choose a kind of file.")})
    if len(links_to(actor, uid)) >= MOST_LINKS:
        raise ValidationError(
            _("You have %(most)s links to this view. End one first.") % {"most": MOST_LINKS}
        )
    name = _("View “%(name)s”") % {"name": view.name[:80]}
    _uid, secret = make_token(actor, name, view=uid)
    path = reverse("view_file", args=[secret, ending])
    return _panel(request, view, request.build_absolute_uri(path), ending)


@signed_in
def end_link(request: HttpRequest, type_key: str, uid: UUID, token: UUID) -> HttpResponse:
    """End a link: the next time the spreadsheet asks, it is told so."""
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "POST"})
    revoke_link(actor_of(request), uid, token)
    try:
        return _panel(request, _exported(actor_of(request), type_key, uid))
    except (NotFound, PermissionDenied):  # the link is ended also where the view is gone
        return toast(request, _("The link is ended."))


def _exported(actor: Actor, type_key: str, uid: UUID) -> View:
    """The view, for who may take its rows out of the house."""
    record_type, view = the_type(type_key), viewing.view_of(actor, uid)
    if view.on != record_type.key:
        raise NotFound(_("This view is of another list."))
    if actor.rights.scope(record_type.key, "export") == "none":
        raise PermissionDenied(
            _("Your role may not export %(plural)s. Ask an administrator.")
            % {"plural": str(record_type.plural).lower()}
        )
    return view


def _panel(
    request: HttpRequest, view: View, address: str = "", chosen: str = "csv"
) -> HttpResponse:
    known = links_to(actor_of(request), view.uid)
    return fragment(
        request, "view-links.html", "links", view=view, known=known, address=address,
        here=reverse("view_links", args=[view.on, view.uid]), chosen=chosen,
        kinds=[(ending, kind.label % {"most": f"{viewed.MOST_SHEET_ROWS:,}"})
               for ending, kind in KINDS.items()],
    )  # fmt: skip
