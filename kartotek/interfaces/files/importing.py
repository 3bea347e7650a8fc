"""A file read into records, a chunk at a time, all of it one act with one receipt."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from kartotek.core import log
from kartotek.core.actor import Actor
from kartotek.core.errors import PermissionDenied, ValidationError
from kartotek.core.receipts import record
from kartotek.core.recordtype import RecordType
from kartotek.core.undo import remember
from kartotek.core.workspace import workspace
from kartotek.core.write_many import CHUNK, Outcome, write_many
from kartotek.interfaces.files.linking import Later, link, link_later
from kartotek.interfaces.files.mapping import LINE, REASON, chosen, columns_of
from kartotek.interfaces.files.matching import wishes
from kartotek.interfaces.files.reading import FileRow, Table, opened, rows_of
from kartotek.interfaces.files.receipt import SHOWN, ColumnCount, ImportReceipt
from kartotek.interfaces.files.rows import ReadRow, count, read_rows, reason


def import_file(
    actor: Actor, path: Path, type_key: str = "", *, dry_run: bool = False
) -> ImportReceipt:
    """Read `path` into records of one type and keep the receipt; a trial stores nothing.

    ValidationError, before anything is written, where the file cannot be read to its end.
    """
    language = workspace().language
    table = opened(path, language)
    record_type = chosen(actor, type_key, table.headers, language)
    if actor.rights.scope(record_type.key, "import") == "none":
        raise PermissionDenied(
            _("Your role may not import %(plural)s. Ask an administrator.")
            % {"plural": str(record_type.plural).lower()}
        )
    columns = columns_of(actor, record_type, table.headers, language)
    receipt = ImportReceipt(
        file=path.name,
        type=record_type.key,
        batch=UUID(bytes=uuid7().bytes),
        encoding=table.encoding,
        separator=table.separator,
        rows=table.rows,
        columns=[ColumnCount(column) for column in columns],
        dry_run=dry_run,
    )
    acting, later = actor.because("import", receipt.batch), Later()
    with _FailedRows(table, dry_run) as failed:
        for chunk in _chunks(table):
            _bring_in(acting, record_type, chunk, receipt, failed, later)
        receipt.failed_file = failed.name
    link_later(acting, record_type, receipt.columns, later, trial=dry_run)
    _close(acting, receipt, later.made)
    return receipt


def _chunks(table: Table) -> Iterator[list[FileRow]]:
    rows = rows_of(table)
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


def _bring_in(
    actor: Actor,
    record_type: RecordType,
    chunk: list[FileRow],
    receipt: ImportReceipt,
    failed: _FailedRows,
    later: Later,
) -> None:
    context = workspace().context
    columns = [one.column for one in receipt.columns]
    read = read_rows(record_type, columns, chunk, context)
    link(actor, record_type, columns, read, later)
    sound = [row for row in read if not row.errors and not row.is_blank]
    asked = wishes(actor, record_type, sound, context)
    outcomes = write_many(actor, record_type, asked, store=not receipt.dry_run)
    done = {id(row): outcome for row, outcome in zip(sound, outcomes, strict=True)}
    if not receipt.created + receipt.updated and not receipt.dry_run:
        _remember(actor, receipt, outcomes)
    for row in read:
        outcome = done.get(id(row))
        _enter(record_type, row, outcome, receipt, failed)
        if outcome is not None and outcome.error is None:
            later.waiting += [(outcome.uid, place, target) for place, target in row.later.items()]


def _remember(actor: Actor, receipt: ImportReceipt, outcomes: list[Outcome]) -> None:
    """Name the act as soon as it has changed something."""
    if any(outcome.did in ("created", "updated") for outcome in outcomes):
        label = _("Import of %(file)s") % {"file": receipt.file}
        with transaction.atomic():
            remember(actor, receipt.batch, None, label)


def _enter(
    record_type: RecordType,
    row: ReadRow,
    outcome: Outcome | None,
    receipt: ImportReceipt,
    failed: _FailedRows,
) -> None:
    """Enter one row into the receipt."""
    if row.is_blank:
        receipt.skipped += 1
        return
    error = outcome.error if outcome else None
    if outcome is None or error is not None:
        why = " ".join(row.errors) if error is None else reason(record_type, error)
        receipt.failed += 1
        if len(receipt.failures) < SHOWN:
            receipt.failures.append({"line": row.source.line, "reason": why})
        failed.add(row.source, why)
    elif outcome.did == "created":
        receipt.created += 1
    elif outcome.did == "updated":
        receipt.updated += 1
    else:
        receipt.unchanged += 1
    count(receipt.columns, row, failed=error is not None or outcome is None)


def _close(actor: Actor, receipt: ImportReceipt, linked_later: int) -> None:
    """Take the counts from the log, not from our own counting, and keep the receipt."""
    if receipt.dry_run:
        return
    verbs = log.verbs_of_batch(receipt.batch)
    receipt.created = verbs.get("create", 0)
    receipt.updated = verbs.get("update", 0) - linked_later
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
            detail={key: told[key] for key in ("type", "columns", "failures", "encoding")},
        )  # fmt: skip


class _FailedRows:
    """The file of failed rows beside the one imported: made at the first, none without any."""

    def __init__(self, table: Table, dry_run: bool) -> None:
        self._table = table
        self._off = dry_run
        self._file: Any = None
        self._writer: Any = None
        self._own: list[int] = []  # the places of the file's own columns
        self.name = ""

    def __enter__(self) -> _FailedRows:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, row: FileRow, why: str) -> None:
        """Write one row as it stood, with the reason."""
        if self._off:
            return
        if self._writer is None:
            self._open()
        if self._writer is not None:
            width = len(self._table.headers)
            cells = row.cells + [""] * (width - len(row.cells))
            kept = [cells[place] for place in self._own]
            self._writer.writerow([*kept, row.line, why, *cells[width:]])

    def _open(self) -> None:
        path = self._table.path.with_name(f"{self._table.path.name}.failed.csv")
        try:
            self._file = path.open("w", encoding="utf-8", newline="")
        except OSError:  # a folder that may only be read: the receipt still names the rows
            self._off = True
            return
        headers = self._table.headers
        self._own = [place for place, one in enumerate(headers) if one not in (LINE, REASON)]
        self._writer = csv.writer(self._file)
        self._writer.writerow([*(headers[place] for place in self._own), LINE, REASON])
        self.name = str(path)
