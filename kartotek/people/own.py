"""What everybody changes of their own member record, whatever their role: a few named fields.

The door asks for the right to change members, which few have. Here the actor gets it for one write:
to their own record alone, with every other field of it guarded.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from django.utils.translation import gettext as _

from kartotek.core import log, reading
from kartotek.core.actor import VERBS, Actor
from kartotek.core.catalogue import catalogue, visible
from kartotek.core.errors import NotFound, PermissionDenied, ValidationError
from kartotek.core.find import find, find_one
from kartotek.core.question import Condition, Question, Row
from kartotek.core.saved import Saved
from kartotek.core.undo import Undone, undo
from kartotek.core.write import write

TYPE = "members"
AWAY = ("away_from", "away_until", "deputy")
FORMATS = ("date_format", "number_format", "clock")
OWN = ("name", "phones", "language", "zone", *FORMATS, "no_letter_keys", *AWAY)


def own_fields(actor: Actor) -> tuple[str, ...]:
    """Those of the fields that this actor's role neither hides nor guards."""
    acting = _acting(actor)
    guarded = acting.rights.protects(TYPE)
    seen = visible(acting, catalogue()[TYPE])
    return tuple(name for name in OWN if name in seen and name not in guarded)


def own_record(actor: Actor, columns: tuple[str, ...]) -> Row:
    """The actor's own member record, with those of the columns that they see."""
    acting, whose = _acting(actor), _whose(actor)
    seen = visible(acting, catalogue()[TYPE])
    return find_one(acting, TYPE, whose, tuple(name for name in columns if name in seen))


def change_own(
    actor: Actor,
    values: dict[str, Any],
    languages: Container[str],
    *,
    version: int | None = None,
    key: str = "",
) -> Saved:
    """Write what may be changed of one's own record.

    PermissionDenied for any other field, ValidationError by field for what cannot be; what the door
    raises. `languages` are the codes that may be chosen.
    """
    if others := values.keys() - set(own_fields(actor)):
        raise PermissionDenied(
            _("Only an administrator changes this of you: %(names)s.")
            % {"names": ", ".join(sorted(others))[:200]}
        )
    before = own_record(actor, OWN)
    wrong = {}
    if _is_new(before, values, "language") and values["language"] not in languages:
        wrong["language"] = _("Choose one of the languages.")
    if _is_new(before, values, "zone") and values["zone"] not in {"", *available_timezones()}:
        wrong["zone"] = _("Choose one of the time zones.")
    if wrong:
        raise ValidationError(wrong)
    return write(_acting(actor), TYPE, _whose(actor), values, version=version, key=key)


def possible_deputies(actor: Actor) -> list[Row]:
    """Who may stand in for the actor: every other active member, by name, at most 500."""
    question = Question(
        columns=("name",), where=(Condition("is_active", "is", True),), sort="name", size=500
    )
    found = find(_acting(actor), TYPE, question)
    return [row for row in found if row.uid != actor.member_uid]


def stood_in_for(actor: Actor) -> list[str]:
    """The names of those whose deputy the actor is today."""
    near = reading.refs(_acting(actor), TYPE, actor.stands_in)  # within reach, as links are named
    return [near[id].title for id in actor.stands_in if near[id].is_reachable]


def take_back_own(actor: Actor, batch: UUID) -> Undone:
    """Undo a change of one's own record. NotFound for an act that was anything else."""
    changes = log.of_batch(batch, None, 2)
    mine = _whose(actor)
    is_own = len(changes) == 1 and all(
        one.type == TYPE and one.uid == mine and one.member == actor.member
        and one.verb in ("update", "undo") and one.before.keys() <= set(OWN)
        for one in changes
    )  # fmt: skip
    if not is_own:
        raise NotFound(_("There is nothing to undo here."))
    return undo(_acting(actor), batch)


def _is_new(before: Row, values: dict[str, Any], name: str) -> bool:
    return name in values and values[name] != before.get(name)


def _whose(actor: Actor) -> UUID:
    if actor.kind != "member" or actor.member_uid is None or actor.token is not None:
        raise PermissionDenied(_("Only a member has a record of their own. Sign in as one."))
    return actor.member_uid


def _acting(actor: Actor) -> Actor:
    """The same actor, who may change members, but of them nothing besides these fields."""
    record_type = catalogue()[TYPE]
    closed = {*record_type.fields, *record_type.parts} - set(OWN)
    rights = replace(
        actor.rights,
        verbs={**actor.rights.verbs,
               TYPE: {**dict.fromkeys(VERBS, "none"), "view": "all", "edit": "all"}},
        read_only={**actor.rights.read_only, TYPE: actor.rights.protects(TYPE) | closed},
    )  # fmt: skip
    return replace(actor, rights=rights, memo=None if actor.memo is None else {})
