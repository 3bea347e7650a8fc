"""What an import did, by row and by column: every number adds up, or it says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kartotek.core.catalogue import catalogue
from kartotek.interfaces.files.mapping import Column

SHOWN = 100  # failed rows named in the receipt; the file beside it has all

BESIDE = (
    "trashed",
    "members",
    "mended",
    "left",
    "erased",
    "duplicates",
)  # counted besides what became of each row
_COUNTED = (
    "created", "updated", "unchanged", "skipped", "failed", "failures", "made", *BESIDE,
)  # fmt: skip


@dataclass
class ColumnCount:
    """The values of one column: taken over, taken over changed, left out, or in a failed row."""

    column: Column
    values: int = 0
    taken: int = 0
    changed: int = 0
    failed: int = 0
    how: str = ""
    reasons: Counter[str] = field(default_factory=Counter)
    lost: list[dict[str, Any]] = field(default_factory=list)  # links that led nowhere, by line

    @property
    def left_out(self) -> int:
        return self.reasons.total()

    def counted(self) -> list[Any]:
        return [
            self.values, self.taken, self.changed, self.failed, self.how, dict(self.reasons),
            self.lost,
        ]  # fmt: skip

    def take(self, counted: list[Any]) -> None:
        self.values, self.taken, self.changed, self.failed, self.how = counted[:5]
        self.reasons, self.lost = Counter(counted[5]), counted[6]

    def gain(self, counted: list[Any]) -> None:
        """Add what was counted of further rows."""
        values, taken, changed, failed, how, reasons, lost = counted
        self.values += values
        self.taken += taken
        self.changed += changed
        self.failed += failed
        self.how = self.how or how
        self.reasons.update(reasons)
        self.lost = [*self.lost, *lost][:SHOWN]

    def plain(self) -> dict[str, Any]:
        return {
            "column": self.column.header,
            "field": self.column.target.text,
            "values": self.values,
            "taken": self.taken,
            "changed": self.changed,
            "left_out": self.left_out,
            "failed": self.failed,
            "how": self.how,
            "reasons": dict(self.reasons),
            "lost": self.lost,
        }


@dataclass
class ImportReceipt:
    """Rows in = created + updated + unchanged + skipped + failed."""

    file: str
    type: str
    source: str
    batch: UUID
    encoding: str
    separator: str
    rows: int
    columns: list[ColumnCount]
    remarks: tuple[str, ...] = ()  # what the reader assumed, mended or did not read
    dry_run: bool = False
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    failed: int = 0
    trashed: int = 0  # of all rows: deleted where they come from, so in the trash here
    members: int = 0  # made for owners that nobody here is
    mended: int = 0  # rows that came in as they were mended by hand
    duplicates: int = 0  # in a trial: of those created, probably here already
    left: int = 0  # of those skipped: left out by who imports
    erased: int = 0  # of those skipped: about somebody who was erased, and does not come back
    made: dict[str, int] = field(default_factory=dict)  # by type: named in here and not there
    failures: list[dict[str, Any]] = field(default_factory=list)
    failed_file: str = ""

    def counted(self) -> dict[str, Any]:
        """All that was counted so far, as JSON can hold it; `take` goes on from it."""
        own = {name: getattr(self, name) for name in _COUNTED}
        return {**own, "batch": str(self.batch), "columns": [one.counted() for one in self.columns]}

    def take(self, counted: dict[str, Any]) -> None:
        """Go on from what was counted of the same file before."""
        for name in _COUNTED:
            setattr(self, name, counted[name])
        self.batch = UUID(counted["batch"])
        for one, before in zip(self.columns, counted["columns"], strict=True):
            one.take(before)

    def blank(self) -> ImportReceipt:
        """One of the same file in which nothing is counted yet."""
        columns = [ColumnCount(one.column) for one in self.columns]
        return ImportReceipt(
            self.file, self.type, self.source, self.batch, self.encoding, self.separator,
            self.rows, columns, self.remarks, self.dry_run,
        )  # fmt: skip

    def gain(self, counted: dict[str, Any]) -> None:
        """Add what was counted of further rows."""
        for name in _COUNTED:
            if isinstance(counted[name], int):
                setattr(self, name, getattr(self, name) + counted[name])
        self.failures = [*self.failures, *counted["failures"]][:SHOWN]
        for one, more in zip(self.columns, counted["columns"], strict=True):
            one.gain(more)

    @property
    def has_changed(self) -> bool:
        """Is there anything to take back?"""
        return bool(self.created + self.updated + sum(self.made.values()))

    @property
    def adds_up(self) -> bool:
        """Do the rows of the file, counted before, equal what became of them?"""
        parts = self.created + self.updated + self.unchanged + self.skipped + self.failed
        columns = all(
            one.values == one.taken + one.changed + one.left_out + one.failed
            for one in self.columns
        )
        return self.rows == parts and columns

    def plain(self) -> dict[str, Any]:
        """The receipt as JSON can hold it."""
        return {
            "rows": self.rows,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "skipped": self.skipped,
            "failed": self.failed,
            "columns": [one.plain() for one in self.columns],
            "type": self.type,
            "source": self.source,
            "file": self.file,
            "batch": str(self.batch) if self.has_changed and not self.dry_run else None,
            "encoding": self.encoding,
            "separator": self.separator,
            "remarks": list(self.remarks),
            "dry_run": self.dry_run,
            "adds_up": self.adds_up,
            **{name: getattr(self, name) for name in BESIDE},
            "made": self.made,
            "failures": self.failures,
            "failed_file": self.failed_file,
        }

    def lines(self) -> list[str]:
        """The receipt as a person reads it."""
        head = _("%(file)s as %(type)s") if not self.dry_run else _(
            "%(file)s as %(type)s, a trial: nothing was stored")  # fmt: skip
        rows = ngettext("%(count)s row", "%(count)s rows", self.rows) % {"count": self.rows}
        return [
            head % {"file": self.file, "type": self.type},
            _("%(rows)s = %(created)s created + %(updated)s updated + %(unchanged)s unchanged "
              "+ %(skipped)s skipped + %(failed)s failed")
            % {"rows": rows, "created": self.created, "updated": self.updated,
               "unchanged": self.unchanged, "skipped": self.skipped, "failed": self.failed},
            *beside({name: getattr(self, name) for name in ("dry_run", "made", *BESIDE)}),
            *self.remarks,
            "",
            *[line for one in self.columns for line in _column(one)],
            *self._failures(),
            *self._undo(),
        ]  # fmt: skip

    def _failures(self) -> list[str]:
        if not self.failures:
            return []
        shown = [_("  line %(line)s: %(reason)s") % failure for failure in self.failures[:SHOWN]]
        more = self.failed - len(shown)
        if more > 0:
            shown.append(_("  and %(count)s more") % {"count": more})
        if self.failed_file:
            shown.append(
                _("Mend these rows in %(file)s and import that file.") % {"file": self.failed_file}
            )
        return ["", _("Failed:"), *shown]

    def _undo(self) -> list[str]:
        if self.dry_run or not self.has_changed:
            return []
        return ["", _("To take all of it back: kartotek undo %(batch)s") % {"batch": self.batch}]


def beside(counts: Mapping[str, Any]) -> list[str]:
    """What became of rows besides being made or changed, in words; older receipts count less.

    Of a trial it is told as what would become of them: nothing is stored yet.
    """
    told = {name: counts.get(name, 0) for name in BESIDE}
    words = {**_beside_counts(told), **(_would(told) if counts.get("dry_run") else {})}
    made = [
        _made(counts, n) % {"count": n, "plural": str(catalogue()[key].plural).lower()}
        for key, n in counts.get("made", {}).items()
        if key in catalogue()
    ]
    return [*made, *(words[name] % {"count": told[name]} for name in words if told[name])]


def _made(counts: Mapping[str, Any], count: int) -> str:
    if counts.get("dry_run"):
        return ngettext(
            "%(count)s record among the %(plural)s would be made: it is named and not here.",
            "%(count)s records among the %(plural)s would be made: they are named and not here.",
            count,
        )
    return ngettext(
        "%(count)s record among the %(plural)s was made because it was named and not here.",
        "%(count)s records among the %(plural)s were made because they were named and not here.",
        count,
    )


def _beside_counts(told: Mapping[str, int]) -> dict[str, str]:
    return {
        "mended": ngettext(
            "%(count)s row was mended by hand.", "%(count)s rows were mended by hand.",
            told["mended"],
        ),
        "left": ngettext(
            "%(count)s row was left out by hand.", "%(count)s rows were left out by hand.",
            told["left"],
        ),
        "erased": ngettext(
            "%(count)s row is about somebody who was erased for good, and does not come back.",
            "%(count)s rows are about people who were erased for good, and do not come back.",
            told["erased"],
        ),
        "duplicates": ngettext(
            "%(count)s of the new ones is probably here already.",
            "%(count)s of the new ones are probably here already.",
            told["duplicates"],
        ),
        "trashed": ngettext(
            "%(count)s of them was deleted there and lies in the trash here.",
            "%(count)s of them were deleted there and lie in the trash here.",
            told["trashed"],
        ),
        "members": ngettext(
            "%(count)s owner was unknown here and stands among the members, not active.",
            "%(count)s owners were unknown here and stand among the members, not active.",
            told["members"],
        ),
    }  # fmt: skip


def _would(told: Mapping[str, int]) -> dict[str, str]:
    return {
        "trashed": ngettext(
            "%(count)s of them was deleted there and would go to the trash here.",
            "%(count)s of them were deleted there and would go to the trash here.",
            told["trashed"],
        ),
        "members": ngettext(
            "%(count)s owner is unknown here and would stand among the members, not active.",
            "%(count)s owners are unknown here and would stand among the members, not active.",
            told["members"],
        ),
    }


def _column(one: ColumnCount) -> list[str]:
    """One line for a column, and one for each reason why values were left out."""
    where = one.column.target.text or "–"
    told = [_("%(count)s taken over") % {"count": one.taken}] if one.taken else []
    if one.changed:
        told.append(
            _("%(count)s taken over changed (%(how)s)") % {"count": one.changed, "how": one.how}
        )
    if one.failed:
        told.append(_("%(count)s in failed rows") % {"count": one.failed})
    if one.left_out:
        told.append(_("%(count)s left out") % {"count": one.left_out})
    if not one.values:
        told = [_("no values")]
    lines = [f"  {one.column.header} → {where}: {', '.join(told)}"]
    return lines + [f"      {count}: {reason}" for reason, count in one.reasons.most_common(5)]
