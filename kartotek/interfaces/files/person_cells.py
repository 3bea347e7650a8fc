"""Values as a person reads them in a spreadsheet, such that an import reads the same back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from kartotek.core.actor import Actor
from kartotek.core.context import Context
from kartotek.core.errors import ValidationError
from kartotek.core.fieldtypes import (
    Choice,
    Date,
    FieldType,
    ItemList,
    Link,
    Moment,
    Ref,
    Several,
)
from kartotek.core.question import Row
from kartotek.core.recordtype import PartType, RecordType
from kartotek.core.workspace import workspace
from kartotek.interfaces.files.linking import look_up
from kartotek.interfaces.files.list_cells import written
from kartotek.interfaces.files.machine_cells import cell_of
from kartotek.interfaces.files.mapping import bared, names_of
from kartotek.interfaces.files.taking import Taking, kind_of

UID = "uid"
Value = str | int | float | Decimal | datetime | None  # datetime: also a plain date
Shape = Callable[[Any], Any]


class PersonCells:
    """The headers and the cells of a table: texts, numbers, days, moments of the person's zone.

    What a text cannot tell without a doubt is told as machines do: a link by its uid where its
    title names several records, a moment with its offset where its second is no whole one.
    """

    def __init__(self, actor: Actor, taking: Taking, context: Context) -> None:
        self._actor, self._type, self._names = actor, taking.type, taking.columns
        self._zone = ZoneInfo(context.zone)
        self.kinds = [kind_of(taking.type, name) for name in taking.columns]
        self.headers = [*headers(actor, taking.type, taking.columns), UID]
        self._titles: dict[str, dict[str, str]] = {}
        self._shapes = [
            self._shape(name, kind) for name, kind in zip(self._names, self.kinds, strict=True)
        ]

    def rows(self, rows: Sequence[Row]) -> Iterator[list[Any]]:
        """The cells of each row; the uid last."""
        self._name_links(rows)
        named = list(zip(self._names, self._shapes, strict=True))
        for row in rows:
            values = row.values
            yield [
                *(None if (held := values[name]) is None else shape(held) for name, shape in named),
                str(row.uid),
            ]

    def _shape(self, name: str, kind: FieldType | PartType) -> Shape:
        own = workspace().context
        if isinstance(kind, PartType):
            return cell_of(self._type, name)
        if isinstance(kind, Link):
            return lambda ref: self._link(kind, ref)
        if isinstance(kind, ItemList):
            return lambda value: written(kind, value, own)
        if isinstance(kind, Choice):
            words = choice_words(kind)
            return lambda key: words.get(key, key)
        if isinstance(kind, Several):
            return lambda keys: several_words(kind, keys)
        if isinstance(kind, Date):
            return lambda day: day
        if isinstance(kind, Moment):
            return self._whole_moment if not kind.editable else self._moment
        if kind.kind == "flag":
            return lambda value: kind.show(value, own)
        export = cell_of(self._type, name)
        return lambda value: value if _is_number(value) else export(value)

    def _link(self, kind: Link, ref: Any) -> str:
        if not isinstance(ref, Ref) or ref.uid is None:
            return ""
        return self._titles.get(kind.target, {}).get(str(ref.uid), str(ref.uid))

    def _moment(self, value: datetime) -> Any:
        """In the person's zone; with the offset where that would not name the same moment."""
        local = self._whole_moment(value)
        is_same = local.replace(tzinfo=self._zone) == value
        return local if is_same else value.astimezone(self._zone).isoformat(sep=" ")

    def _whole_moment(self, value: datetime) -> datetime:
        return value.astimezone(self._zone).replace(tzinfo=None, microsecond=0)

    def _name_links(self, rows: Sequence[Row]) -> None:
        """The titles of linked records that name one record alone: uid → title, by type."""
        wanted: dict[str, dict[str, str]] = {}
        for name, kind in zip(self._names, self.kinds, strict=True):
            if isinstance(kind, Link):
                found = wanted.setdefault(kind.target, {})
                for row in rows:
                    ref = row.values[name]
                    if isinstance(ref, Ref) and ref.uid is not None and not ref.removed:
                        found[str(ref.uid)] = ref.title
        for key, titles in wanted.items():
            plain = {title for title in titles.values() if title == " ".join(title.split())}
            near = look_up(self._actor, key, plain)
            self._titles[key] = {
                uid: title for uid, title in titles.items()
                if [str(one) for one in near.get(title, ())] == [uid]
            }  # fmt: skip


def headers(actor: Actor, record_type: RecordType, names: Sequence[str]) -> list[str]:
    """The labels of columns; the name of the field where its label would not be known again."""
    known = names_of(actor, record_type, workspace().language)
    return [
        label if known.get(bared(label := _label(record_type, name))) == name
        or ("." in name and bared(label) not in known)
        else name
        for name in names
    ]  # fmt: skip


def _label(record_type: RecordType, name: str) -> str:
    first, dot, _second = name.partition(".")
    label = str(kind_of(record_type, name).label)
    return f"{kind_of(record_type, first).label}: {label}" if dot else label


def choice_words(kind: Choice) -> dict[str, str]:
    """Key → label, where the label means this choice and no other."""
    found = {"": ""}
    for key, label in kind.choices:
        try:
            is_clear = kind.parse(str(label), Context()) == key
        except ValidationError:
            is_clear = False
        found[key] = str(label) if is_clear else key
    return found


def several_words(kind: Several, keys: Sequence[str]) -> str:
    """Several choices by their labels, or by their keys where the labels would not be read back."""
    text = "; ".join(kind.labels(keys))
    try:
        is_clear = kind.parse(text, Context()) == tuple(keys)
    except ValidationError:
        is_clear = False
    return text if is_clear else kind.export(keys)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)
