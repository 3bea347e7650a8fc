"""How an import stands, in words and figures for its page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from babel.dates import format_timedelta
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kartotek.core import acts, drafts, jobs
from kartotek.core.catalogue import catalogue
from kartotek.core.context import Context
from kartotek.core.drafts import Draft
from kartotek.core.errors import NotFound
from kartotek.core.fieldtypes import formats
from kartotek.core.jobs import JobFacts
from kartotek.core.recordtype import RecordType
from kartotek.interfaces.files.receipt import beside
from kartotek.interfaces.files.targets import labels_of

REASONS = 3  # reasons told of one column


@dataclass(frozen=True)
class Standing:
    """A draft with what its page shows beside it."""

    draft: Draft
    state: str  # the draft's; "failed" also where its job gave up
    why: str
    rows: int
    done: int
    progress: str
    undone: UUID | None  # the act that took all of it back
    undoing: UUID | None  # the job that is taking it back

    @property
    def type(self) -> RecordType | None:
        return next((one for one in catalogue() if one.key == self.draft.type), None)

    @property
    def words(self) -> str:
        """The state in a word or two."""
        if self.undone:
            return _("Taken back")
        return {
            drafts.COLUMNS: _("Columns to check"), drafts.CHECKING: _("Looking through"),
            drafts.CHECKED: _("Ready to import"), drafts.IMPORTING: _("Importing"),
            drafts.DONE: _("Imported"), drafts.FAILED: _("Not imported"),
            drafts.UNPACKING: _("Unpacking"), drafts.PACKED: _("Archive"),
            drafts.KEPT: _("Kept for later"),
        }[self.state]  # fmt: skip

    @property
    def is_at_work(self) -> bool:
        return self.state in drafts.AT_WORK or self.undoing is not None

    @property
    def stands(self) -> bool:
        """Has it written something that is not taken back?"""
        return bool(self.draft.acts) and self.undone is None and self.undoing is None


@dataclass(frozen=True)
class Figure:
    """One count of a receipt, with the word under it; `kind` gives it its colour."""

    kind: str
    count: int
    shown: str
    label: str


@dataclass(frozen=True)
class ColumnLine:
    """What became of the values of one column."""

    column: str
    field: str
    told: tuple[str, ...]
    reasons: tuple[str, ...]
    has_values: bool


def standing(draft: Draft, context: Context) -> Standing:
    """The draft as it is this moment."""
    state, why, job = draft.state, draft.error, _job(draft)
    if state in drafts.AT_WORK and (job is None or job.state == "failed"):
        state = drafts.FAILED
        why = _("The work stopped because of a fault of ours. Press “Try again”; rows that are "
                "here already are not doubled.")  # fmt: skip
    progress = job.progress if job and state in drafts.AT_WORK else {}
    undone, undoing = _taken_back(draft)
    return Standing(
        draft, state, why, progress.get("rows", 0), progress.get("done", 0),
        how_far(progress, context), undone, undoing,
    )  # fmt: skip


def figures(draft: Draft, context: Context) -> list[Figure]:
    """The rows of a receipt by what becomes, or became, of them."""
    receipt = draft.receipt
    labels = [
        ("created", "new", _("new")),
        (
            "duplicates",
            "doubtful",
            ngettext("duplicate", "duplicates", receipt.get("duplicates", 0)),
        ),
        ("updated", "changed", _("updated") if draft.state == drafts.DONE else _("update")),
        ("unchanged", "same", _("unchanged")),
        ("failed", "broken", _("broken")),
    ]
    doubtful = receipt.get("duplicates", 0) if draft.state != drafts.DONE else 0
    counts = {**receipt, "created": receipt.get("created", 0) - doubtful, "duplicates": doubtful}
    found = [
        Figure(kind, counts.get(name, 0), number(counts.get(name, 0), context), label)
        for name, kind, label in labels
        if name != "duplicates" or draft.state != drafts.DONE
    ]
    left = receipt.get("left", 0)
    erased = receipt.get("erased", 0)
    blank = receipt.get("skipped", 0) - left - erased
    for count, label in ((left, _("left out")), (erased, _("erased")), (blank, _("blank"))):
        if count:
            found.append(Figure("same", count, number(count, context), label))
    return found


def columns(receipt: dict[str, Any], context: Context) -> list[ColumnLine]:
    """What became of each column's values, in words."""
    labels = _labels(receipt.get("type", ""))
    return [_column(one, labels, context) for one in receipt.get("columns", ())]


def remarks(receipt: dict[str, Any]) -> list[str]:
    """What became of rows beside their counts, and what was assumed of the file."""
    return [*beside({**receipt, "duplicates": 0}), *receipt.get("remarks", ())]


def number(count: int, context: Context) -> str:
    return formats.number(count, context)


def rows_of(count: int, context: Context) -> str:
    return ngettext("%(n)s row", "%(n)s rows", count) % {"n": number(count, context)}


def _column(one: dict[str, Any], labels: dict[str, str], context: Context) -> ColumnLine:
    counts = [
        (one["taken"], _("%(n)s taken over")),
        (one["changed"], _("%(n)s taken over, written another way")),
        (one["left_out"], _("%(n)s left out")),
        (one["failed"], _("%(n)s in broken rows")),
    ]
    told = [words % {"n": number(count, context)} for count, words in counts if count]
    if not one["values"]:
        told = [_("no values")]
    reasons = [f"{number(count, context)}: {why}" for why, count in one["reasons"].items() if count]
    if one["how"]:
        reasons.insert(0, one["how"])
    field = one["field"]
    return ColumnLine(
        one["column"], labels.get(field, field), tuple(told), tuple(reasons[:REASONS]),
        bool(one["values"]),
    )  # fmt: skip


def _labels(type_key: str) -> dict[str, str]:
    return dict(labels_of(catalogue()[type_key])) if type_key in catalogue() else {}


def _job(draft: Draft) -> JobFacts | None:
    try:
        return jobs.facts(draft.job) if draft.job else None
    except NotFound:
        return None


def _taken_back(draft: Draft) -> tuple[UUID | None, UUID | None]:
    """The newest act that undid all of it, and the job that is at it now."""
    undone = [acts.taken_back(act) for act in draft.acts]
    undoing = [jobs.waiting(f"undo {act}") for act in draft.acts]
    is_all = bool(undone) and all(undone)
    return (undone[0] if is_all else None), next(filter(None, undoing), None)


def how_far(progress: dict[str, Any], context: Context) -> str:
    """How many rows of how many, how fast, and how long it will take; of an archive, files."""
    done, rows = progress.get("done", 0), progress.get("rows", 0)
    if not rows:
        return _("It takes a moment.")
    if "files" in progress:
        count = {
            "done": number(progress["file"], context),
            "all": number(progress["files"], context),
        }
        return (
            ngettext("%(done)s of %(all)s file", "%(done)s of %(all)s files", progress["files"])
            % count
        )
    told = {"done": number(done, context), "rows": number(rows, context)}
    took = (datetime.now(UTC) - datetime.fromisoformat(progress["began"])).total_seconds()
    moved = done - progress["from"]
    if moved <= 0 or took <= 0 or done >= rows:
        return _("%(done)s of %(rows)s rows") % told
    speed = moved / took
    left = timedelta(seconds=max((rows - done) / speed, 1))
    locale = context.language.replace("-", "_")
    told["speed"] = number(max(round(speed), 1), context)
    told["time"] = format_timedelta(left, format="narrow", threshold=1, locale=locale)
    return _("%(done)s of %(rows)s rows, %(speed)s a second, about %(time)s left") % told
