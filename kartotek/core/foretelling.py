"""What an erasure would do, told before it is done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from kartotek.core.actor import Actor
from kartotek.core.catalogue import AnyType, catalogue
from kartotek.core.doomed import Doomed
from kartotek.core.erasing import to_be_erased
from kartotek.core.fieldtypes import Emails, Phones
from kartotek.core.recordtype import RecordType
from kartotek.core.search import Hit, search

MOST_NAMED = 20  # records elsewhere that seem to tell of the same person


@dataclass(frozen=True)
class Foretold:
    """`records` by type and `lines` of their history lose their values; `others` let go of them;
    `named_in` are records that stay as they are, and where the same name or number stands.
    """

    title: str
    version: int
    records: Mapping[str, int]
    lines: int
    others: int
    named_in: tuple[Hit, ...]


def foretold(actor: Actor, named: AnyType, uid: UUID | str) -> Foretold:
    """What would go. Raises as `erase` does."""
    record_type, raw, doomed = to_be_erased(actor, named, uid)
    return Foretold(
        title=str(raw.values.get(record_type.title) or record_type.label),
        version=raw.version,
        records={one.key: len(doomed.of(one)) for one in doomed.types},
        lines=sum(_lines(one, doomed) for one in doomed.types),
        others=len(doomed.about_others),
        named_in=tuple(_named_in(actor, record_type, raw.values, doomed))[:MOST_NAMED],
    )


def _lines(record_type: RecordType, doomed: Doomed) -> int:
    among = ", ".join(str(raw.id) for raw in doomed.of(record_type))
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT count(*) FROM core_change WHERE "type" = %s AND record IN ({among})',
            [record_type.key],
        )
        return int(cursor.fetchone()[0])


def _named_in(
    actor: Actor, record_type: RecordType, values: Mapping[str, Any], doomed: Doomed
) -> Iterator[Hit]:
    told = set(doomed.gone) | set(doomed.about_others)
    for text in _looked_for(record_type, values):
        for hit in search(actor, text, limit=MOST_NAMED):
            if (hit.type, hit.uid) not in told and hit.type in catalogue():
                told.add((hit.type, hit.uid))
                yield hit


def _looked_for(record_type: RecordType, values: Mapping[str, Any]) -> Iterator[str]:
    yield str(values.get(record_type.title) or "")
    for kind in record_type.fields.values():
        if isinstance(kind, Phones | Emails):
            yield from (kind.line(item) for item in values[kind.name])
