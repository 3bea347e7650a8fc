"""Records that are likely the same as what is being typed; a hint, never a bar."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db import connection

from kartotek.core import alike, asking, reading, searching, words
from kartotek.core.actor import Actor
from kartotek.core.alike import Reason, Side
from kartotek.core.catalogue import AnyType, the_type, visible
from kartotek.core.errors import ValidationError
from kartotek.core.fieldtypes import Link, Links
from kartotek.core.reading import Raw
from kartotek.core.recordtype import RecordType
from kartotek.core.scope import scope_of
from kartotek.core.workspace import workspace

ALIKE = 0.88  # likeness from which two titles are called alike
MOST_SHARING = 200  # records looked at that share one identifier
SHORTEST_TITLE = 3  # letters from which titles are compared
LONGEST_IDENTIFIER = 255  # letters that are kept of one


@dataclass(frozen=True)
class Likely:
    """One record that may be the same: what it is called, why, and a few of its values.

    `points` are those of `alike`: the more, the surer.
    """

    type: str
    uid: UUID
    title: str
    reason: str
    points: float
    values: Mapping[str, Any]


def duplicates(
    actor: Actor, named: AnyType, values: dict[str, Any], limit: int = 3
) -> list[Likely]:
    """Records within reach that share an identifier with the raw `values`, or a like title.

    Three queries and one for the rights; what does not parse yet is left out.
    """
    record_type = the_type(named)
    seen = visible(actor, record_type)
    scope = scope_of(actor, record_type)
    names = compared(record_type, seen, values)
    title, typed = typed_side(record_type, seen, values)
    ids = sharing = _sharing(record_type, typed)
    if len(title) >= SHORTEST_TITLE and record_type.search and not scope.is_empty:
        ids = sharing + searching.candidates(
            record_type, title_tokens(title), scope, guarded=False, limit=searching.CANDIDATES
        )
    asked = read_for(record_type, seen, names)
    found = [
        (raw, reasons)
        for raw in reading.raws(record_type, asked, list(dict.fromkeys(ids)))
        if scope.holds(raw.id, raw.owner, raw.department) and not raw.removed
        if raw.id in sharing or _is_called_alike(record_type, typed, raw)
        if (reasons := _hinting(record_type, typed, side_of(record_type, names, raw)))
    ]
    found.sort(key=lambda one: -alike.points(one[1]))
    return [told(record_type, seen, raw, reasons) for raw, reasons in found[:limit]]


def compared(record_type: RecordType, seen: frozenset[str], told: Container[str]) -> list[str]:
    """The title and those of the `told` fields by which what is typed is compared.

    No links: what is typed into one would have to be looked up.
    """
    return [
        name
        for name in alike.compared(record_type)
        if name in seen and (name in told or name == record_type.title)
        if not isinstance(record_type.fields[name], Link)
    ]


def typed_side(
    record_type: RecordType, seen: frozenset[str], values: Mapping[str, Any]
) -> tuple[str, Side]:
    """The title of raw values, as they were typed or stand in a file, and what is compared."""
    context = workspace().context
    parsed: dict[str, Any] = {}
    names = compared(record_type, seen, values)
    for name in dict.fromkeys([*names, *record_type.title_from.replace("|", " ").split()]):
        if name in seen and (raw := values.get(name)):
            try:
                parsed[name] = record_type.fields[name].parse(raw, context)
            except ValidationError:
                continue  # still being typed
    title = record_type.titled(parsed) if record_type.title in seen else ""
    told = {name: parsed[name] for name in names if name in parsed}
    return title, alike.side(record_type, {**told, record_type.title: title}, context)


def side_of(record_type: RecordType, names: Sequence[str], raw: Raw) -> Side:
    """A record that is here, made ready to be compared by these fields with what is typed."""
    values = {name: raw.values[name] for name in names}
    return alike.side(record_type, values, workspace().context)


def identifiers(one: Side) -> set[alike.Pair]:
    """Whatever identifies it, as the table of identifiers keeps it."""
    return {
        (kind, value[:LONGEST_IDENTIFIER])
        for pairs in one.identifiers.values()
        for kind, value in pairs
    }


def title_tokens(title: str) -> list[str]:
    """What to look for: the sounds of the first two long words, else the words themselves."""
    asked = words.split(title)
    sounds = [asking.SOUND + heard for word in asked if len(heard := words.sound(word)) >= 3]
    return sounds[:2] or asked[:3]


def read_for(record_type: RecordType, seen: frozenset[str], compared: Sequence[str]) -> list[str]:
    """What is read of a record: what is compared, and what is shown of it."""
    return list(dict.fromkeys([*compared, *_shown(record_type, seen)]))


def told(
    record_type: RecordType, seen: frozenset[str], raw: Raw, reasons: Sequence[Reason]
) -> Likely:
    """A record with what speaks for it, as it leaves the doors."""
    shown = {name: raw.values[name] for name in _shown(record_type, seen)}
    return Likely(
        type=record_type.key,
        uid=raw.uid,
        title=str(raw.values.get(record_type.title) or "") or "–",
        reason=", ".join(alike.in_words(record_type, one) for one in reasons if one.points > 0),
        points=alike.points(reasons),
        values=MappingProxyType(shown),
    )


def _is_called_alike(record_type: RecordType, typed: Side, raw: Raw) -> bool:
    """A look at the title alone: of those that sound alike most are told apart by it."""
    here = alike.title_words(raw.values.get(record_type.title))
    return alike.whole_likeness(typed.title, here) >= ALIKE


def _hinting(record_type: RecordType, typed: Side, here: Side) -> list[Reason]:
    """The reasons, where they are worth a hint: cheaper than what is worth merging.

    One shared identifier is, whatever the names say, or a like name: who types goes on.
    """
    reasons = alike.reasons(typed, here, title=record_type.title)
    is_shared = any(one.sort == "same" for one in reasons if one.field in here.identifiers)
    of_title = any(one.points > 0 for one in reasons if one.field == record_type.title)
    is_called_alike = of_title and alike.whole_likeness(typed.title, here.title) >= ALIKE
    return reasons if is_shared or is_called_alike else []


def shares(one: Side, other: Side) -> bool:
    """Do they share an identifier in the same field?"""
    return any(
        not pairs.isdisjoint(other.identifiers.get(name, ()))
        for name, pairs in one.identifiers.items()
    )


def _shown(record_type: RecordType, seen: frozenset[str]) -> Iterable[str]:
    """The title, and what tells records apart; links name other records."""
    told = (record_type.title, record_type.subtitle, record_type.contact_line)
    return [
        name
        for name in told
        if name in seen and not isinstance(record_type.fields.get(name), Link | Links | None)
    ]


def _sharing(record_type: RecordType, typed: Side) -> list[int]:
    known = sorted(identifiers(typed))
    if not known:
        return []
    pairs = " OR ".join(["(kind = %s AND value = %s)"] * len(known))
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT record FROM core_identifier WHERE ({pairs}) AND "type" = %s '
            f"ORDER BY record DESC LIMIT {MOST_SHARING}",
            [*(part for pair in known for part in pair), record_type.key],
        )
        return [row[0] for row in cursor.fetchall()]
