"""What a board shows: a column for each choice of a field, its count and sum, its first cards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _
from markupsafe import Markup

from kartotek.core.actor import Actor
from kartotek.core.catalogue import knows, visible
from kartotek.core.context import Context
from kartotek.core.fieldtypes import Choice, formats
from kartotek.core.find import find_each
from kartotek.core.measure import MOST_GROUPS, Measure, Measurement, measure
from kartotek.core.question import LARGEST_PAGE, Condition, Question, Row
from kartotek.core.recordtype import RecordType
from kartotek.interfaces.web.drawing import url
from kartotek.interfaces.web.questions import Asked
from kartotek.interfaces.web.showing import column, short, tag_class
from kartotek.interfaces.web.values import value

MOST = 50  # cards of a column
AT_ONCE = LARGEST_PAGE  # records that are read in one go, however they lie in the columns
CHANGED = "changed_at"
OTHER = "-"  # the column of choices that are none any more; no choice is called so


@dataclass(frozen=True)
class Card:
    """One record on a board."""

    row: Row
    lines: list[Markup]
    total: str
    age: str  # since its last change; "" where the board tells none
    is_stale: bool
    may_move: bool


@dataclass(frozen=True)
class Lane:
    """One column of a board: the records with one choice, or, `key` "", with none."""

    key: str
    label: str
    hue: str
    count: str
    total: str
    cards: list[Card]
    further: int  # how many more there are than cards
    url: str  # the same records as a list
    takes: bool  # may a card be moved here?


@dataclass(frozen=True)
class Drawn:
    """A board as it stands: its columns, what its cards may be moved to, and how many there are."""

    kind: Choice
    lanes: list[Lane]
    targets: list[tuple[str, str, str]]
    count: int

    @property
    def rows(self) -> tuple[Row, ...]:
        return tuple(card.row for lane in self.lanes for card in lane.cards)


@dataclass(frozen=True)
class _Slot:
    """A column before it is drawn: what its records answer to, and their figures."""

    key: str
    label: str
    where: tuple[Condition, ...]
    groups: tuple[Measurement, ...]

    @property
    def count(self) -> int:
        return sum(one.count for one in self.groups)

    @property
    def sum(self) -> Any:
        return sum(one.sums[0] for one in self.groups)


def board_field(actor: Actor, record_type: RecordType) -> Choice | None:
    """The choice that the columns are made of; None without a board, or where it is hidden."""
    name = record_type.board.field if record_type.board else ""
    if name not in visible(actor, record_type):
        return None
    kind = record_type.fields[name]
    return kind if isinstance(kind, Choice) and not kind.is_masked else None


def drawn(
    actor: Actor, record_type: RecordType, kind: Choice, asked: Asked, context: Context
) -> Drawn:
    """Ask both doors of reading, once for the figures and once for all cards.

    Raises ValidationError where the question names what is unknown or hidden.
    """
    names = _columns(actor, record_type)
    question = replace(asked, after="").question((*names, kind.name), count=False)
    question = replace(question, locks=True)
    sums = [name for name in [_total(record_type)] if name in names]
    figures = measure(
        actor, record_type,
        Measure(question.where, question.words, (kind.name,), tuple(sums), MOST_GROUPS),
    )  # fmt: skip
    slots = _slots(kind, asked, {one.keys[0] or "": one for one in figures.groups})
    found = _cards_of(actor, record_type, kind, question, slots)
    shows = _Cards(actor, record_type, kind, context, names)
    lanes = [_lane(record_type, kind, asked, one, shows, found.get(one.key, ())) for one in slots]
    targets = [(key, str(label), tag_class(kind, key)) for key, label in kind.offered]
    return Drawn(kind, lanes, targets, figures.total.count)


def _cards_of(
    actor: Actor, record_type: RecordType, kind: Choice, question: Question, slots: list[_Slot]
) -> dict[str, Sequence[Row]]:
    """The first rows of each column. A few are asked for at once, many column by column."""
    filled = [slot for slot in slots if slot.count]
    every = sum(slot.count for slot in filled)
    if every > AT_ONCE:
        parts = [
            replace(question, where=(*question.where, *slot.where), size=min(MOST, slot.count))
            for slot in filled
        ]
        pages = find_each(actor, record_type, parts)
        return {slot.key: page.rows for slot, page in zip(filled, pages, strict=True)}
    found: dict[str, list[Row]] = {slot.key: [] for slot in slots}
    known = dict(kind.choices)
    for row in find_each(actor, record_type, [replace(question, size=every)])[0] if every else ():
        held = row.values[kind.name] or ""
        rows = found.get(held if held in known or not held else OTHER, [])
        if len(rows) < MOST:
            rows.append(row)
    return {key: tuple(rows) for key, rows in found.items()}


def _slots(kind: Choice, asked: Asked, groups: dict[str, Measurement]) -> list[_Slot]:
    """None at all comes first, then what is offered in its order, then what was once.

    Where the filter picks some choices, the others stay away; so does what is not offered, and
    none at all, while no record is there.
    """
    offered, picked = dict(kind.offered), asked.chosen(kind.name)
    known = [
        _Slot(key, str(label), (Condition(kind.name, "is", key),), _of(groups, key))
        for key, label in kind.choices
        if key in groups or (key in offered and (not picked or key in picked))
    ]
    keys = tuple(key for key, _label in kind.choices)
    without = _("Without “%(label)s”") % {"label": kind.label}
    empty = _Slot("", without, (Condition(kind.name, "empty"),), _of(groups, ""))
    gone = (Condition(kind.name, "not_empty"), Condition(kind.name, "not_in", keys))
    odd = _Slot(OTHER, _("Other"), gone, _of(groups, *(groups.keys() - {"", *keys})))
    return [*([empty] if empty.count else []), *known, *([odd] if odd.count else [])]


def _of(groups: dict[str, Measurement], *keys: str) -> tuple[Measurement, ...]:
    return tuple(groups[key] for key in keys if key in groups)


def _total(record_type: RecordType) -> str:
    return record_type.board.total if record_type.board else ""


def _columns(actor: Actor, record_type: RecordType) -> tuple[str, ...]:
    """What a card shows: the title, and of the rest what this actor may know of."""
    asked = [record_type.subtitle, record_type.contact_line, _total(record_type), CHANGED]
    seen = [name for name in asked if name and knows(actor, record_type, name)]
    return tuple(dict.fromkeys([record_type.title, *seen]))


def _lane(
    record_type: RecordType,
    kind: Choice,
    asked: Asked,
    slot: _Slot,
    shows: _Cards,
    rows: Sequence[Row],
) -> Lane:
    others = tuple(one for one in asked.picked if one[0] != kind.name)
    mine = replace(asked, picked=others, filters=(*asked.filters, *slot.where))
    if slot.key in dict(kind.choices):  # as its chip in the filter bar says it
        mine = replace(asked, picked=(*others, (kind.name, (slot.key,))))
    return Lane(
        key=slot.key,
        label=slot.label,
        hue=tag_class(kind, slot.key),
        count=formats.number(slot.count, shows.context),
        total=shows.shown(slot.sum) if shows.number and slot.count else "",
        cards=[shows.card(row) for row in rows],
        further=max(slot.count - len(rows), 0),
        url=url("list", args=[record_type.key]) + mine.query(),
        takes=slot.key in dict(kind.offered),
    )


class _Cards:
    """Makes cards: what is the same for all of one board is worked out once."""

    def __init__(
        self,
        actor: Actor,
        record_type: RecordType,
        kind: Choice,
        context: Context,
        names: tuple[str, ...],
    ) -> None:
        self.context, self.total = context, _total(record_type)
        aside = (record_type.title, self.total, CHANGED)
        self.lines = [column(actor, record_type, name) for name in names if name not in aside]
        self.is_free = kind.editable and kind.name not in actor.rights.protects(record_type.key)
        self.number = record_type.fields[self.total] if self.total in names else None
        stale = record_type.board.stale_after if record_type.board else None
        self.oldest = datetime.now(UTC) - stale if stale and CHANGED in names else None

    def shown(self, amount: Any) -> str:
        return self.number.show(amount, self.context) if self.number and amount is not None else ""

    def card(self, row: Row) -> Card:
        held = [(one.kind, row.values[one.name]) for one in self.lines]
        at = row.get(CHANGED) if self.oldest else None
        return Card(
            row=row,
            lines=[value(kind, one, self.context) for kind, one in held
                   if kind is not None and not kind.is_empty(one)],
            total=self.shown(row.get(self.total)),
            age=short(at, self.context) if at else "",
            is_stale=bool(at and self.oldest and at < self.oldest),
            may_move=self.is_free and row.may_edit,
        )  # fmt: skip
