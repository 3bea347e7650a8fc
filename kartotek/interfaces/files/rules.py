"""What a row does to a record that is here already: fill, overwrite, skip, or make another one.

Unless a person says otherwise, what comes under the id of its own system overwrites: it is the same
record, seen again. What was only met by mail, phone or name fills what is empty: it may be older
than what people have written here since, and nothing of theirs goes without being asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kartotek.core.errors import ValidationError
from kartotek.core.fieldtypes import FieldType, ItemList, Link, Tags
from kartotek.core.recordtype import RecordType
from kartotek.interfaces.files.mapping import Column
from kartotek.interfaces.files.rows import ReadRow
from kartotek.interfaces.files.targets import EXTERNAL, ID

FILL, OVERWRITE, SKIP, CREATE = "fill", "overwrite", "skip", "create"
WHOLE = ("", FILL, OVERWRITE, SKIP, CREATE)
OF_A_COLUMN = ("", FILL, OVERWRITE, SKIP)
Values = dict[str, Any]


def labels_of_match(*, whole: bool) -> list[tuple[str, str]]:
    """(rule, what it is called) as a page offers them, the usual one first."""
    usual = _("Overwrite what has the same id, else fill empty fields")
    return [
        ("", usual if whole else pgettext("what to do with a match", "As above")),
        (FILL, _("Fill empty fields only")),
        (OVERWRITE, _("Overwrite")),
        (SKIP, _("Leave it as it is")),
        *([(CREATE, _("Create another record anyway"))] if whole else []),
    ]


@dataclass(frozen=True)
class Rules:
    """The rule for the whole, and for fields whose columns have their own."""

    type: RecordType
    whole: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, tuple[int, ...]] = field(default_factory=dict)  # field → its columns
    meant: Mapping[int, UUID] = field(default_factory=dict)  # line → a record a person chose

    @classmethod
    def of(
        cls,
        record_type: RecordType,
        columns: Sequence[Column],
        whole: str = "",
        meant: Mapping[int, UUID] | None = None,
    ) -> Rules:
        """ValidationError for a rule there is not."""
        known = {one.match for one in columns} <= set(OF_A_COLUMN) and whole in WHOLE
        if not known:
            raise ValidationError(
                _("What to do with a match is one of: fill, overwrite, skip, create (create not "
                  "for one column).")
            )  # fmt: skip
        places: dict[str, tuple[int, ...]] = {}
        for one in columns:
            name = EXTERNAL if one.field == ID else one.field
            places[name] = (*places.get(name, ()), one.place)
        own = {one.field: one.match for one in columns if one.field and one.match}
        return cls(record_type, whole, own, places, meant or {})

    @property
    def is_usual(self) -> bool:
        """Does a row with a uid just stand for its record?"""
        return self.whole in ("", OVERWRITE) and not self.fields

    def rule(self, name: str, usual: str) -> str:
        return self.fields.get(name) or self.whole or usual

    def met(self, row: ReadRow, known: Values, usual: str) -> Values:
        """What of the row is written to the record with these values; the rest is told so."""
        if self.whole == SKIP:
            row.removed = False
        found = {}
        for name, value in row.values.items():
            rule = self.rule(name, usual)
            if self._is_written(name, value, known.get(name), rule):
                found[name] = added(self.type.fields.get(name), known.get(name), value)
            elif name not in self.type.fields or not equal(self.type, name, known, value):
                self._leave(row, name)
        for place in [*row.later]:
            name = next(one for one, places in self.places.items() if place in places)
            if not self._is_written(name, None, known.get(name), self.rule(name, usual)):
                del row.later[place]
                self._leave(row, name)
        return found

    def _is_written(self, name: str, value: Any, known: Any, rule: str) -> bool:
        kind = self.type.fields.get(name)
        if rule == SKIP or (kind is not None and kind.is_brought):
            return False  # when it was made is known of a record that is here
        if rule == OVERWRITE or isinstance(kind, ItemList | Tags) or name == EXTERNAL:
            return True
        return not known if kind is None else kind.is_empty(known) or known is False

    def _leave(self, row: ReadRow, name: str) -> None:
        for place in self.places.get(name, ()):
            if place in row.filled:
                row.left_out[place] = _("Left as it was.")

    def without_brought(self, row: ReadRow, values: Values, known: Values) -> Values:
        """The values for a record that is here, which keeps who made it, and when."""
        brought = {name for name in values if _is_brought(self.type, name)}
        for name in brought:
            if not equal(self.type, name, known, values[name]):
                self._leave(row, name)
        return {name: value for name, value in values.items() if name not in brought}

    def without_id(self, row: ReadRow) -> Values:
        """The values of a row of which another record is made than the one that has its id."""
        for place in self.places.get(EXTERNAL, ()):
            if place in row.filled:
                row.left_out[place] = _("Another record has this id.")
        return {name: value for name, value in row.values.items() if name != EXTERNAL}


def added(kind: FieldType | None, known: Any, value: Any) -> Any:
    """A row that means a record adds to its lists and takes nothing out of them."""
    if isinstance(kind, ItemList):
        have = {kind.normal(item) for item in known or ()}
        return (*(known or ()), *(item for item in value if kind.normal(item) not in have))
    if isinstance(kind, Tags):
        return tuple(dict.fromkeys([*(known or ()), *value]))
    return value


def whole(record_type: RecordType, row: ReadRow) -> Values:
    """A row with a uid stands for the record: an empty cell empties the field.

    Except a link, because an export leaves one empty that its reader may not follow.
    """
    emptied = {
        name: None
        for name in row.empty
        if (kind := record_type.fields.get(name))
        and not (isinstance(kind, Link) or kind.is_brought)
    }
    return {**emptied, **row.values}


def _is_brought(record_type: RecordType, name: str) -> bool:
    return name in record_type.fields and record_type.fields[name].is_brought


def equal(record_type: RecordType, name: str, known: Values, value: Any) -> bool:
    """Does the record hold this value already?"""
    kind = record_type.fields[name]
    return _plain(kind, known.get(name)) == _plain(kind, value)


def _plain(kind: FieldType, value: Any) -> bytes:
    plain = kind.plain(value) if value is not None else kind.plain(kind.load(kind.empty))
    if isinstance(kind, ItemList):
        plain = sorted(kind.normal(item) for item in plain)
    return orjson.dumps(plain)
