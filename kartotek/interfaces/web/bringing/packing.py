"""An archive of several files: one page for all, imported in the order in which they link."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from kartotek.core import blobs, drafts, files
from kartotek.core.actor import Actor
from kartotek.core.context import Context
from kartotek.core.drafts import Draft
from kartotek.core.errors import NotFound, ValidationError
from kartotek.core.files import FileFacts
from kartotek.core.workspace import workspace
from kartotek.interfaces.files.packs import Inner, in_order, unpacked
from kartotek.interfaces.web.bringing.files_room import recognised
from kartotek.interfaces.web.bringing.job import bring_file, check_file
from kartotek.interfaces.web.bringing.standing import Figure, Standing, figures, rows_of, standing

PURPOSE = "import"


@dataclass(frozen=True)
class _Found:
    """One file of an archive on its way to a draft."""

    file: FileFacts
    type: str
    kept: str  # what it is elsewhere
    rows: int


def unpack(actor: Actor, file: FileFacts, path: Path, hint: str) -> UUID:
    """A draft for an archive and for each of its tables. ValidationError: nothing is kept of it."""
    found: list[_Found] = []
    unread: list[list[str]] = []
    try:
        with _room(file.uid) as folder:
            for inner in unpacked(path, folder, workspace().language):
                if inner.table is None:
                    unread.append([inner.name, inner.why])
                else:
                    found.append(_found(actor, inner, hint))
        if not found:
            raise ValidationError(
                _("“%(file)s” holds no table that can be read. %(why)s")
                % {"file": path.name, "why": unread[0][1] if unread else ""}
            )
    except ValidationError:
        for one in found:
            files.forget(actor, one.file.uid)
        raise
    return _begin(actor, file, in_order(found, lambda one: one.type or "~"), unread)


def _begin(actor: Actor, file: FileFacts, found: list[_Found], unread: list[list[str]]) -> UUID:
    pack, inside = UUID(bytes=uuid7().bytes), []
    with transaction.atomic():
        for one in found:
            decided: dict[str, Any] = {"pack": str(pack), "rows": one.rows}
            state = drafts.COLUMNS
            if not one.type:
                state, decided["kept"] = drafts.KEPT, one.kept
            inside.append(
                str(drafts.begin(actor, one.file, one.type, state=state, decided=decided))
            )
        decided = {"drafts": inside, "unread": unread}
        return drafts.begin(actor, file, "", state=drafts.PACKED, decided=decided, uid=pack)


def _found(actor: Actor, inner: Inner, hint: str) -> _Found:
    assert inner.table is not None
    key = ""
    if not inner.elsewhere:
        found = recognised(actor, inner.path, "", {}, hint)
        key = found.type.key if found.type else ""
    kept = files.keep(actor, inner.path, inner.name, "", PURPOSE)
    inner.path.unlink()
    return _Found(kept, key, inner.elsewhere, inner.table.rows)


@contextmanager
def _room(uid: UUID) -> Iterator[Path]:
    folder = blobs.scratch(uid)
    try:
        yield folder
    finally:
        blobs.sweep_scratch(uid)


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
