"""Links of a file's rows: by uid, or by a title that only one record has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from kartotek.core.actor import Actor
from kartotek.core.fieldtypes import Link, identifier
from kartotek.core.find import find
from kartotek.core.gathering_many import Wish
from kartotek.core.matching import by_identifiers, by_titles
from kartotek.core.question import Question
from kartotek.core.recordtype import RecordType
from kartotek.core.write_many import CHUNK, write_many
from kartotek.interfaces.files.ids import external
from kartotek.interfaces.files.mapping import Column, Reading
from kartotek.interfaces.files.missing import Missing
from kartotek.interfaces.files.receipt import ColumnCount
from kartotek.interfaces.files.rows import ReadRow, Target, reason

MOST_LATER = 100_000  # links kept in mind until the file is read to its end


@dataclass
class Later:
    """Links to records of the same type that were not there yet: they may come further down."""

    waiting: list[tuple[UUID, int, Target]] = field(default_factory=list)
    made: int = 0  # changes of the log that are links made at the end

    def plain(self) -> list[Any]:
        """As JSON can hold it."""
        waiting = [[str(uid), place, str(target)] for uid, place, target in self.waiting]
        return [self.made, waiting]

    def take(self, plain: list[Any]) -> None:
        """Go on from what `plain` told."""
        self.made = plain[0]
        self.waiting = [(UUID(uid), place, _as_target(text)) for uid, place, text in plain[1]]

    @property
    def is_full(self) -> bool:
        return len(self.waiting) >= MOST_LATER


def _as_target(text: str) -> Target:
    try:
        return UUID(text)
    except ValueError:
        return text


def link(
    actor: Actor,
    reading: Reading,
    columns: Sequence[Column],
    rows: Sequence[ReadRow],
    later: Later,
    missing: Missing | None = None,
) -> None:
    """Fill in what the rows link to; where that is not one record, say so or wait."""
    record_type = reading.type
    wanted: dict[str, set[Target]] = {}
    for row in rows:
        for place, target in row.links.items():
            wanted.setdefault(_type_of(record_type, columns[place]), set()).add(target)
    found = {key: look_up(actor, key, targets, reading.system) for key, targets in wanted.items()}
    if missing is not None:
        _make(actor, record_type, columns, rows, found, missing)
    for row in rows:
        for place, target in row.links.items():
            key = _type_of(record_type, columns[place])
            near = found[key].get(target, [])
            if len(near) == 1:
                row.values[columns[place].field] = near[0]
            elif not near and key == record_type.key and not later.is_full:
                row.later[place] = target
            else:
                row.left_out[place] = _why(target, near)
                row.lost[place] = str(target)[:200]


def _make(
    actor: Actor,
    record_type: RecordType,
    columns: Sequence[Column],
    rows: Sequence[ReadRow],
    found: dict[str, dict[Target, list[UUID]]],
    missing: Missing,
) -> None:
    """Have the records made that the rows name and that are not here; sound rows only."""
    wanted: dict[str, dict[str, None]] = {}
    for row in rows:
        for place, target in row.links.items() if not row.errors else ():
            key = _type_of(record_type, columns[place])
            if columns[place].makes and isinstance(target, str) and not found[key].get(target):
                wanted.setdefault(key, {})[target] = None
    for key, names in wanted.items():
        made = missing.make(actor, key, names)
        found[key].update({name: [uid] for name, uid in made.items() if uid is not None})
        for row in rows if missing.would_be is not None else ():
            for place, target in [*row.links.items()]:
                if target in made and columns[place].makes and not found[key].get(target):
                    del row.links[place]  # counted as taken over: there is nothing to link to yet


def _type_of(record_type: RecordType, column: Column) -> str:
    kind = record_type.fields[column.field]
    assert isinstance(kind, Link)
    return kind.target


def look_up(
    actor: Actor, type_key: str, targets: Iterable[Target], system: str = ""
) -> dict[Target, list[UUID]]:
    """Target → the live records within reach that it names.

    By their uid, by their mail or what the file's system calls them, by their title.
    """
    asked = list(targets)
    uids = tuple(one for one in asked if isinstance(one, UUID))
    found: dict[Target, list[UUID]] = {}
    if uids:
        page = find(actor, type_key, Question(uids=uids, columns=()))
        found.update({row.uid: [row.uid] for row in page})
    texts = [one for one in asked if isinstance(one, str)]
    ids = {text: _identifier(text, system) for text in texts}
    called = by_identifiers(actor, type_key, ids.values())
    found.update({text: called[pair] for text, pair in ids.items() if pair in called})
    found.update(by_titles(actor, type_key, [text for text in texts if text not in found]))
    return found


def _identifier(text: str, system: str) -> tuple[str, str]:
    return ("mail", text.casefold()) if "@" in text else identifier(external(system, text))


def _why(target: Target, near: Sequence[UUID]) -> str:
    if near:
        return _("More than one record has this title.")
    if isinstance(target, UUID):
        return _("No record has this uid.")
    return _("No record has this id or title.")


def link_later(
    actor: Actor,
    reading: Reading,
    counts: Sequence[ColumnCount],
    later: Later,
    *,
    trial: bool,
) -> None:
    """Make the links that waited for the end of the file, and enter them into the account."""
    record_type = reading.type
    for start in range(0, len(later.waiting), CHUNK):
        chunk = later.waiting[start : start + CHUNK]
        targets = {target for _uid, _place, target in chunk}
        found = look_up(actor, record_type.key, targets, reading.system)
        wishes, places = [], []
        for uid, place, target in chunk:
            near = found.get(target, [])
            if len(near) == 1 and not trial:
                values = {counts[place].column.field: near[0]}
                wishes.append(Wish(uid, values, only_change=True))
                places.append(place)
            else:
                why = _("Not there yet; looked for again at the end.") if trial else ""
                counts[place].reasons[why or _why(target, near)] += 1
        for place, outcome in zip(places, write_many(actor, record_type, wishes), strict=True):
            later.made += outcome.did == "updated"
            if outcome.error is None:
                counts[place].taken += 1
            else:
                counts[place].reasons[reason(record_type, outcome.error)] += 1
