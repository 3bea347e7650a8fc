"""What stands around every page: the lists to go to, their keys, and how this person looks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import groupby
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kartotek.core import words
from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue
from kartotek.core.fitting import may_fit
from kartotek.core.recordtype import RecordType
from kartotek.core.regional import paper
from kartotek.core.workspace import WorkspaceFacts, workspace
from kartotek.interfaces.web.drawing import url

IMPORT, TRASH, SETTINGS = "import", "trash", "settings"
APART = (IMPORT, TRASH, SETTINGS)  # below the lists


@dataclass(frozen=True)
class Entry:
    """One place to go to, and the letter that goes there after `g`."""

    key: str
    label: str
    icon: str
    url: str
    letter: str
    group: str


def types_in_menu(actor: Actor) -> list[RecordType]:
    """What this actor may list: the business first, the company's own house after it."""
    seen = [one for one in catalogue() if one.in_menu and may(actor, one, "view")]
    return sorted(seen, key=lambda one: not one.scoped)


def may(actor: Actor, record_type: RecordType, verb: str) -> bool:
    """May this actor do this to any record of the type at all?"""
    return actor.rights.scope(record_type.key, verb) != "none"


def entries(actor: Actor) -> list[Entry]:
    """The lists in the order of the menu, then what stands apart; each with a letter of its own."""
    brings = any(may(actor, one, "import") for one in catalogue() if one.in_menu)
    return _entries(tuple(types_in_menu(actor)), brings, may_fit(actor), get_language())


@lru_cache(maxsize=256)
def _entries(
    types: tuple[RecordType, ...], brings: bool, sets: bool, _language: str
) -> list[Entry]:
    """Kept by the language, of which the labels and their letters are."""
    taken: set[str] = set()
    found = [
        Entry(
            one.key,
            str(one.plural),
            one.icon,
            url("list", args=[one.key]),
            _letter(str(one.plural), taken),
            one.group,
        )
        for one in types
    ]
    apart = [(IMPORT, _("Import"), "file-up", url("imports"))] if brings else []
    apart.append((TRASH, _("Trash"), "trash-2", url("trash")))
    apart += [(SETTINGS, _("Settings"), "settings-2", url("settings"))] if sets else []
    return [
        *found,
        *(Entry(key, name, icon, at, _letter(name, taken), "") for key, name, icon, at in apart),
    ]


def _letter(label: str, taken: set[str]) -> str:
    """The first letter of the label that nobody has yet; "" where all are taken."""
    free = [one for one in "".join(words.split(label)) if "a" <= one <= "z" and one not in taken]
    letter = free[0] if free else ""
    taken.add(letter)
    return letter


class Shell:
    """The frame of one page for one person; templates ask it, most of it only when shown."""

    def __init__(
        self, request: HttpRequest, here: str = "", facts: WorkspaceFacts | None = None
    ) -> None:
        """`facts` are given where the database may not answer."""
        self._facts = facts or workspace()
        self._cookies = request.COOKIES
        self.actor: Actor | None = getattr(request, "actor", None)
        self.here = here
        self.path = request.get_full_path()

    def _cookie(self, name: str, *allowed: str) -> str:
        value = self._cookies.get(name, "")
        return value if value in allowed else allowed[0]

    @property
    def theme(self) -> str:
        return self._cookie("k_theme", "auto", "light", "dark")

    @property
    def density(self) -> str:
        return self._cookie("k_density", "comfortable", "dense")

    @property
    def keys(self) -> str:
        """Off where the person, or else this browser, wants no single letters to act."""
        return self._cookie("k_keys", "on", "off") if self.may_use_keys else "off"

    @property
    def may_use_keys(self) -> bool:
        """Has this person not put them off everywhere?"""
        return self.actor is None or self.actor.letter_keys

    @property
    def logo(self) -> str:
        """The digest of the company's logo; "" where it has none."""
        return self._facts.logo

    @property
    def house(self) -> str:
        """What the company is called."""
        return self._facts.name

    @property
    def paper(self) -> str:
        """On which paper lists and records are printed."""
        return paper(self._facts)

    @property
    def source(self) -> str:
        return str(getattr(settings, "KARTOTEK_SOURCE_URL", "/source"))

    @cached_property
    def entries(self) -> list[Entry]:
        return entries(self.actor) if self.actor else []

    @cached_property
    def groups(self) -> list[list[Entry]]:
        lists = [one for one in self.entries if one.key not in APART]
        return [list(found) for _group, found in groupby(lists, key=lambda one: one.group)]

    @cached_property
    def apart(self) -> list[Entry]:
        """What stands below the lists."""
        return [one for one in self.entries if one.key in APART]

    @cached_property
    def makes(self) -> list[RecordType]:
        """The types of which this person may add one."""
        actor = self.actor
        return [one for one in types_in_menu(actor) if may(actor, one, "create")] if actor else []

    @cached_property
    def new_type(self) -> RecordType | None:
        """What the "New" button makes here: one of this list, else the first of the menu."""
        here = [one for one in self.makes if one.key == self.here]
        return (here or self.makes or [None])[0]

    @cached_property
    def key(self) -> tuple[Any, ...]:
        """All that the kept parts of the frame show of this shell (see `keeping`)."""
        return (
            self.here,
            self.actor.name if self.actor else "",
            tuple(one.key for one in self.entries),
            self.new_type.key if self.new_type else "",
            self.source,
            self.logo,
            self.house,
            catalogue().version,
        )

    @property
    def actions(self) -> list[tuple[str, Any]]:
        """The keys of the actions that record types declare, with their words."""
        found: dict[str, Any] = {}
        for one in catalogue() if self.actor else ():
            found |= {action.key: action.label for action in one.actions.values() if action.key}
        return sorted(found.items())
