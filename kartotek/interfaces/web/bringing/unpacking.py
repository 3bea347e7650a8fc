"""An archive unpacked by a job: each file recognised and kept, and then a draft for each.

What was found so far stands in the job's progress: cut off, it goes on with the next file.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django_tasks import task

from kartotek.core import blobs, drafts, files, jobs
from kartotek.core.actor import Actor
from kartotek.core.drafts import Draft, the_file
from kartotek.core.errors import NotFound, PermissionDenied, ValidationError
from kartotek.core.files import FileFacts
from kartotek.core.jobs import Run
from kartotek.core.workspace import workspace
from kartotek.interfaces.files.packs import Inner, contents_of, in_order, unpacked
from kartotek.interfaces.web.bringing.files_room import called, recognised
from kartotek.interfaces.web.bringing.uploading import PURPOSE
from kartotek.interfaces.web.frame import words_of

ARCHIVE = "archive"  # among the settings of a draft: the list that its file was dropped on


def begin(actor: Actor, file: FileFacts, path: Path, hint: str) -> UUID:
    """A draft for an archive, and the job that unpacks it.

    ValidationError at once for what its list of files gives away: a bomb, a cut, too many.
    """
    contents_of(path)
    with transaction.atomic():
        uid = drafts.begin(actor, file, "", decided={ARCHIVE: hint})
        again(actor, drafts.read(actor, uid))
    return uid


def again(actor: Actor, draft: Draft) -> None:
    """Put the job down that unpacks, also after one that gave up."""
    drafts.set_off(actor, draft, unpack_file, drafts.UNPACKING)


@task()
@jobs.in_chunks
def unpack_file(by: dict[str, Any], draft: str) -> None:
    """Keep every file of an archive; what is refused as a whole leaves none of them."""
    run, actor, uid = jobs.running(), jobs.signer(by), UUID(draft)
    with translation.override(actor.language):
        pack = drafts.read(actor, uid)
        if pack.state != drafts.UNPACKING:
            return  # it has ended, in another worker's hands
        try:
            with (
                _room(uid) as folder,
                files.lent(the_file(pack), uid) as path,
                called(path, pack.name),
            ):
                _go_through(run, actor, pack, path, folder)
        except (ValidationError, PermissionDenied, NotFound) as error:
            _refuse(run, actor, pack, words_of(error))


def _go_through(run: Run, actor: Actor, pack: Draft, path: Path, folder: Path) -> None:
    """One commit for each file, and one for the drafts of all."""
    sizes = contents_of(path).sizes
    with run.chunk() as progress:
        progress.setdefault("began", datetime.now(UTC).isoformat())
        progress.setdefault("found", [])
        progress.setdefault("unread", [])
        progress.update(rows=sum(sizes), files=len(sizes), file=progress.get("file", 0))
    for inner in unpacked(path, folder, workspace().language, run.progress["file"]):
        # Read and copied outside of the commit: it keeps no writer waiting.
        found = None if inner.table is None else _found(actor, inner, pack.settings[ARCHIVE])
        inner.path.unlink(missing_ok=True)
        with run.chunk() as progress:
            progress["file"] += 1
            progress["done"] = sum(sizes[: progress["file"]])
            if found is None:
                progress["unread"] = [*progress["unread"], [inner.name, inner.why]]
            else:
                progress["found"] = [*progress["found"], found]
    _end(run, actor, pack)


def _found(actor: Actor, inner: Inner, hint: str) -> dict[str, Any]:
    """One table on its way to a draft, as the job's progress keeps it."""
    assert inner.table is not None
    key = ""
    if not inner.elsewhere:
        found = recognised(actor, inner.path, "", {}, hint)
        key = found.type.key if found.type else ""
    kept = files.keep(actor, inner.path, inner.name, "", PURPOSE)
    return {"file": str(kept.uid), "type": key, "kept": inner.elsewhere, "rows": inner.table.rows}


def _end(run: Run, actor: Actor, pack: Draft) -> None:
    unread = run.progress["unread"]
    found = in_order(run.progress["found"], lambda one: one["type"] or "~")
    if not found:
        raise ValidationError(
            _("“%(file)s” holds no table that can be read. %(why)s")
            % {"file": pack.name, "why": unread[0][1] if unread else ""}
        )
    with run.chunk():
        inside = [str(_draft(actor, pack, one)) for one in found]
        drafts.unpacked(pack, {"drafts": inside, "unread": unread})


def _draft(actor: Actor, pack: Draft, one: dict[str, Any]) -> UUID:
    file = files.facts(actor, UUID(one["file"]))
    decided: dict[str, Any] = {"pack": str(pack.uid), "rows": one["rows"]}
    if one["type"]:
        return drafts.begin(actor, file, one["type"], decided=decided)
    decided["kept"] = one["kept"]
    return drafts.begin(actor, file, "", state=drafts.KEPT, decided=decided)


def _refuse(run: Run, actor: Actor, pack: Draft, why: str) -> None:
    """Say why on the page of the archive; neither it nor what was found in it is kept."""
    with run.chunk() as progress:
        drafts.broke(pack, why, (), keeps_file=False)
        inside = [UUID(one["file"]) for one in progress.get("found", ())]
        for uid in filter(None, [*inside, pack.file]):
            with suppress(NotFound):
                files.forget(actor, uid)


@contextmanager
def _room(uid: UUID) -> Iterator[Path]:
    """An empty folder, whatever a run that was cut off left in it."""
    blobs.sweep_scratch(uid)
    try:
        yield blobs.scratch(uid)
    finally:
        blobs.sweep_scratch(uid)
