"""The write door for many rows: prepared in Python, stored a chunk at a time, each chunk at once.

A refused row stops nobody but itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Literal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from kartotek.core.actor import Actor
from kartotek.core.apply import apply
from kartotek.core.catalogue import AnyType, the_type
from kartotek.core.errors import Conflict, NotFound, PermissionDenied, ValidationError
from kartotek.core.gathering_many import Reach, Wish, gather
from kartotek.core.laying_out import Laid, is_whole, lay_out
from kartotek.core.locking import Moved
from kartotek.core.memory import uncollected
from kartotek.core.prepare import Prepared, prepare
from kartotek.core.recordtype import RecordType
from kartotek.core.workspace import context_for
from kartotek.core.write import ROUNDS, refuse_out_of_reach

CHUNK = 2_000  # rows a transaction: others wait for it, 0.3 s at most
Refused = ValidationError | PermissionDenied | Conflict | NotFound


@dataclass(frozen=True)
class Outcome:
    """What became of one row; `error` tells why it was refused."""

    uid: UUID
    did: Literal["created", "updated", "unchanged", "refused"]
    version: int = 0
    error: Refused | None = None


def write_many(
    actor: Actor,
    named: AnyType,
    wishes: Sequence[Wish],
    *,
    batch: UUID | None = None,
    on_error: Literal["go on", "stop"] = "go on",
    chunk: int = CHUNK,
    store: bool = True,
) -> list[Outcome]:
    """Create or change many records of one type; what became of each, in the order given.

    One act (`batch`), one transaction for every chunk. With `on_error="stop"` the first refused
    row raises its error; chunks before its own stay written. Without `store` it is a trial: the
    outcomes tell what would become of the rows as things stand.
    """
    record_type = the_type(named)
    act = _Act(
        actor,
        record_type,
        Reach.of(actor, record_type),
        batch or actor.batch or uuid7(),
        stops=on_error == "stop",
        stores=store,
    )
    return [outcome for rows in _chunks(wishes, chunk) for outcome in _persist(act, rows)]


@dataclass(frozen=True)
class _Act:
    """What is the same for every chunk."""

    actor: Actor
    type: RecordType
    reach: Reach
    batch: UUID
    stops: bool
    stores: bool


def _chunks(wishes: Sequence[Wish], most: int) -> Iterator[list[Wish]]:
    """Pieces in which no record stands twice: a second change is based on the first."""
    rows: list[Wish] = []
    seen: set[UUID] = set()
    for wish in wishes:
        if len(rows) == most or wish.uid in seen:
            yield rows
            rows, seen = [], set()
        rows.append(wish)
        seen.add(wish.uid)
    if rows:
        yield rows


def _persist(act: _Act, wishes: list[Wish]) -> list[Outcome]:
    for attempt in count(1):
        try:
            return _write(act, wishes)
        except Moved:  # somebody was quicker: read the chunk anew
            if attempt == ROUNDS:
                raise
        except ValidationError as refusal:  # the type's last word on what would stand then
            if act.stops:
                raise
            if len(wishes) > 1:
                break
            return [Outcome(wishes[0].uid, "refused", error=refusal)]
        except IntegrityError:
            # A uid that stands elsewhere already: found out row by row.
            if len(wishes) > 1:
                break
            error = ValidationError(
                _("A line in here carries the uid of another record's line. Leave its uid out.")
            )
            if act.stops:
                raise error from None
            return [Outcome(wishes[0].uid, "refused", error=error)]
    return [outcome for wish in wishes for outcome in _persist(act, [wish])]


@dataclass(frozen=True)
class Ready:
    """Some rows that `make_ready` has prepared: what to store, and what then became of each."""

    laid: list[Laid]  # new ones
    rest: list[Prepared]
    outcomes: list[Outcome]


def make_ready(actor: Actor, named: AnyType, wishes: Sequence[Wish], batch: UUID) -> Ready | None:
    """Prepare what `write_many` would write, and write nothing: another process may do it.

    None where a record stands twice among them: the second change is based on the first.
    """
    if len({wish.uid for wish in wishes}) < len(wishes):
        return None
    record_type = the_type(named)
    reach = Reach.of(actor, record_type)
    rows = _prepared(_Act(actor, record_type, reach, batch, stops=False, stores=True), list(wishes))
    ready = [row for row in rows if isinstance(row, Prepared) and not row.changes_nothing]
    whole = [one for one in ready if is_whole(record_type, one)]
    taken = {one.uid for one in whole}
    outcomes = [_outcome(wish, row) for wish, row in zip(wishes, rows, strict=True)]
    rest = [one for one in ready if one.uid not in taken]
    return Ready(lay_out(record_type, whole), rest, outcomes)


def store_ready(
    actor: Actor, named: AnyType, laid: Sequence[Laid], rest: Sequence[Prepared], batch: UUID
) -> bool:
    """Store what `make_ready` prepared, in one commit.

    False where nothing was stored, for somebody was quicker: ask `write_many` for the same rows.
    """
    if not (laid or rest):
        return True
    try:
        with uncollected(), transaction.atomic():
            apply(actor, the_type(named), rest, batch, datetime.now(UTC), laid)
    except (Moved, IntegrityError):
        return False
    return True


Row = Prepared | Refused  # what became of a wish before anything is stored


def _write(act: _Act, wishes: list[Wish]) -> list[Outcome]:
    with uncollected():
        return _written(act, wishes)


def _written(act: _Act, wishes: list[Wish]) -> list[Outcome]:
    rows = _prepared(act, wishes)
    if act.stops:
        for row in rows:
            if not isinstance(row, Prepared):
                raise row
    ready = [row for row in rows if isinstance(row, Prepared)]
    if act.stores and any(not one.changes_nothing for one in ready):
        with transaction.atomic():
            apply(act.actor, act.type, ready, act.batch, datetime.now(UTC))
    return [_outcome(wish, row) for wish, row in zip(wishes, rows, strict=True)]


def _outcome(wish: Wish, row: Row) -> Outcome:
    if not isinstance(row, Prepared):
        return Outcome(wish.uid, "refused", error=row)
    if row.old is None:
        return Outcome(row.uid, "created", 1)
    if row.changes_nothing:
        return Outcome(row.uid, "unchanged", row.old.version)
    return Outcome(row.uid, "updated", row.old.version + 1)


def _prepared(act: _Act, wishes: list[Wish]) -> list[Row]:
    """Each row made ready, or the error that refuses it."""
    gathered = gather(act.actor, act.type, wishes, act.reach)
    context = context_for(act.actor)
    rows: list[Row] = []
    for intent in gathered.intents:
        try:
            if isinstance(intent, Exception):
                raise intent
            one = prepare(act.actor, act.type, intent, context, gathered.resolved)
            reach = act.reach.create if one.old is None else act.reach.edit
            refuse_out_of_reach(act.type, one, reach)
            act.type.admit(one.everything, one.old and one.old.values, one.uid)
            rows.append(one)
        except (ValidationError, PermissionDenied, Conflict, NotFound) as error:
            rows.append(error)
    return rows
