"""Saved views above a list: opened by their address, saved, named, shown to others, removed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kartotek.core import viewing
from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue, knows, the_type
from kartotek.core.errors import NotFound, ValidationError
from kartotek.core.recordtype import RecordType
from kartotek.core.saved import Saved
from kartotek.core.viewing import View
from kartotek.interfaces.web.cards import board_field
from kartotek.interfaces.web.days import calendar_field
from kartotek.interfaces.web.drawing import url
from kartotek.interfaces.web.frame import actor_of, is_partial, signed_in, toast
from kartotek.interfaces.web.questions import Asked, asked

ALL = "all"  # the list as it is without any view


@dataclass(frozen=True)
class Views:
    """The views above one list, and the one it shows, as it was saved or changed since."""

    every: list[View]
    now: View | None
    is_changed: bool
    question: str  # as it would be saved
    may_keep: bool
    type: RecordType
    place: str  # how it is shown: "list", "board" or "calendar"
    places: tuple[str, ...]  # as what this actor may see it

    @property
    def url(self) -> str:
        return url(self.place, args=[self.type.key])

    @property
    def bare(self) -> str:
        """The address of the whole list, past the view that opens first."""
        return self.url + (f"?view={ALL}" if any(one.opens_first for one in self._own) else "")

    @property
    def may_save(self) -> bool:
        """Is there a question, or a way to show it, that no view on this page holds?"""
        says = bool(self.question) or self.place != viewing.LIST
        return self.may_keep and says and (self.now is None or self.is_changed)

    @property
    def _own(self) -> list[View]:
        return [one for one in self.every if one.is_own]

    def address(self, question: Asked) -> str:
        """What stands in the browser: the view alone while nothing of it is changed."""
        if self.now is not None and not self.is_changed:
            stands = {name: getattr(question, name) for name in ("month", "week")}
            return self.link(self.now) + Asked(**stands).query().replace("?", "&", 1)
        return self.url + question.query()

    def link(self, view: View) -> str:
        """The view as it was saved."""
        return _address(view, self.places)

    def record(self, view: View) -> str:
        """The page of the view itself: who made it, and what was changed in it."""
        return url("record", args=[viewing.KEY, view.uid])


def address_of(actor: Actor, view: View) -> str:
    """The view as it was saved: as a list, a board, a calendar."""
    return _address(view, places_of(actor, catalogue()[view.on]))


def _address(view: View, places: tuple[str, ...]) -> str:
    return f"{url(place_of(view, places), args=[view.on])}?view={view.uid}"


def place_of(view: View, places: tuple[str, ...]) -> str:
    """How a view opens: what is not open, or not there any more, as a list."""
    return view.shown_as if view.shown_as in places else viewing.LIST


def places_of(actor: Actor, record_type: RecordType) -> tuple[str, ...]:
    """As what this actor may see the records of a type."""
    board = ["board"] if board_field(actor, record_type) else []
    calendar = ["calendar"] if calendar_field(actor, record_type) else []
    return (viewing.LIST, *board, *calendar)


def opened(actor: Actor, record_type: RecordType, query: QueryDict) -> tuple[Asked, list[View]]:
    """The question of an address, which may be that of a view. NotFound where that is gone."""
    question, named = asked(query), query.get("view", "")
    # The next rows of a list come without what stands above it.
    every = [] if question.after else viewing.views_of(actor, record_type.key)
    if not named or named == ALL:
        return question, every
    view = next((one for one in every if str(one.uid) == named), None)
    view = view or viewing.view_of(actor, named)
    if view.on != record_type.key:
        raise NotFound(_("This view is of another list."))
    kept = asked(QueryDict(view.query))
    asked_too = {"after": question.after, "size": question.size, **dict(question.calendar)}
    return replace(kept, of=str(view.uid), **asked_too), every


def elsewhere(actor: Actor, every: list[View], query: QueryDict) -> str:
    """Where the address of a list leads on to: with nothing asked to the view that opens first,
    with a view to the board or the calendar that it was saved as. "" where it stays."""
    if not query:
        first = next((one for one in every if one.is_own and one.opens_first), None)
        return address_of(actor, first) if first else ""
    named = next((one for one in every if str(one.uid) == query.get("view")), None)
    if named is None or len(query) > 1:
        return ""
    places = places_of(actor, catalogue()[named.on])
    return _address(named, places) if place_of(named, places) != viewing.LIST else ""


def views(
    actor: Actor, record_type: RecordType, question: Asked, every: list[View], place: str
) -> Views:
    """What the page at `place` shows of the views; one that is gone is no view any more."""
    now = next((one for one in every if str(one.uid) == question.of), None)
    normal, places = question.normal(), places_of(actor, record_type)
    return Views(
        every=every,
        now=now,
        is_changed=now is not None
        and (_normal(now.query) != normal or place_of(now, places) != place),
        question=normal,
        may_keep=viewing.may_keep(actor),
        type=record_type,
        place=place,
        places=places,
    )


def mended(actor: Actor, record_type: RecordType, question: Asked, error: ValidationError) -> str:
    """The address without what it names that is not there, or not open; "" where nothing is left.

    A field that is hidden and one that never was are left out alike.
    """
    told = set(getattr(error, "error_dict", {}))
    names = {
        *(name for name, _values in question.picked),
        *(one.field for one in question.filters),
        *(question.columns or ()),
        question.sort.removeprefix("-"),
        question.on,
    }
    gone = {name for name in names if name and not knows(actor, record_type, name)} | told
    spared = question.sparing(gone)
    return spared.query() if spared.query() != question.query(after="") else ""


@require_POST
@signed_in
def keep(request: HttpRequest, type_key: str) -> HttpResponse:
    """Save what the list shows under a name, and go there."""
    actor, post = actor_of(request), request.POST
    saved = viewing.keep(
        actor, type_key, post.get("name", ""), _asked_of(post),
        shown_as=post.get("shown_as", ""), shared=post.get("shared") == "true",
        key=request.headers.get("Idempotency-Key", ""),
    )  # fmt: skip
    view = viewing.view_of(actor, saved.uid)
    return _go(request, _("View “%(name)s” saved.") % {"name": view.name}, saved, view)


@require_POST
@signed_in
def change(request: HttpRequest, type_key: str, uid: UUID) -> HttpResponse:
    """One press in the menu of a view: what it is, `do` says."""
    actor, post = actor_of(request), request.POST
    view = viewing.view_of(actor, uid)
    name = {"name": view.name}
    acts: dict[str, tuple[Any, str]] = {
        "save": (lambda: viewing.change(actor, uid, query=_asked_of(post), **_shown_as(post)),
                 _("View “%(name)s” saved.") % name),
        "rename": (lambda: viewing.change(actor, uid, name=post.get("name", "")),
                   _("The view has its new name.")),
        "share": (lambda: viewing.change(actor, uid, shared=True),
                  _("Everybody who may see this list sees “%(name)s” now.") % name),
        "unshare": (lambda: viewing.change(actor, uid, shared=False),
                    _("“%(name)s” is yours alone now.") % name),
        "first": (lambda: viewing.open_first(actor, view),
                  _("The list opens with “%(name)s” now.") % name),
        "not_first": (lambda: viewing.open_first(actor, view, opens=False),
                      _("The list opens with all rows now.")),
        "remove": (lambda: viewing.let_go(actor, uid),
                   _("View “%(name)s” removed.") % name),
    }  # fmt: skip
    do = post.get("do", "")
    if do not in acts:
        raise ValidationError(_("This button is not known any more. Reload the page."))
    act, message = acts[do]
    saved = act()
    return _go(request, message, saved, None if do == "remove" else viewing.view_of(actor, uid))


def _shown_as(post: QueryDict) -> dict[str, str]:
    return {"shown_as": post["shown_as"]} if "shown_as" in post else {}


def _asked_of(post: QueryDict) -> str:
    return asked(QueryDict(post.get("query", "").removeprefix("?"))).normal()


def _normal(query: str) -> str:
    """A kept question as this page would keep it; a damaged one stays as it is."""
    try:
        return asked(QueryDict(query)).normal()
    except ValidationError:
        return query


def _go(request: HttpRequest, message: str, saved: Saved, view: View | None) -> HttpResponse:
    """A toast with Undo that goes along to the view, or to the list where there is none."""
    key = view.on if view else request.resolver_match.kwargs["type_key"]  # type: ignore[union-attr]
    actor = actor_of(request)
    there = (
        address_of(actor, view) if view else f"{url('list', args=[the_type(key).key])}?view={ALL}"
    )
    if not is_partial(request):
        return HttpResponseRedirect(there)
    response = toast(request, message, saved.batch if saved.changed or saved.created else None)
    response["HX-Trigger"] = orjson.dumps({"k:goto": {"url": there}}).decode()
    return response
