"""Rows of a file made into values of fields, with an account of every cell."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from kartotek.core.context import Context
from kartotek.core.errors import Conflict, PermissionDenied, ValidationError
from kartotek.core.fieldtypes import Date, FieldType, Flag, ItemList, Link, Offering
from kartotek.core.memory import uncollected
from kartotek.core.recordtype import RecordType
from kartotek.interfaces.files import list_cells
from kartotek.interfaces.files.cells import unescape
from kartotek.interfaces.files.dates import read
from kartotek.interfaces.files.ids import external
from kartotek.interfaces.files.lists import Lists
from kartotek.interfaces.files.mapping import Column
from kartotek.interfaces.files.reading import FileRow
from kartotek.interfaces.files.receipt import SHOWN, ColumnCount
from kartotek.interfaces.files.targets import EXTERNAL, ID, REMOVED, UID

# What other systems write where there is nothing: an empty id, an empty date, "not available".
MEANS_NOTHING = frozenset({"n/a", "000000000000000aaa", "000000000000000", "0/0/00", "00000000"})
_OWN = frozenset({UID, ID, REMOVED})  # targets that are no fields
Target = UUID | str  # a linked record: its uid or its title


@dataclass
class ReadRow:
    """One row on its way in: its values by field, and the places of its cells that hold any."""

    source: FileRow
    uid: UUID | None = None
    values: dict[str, Any] = field(default_factory=dict)
    empty: list[str] = field(default_factory=list)
    filled: list[int] = field(default_factory=list)
    changed: dict[int, str] = field(default_factory=dict)  # place → "typed → kept"
    left_out: dict[int, str] = field(default_factory=dict)  # place → why
    links: dict[int, Target] = field(default_factory=dict)  # place → what to link
    later: dict[int, Target] = field(default_factory=dict)  # the same: it may stand further down
    lost: dict[int, str] = field(default_factory=dict)  # place → a link that led nowhere
    removed: bool = False  # deleted where it comes from
    errors: list[str] = field(default_factory=list)
    wrong: dict[int, str] = field(default_factory=dict)  # place → why its value fails the row
    is_left: bool = False  # left out by who imports it

    @property
    def is_blank(self) -> bool:
        return not self.filled and not self.errors


def read_rows(
    record_type: RecordType,
    columns: Sequence[Column],
    rows: Sequence[FileRow],
    context: Context,
) -> list[ReadRow]:
    """The rows of one chunk, parsed; what they link to is not looked up yet."""
    ways = [_Way.of(record_type, column) for column in columns]
    with uncollected():
        return [_read(record_type, ways, row, context) for row in rows]


class _Way(NamedTuple):
    """One column, with what every row would ask of it again."""

    column: Column
    place: int
    name: str
    kind: FieldType | None  # of a field whose value stands in the cell itself
    is_known: bool  # can it be left empty?

    @classmethod
    def of(cls, record_type: RecordType, column: Column) -> _Way:
        name = column.field
        kind = record_type.fields.get(name) if name not in _OWN else None
        is_known = kind is not None or name in record_type.parts
        kind = None if isinstance(kind, Link) else kind
        return cls(column, column.place, name, kind, is_known)


def _read(
    record_type: RecordType, ways: Sequence[_Way], source: FileRow, context: Context
) -> ReadRow:
    row, lists = ReadRow(source), Lists()
    cells, width = source.cells, len(source.cells)
    for column, place, name, kind, is_known in ways:
        text = cells[place].strip() if place < width else ""
        if text and text[0] == "'":
            text = unescape(text)
        if not text:
            if is_known:
                row.empty.append(name)
            continue
        row.filled.append(place)
        if not name:
            row.left_out[place] = column.reason
        elif column.system and text.casefold() in MEANS_NOTHING:
            row.left_out[place] = _("Means that there is nothing.")
        else:
            try:
                if kind is not None:
                    _take_value(kind, column, text, row, lists, context)
                else:
                    _take(record_type, column, text, row, context)
            except ValidationError as error:
                _refuse(record_type, column, row, error)
    try:
        row.values.update(lists.values(record_type, context))
    except ValidationError as error:
        row.errors += error.messages
    if width > len(ways) and any(cell.strip() for cell in cells[len(ways) :]):
        row.errors.append(
            _("The row has %(is)s cells, the header %(header)s. Put quotation marks around a cell "
              "that holds the separator.")
            % {"is": width, "header": len(ways)}
        )  # fmt: skip
    return row


def _refuse(record_type: RecordType, column: Column, row: ReadRow, error: ValidationError) -> None:
    """A value that does not parse fails its row; another system's choice is only left out, and so
    is what Kartotek otherwise says by itself.
    """
    why, kind = " ".join(error.messages), record_type.fields.get(column.field)
    if kind is not None and (kind.is_brought or (column.system and isinstance(kind, Offering))):
        row.left_out[column.place] = why
    else:
        row.errors.append(f"{column.header}: {why}")
        row.wrong[column.place] = why


def _take(
    record_type: RecordType,
    column: Column,
    text: str,
    row: ReadRow,
    context: Context,
) -> None:
    """Take a cell that is no value of a field: a name of the record, a link, rows inside it."""
    name = column.field
    if name == UID:
        row.uid = _uid(text)
        if row.uid is None:
            raise ValidationError(_("“%(text)s” is no uid.") % {"text": text[:60]})
    elif name == ID:
        ids, known = record_type.fields[EXTERNAL], row.values.get(EXTERNAL, ())
        row.values[EXTERNAL] = (*known, *ids.parse([external(column.system, text)], context))
    elif name == REMOVED:
        row.removed = bool(Flag().parse(text, context))
    elif name in record_type.parts:
        row.values[name] = _part(text)
    else:
        row.links[column.place] = _uid(text) or " ".join(text.split())


def _take_value(
    kind: FieldType,
    column: Column,
    text: str,
    row: ReadRow,
    lists: Lists,
    context: Context,
) -> None:
    if isinstance(kind, ItemList):
        value: Any = lists.add(kind, column.target, text, context)
    else:
        value = _parsed(kind, _dated(kind, column, text), context)
        if kind.is_brought and isinstance(value, datetime) and value > datetime.now(UTC):
            raise ValidationError(_("“%(text)s” is still to come.") % {"text": text[:40]})
        row.values[kind.name] = value
    kept = lists.kept(kind, column.target, value, text) or _kept(kind, text, value, context)
    if kept != text:
        row.changed[column.place] = f"{text[:40]} → {kept[:40]}"


def _dated(kind: FieldType, column: Column, text: str) -> Any:
    """A date as it is read in this column; what is none is left for the field to refuse."""
    found = read(text, column.dates) if column.dates else None
    if found is None:
        return text
    is_moment = isinstance(found, datetime)
    if isinstance(kind, Date):
        return found.date() if is_moment else found
    return found if is_moment else datetime.combine(found, time())


def _parsed(kind: FieldType, text: Any, context: Context) -> Any:
    """A choice by its label in any language that is offered: the reader's may be another one."""
    try:
        return kind.parse(text, context)
    except ValidationError:
        if not isinstance(kind, Offering):
            raise
        for tongue, _name in settings.LANGUAGES:
            with translation.override(tongue), suppress(ValidationError):
                return kind.parse(text, context)
        raise


def _uid(text: str) -> UUID | None:
    if len(text) < 32:  # nearly all texts, at a tenth of the price
        return None
    try:
        return UUID(text)
    except ValueError:
        return None


def _part(text: str) -> list[dict[str, Any]]:
    try:
        rows = orjson.loads(text)
    except ValueError:
        rows = None
    if not isinstance(rows, list) or not all(isinstance(one, dict) for one in rows):
        raise ValidationError(_("Expected a JSON list of lines, as an export writes it."))
    return rows


def _kept(kind: FieldType, text: str, value: Any, context: Context) -> str:
    """What is kept of a cell, written the way the cell was if it can be."""
    if value == text and type(kind).edit is FieldType.edit:
        return text
    edited = kind.edit(value, context)
    if edited == text or (exported := kind.export(value)) == text:
        return text
    if isinstance(kind, ItemList) and list_cells.written(kind, value, context) == text:
        return text
    if isinstance(kind, Offering) and kind.show(value, context) == text:
        return text
    return edited or exported


def count(
    counts: Sequence[ColumnCount], row: ReadRow, *, failed: bool, erased: bool = False
) -> None:
    """Enter every cell of a row into the account of its column."""
    for place in row.filled:
        one = counts[place]
        one.values += 1
        if erased:
            one.reasons[_("Of somebody who was erased.")] += 1
            continue
        if place in row.lost and len(one.lost) < SHOWN:
            one.lost.append({"line": row.source.line, "value": row.lost[place]})
        if row.is_left:
            one.reasons[_("In a row that you left out.")] += 1
        elif failed:
            one.failed += 1
        elif place in row.left_out:
            one.reasons[row.left_out[place]] += 1
        elif place in row.later:
            continue  # entered when the whole file is read
        elif place in row.changed:
            one.changed += 1
            one.how = one.how or row.changed[place]
        else:
            one.taken += 1


def wrong_places(
    record_type: RecordType, columns: Sequence[Column], error: Exception
) -> dict[int, str]:
    """Place → why, for the columns that bring what the door refused."""
    if not isinstance(error, ValidationError) or not hasattr(error, "error_dict"):
        return {}
    found: dict[int, str] = {}
    made_of = record_type.title_from.replace("|", " ").split()
    for name, messages in error.message_dict.items():
        near = [one.place for one in columns if one.field == name]
        if not near and name == record_type.title:
            near = [one.place for one in columns if one.field in made_of]
        found.update(dict.fromkeys(near[:1], " ".join(messages)))
    return found


def reason(record_type: RecordType, error: Exception) -> str:
    """Why a row was refused, as one line that names each field."""
    if isinstance(error, Conflict):
        return _("Somebody changed it at the same moment. Import the row again.")
    if isinstance(error, ValidationError) and hasattr(error, "error_dict"):
        known: dict[str, Any] = {**record_type.fields, **record_type.parts}
        return " ".join(
            f"{known[name].label if name in known else name}: {' '.join(messages)}"
            for name, messages in error.message_dict.items()
        )
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    if isinstance(error, PermissionDenied):
        return str(error)
    return str(error)
