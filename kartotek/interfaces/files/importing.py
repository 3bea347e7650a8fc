"""A file read into records, a chunk at a time, all of it one act with one receipt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
from kartotek.core.errors import PermissionDenied, ValidationError
from kartotek.core.gathering_many import Wish
from kartotek.core.receipts import record
from kartotek.core.recordtype import RecordType
from kartotek.core.remove import remove
from kartotek.core.undo import remember
from kartotek.core.workspace import workspace
from kartotek.core.write_many import CHUNK, Outcome, write_many
from kartotek.interfaces.files.broken import NOWHERE, Broken, broken_row, what_became
from kartotek.interfaces.files.decisions import Decisions
from kartotek.interfaces.files.elsewhere import known_elsewhere, not_held
from kartotek.interfaces.files.failed import FailedRows
from kartotek.interfaces.files.linking import Later, link, link_later
from kartotek.interfaces.files.mapping import Choices, chosen
from kartotek.interfaces.files.matching import wishes
from kartotek.interfaces.files.missing import Missing
from kartotek.interfaces.files.owners import bring_owners
from kartotek.interfaces.files.reading import FileRow, opened, rows_of
from kartotek.interfaces.files.receipt import SHOWN, ColumnCount, ImportReceipt
from kartotek.interfaces.files.rows import ReadRow, count, read_rows
from kartotek.interfaces.files.rules import Rules
from kartotek.interfaces.files.settling import settled
from kartotek.interfaces.files.twins import Twins


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
    while importing.step():
        pass
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
        table = opened(path, language, plan.sheet)
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
        self._failed = FailedRows(table, None if plan.dry_run else beside, kept)
        self._rows = islice(rows_of(table), self.done, None)
        self.actor = actor.because(IMPORT, self.receipt.batch)

    @property
    def state(self) -> dict[str, Any]:
        """How far it has come, as JSON can hold it."""
        return {
            "done": self.done,
            "failed": self._failed.flush(),
            "receipt": self.receipt.counted(),
            "later": self.later.plain(),
        }

    def step(self) -> bool:
        """Bring in the next rows; False when that was all, and the receipt is kept."""
        chunk = list(islice(self._rows, CHUNK))
        if chunk:
            self._bring_in(chunk)
            self.done += len(chunk)
            return True
        link_later(
            self.actor, self.reading, self.receipt.columns, self.later, trial=self.receipt.dry_run
        )
        self._failed.close()
        self.receipt.failed_file = self._failed.name
        _close(self.actor, self.receipt, self.later.made)
        return False

    def _bring_in(self, chunk: list[FileRow]) -> None:
        """Parse, link, match, write and count these rows."""
        context, receipt = workspace().context, self.receipt
        columns = [one.column for one in receipt.columns]
        rows = [self.decisions.applied(row) for row in chunk]
        read = read_rows(self.reading.type, columns, rows, context)
        for row in read:
            row.is_left = self.decisions.leaves(row.source.line)
        wanted = [row for row in read if not row.is_left]
        receipt.members += bring_owners(self.actor, self.reading, columns, wanted, self._owners)
        had_changed = receipt.has_changed
        link(self.actor, self.reading, columns, wanted, self.later, self._missing)
        sound = [row for row in wanted if not row.errors and not row.is_blank]
        asked = wishes(self.actor, self._rules, sound, context)
        done = self._write(sound, asked)
        if not (had_changed or receipt.dry_run):
            _remember(self.actor, receipt, done.values())
        if receipt.dry_run:
            new = [(row.source.line, wish.values) for row, wish in zip(sound, asked, strict=True)
                   if wish is not None and done[id(row)].did == "created"]  # fmt: skip
            self.twins.look(len(chunk), new)
            receipt.duplicates = len(self.twins.found)
        for row in read:
            outcome = done.get(id(row))
            self._enter(row, outcome)
            if outcome is not None and outcome.error is None:
                links = row.later.items()
                self.later.waiting += [(outcome.uid, place, target) for place, target in links]

    def _write(self, rows: list[ReadRow], asked: Sequence[Wish | None]) -> dict[int, Outcome]:
        """What became of each row, by the identity of the row."""
        receipt, record_type = self.receipt, self.reading.type
        meant = [wish for wish in asked if wish is not None]
        outcomes = write_many(self.actor, record_type, meant, store=not receipt.dry_run)
        each = iter(outcomes)
        done = {
            id(row): Outcome(NOWHERE, "unchanged") if wish is None else next(each)
            for row, wish in zip(rows, asked, strict=True)
        }
        for row in rows:
            if row.removed:
                self._trash(done[id(row)])
        return done

    def _trash(self, outcome: Outcome) -> None:
        """Put a record into the trash that was deleted where it comes from."""
        if outcome.error is not None:
            return
        if outcome.uid != NOWHERE and not self.receipt.dry_run:
            remove(self.actor, self.reading.type, outcome.uid)
        self.receipt.trashed += 1

    def _enter(self, row: ReadRow, outcome: Outcome | None) -> None:
        """Enter one row into the receipt."""
        receipt, line = self.receipt, row.source.line
        receipt.left += row.is_left
        receipt.mended += not row.is_left and line in self.decisions.mended
        did = what_became(row, outcome)
        setattr(receipt, did, getattr(receipt, did) + 1)
        if did == "failed":
            columns = [one.column for one in receipt.columns]
            broken = broken_row(self.reading.type, columns, row, outcome)
            if len(receipt.failures) < SHOWN:
                receipt.failures.append({"line": line, "reason": broken.reason})
                self.to_mend.append(broken)
            self._failed.add(row.source, broken.reason)
        count(receipt.columns, row, failed=did == "failed")


def refuse_without_right(actor: Actor, record_type: RecordType) -> None:
    """PermissionDenied where the actor may import nothing of this type."""
    if actor.rights.scope(record_type.key, "import") == "none":
        raise PermissionDenied(
            _("Your role may not import %(plural)s. Ask an administrator.")
            % {"plural": str(record_type.plural).lower()}
        )


def _remember(actor: Actor, receipt: ImportReceipt, outcomes: Iterable[Outcome]) -> None:
    """Name the act as soon as it has changed something."""
    if receipt.made or any(outcome.did in ("created", "updated") for outcome in outcomes):
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
