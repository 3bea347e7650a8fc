"""An archive of several files: one page for all, imported in the order in which they link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kartotek.core import drafts
from kartotek.core.actor import Actor
from kartotek.core.context import Context
from kartotek.core.drafts import Draft
from kartotek.core.errors import NotFound
from kartotek.interfaces.web.bringing.job import bring_file, check_file
from kartotek.interfaces.web.bringing.standing import Figure, Standing, figures, rows_of, standing


@dataclass(frozen=True)
class Packed:
    """One file of an archive as its page shows it."""

    draft: Draft
    now: Standing
    rows: str
    figures: list[Figure]

    @property
    def is_typed(self) -> bool:
        return bool(self.draft.type) and self.draft.state != drafts.KEPT


def inside(actor: Actor, pack: Draft) -> list[Draft]:
    """The drafts of an archive's files, in the order in which they are imported."""
    found = []
    for uid in pack.settings.get("drafts", ()):
        try:
            found.append(drafts.read(actor, UUID(uid)))
        except NotFound:
            continue  # purged
    return found


def pack_of(actor: Actor, pack: Draft, context: Context) -> dict[str, Any]:
    """What the page of an archive shows."""
    all_ = [
        Packed(one, standing(one, context), rows_of(one.settings.get("rows", 0), context),
               figures(one, context))
        for one in inside(actor, pack)
    ]  # fmt: skip
    ready = [one for one in all_ if one.draft.state == drafts.CHECKED]
    counts = [one.draft.receipt for one in ready]
    return {
        "packed": all_, "unread": pack.settings.get("unread", ()),
        "is_busy": any(one.now.is_at_work for one in all_),
        "to_check": [one for one in all_ if one.is_typed and _is_to_check(one)],
        "ready": ready, "to_do": sum(one["created"] + one["updated"] for one in counts),
        "stands": any(one.now.stands for one in all_),
    }  # fmt: skip


def _is_to_check(one: Packed) -> bool:
    return one.now.state in (drafts.COLUMNS, drafts.FAILED) and one.draft.file is not None


def check_all(actor: Actor, pack: Draft) -> None:
    """Have every file looked through that was recognised."""
    for one in inside(actor, pack):
        if one.type and one.state in (drafts.COLUMNS, drafts.FAILED) and one.file:
            drafts.set_off(actor, one, check_file, drafts.CHECKING)


def run_all(actor: Actor, pack: Draft) -> None:
    """Import what was looked through, one file after the other."""
    drafts.decide(actor, pack, {**pack.settings, "is_running": True})
    for one in inside(actor, pack):
        if one.state == drafts.CHECKED:
            drafts.set_off(actor, one, bring_file, drafts.IMPORTING)
            return


def kept_of(found: list[Draft]) -> tuple[int, int, list[str]]:
    """Of these drafts those that are kept for later: files, rows, what they are elsewhere."""
    kept = [one for one in found if one.state == drafts.KEPT]
    rows = sum(one.settings.get("rows", 0) for one in kept)
    what = sorted({one.settings.get("kept", "") for one in kept} - {""})
    return len(kept), rows, what
