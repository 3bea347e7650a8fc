"""Records that a column names and that are not here: made in the same act, where so chosen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from uuid_utils.compat import uuid7

from kartotek.core import words
from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue, visible
from kartotek.core.fieldtypes import Link
from kartotek.core.gathering_many import Wish
from kartotek.core.likely import likely_many
from kartotek.core.recordtype import RecordType
from kartotek.core.write_many import write_many
from kartotek.interfaces.files.mapping import NOT_BY_NAME, Column

LONGEST_NAME = 120  # letters; what is longer is no name
_ID = re.compile(r"[0-9A-Za-z{}_-]*\d[0-9A-Za-z{}_-]*")  # one word with a digit in it


@dataclass
class Missing:
    """What was made so far: by type how many; in a trial by name, for nothing is there to find."""

    made: dict[str, int]
    would_be: set[tuple[str, str]] | None = None

    def make(self, actor: Actor, type_key: str, names: Iterable[str]) -> dict[str, UUID | None]:
        """Name → the record made for it; None in a trial. A name that is refused is not in it."""
        record_type = catalogue()[type_key]
        first: dict[str, str] = {}  # folded → as it was written first
        spelled = [name for name in dict.fromkeys(names) if len(name) <= LONGEST_NAME]
        for name in spelled:
            first.setdefault(words.fold(name), name)
        here = _written_otherwise(actor, record_type, first)
        first = {key: name for key, name in first.items() if key not in here}
        if self.would_be is not None:
            fresh = {(type_key, key) for key in first} - self.would_be
            self.would_be |= fresh
            self._count(type_key, len(fresh))
            return {name: here.get(words.fold(name)) for name in spelled}
        wishes = [Wish(uuid7(), {record_type.title: name}) for name in first.values()]
        done = write_many(actor, record_type, wishes)
        made = {key: one.uid for key, one in zip(first, done, strict=True) if one.did == "created"}
        self._count(type_key, len(made))
        found = here | made
        return {name: found[key] for name in spelled if (key := words.fold(name)) in found}

    def _count(self, type_key: str, count: int) -> None:
        if count:
            self.made[type_key] = self.made.get(type_key, 0) + count


def _is_name(value: str) -> bool:
    return len(value) <= LONGEST_NAME and "@" not in value and not _ID.fullmatch(value)


def _written_otherwise(
    actor: Actor, record_type: RecordType, first: dict[str, str]
) -> dict[str, UUID]:
    """Folded name → the record called so in other letters: "fjord as" is "Fjord AS"."""
    rows = [{record_type.title: name} for name in first.values()]
    near = likely_many(actor, record_type, rows)
    return {
        key: one.uid
        for key, one in zip(first, near, strict=True)
        if one is not None and words.fold(one.title) == key
    }


def makes(
    actor: Actor, record_type: RecordType, column: Column, values: Sequence[str]
) -> RecordType | None:
    """The type of which a column could have records made: it names them by their title, as words.

    Not its own type, for those may stand further down; no owners, no departments, and nobody for
    having made a record elsewhere.
    """
    kind = record_type.fields.get(column.field)
    if not isinstance(kind, Link) or kind.is_brought or column.field in NOT_BY_NAME:
        return None
    target = catalogue()[kind.target]
    may = actor.rights.scope(target.key, "create") != "none"
    is_open = may and target.in_menu and target.title in visible(actor, target)
    if target.key == record_type.key or not is_open or not are_names(values):
        return None
    return target


def are_names(values: Sequence[str]) -> bool:
    """Do these read as names of people or companies, and not as ids or addresses?"""
    found = [value for value in values if value]
    ids = sum(not _is_name(value) for value in found)
    return bool(found) and ids * 5 < len(found)
