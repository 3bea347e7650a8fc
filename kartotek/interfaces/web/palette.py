"""The palette: records and commands in one list, found while typing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kartotek.core import search as searching
from kartotek.core import viewing, words
from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue, knows
from kartotek.core.context import Context
from kartotek.core.find import find
from kartotek.core.question import Question, Row
from kartotek.core.recordtype import RecordType
from kartotek.core.search import Hit
from kartotek.interfaces.web.frame import actor_of, context_of, fragment, signed_in
from kartotek.interfaces.web.menu import IMPORT, Entry, Shell, may, types_in_menu
from kartotek.interfaces.web.viewing import address_of

RECENT = 6
COMMANDS_WITH_WORDS = 4


@dataclass(frozen=True)
class Found:
    """One record as the palette shows it: title, what tells it apart, its phone number."""

    type: str
    icon: str
    label: Any
    uid: Any
    title: str
    subtitle: str
    line: str
    there: str = ""  # where it leads, if not to its record
    lock: str = ""

    @property
    def url(self) -> str:
        return self.there or reverse("record", args=[self.type, self.uid])


@dataclass(frozen=True)
class Command:
    """One thing to do; `url` goes there, `act` is the name of what the page itself does."""

    icon: str
    label: str
    keys: str = ""
    url: str = ""
    act: str = ""
    panel: str = ""


@signed_in
def search(request: HttpRequest) -> HttpResponse:
    """What the palette shows for the words typed so far."""
    actor, context = actor_of(request), context_of(request)
    text = request.GET.get("q", "").strip()[:100]
    shell = Shell(request, request.GET.get("here", ""))
    found = [_of_hit(actor, hit, context) for hit in searching.search(actor, text)] if text else []
    near = (
        [_of_hit(actor, hit, context) for hit in searching.nearest(actor, text)]
        if text and not found
        else []
    )
    return fragment(
        request,
        "palette.html",
        "results",
        text=text,
        found=found,
        near=near,
        recent=[] if text else _recent(actor, context),
        commands=_matching(commands(shell), text),
        add=shell.new_type if text and not found else None,
    )


def _of_hit(actor: Actor, hit: Hit, context: Context) -> Found:
    """A record leads to its page, a saved view to the list that it is of."""
    one = _found(catalogue()[hit.type], hit, context)
    if (view := viewing.view_at(actor, hit.type, hit.uid)) is None:
        return one
    return replace(one, subtitle=str(catalogue()[view.on].plural), there=address_of(actor, view))


def _found(record_type: RecordType, one: Hit | Row, context: Context) -> Found:
    return Found(
        record_type.key,
        record_type.icon,
        record_type.label,
        one.uid,
        one.title,
        _text(record_type, record_type.subtitle, one.values, context),
        _text(record_type, record_type.contact_line, one.values, context),
        lock=one.lock,
    )


def _text(record_type: RecordType, name: str, values: Any, context: Context) -> str:
    """A field's value in one line; "" where the actor may not see it."""
    if not name or values.get(name) is None:
        return ""
    kind = record_type.fields.get(name)
    return kind.show(values[name], context) if kind else str(values[name])


def _recent(actor: Actor, context: Context) -> list[Found]:
    """The records of the first type that changed last."""
    lists = types_in_menu(actor)
    if not lists:
        return []
    one = lists[0]
    sort = "-changed_at" if "changed_at" in one.sort_names else ""
    shown = [one.title, *filter(None, [one.subtitle, one.contact_line])]
    names = tuple(name for name in shown if knows(actor, one, name))
    asked = Question(sort=sort, size=RECENT, columns=names, locks=True)
    return [_found(one, row, context) for row in find(actor, one, asked).rows]


def commands(shell: Shell) -> list[Command]:
    """What can be done without a record: go somewhere, add something, change the look."""
    exports = any(may(shell.actor, one, "export") for one in catalogue()) if shell.actor else False
    return _commands(
        tuple(shell.entries), tuple(shell.makes), shell.new_type, exports, get_language()
    )


@lru_cache(maxsize=256)
def _commands(
    entries: tuple[Entry, ...],
    makes: tuple[RecordType, ...],
    first: RecordType | None,
    exports: bool,
    _language: str,
) -> list[Command]:
    """Kept by the language, of which the labels are: they are asked for at every keystroke."""
    going = [
        Command(
            one.icon, _("Go to %(list)s") % {"list": one.label}, _keys("g", one.letter), one.url
        )
        for one in entries
        if one.key != IMPORT
    ]
    adding = [
        Command(
            "plus",
            _("New %(what)s") % {"what": str(one.label).lower()},
            "n" if one is first else "",
            panel=reverse("new", args=[one.key]),
        )
        for one in makes
    ]
    bringing = [
        Command("file-up", _("Import a file"), _keys("g", one.letter), one.url)
        for one in entries
        if one.key == IMPORT
    ]
    if exports:
        label = _("Exports, and everything at once")
        bringing.append(Command("file-down", label, url=reverse("exports")))
    look = [
        Command("user-round-cog", _("Your settings"), url=reverse("me")),
        Command("sun-moon", _("Switch light / dark"), act="theme"),
        Command("rows-3", _("Switch dense / comfortable"), act="density"),
        Command("keyboard", _("Show all keys"), "?", act="keys"),
        Command("log-out", _("Sign out"), act="signout"),
    ]
    return [*adding[:2], *going, *adding[2:], *bringing, *look]


def _keys(first: str, letter: str) -> str:
    return f"{first} {letter}" if letter else ""


def _matching(every: list[Command], text: str) -> list[Command]:
    """The commands in which each word of the text begins some word."""
    asked = words.split(text)
    if not asked:
        return every
    found = [
        one
        for one in every
        if all(any(w.startswith(a) for w in words.split(one.label)) for a in asked)
    ]
    return found[:COMMANDS_WITH_WORDS]
