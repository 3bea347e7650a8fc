"""Values as programs read them: text for a cell of CSV, JSON for a line; `parse` reads both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import orjson

from kartotek.core.fieldtypes import (
    Choice,
    Date,
    FieldType,
    Flag,
    ItemList,
    Link,
    Links,
    Moment,
    Ref,
    Text,
)
from kartotek.core.recordtype import PartType, RecordType
from kartotek.interfaces.files.cells import RISKY, escape
from kartotek.interfaces.files.taking import kind_of

Cell = Callable[[Any], str]
Texts = Callable[[Sequence[Any]], list[str]]


def cell_of(record_type: RecordType, name: str) -> Cell:
    """What makes the text of a cell from a value of this column."""
    kind = kind_of(record_type, name)
    if isinstance(kind, PartType):
        return lambda rows: orjson.dumps(part_rows(kind, rows)).decode() if rows else ""
    if isinstance(kind, Links):
        return lambda value: kind.export(reachable(value))
    if "." in name:  # of a linked record, which may not be there
        return lambda value: "" if value is None else kind.export(value)
    return kind.export


def texts_of(record_type: RecordType, name: str) -> Texts:
    """The same for all values of a page at once, made harmless: a column is a tenth of its cells'
    calls.
    """
    cell = cell_of(record_type, name)
    kind = kind_of(record_type, name)
    if "." in name or isinstance(kind, PartType | Links):
        return lambda values: [escape(cell(one)) for one in values]
    if isinstance(kind, Text | Choice) and type(kind).export is FieldType.export:
        return lambda texts: [
            "" if not text else text if text[0] not in RISKY else escape(text) for text in texts
        ]
    if isinstance(kind, Flag):
        return lambda flags: ["true" if flag else "false" for flag in flags]
    if isinstance(kind, Moment | Date):
        return lambda values: [
            "" if not one else one if type(one) is str else one.isoformat() for one in values
        ]
    if isinstance(kind, ItemList):
        return lambda lists: [
            (one if one != "[]" else "") if type(one) is str else dumped(one) for one in lists
        ]
    if isinstance(kind, Link):
        return lambda refs: [
            one if type(one) is str else str(one.uid) if one and one.uid else "" for one in refs
        ]
    return lambda values: [escape(cell(one)) if one or one == 0 else "" for one in values]


def dumped(items: Any) -> str:
    """A list of items as JSON; nothing for an empty one."""
    return orjson.dumps(items).decode() if items else ""


def plains_of(record_type: RecordType, name: str) -> Callable[[Sequence[Any]], Sequence[Any]]:
    """The values of a page as JSON can hold them."""
    kind = kind_of(record_type, name)
    if isinstance(kind, FieldType) and type(kind).plain is FieldType.plain:
        return lambda values: values
    if isinstance(kind, ItemList) and "." not in name:
        return lambda lists: [
            orjson.Fragment(one) if type(one) is str else list(one) for one in lists
        ]
    if isinstance(kind, Link | Moment | Date) and "." not in name:
        return lambda values: [one if type(one) is str else kind.plain(one) for one in values]
    if isinstance(kind, PartType):
        return lambda many: [part_rows(kind, rows) if rows else [] for rows in many]
    if "." in name or isinstance(kind, Links):
        return lambda values: [plain(record_type, name, one) for one in values]
    as_plain = kind.plain
    return lambda values: [as_plain(one) for one in values]


def plain(record_type: RecordType, name: str, value: Any) -> Any:
    """The value as JSON can hold it."""
    kind = kind_of(record_type, name)
    if isinstance(kind, PartType):
        return part_rows(kind, value)
    if "." in name and value is None:
        return None
    return kind.plain(reachable(value) if isinstance(kind, Links) else value)


def part_rows(part: PartType, rows: Any) -> list[dict[str, Any]]:
    """The rows of one part; a link the reader may not follow is left out, not emptied."""
    return [
        {
            "uid": str(row["uid"]),
            **{
                name: kind.plain(row[name])
                for name, kind in part.fields.items()
                if not _is_hidden(kind, row[name])
            },
        }
        for row in rows or ()
    ]


def reachable(value: Any) -> tuple[Any, ...]:
    """The links of a field that its reader may follow."""
    return tuple(one for one in value or () if not isinstance(one, Ref) or one.is_reachable)


def _is_hidden(kind: FieldType, value: Any) -> bool:
    return isinstance(kind, Link) and isinstance(value, Ref) and not value.is_reachable
