"""Relationships of records that become one: what would tie it to itself, or says it twice."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from kartotek.core import reading
from kartotek.core.fieldtypes import Pointer
from kartotek.core.reading import Raw
from kartotek.core.recordtype import RecordType
from kartotek.core.relates import Relates
from kartotek.core.relating import is_alike, kind_type, says_the_same, twin_of

Wanted = dict[UUID, dict[str, Any]]  # relationship → what is to be written to it


def superfluous(record_type: RecordType, wanted: Wanted) -> list[UUID]:
    """Those of the relationships that nobody needs once all is written; the first one stays."""
    relates = record_type.relates
    if relates is None:
        return []
    names = [*relates.ends, relates.kind, relates.since, relates.until]
    found: list[UUID] = []
    kept: list[dict[str, Any]] = []
    for raw in reading.raws_by_uid(record_type, names, list(wanted)):
        then = _then(record_type, relates, raw, wanted[raw.uid])
        words = _words(record_type, relates, then)
        alike = is_alike(words)
        if (
            [*then[relates.one]] == [*then[relates.other]]
            or any(says_the_same(relates, one, then, alike=alike) for one in kept)
            or twin_of(record_type, then, raw.uid, words)
        ):
            found.append(raw.uid)
        else:
            kept.append(then)
    return found


def _words(record_type: RecordType, relates: Relates, then: dict[str, Any]) -> list[str]:
    kinds = kind_type(record_type, relates)
    worded = reading.raws(kinds, relates.words, [then[relates.kind].id])[0].values
    return [worded[name] for name in relates.words]


def _then(
    record_type: RecordType, relates: Relates, raw: Raw, values: dict[str, Any]
) -> dict[str, Any]:
    """What it holds when this is written: its kind by the id."""
    then = {**raw.values, **values}
    if not isinstance(then[relates.kind], Pointer):
        kinds = kind_type(record_type, relates)
        uid = UUID(then[relates.kind])
        then[relates.kind] = Pointer(reading.raws_by_uid(kinds, [], [uid])[0].id, uid)
    return then
