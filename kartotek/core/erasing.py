"""Erasure: the one act that deletes records and rewrites the log, and that nothing takes back.

What goes: the rows, their parts, their words, their names, what was logged of their values, the
files of imports and exports that name them, and every mention in the machinery's own texts. What
stays: that a record of this uid was there, who did what to it when, and the uid on the list that
every import and restore asks (see `erased`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from uuid_utils.compat import uuid7

from kartotek.core import (
    erased,
    erased_files,
    files,
    locked,
    log,
    log_rewriting,
    reading,
    receipts,
    searching,
    security,
    storage,
)
from kartotek.core.actor import EVERYTHING, Actor
from kartotek.core.acts import remember
from kartotek.core.blanking import blank, found_in_machinery
from kartotek.core.catalogue import AnyType, catalogue, the_type
from kartotek.core.dialect import dialect
from kartotek.core.doomed import Doomed, doomed_with, left_of
from kartotek.core.errors import Conflict, ValidationError
from kartotek.core.fieldtypes import ExternalIds, Link, Links, LongText
from kartotek.core.files import FileFacts
from kartotek.core.gathering import reachable
from kartotek.core.gathering_many import Wish
from kartotek.core.locking import lock_records
from kartotek.core.log import Line
from kartotek.core.reading import Raw
from kartotek.core.recordtype import RecordType
from kartotek.core.redirecting import cut_links
from kartotek.core.traces import Traces
from kartotek.core.write_many import write_many

ERASE = "erase"  # the verb, and the cause of all that follows from it
AT_ONCE_TIDIED = 50_000  # records of a type up to which its search is put in one piece at once


@dataclass(frozen=True)
class Erasure:
    """What an erasure did: records by type, others that were let go of, texts, files, lines."""

    batch: UUID
    receipt: UUID
    records: dict[str, int] = field(default_factory=dict)
    others: int = 0
    texts: int = 0
    files: int = 0
    lines: int = 0


def refuse_what_stays(record_type: RecordType) -> None:
    """ValidationError where records of this type are not erased."""
    if not record_type.can_be_erased:
        raise ValidationError(
            _("%(plural)s are not erased: they tell of no person. Remove them instead.")
            % {"plural": record_type.plural}
        )


def to_be_erased(
    actor: Actor, named: AnyType, uid: UUID | str, version: int | None = None
) -> tuple[RecordType, Raw, Doomed]:
    """A record that this actor may erase, and what goes with it. Raises as `erase` does."""
    record_type = the_type(named)
    refuse_what_stays(record_type)
    raw = _held(actor, record_type, uid, version)
    return record_type, raw, doomed_with(record_type, [raw])


def _held(actor: Actor, record_type: RecordType, uid: UUID | str, version: int | None) -> Raw:
    """A record that this actor may erase."""
    raw = reachable(actor, record_type, uid, ERASE)
    locked.refuse(actor, record_type, raw)
    if version is not None and version != raw.version:
        raise Conflict([], raw.version)
    return raw


def erase(actor: Actor, named: AnyType, uid: UUID | str, *, version: int | None = None) -> Erasure:
    """Erase a record for good, and what is about it alone.

    Raises NotFound, PermissionDenied (the role does not erase it, or it is locked), Conflict (it
    is not at `version` any more), ValidationError (records of this type stay, or others cannot do
    without it). After each of them nothing is changed.
    """
    _type, _raw, doomed = to_be_erased(actor, named, uid, version)
    return _erased(actor, doomed)


def erase_many(actor: Actor, named: AnyType, uids: Sequence[UUID]) -> Erasure:
    """Erase several records of one type as one act: all of them, or none. Raises as `erase`."""
    record_type = the_type(named)
    refuse_what_stays(record_type)
    raws = [_held(actor, record_type, uid, None) for uid in uids]
    return _erased(actor, doomed_with(record_type, raws))


def _erased(actor: Actor, doomed: Doomed) -> Erasure:
    batch = actor.batch or uuid7()
    acting = replace(actor.because(ERASE, batch), rights=EVERYTHING, memo=None)
    held = [(catalogue()[key], raw.values) for (key, _uid), raw in doomed.gone.items()]
    # What a file is called tells nobody apart: it is looked for only where acts are named by it.
    traces = Traces.of((one, values) for one, values in held if not one.files)
    rows = found_in_machinery(Traces.of(held), [uid for _key, uid in doomed.gone])
    brought = [*erased_files.naming(traces, _acts_on(doomed)), *_held_by(doomed)]
    with _overwriting():
        with transaction.atomic():
            for record_type in doomed.types:
                lock_records(record_type, [raw.id for raw in doomed.of(record_type)])
            others = _let_go(acting, doomed, traces)
            lines = sum(_forget(acting, record_type, doomed) for record_type in doomed.types)
            texts = blank(rows)
            erased_files.let_go(brought)
            done = _tell(acting, batch, doomed, Erasure(
                batch, batch, {}, others, texts, len(brought), lines,
            ))  # fmt: skip
        erased_files.unlink(brought)
        _tidy(doomed)
    return done


@contextmanager
def _overwriting() -> Iterator[None]:
    """SQLite writes zeros over what it frees, and keeps nothing of it in its journal."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA secure_delete=ON")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete=OFF")
    if not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _held_by(doomed: Doomed) -> list[FileFacts]:
    """The files that the records themselves hold."""
    return [
        file
        for record_type in doomed.types
        for raw in doomed.of(record_type)
        for kind in record_type.files
        if (held := raw.values[kind.name]) and (file := files.known(held.uid))
    ]


def _acts_on(doomed: Doomed) -> set[UUID]:
    """The acts that wrote to the records: a file that an import brought them by holds them."""
    found: set[UUID] = set()
    for record_type in doomed.types:
        for raw in doomed.of(record_type):
            found |= log.acts_on(record_type.key, raw.id)
    return found


def _let_go(acting: Actor, doomed: Doomed, traces: Traces) -> int:
    """What stays leads to none of the records any more, and names none; how many that were."""
    others = 0
    for record_type in doomed.types:
        others += cut_links(acting, record_type, doomed.of(record_type), doomed.gone)
    by_type: dict[str, list[Raw]] = {}
    for (key, _uid), raw in doomed.about_others.items():
        by_type.setdefault(key, []).append(raw)
    for key, raws in by_type.items():
        record_type = catalogue()[key]
        links = [kind.name for kind in record_type.fields.values() if isinstance(kind, Links)]
        texts = [kind.name for kind in record_type.fields.values() if isinstance(kind, LongText)]
        texts += [record_type.title] if record_type.files else []
        wishes = [
            Wish(
                raw.uid,
                {**left_of(raw, links, doomed),
                 **{name: traces.blanked(raw.values[name]) for name in texts}},
                only_change=True,
            )
            for raw in raws
        ]  # fmt: skip
        write_many(acting, record_type, wishes, on_error="stop")
        for raw in raws:
            erased_files.rename(record_type, raw, traces)
            log_rewriting.rewrite(key, raw.id, traces.blanked_in)
        others += len(raws)
    return others


def _forget(acting: Actor, record_type: RecordType, doomed: Doomed) -> int:
    """Delete records of one type with all that is kept of them; how many lines they had."""
    raws = doomed.of(record_type)
    among = ", ".join(str(raw.id) for raw in raws)  # integers of our own
    key = record_type.key
    lines = log_rewriting.empty(key, [raw.id for raw in raws])
    searching.drop(record_type, [raw.id for raw in raws])
    with connection.cursor() as cursor:
        for part in record_type.parts.values():
            cursor.execute(f"DELETE FROM {part.table} WHERE {part.parent_column} IN ({among})")
        for table, type_column, column in _BESIDE:
            cursor.execute(
                f'DELETE FROM {table} WHERE "{type_column}" = %s AND {column} IN ({among})', [key]
            )
        cursor.execute(f"DELETE FROM {record_type.table} WHERE id IN ({among})")
    places = _places(record_type, raws)
    gone = [Line(raw.id, raw.uid, raw.version + 1, ERASE, places[raw.id], None) for raw in raws]
    assert acting.batch is not None
    log.append(acting, key, acting.batch, erased.now(), gone)
    return lines


def _places(record_type: RecordType, raws: Sequence[Raw]) -> dict[int, dict[str, Any]]:
    """Whose each record was, and in which department: open pages of these hear that it is gone."""
    found: dict[int, dict[str, Any]] = {raw.id: {} for raw in raws}
    for name in ("owner", "department") if record_type.scoped else ():
        kind = record_type.fields[name]
        assert isinstance(kind, Link)
        ids = {raw.id: getattr(raw, name) for raw in raws if getattr(raw, name) is not None}
        known = reading.raws(catalogue()[kind.target], [], list(dict.fromkeys(ids.values())))
        uids = {one.id: str(one.uid) for one in known}
        for id, place in ids.items():
            found[id][name] = uids.get(place)
    return found


_BESIDE = (
    ("core_identifier", "type", "record"),
    ("core_linkrow", "from_type", "from_record"),
    ("core_linkrow", "to_type", "to_record"),
    ("core_share", "type", "record"),
    ("core_lock", "type", "record"),
    ("core_suggestion", "type", "one"),
    ("core_suggestion", "type", "other"),
)


def _tell(acting: Actor, batch: UUID, doomed: Doomed, done: Erasure) -> Erasure:
    """Put the uids on the list, leave the receipt and the line of the security log."""
    at = erased.now()
    erased.put_down(
        [
            erased.Gone(raw.uid, key, at, acting.name, _names(catalogue()[key], raw))
            for (key, _uid), raw in doomed.gone.items()
        ]
    )
    records = {one.key: len(doomed.of(one)) for one in doomed.types}
    count = sum(records.values())
    label = ngettext("%(count)s record erased", "%(count)s records erased", count) % {
        "count": count
    }
    remember(acting, batch, None, label)
    told: dict[str, Any] = {
        "erased": records, "others": done.others, "texts": done.texts, "files": done.files,
        "lines": done.lines,
    }  # fmt: skip
    rows = count + done.others
    receipt = receipts.record(
        ERASE, label, acting, rows=rows, updated=rows, batch=batch, detail=told
    )
    uids = [str(uid) for _key, uid in doomed.gone]
    security.note("erased", actor=acting, records=uids, **told)
    return replace(done, receipt=receipt, records=records)


def _names(record_type: RecordType, raw: Raw) -> tuple[str, ...]:
    return tuple(
        erased.digest_of(one)
        for kind in record_type.fields.values()
        if isinstance(kind, ExternalIds)
        for one in raw.values[kind.name]
    )


def _tidy(doomed: Doomed) -> None:
    """A search index on SQLite keeps words of deleted rows until its pieces are put together."""
    for record_type in doomed.types:
        if connection.vendor == "sqlite" and searching.size(record_type) <= AT_ONCE_TIDIED:
            storage.merge_search(record_type)


def replay(actor: Actor, gone: Sequence[erased.Gone]) -> int:
    """Erase again what other data of the same house had erased; how many records that were.

    For a copy that is older than the erasure. The list is taken over whole.
    """
    erased.put_down(gone)
    count = 0
    for one in gone:
        if one.type not in catalogue():
            continue
        with connection.cursor() as cursor:
            table = catalogue()[one.type].table
            cursor.execute(f"SELECT 1 FROM {table} WHERE uid = %s", [dialect().uid(one.uid)])
            is_there = cursor.fetchone() is not None
        if is_there:
            count += sum(erase(actor, one.type, one.uid).records.values())
    return count
