"""Records written into a file, page by page, with a receipt that is held against the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kartotek.core.actor import Actor
from kartotek.core.by_column import Stack
from kartotek.core.catalogue import AnyType, catalogue, the_type, visible
from kartotek.core.context import Context
from kartotek.core.errors import ValidationError
from kartotek.core.memory import uncollected
from kartotek.core.question import Row
from kartotek.core.receipts import record
from kartotek.core.revealing import masked_among, note_revealed
from kartotek.core.security import note
from kartotek.core.workspace import workspace
from kartotek.interfaces.files.card_writing import card_columns
from kartotek.interfaces.files.formats import BY_ENDING, FORMATS, Format
from kartotek.interfaces.files.taking import (
    Taking,
    columns,
    kind_of,
    pages,
    refuse_without_right,
    rows_there,
    stacks,
)
from kartotek.interfaces.files.writing import Writer

MOST_AT_ONCE = 2_000  # rows of one step


@dataclass
class ExportReceipt:
    """What was written; `there` is what the database counts when all is written."""

    file: str
    type: str
    format: str
    columns: tuple[str, ...]
    rows: int = 0
    there: int | None = None
    bytes: int = 0
    remarks: list[str] = field(default_factory=list)
    revealed: dict[str, int] = field(default_factory=dict)  # masked column → values in it, whole

    def plain(self) -> dict[str, Any]:
        """The receipt as JSON can hold it: every row that came in was written, unchanged."""
        return {
            "rows": self.rows, "created": 0, "updated": 0, "unchanged": self.rows, "skipped": 0,
            "failed": 0, "columns": list(self.columns), "type": self.type, "format": self.format,
            "file": self.file, "bytes": self.bytes, "there": self.there, "remarks": self.remarks,
            "revealed": self.revealed,
        }  # fmt: skip


class Exporting:
    """An export on its way into `path`, some pages at a time. It is begun anew after a restart.

    PermissionDenied and ValidationError, before anything is written, where it cannot be.
    """

    def __init__(self, actor: Actor, taking: Taking, kind: Format, path: Path, name: str) -> None:
        refuse_without_right(actor, taking.type)
        if not kind.fits(taking.type):
            raise ValidationError(
                _("%(plural)s have nothing that a card holds. Take another kind of file.")
                % {"plural": taking.type.plural}
            )
        if not kind.chooses_columns:
            taking = replace(
                taking, columns=card_columns(taking, sorted(visible(actor, taking.type)))
            )
        self.taking, self.actor, self.path = taking, actor, path
        self._masked = masked_among(actor, taking.type, taking.columns)
        self.rows = rows_there(actor, taking)
        self.receipt = ExportReceipt(name, taking.type.key, kind.key, taking.columns)
        if actor.reveals:
            self.receipt.revealed = dict.fromkeys(self._masked, 0)
        self.beside: list[Writer] = []  # further files with the same rows
        with naming_the_disk(path):
            self._writer = kind.write(actor, taking, person(actor), path)
        asked = stacks if self._writer.by_column else pages
        self._pages: Iterator[Stack | tuple[Row, ...]] = asked(actor, taking)

    @property
    def done(self) -> int:
        return self.receipt.rows

    def step(self) -> bool:
        """Write the next rows; False when that was all, and the file is finished."""
        until = self.receipt.rows + MOST_AT_ONCE
        with naming_the_disk(self.path), uncollected():
            for rows in self._pages:
                for writer in (self._writer, *self.beside):
                    writer.add(rows)
                self.receipt.rows += len(rows)
                for name in self.receipt.revealed:
                    self.receipt.revealed[name] += _filled(rows, name)
                if self.receipt.rows >= until:
                    return True
            self._close()
        return False

    def _close(self) -> None:
        for writer in (self._writer, *self.beside):
            writer.close()
        receipt = self.receipt
        receipt.remarks += [*self._writer.remarks, *self._of_masks()]
        if any(receipt.revealed.values()):
            note_revealed(self.actor, self.taking.type, receipt.revealed, receipt.file)
        receipt.bytes = self.path.stat().st_size
        receipt.there = rows_there(self.actor, self.taking)
        if receipt.rows == receipt.there or receipt.there is None:
            return
        if self.rows == receipt.there:
            raise ValidationError(
                _("%(rows)s rows were written where the database holds %(there)s. Nothing was "
                  "kept; tell who looks after Kartotek.")
                % {"rows": receipt.rows, "there": receipt.there}
            )  # fmt: skip
        receipt.remarks.append(
            _("Rows came or went while it was written: %(before)s before, %(after)s after.")
            % {"before": self.rows, "after": receipt.there}
        )

    def _of_masks(self) -> list[str]:
        """What the receipt says of masked columns."""
        if not self._masked:
            return []
        kinds = [kind_of(self.taking.type, name) for name in self._masked]
        names = {"names": ", ".join(str(kind.label) for kind in kinds)}
        if self.actor.reveals:
            return [_("Masked columns that are whole in this file: %(names)s. The security log "
                      "says so.") % names]  # fmt: skip
        return [_("Masked columns, of whose values the last letters alone are here: %(names)s. "
                  "Export again with “Masked values whole” to have them.") % names]  # fmt: skip


def _filled(rows: Stack | tuple[Row, ...], name: str) -> int:
    """How many of these records have a value in a column."""
    values = rows.columns[name] if isinstance(rows, Stack) else [row.values[name] for row in rows]
    return sum(1 for one in values if one)


def export_file(actor: Actor, named: AnyType, path: Path) -> ExportReceipt:
    """Write every record within reach to `path`, as its name ends. It appears when it is whole."""
    if isinstance(named, str) and named not in catalogue():
        known = ", ".join(one.key for one in catalogue())
        raise ValidationError(
            _("There is no type “%(key)s”. Known are: %(known)s.")
            % {"key": named[:60], "known": known}
        )
    record_type = the_type(named)
    refuse_without_right(actor, record_type)
    if path.suffix.lower() not in BY_ENDING:
        raise ValidationError(
            _("The name of the file says how it is written: end it in %(known)s.")
            % {"known": ", ".join(BY_ENDING)}
        )
    kind = FORMATS[BY_ENDING[path.suffix.lower()]]
    taking = Taking(record_type, columns(actor, record_type))
    noted(actor, record_type.key, kind.key, path.name)
    with translation.override(person(actor).language), appearing(path) as part:
        work = Exporting(actor, taking, kind, part, path.name)
        while work.step():
            pass
    keep_receipt(actor, work.receipt)
    return work.receipt


def noted(actor: Actor, what: str, kind: str, name: str, **more: Any) -> None:
    """The line in the security log, before anything leaves."""
    with transaction.atomic():
        note("export", actor=actor, type=what, format=kind, file=name, **more)


def keep_receipt(actor: Actor, receipt: ExportReceipt) -> Any:
    """Keep the receipt; its uid."""
    told = receipt.plain()
    with transaction.atomic():
        return record(
            "export", receipt.file, actor, rows=receipt.rows, unchanged=receipt.rows,
            detail={key: told[key] for key in
                    ("type", "format", "columns", "there", "remarks", "revealed")},
        )  # fmt: skip


def person(actor: Actor) -> Context:
    """How the person writes things; the house itself as the workspace does."""
    facts = workspace()
    language = actor.language if actor.member is not None else facts.language
    return Context(language or facts.language, facts.country, facts.zone)


@contextmanager
def appearing(path: Path) -> Iterator[Path]:
    """A file to write, which takes the name `path` when all went well and leaves nothing else."""
    part = path.with_name(f"{path.name}.part")
    try:
        yield part
        with naming_the_disk(path):
            part.replace(path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def naming_the_disk(path: Path) -> Iterator[None]:
    """What the disk refuses, in words."""
    try:
        yield
    except OSError as error:
        raise ValidationError(
            _("“%(file)s” cannot be written: %(why)s. Choose another folder, or make room.")
            % {"file": str(path).removesuffix(".part"), "why": error.strerror}
        ) from None


def told(rows: int, file: Path) -> str:
    """What was written, in one line."""
    words = ngettext("%(count)s row written to %(file)s", "%(count)s rows written to %(file)s",
                     rows)  # fmt: skip
    return words % {"count": rows, "file": file}
