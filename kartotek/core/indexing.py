"""Search rows written anew from the records as they stand."""

from __future__ import annotations

from collections.abc import Sequence

from kartotek.core import reading, searching
from kartotek.core.recordtype import RecordType


def index(record_type: RecordType, ids: Sequence[int]) -> None:
    """Write the search rows of these records; removed ones are left out."""
    names = [record_type.title, *record_type.search, *record_type.search_with.split()]
    found = reading.raws(record_type, list(dict.fromkeys(names)), ids)
    raws = [raw for raw in found if not raw.removed]
    titles = reading.linked_titles(record_type, [raw.values for raw in raws])
    searching.put(
        record_type,
        [
            (raw.id, searching.row_of(record_type, raw.values, raw.owner, raw.department, titles))
            for raw in raws
        ],
    )
