"""Owners that nobody here is become members, not active, to be invited: no owner is lost."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue
from kartotek.core.fieldtypes import Link
from kartotek.core.gathering_many import Wish
from kartotek.core.recordtype import RecordType
from kartotek.core.write_many import write_many
from kartotek.interfaces.files.ids import external
from kartotek.interfaces.files.linking import look_up
from kartotek.interfaces.files.mapping import Column, Reading
from kartotek.interfaces.files.rows import ReadRow
from kartotek.interfaces.files.targets import EXTERNAL

OWNER = "owner"
LONGEST_NAME = 120  # of an owner; what is longer is no name


def bring_owners(
    actor: Actor,
    reading: Reading,
    columns: Sequence[Column],
    rows: Sequence[ReadRow],
    would_be: set[str] | None,
) -> int:
    """Make a member for each owner of these rows that is none; how many were made.

    In a trial `would_be` holds those that earlier rows named: each is counted once.

    Only by who may add members; otherwise the owner is left out, and the receipt says so.
    """
    unknown = unknown_owners(actor, reading, columns, rows)
    if not unknown:
        return 0
    members = _members(reading.type)
    if would_be is not None:
        fresh = set(unknown) - would_be
        would_be |= fresh
        makers = [column.place for column in columns if _is_maker(reading.type, column)]
        _pass_over(rows, [*_places(reading.type, columns), *makers], would_be)
        return len(fresh)
    made = [Wish(uuid7(), _member(members, text, reading.system)) for text in unknown]
    return sum(done.did == "created" for done in write_many(actor, members, made))


def unknown_owners(
    actor: Actor, reading: Reading, columns: Sequence[Column], rows: Sequence[ReadRow]
) -> list[str]:
    """The owners that these rows name and for whom the actor may make members."""
    places = _places(reading.type, columns)
    links = [row.links.get(place) for row in rows for place in places]
    named = {text for text in links if isinstance(text, str) and len(text) <= LONGEST_NAME}
    if not named:
        return []
    members = _members(reading.type)
    if actor.rights.scope(members.key, "create") == "none":
        return []
    there = look_up(actor, members.key, named, reading.system)
    return sorted(text for text in named if not there.get(text))


def _places(record_type: RecordType, columns: Sequence[Column]) -> list[int]:
    return [column.place for column in columns if _is_owner(record_type, column)]


def _is_owner(record_type: RecordType, column: Column) -> bool:
    kind = record_type.fields.get(column.field)
    is_member = isinstance(kind, Link) and kind.target_model == settings.KARTOTEK_MEMBER_MODEL
    return is_member and column.field == OWNER


def _is_maker(record_type: RecordType, column: Column) -> bool:
    """Does it name who made the records where they come from?"""
    kind = record_type.fields.get(column.field)
    return isinstance(kind, Link) and kind.is_brought


def _members(record_type: RecordType) -> RecordType:
    kind = record_type.fields[OWNER]
    assert isinstance(kind, Link)
    return catalogue()[kind.target]


def _member(members: RecordType, text: str, system: str) -> dict[str, object]:
    """A member by name; by the id alone where that is all the file has."""
    if "@" in text:
        return {members.title: text, "emails": text, EXTERNAL: [external(system, text)]}
    name = text if " " in text else _("Owner %(id)s") % {"id": text}
    return {members.title: name, EXTERNAL: [external(system, text)]}


def _pass_over(rows: Sequence[ReadRow], places: list[int], unknown: set[str]) -> None:
    """In a trial these members are not there to be linked to; the values count as taken over."""
    for row in rows:
        for place in places:
            if row.links.get(place) in unknown:
                del row.links[place]
