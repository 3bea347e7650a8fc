"""The read door: every read of a record passes here, where rights become SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from kartotek.core import listing, locked, reading
from kartotek.core.actor import Actor
from kartotek.core.by_column import Near, Stack, stacked
from kartotek.core.catalogue import AnyType, knows, the_type, unknown_field, visible
from kartotek.core.counting import capped_count, surely_many
from kartotek.core.dialect import dialect
from kartotek.core.errors import NotFound, ValidationError
from kartotek.core.filtering import compiled
from kartotek.core.question import (
    COUNT_CAP,
    LARGEST_PAGE,
    Page,
    Place,
    Question,
    Row,
    decode,
    encode,
)
from kartotek.core.recordtype import RecordType
from kartotek.core.scope import scope_of
from kartotek.core.search_with import sees_all_linked
from kartotek.core.tally import tallies
from kartotek.core.worded import Keeps, Worded, worded

LARGEST_STACK = 1_000  # rows of a page by column
SORTABLE_MOST = 10_000  # rows that may be sorted by a column without an index


def find(actor: Actor, named: AnyType, question: Question = Question()) -> Page:  # noqa: B008
    """The records of one type that answer `question`, as far as `actor` may see them.

    Raises ValidationError where the question names an unknown or hidden field, a damaged cursor,
    or a sort that too many rows stand in the way of.
    """
    record_type = the_type(named)
    names = column_names(actor, record_type, question.columns)
    if question.uids is not None:
        return _named(actor, record_type, names, question)
    walk = _walk(actor, record_type, question)
    if walk.scope.is_empty:
        return Page(record_type.key, (), tuple(names), count=0 if question.count else None)
    asked = f"{record_type.key} {question.sort or record_type.sorts} {question.words}"
    found = listing.found(walk, _start(record_type, question.after, asked))
    more, found = len(found) >= walk.limit, found[: walk.limit - 1]
    ids = [id for id, _key, _e in found]
    raws = reading.raws(record_type, _own(record_type, names), ids, locks=question.locks)
    rows = reading.rows(actor, record_type, names, raws)
    return Page(
        type=record_type.key,
        rows=locked.marked(actor, record_type, raws, rows),
        columns=tuple(names),
        next=_cursor(walk, found[-1], raws[-1].uid, asked) if more and raws else "",
        count=_count(walk, question, len(found), more) if question.count else None,
        sort=question.sort,
    )


def find_each(actor: Actor, named: AnyType, questions: Sequence[Question]) -> list[Page]:
    """The first page of several questions with the same columns and words; without cursor or count.

    As `find` would answer each, but what the words mean and what stands in the columns is read
    once for all of them.
    """
    if not questions:
        return []
    record_type, first = the_type(named), questions[0]
    names = column_names(actor, record_type, first.columns)
    scope = scope_of(actor, record_type)
    if scope.is_empty:
        return [Page(record_type.key, (), tuple(names)) for _question in questions]
    heard = worded(actor, record_type, first.words, scope) if first.words else None
    walks = [_walk(actor, record_type, one, heard) for one in questions]
    walks = [replace(walk, limit=walk.limit - 1) for walk in walks]
    found = [[id for id, _k, _e in listing.found(walk, listing.Start())] for walk in walks]
    every = [id for ids in found for id in ids]
    raws = reading.raws(record_type, _own(record_type, names), every, locks=first.locks)
    rows = locked.marked(actor, record_type, raws, reading.rows(actor, record_type, names, raws))
    by_id = {raw.id: row for raw, row in zip(raws, rows, strict=True)}
    return [
        Page(record_type.key, tuple(by_id[id] for id in ids if id in by_id), tuple(names))
        for ids in found
    ]


def find_columns(actor: Actor, named: AnyType, question: Question, near: Near) -> Stack:
    """The same page as `find` gives, by column and larger; `near` goes along from page to page.

    Only of columns that `can_stack`, and of no records by name.
    """
    record_type = the_type(named)
    names = column_names(actor, record_type, question.columns)
    walk = _walk(actor, record_type, question)
    walk = replace(walk, limit=min(max(question.size, 1), LARGEST_STACK) + 1)
    if walk.scope.is_empty:
        return Stack((), dict.fromkeys(names, ()))
    asked = f"{record_type.key} {question.sort or record_type.sorts} {question.words}"
    found = listing.found(walk, _start(record_type, question.after, asked))
    more, found = len(found) >= walk.limit, found[: walk.limit - 1]
    stack = stacked(actor, record_type, names, [id for id, _key, _e in found], near)
    if not more or not stack.uids:
        return stack
    return replace(stack, next=_cursor(walk, found[-1], UUID(stack.uids[-1]), asked))


def how_many(actor: Actor, named: AnyType, question: Question) -> int | None:
    """How many records answer a question, counted to the last one; for jobs, as it takes a while.

    None where counting would tell of links to records out of the actor's reach.
    """
    walk = _walk(actor, the_type(named), question)
    if walk.keeps:
        return None
    return 0 if walk.scope.is_empty else capped_count(walk, 2**62)


def find_one(
    actor: Actor, named: AnyType, uid: UUID | str, columns: tuple[str, ...] | None = None
) -> Row:
    """One record, also a removed one; NotFound where there is none that `actor` may see."""
    record_type = the_type(named)
    if columns is None:
        columns = tuple(sorted(visible(actor, record_type)))
    try:
        asked = uid if isinstance(uid, UUID) else UUID(uid)
    except ValueError:
        raise _missing(record_type) from None
    page = find(actor, record_type, Question(uids=(asked,), columns=columns, removed=True))
    if not page.rows:
        raise _missing(record_type)
    return page.rows[0]


def _missing(record_type: RecordType) -> NotFound:
    return NotFound(
        _("There is no such %(label)s, or it is not open to you.")
        % {"label": str(record_type.label).lower()}
    )


def column_names(actor: Actor, record_type: RecordType, asked: tuple[str, ...] | None) -> list[str]:
    """The columns to answer with; ValidationError for one that is unknown or hidden."""
    if asked is None:
        return [name for name in record_type.column_names if knows(actor, record_type, name)]
    for name in asked:
        if not knows(actor, record_type, name):
            raise unknown_field(record_type, name)
    return list(asked)


def _own(record_type: RecordType, names: list[str]) -> list[str]:
    """The fields of the type's own table that the columns need; the title always."""
    wanted = dict.fromkeys(name.split(".")[0] for name in [record_type.title, *names])
    return [name for name in wanted if name in record_type.fields]


def _named(actor: Actor, record_type: RecordType, names: list[str], question: Question) -> Page:
    scope = scope_of(actor, record_type)
    raws = reading.raws_by_uid(record_type, _own(record_type, names), question.uids or ())
    seen = [
        raw
        for raw in raws
        if scope.holds(raw.id, raw.owner, raw.department) and (question.removed or not raw.removed)
    ]
    reading.remember(actor, record_type, seen)
    return Page(record_type.key, reading.rows(actor, record_type, names, seen), tuple(names))


def _walk(
    actor: Actor, record_type: RecordType, question: Question, heard: Worded | None = None
) -> listing.Walk:
    """How the answer is walked; `heard` is what its words mean, where that is known already."""
    scope = scope_of(actor, record_type)
    conditions = compiled(actor, record_type, question.where)
    keeps: Keeps | None = None
    if question.words:
        sql, params, many = heard or worded(actor, record_type, question.words, scope)
        conditions.add(sql, params, gathers=many is None)
        keeps = None if sees_all_linked(actor, record_type) else many
    known = listing.estimate(tallies(record_type), scope, conditions.equal)
    name = question.sort.removeprefix("-") if question.sort else _usual(actor, record_type)
    walk = listing.Walk(
        record_type=record_type,
        scope=scope,
        conditions=tuple(conditions.sql),
        column="",
        down=question.sort.startswith("-") if question.sort else name == "id",
        removed=question.removed,
        limit=min(max(question.size, 1), LARGEST_PAGE) + 1,
        rows=known.rows,
        share=known.share,
        reach=known.reach,
        own=known.own,
        gathers=conditions.gathers,
        keeps=keeps,
        faceted=known.share if _on_facet(record_type, conditions.equal) else 1.0,
    )
    return walk if name == "id" else _sorted(actor, record_type, walk, name)


def _on_facet(record_type: RecordType, equal: list[tuple[str, Any]]) -> bool:
    """Is the facet the one thing that is filtered by?"""
    facet = record_type.facet
    return bool(facet) and [column for column, _v in equal] == [record_type.fields[facet].db_name]


def _usual(actor: Actor, record_type: RecordType) -> str:
    """The order of a list for which none is asked: the first sort that this actor may know of."""
    seen = visible(actor, record_type)
    return next((name for name in record_type.sort_names if name in seen), "id")


def _sorted(actor: Actor, record_type: RecordType, walk: listing.Walk, name: str) -> listing.Walk:
    if name not in visible(actor, record_type) or name not in record_type.fields:
        raise unknown_field(record_type, name)
    kind = record_type.fields[name]
    if name in record_type.sort_names:
        prefix = record_type.table[:16]
        column = record_type.sort_column(name)
        return replace(
            walk,
            column=column,
            by_department=name == record_type.department_sort,
            index=f"{prefix}_{name[:8]}_s",
        )
    if name in record_type.walks:
        column = record_type.sort_column(name)
        return replace(walk, column=column, index=record_type.walks[name])
    if not kind.sortable:
        raise ValidationError(
            {"sort": _("“%(label)s” cannot be sorted by.") % {"label": kind.label}}
        )
    if capped_count(walk, SORTABLE_MOST + 1) > SORTABLE_MOST:
        raise ValidationError(
            {"sort": _("Too many rows to sort by “%(label)s”. Filter the list first.")
             % {"label": kind.label}}
        )  # fmt: skip
    return replace(walk, column=record_type.sort_column(name))


def _start(record_type: RecordType, cursor: str, asked: str) -> listing.Start:
    if not cursor:
        return listing.Start()
    place = decode(cursor, asked)
    with connection.cursor() as look:
        look.execute(
            f"SELECT id FROM {record_type.table} WHERE uid = %s", [dialect().uid(place.uid)]
        )
        row = look.fetchone()
    if row is None:
        raise ValidationError(
            {"after": _("The record this page ended with is gone. Start from the first page.")}
        )
    return listing.Start(empty=place.empty, key=place.key, id=row[0])


def _cursor(walk: listing.Walk, last: tuple[int, Any, bool], uid: UUID, asked: str) -> str:
    _id, key, empty = last
    if key is not None and not isinstance(key, str | int | float):
        key = dialect().instant(key) if hasattr(key, "hour") else key.isoformat()
        key = key if isinstance(key, str) else key.isoformat()
    return encode(Place(empty, key if walk.column else None, uid), asked)


def _count(walk: listing.Walk, question: Question, found: int, more: bool) -> int | None:
    if not question.after and not more:
        return found  # the first page is all there is
    if walk.keeps:
        return None  # a count would tell of links to records out of reach
    if not walk.conditions and not walk.removed and surely_many(walk, COUNT_CAP):
        return COUNT_CAP
    return capped_count(walk, COUNT_CAP)
