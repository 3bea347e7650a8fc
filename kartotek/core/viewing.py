"""The saved views of a list: read, kept, changed and removed, each through its door."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue, the_type
from kartotek.core.errors import NotFound
from kartotek.core.find import find, find_one
from kartotek.core.question import Condition, Group, Question, Row
from kartotek.core.remove import remove
from kartotek.core.saved import Saved
from kartotek.core.saved_view import SavedViews
from kartotek.core.write import write

KEY = SavedViews.key
LIST = "list"  # how a view is shown that says nothing of it
MOST = 100  # views shown of one list
_COLUMNS = ("name", "on", "query", "shown_as", "shared", "opens_first", "position", "owner")


@dataclass(frozen=True)
class View:
    """One saved view as this actor sees it; `query` is an address without its "?"."""

    uid: UUID
    name: str
    on: str
    query: str
    shown_as: str
    is_shared: bool
    opens_first: bool
    is_own: bool
    may_edit: bool
    owner: str
    position: int | None


def views_of(actor: Actor, type_key: str) -> list[View]:
    """One's own views of a list and those shown to everybody; own ones first, by place and name."""
    mine = Condition("owner", "is", "me")
    where = (
        Condition("on", "is", type_key),
        Group((mine, Condition("shared", "is", "true")), any=True),
    )
    rows = find(actor, SavedViews, Question(where, _COLUMNS, size=MOST))
    found = [_view(actor, row) for row in rows]
    return sorted(found, key=lambda one: (not one.is_own, one.position is None, one.position or 0))


def view_of(actor: Actor, uid: UUID | str) -> View:
    """One saved view; NotFound where there is none any more, or none for this actor."""
    row = find_one(actor, SavedViews, uid, _COLUMNS)
    # A list that is not open has no views either, also not for who may see every one of them.
    is_known = row["on"] in catalogue() and actor.rights.scope(row["on"], "view") != "none"
    if row.removed or not is_known:
        raise NotFound(_("There is no such view any more, or it is not open to you."))
    return _view(actor, row)


def view_at(actor: Actor, type_key: str, uid: UUID) -> View | None:
    """The saved view that a record is; None for every other one, and where its list is not open."""
    if type_key != KEY:
        return None
    try:
        return view_of(actor, uid)
    except NotFound:
        return None


def _view(actor: Actor, row: Row) -> View:
    owner = row["owner"]
    return View(
        uid=row.uid,
        name=row.title,
        on=row["on"],
        query=row["query"],
        shown_as=row["shown_as"] or LIST,
        is_shared=row["shared"],
        opens_first=row["opens_first"],
        is_own=owner is not None and owner.uid == actor.member_uid,
        may_edit=row.may_edit,
        owner=owner.title if owner is not None else "",
        position=row["position"],
    )


def may_keep(actor: Actor) -> bool:
    """May this actor save views at all?"""
    return actor.rights.scope(the_type(SavedViews).key, "create") != "none"


def keep(
    actor: Actor,
    type_key: str,
    name: str,
    query: str,
    *,
    shown_as: str = LIST,
    shared: bool = False,
    key: str = "",
) -> Saved:
    """Save a question under a name, and how it is shown. ValidationError without a name."""
    on = the_type(type_key).key
    values = {"name": name, "on": on, "query": query, "shown_as": shown_as, "shared": shared}
    return write(actor, SavedViews, None, values, key=key)


def change(actor: Actor, uid: UUID, **values: Any) -> Saved:
    """Another name, another question, shown to everybody or not."""
    return write(actor, SavedViews, uid, values)


def open_first(actor: Actor, view: View, *, opens: bool = True) -> Saved:
    """Let the list open with this view, and with no other of one's own: one act."""
    acting = actor.because(actor.cause, actor.batch or uuid7())
    with transaction.atomic():
        for other in views_of(actor, view.on) if opens else ():
            if other.is_own and other.opens_first and other.uid != view.uid:
                write(acting, SavedViews, other.uid, {"opens_first": False})
        return write(acting, SavedViews, view.uid, {"opens_first": opens})


def let_go(actor: Actor, uid: UUID) -> Saved:
    """Put a view into the trash."""
    return remove(actor, SavedViews, uid)
