"""A block of cells pasted into a list: a file like any other, its columns those of the list."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from django.utils import translation

from kartotek.core.actor import Actor
from kartotek.core.catalogue import catalogue, knows
from kartotek.core.fieldtypes import Link
from kartotek.core.recordtype import RecordType
from kartotek.core.workspace import workspace
from kartotek.interfaces.files.mapping import chosen, columns_of


def headed(actor: Actor, type_key: str, block: str, columns: Sequence[str]) -> str:
    """The block, below a line that names the columns of the list where it brings no such line.

    It brings one where at least half of its first cells are names that an import understands.
    """
    record_type = catalogue()[type_key]
    names = [name for name in columns if knows(actor, record_type, name)]
    first = next(csv.reader(io.StringIO(block), delimiter="\t"), [])
    if not names or len(first) > len(names) or _is_header(actor, record_type, first):
        return block
    with translation.override(workspace().language):
        labels = [_label(record_type, name) for name in names[: len(first)]]
    return "\t".join(labels) + "\n" + block


def _is_header(actor: Actor, record_type: RecordType, cells: Sequence[str]) -> bool:
    language = workspace().language
    reading = chosen(actor, record_type.key, cells, language)
    found = columns_of(actor, reading, cells, language)
    understood = sum(bool(one.field) for one in found)
    return 2 * understood >= sum(bool(cell.strip()) for cell in cells)


def _label(record_type: RecordType, name: str) -> str:
    """What an import understands; a column of another record leads to nothing here."""
    first, dot, second = name.partition(".")
    kind = record_type.fields.get(first) or record_type.parts[first]
    if dot and isinstance(kind, Link):
        return f"{kind.label}: {catalogue()[kind.target].fields[second].label}"
    return str(kind.label)
