"""The read door's other shape: records counted and summed by group, where rights become SQL too.

One query groups, sums and adds up what is cut off; one more for each link whose names are shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import OperationalError, connection
from django.utils.translation import gettext as _

from kartotek.core import reading
from kartotek.core.actor import Actor
from kartotek.core.catalogue import AnyType, catalogue, the_type, unknown_field, visible
from kartotek.core.cutting import CUTS, EACH_YEAR, cut
from kartotek.core.errors import ValidationError
from kartotek.core.fieldtypes import DecimalNumber, FieldType, Link, Ref
from kartotek.core.fieldtypes.decimals import of_millionths
from kartotek.core.filtering import compiled
from kartotek.core.question import Condition, Group
from kartotek.core.recordtype import RecordType
from kartotek.core.scope import scope_of
from kartotek.core.search_with import sees_all_linked
from kartotek.core.worded import worded

MOST_GROUPS = 500
MOST_KEYS, MOST_SUMS = 3, 10
GROUPED = ("text", "email", "url", "choice", "flag", "number", "link", "date", "datetime")
SUMMED = ("number", "decimal")
FAR = 0  # stands for every linked record out of reach: no record has this id


@dataclass(frozen=True)
class Measure:
    """What is asked of one record type. `by` names fields; a date may say how coarse: "at:month".

    `most` groups come by themselves: the biggest, or the newest where the first key is a date.
    Days begin in `zone`, which is the workspace's where none is given.
    """

    where: tuple[Condition | Group, ...] = ()
    words: str = ""
    by: tuple[str, ...] = ()
    sums: tuple[str, ...] = ()
    most: int = 50
    zone: str = ""


@dataclass(frozen=True)
class Measurement:
    """How many records have these keys, and the sums over them. An empty value's key is None."""

    keys: tuple[Any, ...]
    count: int
    sums: tuple[int | Decimal, ...]


@dataclass(frozen=True)
class Measured:
    """The answer: the groups, the rest of them in one, and all together."""

    type: str
    groups: tuple[Measurement, ...]
    rest: Measurement
    total: Measurement
    others: int  # groups that are in the rest


@dataclass(frozen=True)
class _Key:
    """One thing that is grouped by, as SQL."""

    kind: FieldType
    sql: str
    params: list[Any]
    is_day: bool

    def read(self, stored: Any) -> Any:
        """The key as a plain value; a link's is an id until it is named."""
        if stored is None:
            return None
        if self.is_day:
            return stored if type(stored) is date else date.fromisoformat(str(stored)[:10])
        return stored if isinstance(self.kind, Link) else self.kind.load(stored)


def measure(actor: Actor, named: AnyType, asked: Measure) -> Measured:
    """Count and sum the records that answer `asked`, as far as `actor` may see them.

    ValidationError names the field that is unknown, hidden, or of no sort to group or sum by.
    """
    record_type = the_type(named)
    by = _few(asked.by, MOST_KEYS, "by")
    keys = [_key(actor, record_type, name, asked.zone) for name in by]
    sums = [_sum(actor, record_type, name) for name in _few(asked.sums, MOST_SUMS, "sums")]
    most = min(max(asked.most, 1), MOST_GROUPS)
    where, params = _where(actor, record_type, asked)
    rows = _grouped(record_type, keys, [kind.column for kind in sums], (where, params), most)
    return _answer(record_type, rows, sums, _named(actor, keys, rows))


def _few(names: Sequence[str], most: int, what: str) -> Sequence[str]:
    if len(names) > most:
        raise ValidationError(
            {what: _("At most %(most)s fields fit here. Leave some out.") % {"most": most}}
        )
    return names


def _field(actor: Actor, record_type: RecordType, name: str) -> FieldType:
    kind = record_type.fields.get(name)
    if kind is None or name not in visible(actor, record_type):
        raise unknown_field(record_type, name)
    return kind


def _sum(actor: Actor, record_type: RecordType, name: str) -> FieldType:
    kind = _field(actor, record_type, name)
    if kind.kind not in SUMMED:
        raise ValidationError(
            {name: _("“%(label)s” is no number, so it has no sum.") % {"label": kind.label}}
        )
    return kind


def _key(actor: Actor, record_type: RecordType, written: str, zone: str) -> _Key:
    name, _colon, step = written.partition(":")
    kind = _field(actor, record_type, name)
    if kind.kind not in GROUPED or kind.is_masked:
        raise ValidationError(
            {name: _("“%(label)s” cannot be grouped by.") % {"label": kind.label}}
        )
    has_days = kind.kind in ("date", "datetime")
    if step and not has_days:
        raise ValidationError(
            {name: _("“%(label)s” is no date, so it has no months.") % {"label": kind.label}}
        )
    step = step or ("day" if kind.kind == "date" else "")
    is_yearly = step == EACH_YEAR and kind.kind == "date"
    if has_days and step not in CUTS and not is_yearly:
        raise ValidationError(
            {name: _("Say how coarse “%(label)s” is grouped, one of: %(known)s.")
             % {"label": kind.label, "known": ", ".join(CUTS)}}
        )  # fmt: skip
    if has_days:
        return _Key(kind, *cut(kind, step, zone), is_day=True)
    if isinstance(kind, Link):
        return _Key(kind, *_near(actor, kind), is_day=False)
    is_text = kind.kind in ("text", "email", "url", "choice")
    sql = f"NULLIF({kind.column}, '')" if is_text else kind.column
    return _Key(kind, sql, [], is_day=False)


def _near(actor: Actor, kind: Link) -> tuple[str, list[Any]]:
    """The linked record, or FAR: what an actor may not see must not be told apart either."""
    target = catalogue()[kind.target]
    known = target.title in visible(actor, target)
    sql, params = scope_of(actor, target).condition() if known else ("0 = 1", [])
    if not sql:
        return kind.column, []
    within = f"{kind.column} IN (SELECT id FROM {target.table} WHERE {sql})"
    chosen = f"WHEN {kind.column} IS NULL THEN NULL WHEN {within} THEN {kind.column}"
    return f"CASE {chosen} ELSE {FAR} END", params


def _where(actor: Actor, record_type: RecordType, asked: Measure) -> tuple[str, list[Any]]:
    scope = scope_of(actor, record_type)
    conditions = compiled(actor, record_type, asked.where)
    if asked.words:
        sql, params, many = worded(actor, record_type, asked.words, scope)
        if many is not None and not sees_all_linked(actor, record_type):
            raise ValidationError(
                {"words": _("Too many records have words like these. Type more of them.")}
            )
        conditions.add(sql, params)
    parts = [("removed_at IS NULL", []), scope.condition(), *conditions.sql]
    sql = " AND ".join(part for part, _params in parts if part)
    return sql, [param for part, params in parts if part for param in params]


def _grouped(
    record_type: RecordType,
    keys: Sequence[_Key],
    sums: Sequence[str],
    where: tuple[str, list[Any]],
    most: int,
) -> list[Any]:
    """Rows of keys, count, sums; then count, sums and groups of all, the cut-off ones too."""
    names = [f"k{place}" for place in range(len(keys))]
    figures = ["n", *(f"s{place}" for place in range(len(sums)))]
    inner = [f"{key.sql} AS {name}" for key, name in zip(keys, names, strict=True)]
    inner += ["count(*) AS n"]
    inner += [f"COALESCE(sum({column}), 0) AS s{place}" for place, column in enumerate(sums)]
    by = f" GROUP BY {', '.join(map(str, range(1, len(keys) + 1)))}" if keys else ""
    newest = [f"{names[0]} IS NULL", f"{names[0]} DESC"] if keys and keys[0].is_day else []
    rest = [part for name in names for part in (f"{name} IS NULL", name)]
    over = [f"sum({name}) OVER ()" for name in figures]
    sql = (
        f"SELECT {', '.join([*names, *figures, *over])}, count(*) OVER () FROM "
        f"(SELECT {', '.join(inner)} FROM {record_type.table} WHERE {where[0]}{by}) AS grouped "
        f"ORDER BY {', '.join([*newest, 'n DESC', *rest])} LIMIT {most}"
    )
    params = [param for key in keys for param in key.params]
    with connection.cursor() as cursor:
        try:
            cursor.execute(sql, [*params, *where[1]])
        except OperationalError as error:
            if "integer overflow" not in str(error):  # SQLite adds up in 64 bits
                raise
            raise ValidationError(
                {"sums": _("The sum is too large to be exact. Filter to fewer records first.")}
            ) from None
        found = cursor.fetchall()
    read = [key.read for key in keys]
    return [(*(one(held) for one, held in zip(read, row, strict=False)), *row[len(keys) :])
            for row in found]  # fmt: skip


def _named(actor: Actor, keys: Sequence[_Key], rows: list[Any]) -> list[tuple[Any, ...]]:
    """The keys of each row, links by their names."""
    columns: list[list[Any]] = []
    for place, key in enumerate(keys):
        held = [row[place] for row in rows]
        if isinstance(key.kind, Link):
            near = reading.refs(actor, key.kind.target, [id for id in held if id])
            far = Ref(key.kind.target)
            held = [None if id is None else near.get(id, far) for id in held]
        columns.append(held)
    return list(zip(*columns, strict=True)) if columns else [() for _row in rows]


def _answer(
    record_type: RecordType,
    rows: list[Any],
    sums: Sequence[FieldType],
    keys: list[tuple[Any, ...]],
) -> Measured:
    groups = []
    many = len(sums)
    total = Measurement((), 0, _summed(sums, [0] * many))
    for row, named in zip(rows, keys, strict=True):
        count, *held = map(int, row[len(named) :])
        groups.append(Measurement(named, count, _summed(sums, held[:many])))
        total = Measurement((), held[many], _summed(sums, held[many + 1 : -1]))
    groups = [one for one in groups if one.count]
    rest = Measurement(
        (),
        total.count - sum(one.count for one in groups),
        tuple(whole - sum(one.sums[place] for one in groups)
              for place, whole in enumerate(total.sums)),
    )  # fmt: skip
    others = int(rows[0][-1]) - len(rows) if rows else 0
    return Measured(record_type.key, tuple(groups), rest, total, others)


def _summed(kinds: Sequence[FieldType], held: Sequence[int]) -> tuple[int | Decimal, ...]:
    """The sums as numbers of their fields: of decimals the database adds up millionths."""
    return tuple(
        of_millionths(one) if isinstance(kind, DecimalNumber) else one
        for kind, one in zip(kinds, held, strict=True)
    )
