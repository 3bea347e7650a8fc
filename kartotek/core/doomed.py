"""What goes when a record is erased: itself, what was merged into it, what is about it alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from kartotek.core import reading
from kartotek.core.catalogue import catalogue
from kartotek.core.errors import ValidationError
from kartotek.core.fieldtypes import ExternalIds, Link, Links
from kartotek.core.merge import OURS
from kartotek.core.reading import Raw
from kartotek.core.recordtype import RecordType

Named = tuple[str, UUID]


@dataclass
class Doomed:
    """Records to be erased, and those that are about others as well and only let go of them."""

    gone: dict[Named, Raw] = field(default_factory=dict)
    about_others: dict[Named, Raw] = field(default_factory=dict)

    def of(self, record_type: RecordType) -> list[Raw]:
        """The records of one type that go, by id."""
        found = [raw for (key, _uid), raw in self.gone.items() if key == record_type.key]
        return sorted(found, key=lambda raw: raw.id)

    @property
    def types(self) -> list[RecordType]:
        keys = dict.fromkeys(key for key, _uid in self.gone)
        return [catalogue()[key] for key in keys]


def doomed_with(record_type: RecordType, raws: Sequence[Raw]) -> Doomed:
    """All that goes with some records. ValidationError where others cannot do without one."""
    found = Doomed()
    waiting = [(record_type, raw) for raw in raws]
    while waiting:
        one_type, one = waiting.pop()
        if (one_type.key, one.uid) in found.gone:
            continue
        found.gone[one_type.key, one.uid] = one
        waiting += _merged(one_type, one)
        waiting += _together(one_type, one)
        waiting += _alone_about(one_type, one, found)
    for name in found.gone:
        found.about_others.pop(name, None)
    return found


def _all_of(record_type: RecordType, ids: list[int]) -> list[Raw]:
    return reading.raws(record_type, list(record_type.fields), ids)


def _merged(record_type: RecordType, raw: Raw) -> Iterator[tuple[RecordType, Raw]]:
    """The records that were merged into this one lie in the trash, with all they held."""
    former = []
    for kind in record_type.fields.values():
        if isinstance(kind, ExternalIds):
            ids = [one.partition(":") for one in raw.values[kind.name]]
            former += [UUID(id) for system, _colon, id in ids if system == OURS and _is_uid(id)]
    names = list(record_type.fields)
    for one in reading.raws_by_uid(record_type, names, former):
        if one.removed:
            yield record_type, one


def _is_uid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _together(record_type: RecordType, raw: Raw) -> Iterator[tuple[RecordType, Raw]]:
    """What is removed together with it is erased together with it."""
    for other in catalogue():
        for kind in other.fields.values():
            if not isinstance(kind, Link) or kind.target != record_type.key:
                continue
            if kind.on_remove == "together":
                ids = _ids(f"SELECT id FROM {other.table} WHERE {kind.column} = %s", [raw.id])
                yield from ((other, one) for one in _all_of(other, ids))
            elif kind.on_remove == "block":
                _refuse_needed(other, kind, raw)


def _refuse_needed(other: RecordType, kind: Link, raw: Raw) -> None:
    held = _ids(
        f"SELECT id FROM {other.table} WHERE {kind.column} = %s AND removed_at IS NULL", [raw.id]
    )
    if held:
        raise ValidationError(
            _("%(count)s records still need this one (%(kinds)s). Move or remove them first.")
            % {"count": len(held), "kinds": str(other.plural).lower()}
        )


def _alone_about(
    record_type: RecordType, raw: Raw, found: Doomed
) -> Iterator[tuple[RecordType, Raw]]:
    """Activities about this record: those about nothing else go, the others are remembered.

    A relationship says something of both its ends: it goes with either.
    """
    for other in catalogue():
        names = [kind.name for kind in other.fields.values() if isinstance(kind, Links)]
        if not names:
            continue
        ids = _ids(
            "SELECT DISTINCT from_record FROM core_linkrow WHERE from_type = %s AND to_type = %s "
            "AND to_record = %s AND role <> 'via' ORDER BY from_record",
            [other.key, record_type.key, raw.id],
        )
        for one in _all_of(other, ids):
            if one.removed or other.relates or not left_of(one, names, found):
                yield other, one
            else:
                found.about_others[other.key, one.uid] = one


def left_of(raw: Raw, names: list[str], found: Doomed) -> dict[str, list[dict[str, Any]]]:
    """Field → the records that an activity is still about when `found` are gone; {} for none."""
    left = {
        name: [one for one in raw.values[name] if (one["type"], UUID(one["uid"])) not in found.gone]
        for name in names
    }
    return left if any(left.values()) else {}


def _ids(sql: str, params: list[Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [row[0] for row in cursor.fetchall()]
