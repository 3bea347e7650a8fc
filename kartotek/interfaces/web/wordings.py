"""The words of relationships as a card offers them: of each kind, from the side it stands on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from kartotek.core import words
from kartotek.core.actor import Actor
from kartotek.core.find import find
from kartotek.core.question import LARGEST_PAGE, Question
from kartotek.core.recordtype import RecordType
from kartotek.core.relates import Relates
from kartotek.core.relating import is_alike, kind_type
from kartotek.interfaces.web.linking import Option, begins

MOST = 12


@dataclass(frozen=True)
class Words:
    """What one side reads, and the other; `uid` is the kind's, None while it is a suggestion."""

    said: str
    back: str
    is_first: bool
    uid: UUID | None = None

    @property
    def token(self) -> str:
        side = "one" if self.is_first else "other"
        return f"{side}/{self.uid}" if self.uid else f"{side}/"

    @property
    def line(self) -> str:
        """What stands on the other card then, so that one sees which way round it is."""
        return _("there: %(words)s") % {"words": self.back}


def all_words(
    actor: Actor, record_type: RecordType, relates: Relates, here: str
) -> Iterator[Words]:
    """All that a record of the type `here` may be called: of each kind both sides."""
    kinds = kind_type(record_type, relates)
    asked = Question(columns=(*relates.words, *relates.between), size=LARGEST_PAGE)
    known = set()
    for row in find(actor, kinds, asked):
        said = [str(row[name]) for name in relates.words]
        known |= {words.fold(one) for one in said}
        limits = [row.get(name) for name in relates.between]
        yield from _sides(said, [limit in ("", None, here) for limit in limits], row.uid)
    for pair in relates.suggestions:
        said = [str(one) for one in pair]
        if not known & {words.fold(one) for one in said} and may_make(actor, kinds):
            yield from _sides(said, [True, True], None)


def may_make(actor: Actor, kinds: RecordType) -> bool:
    """May this actor make another kind?"""
    return actor.rights.scope(kinds.key, "create") != "none"


def _sides(said: list[str], fits: list[bool], uid: UUID | None) -> Iterator[Words]:
    if fits[0]:
        yield Words(said[0], said[1], is_first=True, uid=uid)
    if fits[1] and not is_alike(said):
        yield Words(said[1], said[0], is_first=False, uid=uid)


def options(offered: Iterator[Words], text: str) -> list[Option]:
    """Those that begin like what was typed, for the list under the input."""
    near = [one for one in offered if not text or begins(one.said, text)]
    near.sort(key=lambda one: (one.uid is None, not _is(one, text)))
    return [
        Option(one.token, one.said, one.line, bool(text), has_face=False) for one in near[:MOST]
    ]


def _is(one: Words, text: str) -> bool:
    return words.fold(one.said) == words.fold(text)


def meant(offered: Iterator[Words], token: str, text: str) -> Words | None:
    """What was chosen or typed in full; a kind comes before a suggestion."""
    same = [one for one in offered if _is(one, text)]
    return next((one for one in same if one.token == token), same[0] if same else None)
