"""Records that are likely the same as what is being typed; a hint, never a bar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _
from rapidfuzz.distance import JaroWinkler

from kartotek.core import asking, reading, searching, words
from kartotek.core.actor import Actor
from kartotek.core.catalogue import AnyType, the_type, visible
from kartotek.core.errors import ValidationError
from kartotek.core.fieldtypes import FieldType, Link, Links
from kartotek.core.reading import Raw
from kartotek.core.recordtype import RecordType
from kartotek.core.scope import scope_of
from kartotek.core.workspace import workspace

ALIKE = 0.88  # Jaro-Winkler, from which two titles are called alike
MOST_SHARING = 200  # records looked at that share one identifier
SHORTEST_TITLE = 3  # letters from which titles are compared

Known = dict[tuple[str, str], str]  # (kind, value) of an identifier → the field's label


@dataclass(frozen=True)
class Likely:
    """One record that may be the same: what it is called, why, and a few of its values."""

    type: str
    uid: UUID
    title: str
    reason: str
    likeness: float
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
    title = (
        words.fold(str(values.get(record_type.title) or "")) if record_type.title in seen else ""
    )
    known = _identifiers(record_type, seen, values)
    ids = _sharing(record_type, known)
    if len(title) >= SHORTEST_TITLE and record_type.search and not scope.is_empty:
        ids += searching.candidates(
            record_type, _tokens(title), scope, guarded=False, limit=searching.CANDIDATES
        )
    names = [name for name in record_type.fields if name in _needed(record_type, seen)]
    found = [
        likely
        for raw in reading.raws(record_type, names, list(dict.fromkeys(ids)))
        if scope.holds(raw.id, raw.owner, raw.department) and not raw.removed
        if (likely := _likely(record_type, raw, title, known)) is not None
    ]
    return sorted(found, key=lambda one: -one.likeness)[:limit]


def _identifiers(record_type: RecordType, seen: frozenset[str], values: dict[str, Any]) -> Known:
    context = workspace().context
    found: Known = {}
    for name, raw in values.items():
        if name not in seen or name not in record_type.fields:
            continue
        kind = record_type.fields[name]
        try:
            pairs = kind.identifiers(kind.parse(raw, context), context)
        except ValidationError:
            continue  # still being typed
        found.update({(what, value[:255]): str(kind.label) for what, value in pairs})
    return found


def _sharing(record_type: RecordType, known: Known) -> list[int]:
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


def _tokens(title: str) -> list[str]:
    """What to look for: the sounds of the first two long words, else the words themselves."""
    asked = words.split(title)
    sounds = [asking.SOUND + heard for word in asked if len(heard := words.sound(word)) >= 3]
    return sounds[:2] or asked[:3]


def _needed(record_type: RecordType, seen: frozenset[str]) -> set[str]:
    """The title, what tells records apart, and whatever identifies; links name other records."""
    told = {record_type.title, record_type.subtitle, record_type.contact_line}
    return {
        name
        for name, kind in record_type.fields.items()
        if name in seen and not isinstance(kind, Link | Links)
        if name in told or type(kind).identifiers is not FieldType.identifiers
    }


def _likely(record_type: RecordType, raw: Raw, title: str, known: Known) -> Likely | None:
    context = workspace().context
    own = {
        pair
        for name, value in raw.values.items()
        for pair in record_type.fields[name].identifiers(value, context)
    }
    shared = list(dict.fromkeys(known[pair] for pair in known if pair in own))
    name = str(raw.values.get(record_type.title) or "")
    alike = _alike(title, words.fold(name)) if title else 0.0
    reasons = [_("same %(label)s") % {"label": label.lower()} for label in shared]
    if alike >= ALIKE:
        label = str(record_type.fields[record_type.title].label).lower()
        reasons.append(
            _("%(label)s %(percent)s %% alike") % {"label": label, "percent": int(alike * 100)}
        )
    if not reasons:
        return None
    return Likely(
        type=record_type.key,
        uid=raw.uid,
        title=name or "–",
        reason=", ".join(reasons),
        likeness=alike + len(shared),
        values=MappingProxyType(raw.values),
    )


def _alike(one: str, other: str) -> float:
    """Likeness of two folded titles, whatever the order of their words; 0 to 1."""
    first, second = sorted(words.split(one)), sorted(words.split(other))
    return max(
        JaroWinkler.similarity(one, other),
        JaroWinkler.similarity(" ".join(first), " ".join(second)),
    )
