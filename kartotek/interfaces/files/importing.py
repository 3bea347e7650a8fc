"""A file read into records, a chunk at a time, all of it one act with one receipt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from kartotek.core import log
from kartotek.core.actor import IMPORT, Actor
from kartotek.core.acts import remember
from kartotek.core.ahead import Ahead, Gate, may_fork
from kartotek.core.errors import PermissionDenied, ValidationError
from kartotek.core.gathering_many import Wish
from kartotek.core.loading import Load
from kartotek.core.receipts import record
from kartotek.core.recordtype import RecordType
from kartotek.core.remove import remove
from kartotek.core.workspace import workspace
from kartotek.core.write_many import CHUNK, Outcome, store_ready, write_many
from kartotek.interfaces.files.broken import (
    NOWHERE,
    Broken,
    broken_row,
    is_erased,
    what_became,
)
from kartotek.interfaces.files.decisions import Decisions
from kartotek.interfaces.files.elsewhere import known_elsewhere, not_held
from kartotek.interfaces.files.failed import FailedRows
from kartotek.interfaces.files.linking import Later, link, link_later
from kartotek.interfaces.files.mapping import Choices, chosen
from kartotek.interfaces.files.matching import Names, names_of, wishes
from kartotek.interfaces.files.missing import Missing
from kartotek.interfaces.files.owners import bring_owners
from kartotek.interfaces.files.pace import Pace
from kartotek.interfaces.files.preparing import Heap, Piece, pieces
from kartotek.interfaces.files.reading import FileRow, opened, rows_of
from kartotek.interfaces.files.receipt import SHOWN, ColumnCount, ImportReceipt
from kartotek.interfaces.files.rows import ReadRow, count, read_rows
from kartotek.interfaces.files.rules import Rules
from kartotek.interfaces.files.settling import settled
from kartotek.interfaces.files.targets import UID
from kartotek.interfaces.files.twins import Twins

WORTH_IT = 3  # chunks from which a second process, and what a load asks for, are worth it


@dataclass(frozen=True)
class Plan:
    """How a file is read: as which type ("" to guess), each column where."""

    type: str = ""
    choices: Choices = field(default_factory=dict)
    dry_run: bool = False
    name: str = ""  # of the file as people know it; "" for that of the path
    sheet: str = ""  # of a workbook; "" for the one with most rows
    failed: Path | None = None  # where the failed rows go; None for beside the file
    decisions: Decisions = field(default_factory=Decisions)


def import_file(actor: Actor, path: Path, plan: Plan = Plan()) -> ImportReceipt:
    """Read `path` into records of one type and keep the receipt; a trial stores nothing.

    ValidationError, before anything is written, where the file cannot be read to its end.
    """
    importing = Importing(actor, path, plan)
    try:
        while importing.step():
            pass
    finally:
        importing.close()
    return importing.receipt


class Importing:
    """An import on its way, a chunk of rows at a time, each chunk one commit of its caller or own.

    `state` is all that it needs to go on after a restart from the last chunk that was committed.
    """

    def __init__(
        self, actor: Actor, path: Path, plan: Plan, state: dict[str, Any] | None = None
    ) -> None:
        """Read the file through. ValidationError, PermissionDenied where it cannot be imported."""
        language = workspace().language
        self._table = table = opened(path, language, plan.sheet)
        if not plan.type and (what := known_elsewhere(table.headers)):
            raise ValidationError(not_held(what))
        self.reading = chosen(actor, plan.type, table.headers, language)
        refuse_without_right(actor, self.reading.type)
        decided = plan.decisions
        found = settled(actor, self.reading, table, plan.choices, decided)
        self._missing = Missing({}, set() if plan.dry_run else None)
        self._rules = Rules.of(self.reading.type, found.columns, decided.match, decided.meant)
        self.twins = Twins(actor, self.reading.type)
        self.receipt = ImportReceipt(
            file=plan.name or path.name,
            type=self.reading.type.key,
            source=self.reading.source,
            batch=UUID(bytes=uuid7().bytes),
            encoding=table.encoding,
            separator=table.separator,
            rows=table.rows,
            remarks=(*table.remarks, *found.remarks),
            columns=[ColumnCount(column) for column in found.columns],
            dry_run=plan.dry_run,
        )
        self._missing.made = self.receipt.made
        self.decisions = plan.decisions
        self.to_mend: list[Broken] = []  # in a trial: the rows a person may mend before it
        self.later, self.done = Later(), 0
        self._owners: set[str] | None = set() if plan.dry_run else None
        kept = 0
        if state:
            self.receipt.take(state["receipt"])
            self._missing.made = self.receipt.made
            self.later.take(state["later"])
            self.done, kept = state["done"], state["failed"]
        beside = plan.failed or path.with_name(f"{path.name}.failed.csv")
        self.failed: FailedRows | Heap = FailedRows(table, None if plan.dry_run else beside, kept)
        self.rows_left = islice(rows_of(table), self.done, None)
        self.actor = actor.because(IMPORT, self.receipt.batch)
        self.columns = [one.column for one in self.receipt.columns]
        self._ahead: Ahead | None = None
        self._piece: Piece | None = None  # made ready, not stored
        self._pace = Pace(CHUNK)
        self._load: Load | None = None
        self._rows = 0  # of the last step
        self._is_small = table.rows < WORTH_IT * CHUNK
        self._is_alone = plan.dry_run or self._is_small or self._writes_on_its_way

    @property
    def state(self) -> dict[str, Any]:
        """How far it has come, as JSON can hold it."""
        return {
            "done": self.done,
            "failed": self.failed.flush(),
            "receipt": self.receipt.counted(),
            "later": self.later.plain(),
        }

    @property
    def _writes_on_its_way(self) -> bool:
        """Do the rows stand for records by their uids, or are records made that they name?"""
        return any(one.makes or one.field == UID for one in self.columns)

    def ready(self) -> None:
        """Have the next rows made ready. Outside of a commit: it may take a while, and holds
        nothing."""
        if self._piece is not None or self.receipt.dry_run or self._is_small:
            return
        if self._load is None:
            if not self._is_alone and may_fork():
                self._ahead = Ahead(self._pieces, self._pace.size)
            self._load = Load(self.reading.type)
        elif self._rows:
            self._pace.end(self._rows, others=self._load.others_wrote())
            self._load.between(self._rows)
            self._rows = 0
            if self._ahead is not None:
                self._ahead.used(self._pace.size)
        if self._ahead is not None:
            self._piece = self._ahead.take()
            if self._piece is None:  # that was all, or it has died: what is left is read here
                self._ahead.close()
                self._ahead = None
                self.rows_left = islice(rows_of(self._table), self.done, None)

    def close(self) -> None:
        """Let go of the second process, and of what the load asked of the connection."""
        if self._ahead is not None:
            self._ahead.close()
            self._ahead = None
        if self._load is not None:
            self._load.end()

    def _pieces(self, gate: Gate) -> Iterator[Piece]:
        self.failed = Heap()
        return pieces(self, gate)

    def step(self) -> bool:
        """Bring in the next rows; False when that was all, and the receipt is kept."""
        self.ready()
        self._pace.begin()
        if self._piece is not None:
            piece, self._piece = self._piece, None
            self._take(piece)
            self._rows = piece.count
            return True
        chunk = list(islice(self.rows_left, min(self._pace.size, CHUNK)))
        if chunk:
            self._bring_in(chunk)
            self.done += len(chunk)
            self._rows = len(chunk)
            return True
        link_later(
            self.actor, self.reading, self.receipt.columns, self.later, trial=self.receipt.dry_run
        )
        self.failed.close()
        self.receipt.failed_file = self.failed.name
        _close(self.actor, self.receipt, self.later.made)
        return False

    def _take(self, piece: Piece) -> None:
        """Store what was made ready; where that cannot be, do it all here."""
        receipt, kind = self.receipt, self.reading.type
        self.done += piece.count
        if piece.counted is None or not store_ready(
            self.actor, kind, piece.laid, piece.rest, receipt.batch
        ):
            self._bring_in(piece.unpacked())
            return
        had_changed = receipt.has_changed
        receipt.gain(piece.counted)
        self.later.waiting += piece.later
        for row, why in piece.failed:
            self.failed.add(row, why)
        if receipt.has_changed and not had_changed:
            _remember(self.actor, receipt)

    def _bring_in(self, chunk: list[FileRow]) -> None:
        """Parse, link, match, write and count these rows."""
        receipt = self.receipt
        read, wanted = self.read(chunk)
        receipt.members += bring_owners(
            self.actor, self.reading, self.columns, wanted, self._owners
        )
        had_changed = receipt.has_changed
        self.link(wanted)
        sound, _names, asked = self.matched(wanted)
        done = self._write(sound, asked)
        has_changed = receipt.made or any(
            outcome.did in ("created", "updated") for outcome in done.values()
        )
        if has_changed and not (had_changed or receipt.dry_run):
            _remember(self.actor, receipt)
        if receipt.dry_run:
            new = [(row.source.line, wish.values) for row, wish in zip(sound, asked, strict=True)
                   if wish is not None and done[id(row)].did == "created"]  # fmt: skip
            self.twins.look(len(chunk), new)
            receipt.duplicates = len(self.twins.found)
        self.enter(read, done)

    def read(self, chunk: list[FileRow]) -> tuple[list[ReadRow], list[ReadRow]]:
        """The rows parsed, and those of them that are not left out."""
        rows = [self.decisions.applied(row) for row in chunk]
        read = read_rows(self.reading.type, self.columns, rows, workspace().context)
        for row in read:
            row.is_left = self.decisions.leaves(row.source.line)
        return read, [row for row in read if not row.is_left]

    def link(self, rows: list[ReadRow]) -> None:
        """Look up what the rows link to."""
        link(self.actor, self.reading, self.columns, rows, self.later, self._missing)

    def matched(self, rows: list[ReadRow]) -> tuple[list[ReadRow], list[Names], list[Wish | None]]:
        """The rows that are sound, what they are looked up by, and what to write for each."""
        sound = [row for row in rows if not row.errors and not row.is_blank]
        names = names_of(self.reading.type, sound, workspace().context)
        return sound, names, wishes(self.actor, self._rules, sound, names)

    def _write(self, rows: list[ReadRow], asked: Sequence[Wish | None]) -> dict[int, Outcome]:
        """What became of each row, by the identity of the row."""
        meant = [wish for wish in asked if wish is not None]
        outcomes = write_many(self.actor, self.reading.type, meant, store=not self.receipt.dry_run)
        done = self.by_row(rows, asked, outcomes)
        for row in rows:
            if row.removed:
                self._trash(done[id(row)])
        return done

    def by_row(
        self, rows: list[ReadRow], asked: Sequence[Wish | None], outcomes: Sequence[Outcome]
    ) -> dict[int, Outcome]:
        """The outcome of each row, by its identity; rows that ask for nothing leave all as it
        is."""
        each = iter(outcomes)
        return {
            id(row): Outcome(NOWHERE, "unchanged") if wish is None else next(each)
            for row, wish in zip(rows, asked, strict=True)
        }

    def _trash(self, outcome: Outcome) -> None:
        """Put a record into the trash that was deleted where it comes from."""
        if outcome.error is not None:
            return
        if outcome.uid != NOWHERE and not self.receipt.dry_run:
            remove(self.actor, self.reading.type, outcome.uid)
        self.receipt.trashed += 1

    def begin_account(self) -> None:
        """Count from nothing, for a piece that is handed over."""
        self.receipt = self.receipt.blank()
        self.failed = Heap()

    def enter(self, read: list[ReadRow], done: dict[int, Outcome]) -> None:
        """Enter rows into the receipt, and keep in mind what they wait for."""
        for row in read:
            outcome = done.get(id(row))
            self._enter(row, outcome)
            if outcome is not None and outcome.error is None:
                links = row.later.items()
                self.later.waiting += [(outcome.uid, place, target) for place, target in links]

    def _enter(self, row: ReadRow, outcome: Outcome | None) -> None:
        """Enter one row into the receipt."""
        receipt, line = self.receipt, row.source.line
        receipt.left += row.is_left
        receipt.erased += is_erased(outcome)
        receipt.mended += not row.is_left and line in self.decisions.mended
        did = what_became(row, outcome)
        setattr(receipt, did, getattr(receipt, did) + 1)
        if did == "failed":
            broken = broken_row(self.reading.type, self.columns, row, outcome)
            if len(receipt.failures) < SHOWN:
                receipt.failures.append({"line": line, "reason": broken.reason})
                self.to_mend.append(broken)
            self.failed.add(row.source, broken.reason)
        count(receipt.columns, row, failed=did == "failed", erased=is_erased(outcome))


def refuse_without_right(actor: Actor, record_type: RecordType) -> None:
    """PermissionDenied where the actor may import nothing of this type."""
    if actor.rights.scope(record_type.key, "import") == "none":
        raise PermissionDenied(
            _("Your role may not import %(plural)s. Ask an administrator.")
            % {"plural": str(record_type.plural).lower()}
        )


def _remember(actor: Actor, receipt: ImportReceipt) -> None:
    """Name the act, as soon as it has changed something."""
    label = _("Import of %(file)s") % {"file": receipt.file}
    with transaction.atomic():
        remember(actor, receipt.batch, None, label)


def _close(actor: Actor, receipt: ImportReceipt, linked_later: int) -> None:
    """Take the counts from the log, not from our own counting, and keep the receipt."""
    if receipt.dry_run:
        return
    verbs = log.verbs_of_batch(receipt.batch, receipt.type)
    receipt.created = verbs.get("create", 0)
    receipt.updated = verbs.get("update", 0) - linked_later
    receipt.made = {
        key: log.verbs_of_batch(receipt.batch, key).get("create", 0) for key in receipt.made
    }
    if not receipt.adds_up:
        raise ValidationError(
            _("The log holds %(created)s new and %(updated)s changed records of this import, which "
              "does not add up with the file. Take it back: kartotek undo %(batch)s")
            % {"created": receipt.created, "updated": receipt.updated, "batch": receipt.batch}
        )  # fmt: skip
    told = receipt.plain()
    with transaction.atomic():
        record(
            "import", receipt.file, actor, rows=receipt.rows, created=receipt.created,
            updated=receipt.updated, unchanged=receipt.unchanged, skipped=receipt.skipped,
            failed=receipt.failed, batch=receipt.batch if told["batch"] else None,
            detail={key: told[key] for key in ("type", "columns", "failures", "encoding", "made")},
        )  # fmt: skip
