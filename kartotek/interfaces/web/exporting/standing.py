"""How an export stands, in words and figures for its page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kartotek.core import files
from kartotek.core.actor import Actor
from kartotek.core.context import Context
from kartotek.core.errors import NotFound
from kartotek.core.fieldtypes import formats
from kartotek.core.jobs import JobFacts
from kartotek.interfaces.web.bringing.standing import Figure, how_far, number

UNITS = ("B", "kB", "MB", "GB")
WAITING, DONE, FAILED = "waiting", "done", "failed"


@dataclass(frozen=True)
class Standing:
    """An export with what its page shows."""

    uid: UUID
    order: dict[str, Any]
    state: str
    why: str
    at: datetime
    rows: int
    done: int
    progress: str
    file: UUID | None
    receipt: dict[str, Any]
    figures: list[Figure]

    @property
    def name(self) -> str:
        return str(self.order["name"])

    @property
    def is_at_work(self) -> bool:
        return self.state == WAITING

    @property
    def words(self) -> str:
        """The state in a word or two."""
        return {WAITING: _("Being written"), DONE: _("Ready"), FAILED: _("Not exported")}[
            self.state
        ]

    @property
    def until(self) -> datetime:
        return self.at + files.EXPORT_KEPT


def standing(job: JobFacts, context: Context) -> Standing:
    """The export as it is this moment."""
    result = job.result or {}
    state, why = WAITING, ""
    if job.state == "failed":
        state = FAILED
        why = _("The work stopped because of a fault of ours. Export it again; nothing was kept.")
    elif "refused" in result:
        state, why = FAILED, result["refused"]
    elif job.state == "done":
        state = DONE
    receipt = result.get("receipt", {})
    progress = {**job.progress, "rows": job.progress.get("rows") or 0}
    return Standing(
        job.uid, job.arguments["kwargs"]["order"], state, why, job.created_at,
        progress["rows"], progress.get("done", 0), how_far(progress, context),
        UUID(result["file"]) if "file" in result else None, receipt,
        _figures(receipt, context) if state == DONE else [],
    )  # fmt: skip


def still_there(actor: Actor, now: Standing) -> bool:
    """Is the file kept yet?"""
    try:
        return now.file is not None and files.facts(actor, now.file).is_whole
    except NotFound:
        return False


def _figures(receipt: dict[str, Any], context: Context) -> list[Figure]:
    rows = receipt["rows"]
    label = ngettext("row written", "rows written", rows)
    found = [Figure("new", rows, number(rows, context), label)]
    if columns := len(receipt["columns"]):
        label = ngettext("column", "columns", columns)
        found.append(Figure("same", columns, number(columns, context), label))
    if "types" in receipt:
        kinds = len(receipt["types"])
        found.append(Figure("same", kinds, number(kinds, context), _("lists")))
        count = receipt["files"]
        found.append(
            Figure("same", count, number(count, context), ngettext("file", "files", count))
        )
    return [*found, Figure("same", receipt["bytes"], size_of(receipt["bytes"], context), _("size"))]


def size_of(count: int, context: Context) -> str:
    """Bytes as a person reads them."""
    shown, place = float(count), 0
    while shown >= 1000 and place < len(UNITS) - 1:
        shown, place = shown / 1000, place + 1
    return f"{formats.number(round(shown, 1), context)} {UNITS[place]}"
