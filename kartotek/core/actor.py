"""Who acts, and what they may do: worked out by `people`, asked by the doors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from kartotek.core.context import AS_THE_LANGUAGE, Formats

VERBS = [
    "view",
    "create",
    "edit",
    "remove",
    "export",
    "import",
    "bulk_edit",
    "merge",
    "see_history",
    "undo_others",
    "erase",
]
SCOPES = ("none", "own", "department", "all")


@dataclass(frozen=True)
class Rights:
    """What may be done: for each type (or "*") and verb the widest scope."""

    verbs: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    hidden: Mapping[str, frozenset[str]] = field(default_factory=dict)
    masked: Mapping[str, frozenset[str]] = field(default_factory=dict)
    read_only: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def scope(self, type_key: str, verb: str) -> str:
        """ "none", "own", "department" or "all"; a type's own line wins over "*"."""
        for key in (type_key, "*"):
            if verb in self.verbs.get(key, {}):
                return self.verbs[key][verb]
        return "none"

    def within(self, type_key: str, verb: str, bound: str) -> Rights:
        """The same rights, but of this type `verb` reaches no further than `bound` does."""
        widths = [self.scope(type_key, one) for one in (verb, bound)]
        own = {one: self.scope(type_key, one) for one in VERBS}
        narrow = {**own, verb: min(widths, key=SCOPES.index)}
        return replace(self, verbs={**self.verbs, type_key: narrow})

    @property
    def are_bounded(self) -> bool:
        """Does any of them end at the actor's own records or departments?"""
        return any(scope in ("own", "department")
                   for verbs in self.verbs.values() for scope in verbs.values())  # fmt: skip

    def hides(self, type_key: str) -> frozenset[str]:
        """The fields that no door tells of: hidden ones, and masked ones, of which single values
        are shown by an act that stands in the security log (see `revealing`)."""
        return self.hidden.get(type_key, frozenset()) | self.masks(type_key)

    def masks(self, type_key: str) -> frozenset[str]:
        """The fields that are there, and shown one value at a time."""
        return self.masked.get(type_key, frozenset()) - self.hidden.get(type_key, frozenset())

    def unmasked(self, type_key: str, name: str) -> Rights:
        """The same rights, to which one field of one type is open."""
        left = self.masked.get(type_key, frozenset()) - {name}
        return replace(self, masked={**self.masked, type_key: left})

    def protects(self, type_key: str) -> frozenset[str]:
        return self.read_only.get(type_key, frozenset())


EVERYTHING = Rights(verbs={"*": dict.fromkeys(VERBS, "all")})


IMPORT = "import"  # the cause of an act that brings records from elsewhere


@dataclass(frozen=True)
class Actor:
    """Who acts: a member, token, rule, import or the system itself. Never nobody."""

    kind: str
    name: str
    rights: Rights
    member: int | None = None
    member_uid: UUID | None = None
    department: int | None = None
    departments: tuple[int, ...] = ()
    stands_in: tuple[int, ...] = ()  # members who are away, and whose deputy this is
    cause: str = "web"
    batch: UUID | None = None
    language: str = "en"
    zone: str = ""  # in which they read and type times; "" for that of the workspace
    formats: Formats = AS_THE_LANGUAGE  # of what they see and type; programs read and write as ever
    letter_keys: bool = True  # do single letters act on pages?
    # What was worked out for this actor and cannot change while one request is answered.
    memo: dict[tuple[str, ...], Any] | None = field(default=None, compare=False, repr=False)
    reveals: bool = False  # masked values leave the doors whole: see `revealing`
    start: str = ""  # the key of the list that their first page is; "" for the menu's first
    token: UUID | None = None  # the credentials of a program, where one acts for the member

    @property
    def key(self) -> str:
        """The same for every request of the same actor; owns its idempotency keys."""
        return f"{self.kind}:{self.token or self.member_uid or self.name}"

    @property
    def brings(self) -> bool:
        """Does this act bring records from elsewhere, with what only their old home can know?"""
        return self.cause == IMPORT

    def because(self, cause: str, batch: UUID | None = None) -> Actor:
        """The same actor, acting through `cause`, its lines tied together by `batch`."""
        return replace(self, cause=cause, batch=batch or self.batch)

    def within(self, type_key: str, verb: str, bound: str) -> Actor:
        """The same actor, whose `verb` reaches no further in this type than `bound` does."""
        rights = self.rights.within(type_key, verb, bound)
        return replace(self, rights=rights, memo=None if self.memo is None else {})


def system(cause: str = "system") -> Actor:
    """The house itself: may do everything, owns nothing."""
    return Actor(kind="system", name="Kartotek", rights=EVERYTHING, cause=cause)
