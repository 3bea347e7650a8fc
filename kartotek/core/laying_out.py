"""New records laid out as rows of their tables: all of them but the ids, which apply gives. Pure.

Flat and small, so that another process can do it and hand the rows over.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import orjson

from kartotek.core import searching
from kartotek.core.dialect import dialect
from kartotek.core.fieldtypes import FieldType, Links
from kartotek.core.fieldtypes.custom import Custom, key_of
from kartotek.core.prepare import Prepared
from kartotek.core.recordtype import RecordType

# What the door itself knows of a new record: the columns before those of the type.
KNOWN = (
    "id", "uid", '"owner_id"', '"department_id"', '"created_at"', '"changed_at"',
    '"created_by_id"', '"changed_by_id"', "version", "custom",
)  # fmt: skip


class Laid(NamedTuple):
    """One new record as its tables take it."""

    uid: Any  # as the database keeps it
    owner: int | None
    department: int | None
    custom: str
    values: list[Any]  # of `columns`, behind those that are known of every record
    identifiers: tuple[tuple[str, str], ...]
    search: tuple[str, ...] | None
    since: Any = None  # when, and by whom it was made elsewhere, where an import says so
    maker: int | None = None


def kinds_of(record_type: RecordType) -> list[FieldType]:
    """The fields that have a column of their own besides the known ones."""
    return [
        kind
        for kind in record_type.fields.values()
        if kind.column not in KNOWN and not kind.is_custom
    ]


def columns(record_type: RecordType) -> list[str]:
    """All columns of a new row, in order."""
    keys = [kind.key_column for kind in record_type.keyed if not kind.is_custom]
    return [*KNOWN, *(kind.column for kind in kinds_of(record_type)), *keys]


def lay_out(record_type: RecordType, made: list[Prepared]) -> list[Laid]:
    """New records as rows; `made` are new ones all."""
    speak, kinds = dialect(), kinds_of(record_type)
    names = [kind.name for kind in kinds]
    # Most fields go as they are: only the others are asked.
    stores = [(place, kind.stored) for place, kind in enumerate(kinds)
              if type(kind).stored is not FieldType.stored]  # fmt: skip
    keys = [kind.key_column for kind in record_type.keyed if not kind.is_custom]
    found = []
    for one in made:
        held = one.values
        values = [held[name] for name in names]
        for place, store in stores:
            values[place] = store(values[place], speak)
        values += [one.keys[key] for key in keys]
        custom = "{}"
        if record_type.customs:
            custom = orjson.dumps(custom_of(record_type, one, keeps_nothing=False)).decode()
        search = searching.laid_out(one.search) if one.search else None
        names_of_it = tuple(one.new_identifiers)
        since, maker = held["created_at"], held["created_by"]
        found.append(
            Laid(
                speak.uid(one.uid), one.owner, one.department, custom, values, names_of_it, search,
                speak.instant(since) if since else None, maker.id if maker else None,
            )
        )  # fmt: skip
    return found


def is_whole(record_type: RecordType, one: Prepared) -> bool:
    """Is all of this new record in what `lay_out` makes: no rows inside, no file, no timeline?"""
    if record_type.files or has_timeline(record_type):
        return False
    return one.old is None and not one.parts


def has_timeline(record_type: RecordType) -> bool:
    """Does it stand in the timelines of other records?"""
    return any(isinstance(kind, Links) for kind in record_type.fields.values())


def custom_of(record_type: RecordType, one: Prepared, *, keeps_nothing: bool) -> dict[str, Any]:
    """What the JSON of customers' fields gets: values and sort keys; None takes one out of it."""
    found: dict[str, Any] = {}
    for kind in record_type.customs:
        if kind.name not in one.values:
            continue
        assert isinstance(kind, Custom)
        found[kind.name] = kind.kept(one.values[kind.name])
        if kind.key_column in one.keys:
            found[key_of(kind.name)] = one.keys[kind.key_column]
    if keeps_nothing:
        return found
    return {name: value for name, value in found.items() if value is not None}
