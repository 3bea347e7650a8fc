"""The work behind the pages: a file checked, and imported, while the page tells how far it is.

Either may be cut off: a trial begins anew, an import goes on from its last chunk. How far it has
come is kept in the commit of the rows themselves, so that none is lost and none comes twice.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django_tasks import task

from kartotek.core import blobs, drafts, erased_files, files, jobs, log
from kartotek.core.actor import Actor, system
from kartotek.core.drafts import Draft, the_file
from kartotek.core.errors import NotFound, PermissionDenied, ValidationError
from kartotek.core.jobs import Run
from kartotek.interfaces.files.importing import Importing
from kartotek.interfaces.web.bringing.files_room import Wanted, begun, called
from kartotek.interfaces.web.bringing.mendable import kept_of
from kartotek.interfaces.web.frame import words_of

Ending = Callable[[Actor, Draft, Importing], None]


@task()
@jobs.in_chunks
def check_file(by: dict[str, Any], draft: str) -> None:
    """Try the import and keep what would come of it; stores no record."""
    _work(by, UUID(draft), drafts.CHECKING, _end_check)


@task()
@jobs.in_chunks
def bring_file(by: dict[str, Any], draft: str) -> None:
    """Import the file and keep the receipt, with the rows that failed."""
    _work(by, UUID(draft), drafts.IMPORTING, _end_import)


def _work(by: dict[str, Any], uid: UUID, state: str, end: Ending) -> None:
    run, actor = jobs.running(), jobs.signer(by)
    with translation.override(actor.language):
        draft = drafts.read(actor, uid)
        if draft.state != state:
            return  # it has ended, in another worker's hands
        try:
            with files.lent(the_file(draft), draft.uid) as path, called(path, draft.name):
                _go_through(run, actor, draft, path, end)
        except (ValidationError, PermissionDenied, NotFound) as error:
            with run.chunk() as progress:
                drafts.broke(draft, words_of(error), acts_of(progress))
                _stop_pack(actor, draft)
    if state == drafts.IMPORTING:
        blobs.sweep_scratch(uid)


def _go_through(run: Run, actor: Actor, draft: Draft, path: Path, end: Ending) -> None:
    """Bring the import to its end chunk by chunk; the end is in the commit of the last one."""
    is_trial = draft.state == drafts.CHECKING
    wanted = Wanted(
        draft.type, draft.choices, draft.name, trial=is_trial,
        failed=blobs.scratch(draft.uid) / "failed.csv", decided=draft.settings,
    )  # fmt: skip
    work = begun(actor, path, wanted, run.progress.get("state"))
    try:
        _step_by_step(run, actor, draft, work, end)
    finally:
        work.close()


def _step_by_step(run: Run, actor: Actor, draft: Draft, work: Importing, end: Ending) -> None:
    is_trial, has_more = draft.state == drafts.CHECKING, True
    while has_more:
        if is_trial:
            has_more = work.step()  # outside of the commit: it keeps no writer waiting
        else:
            work.ready()
        with run.chunk() as progress:
            progress.setdefault("began", datetime.now(UTC).isoformat())
            progress.setdefault("from", work.done)
            if not is_trial:
                has_more = work.step()
                progress["state"] = work.state if has_more else None
                progress["act"] = str(work.receipt.batch)
            progress.update(done=work.done, rows=work.receipt.rows)
            if not has_more:
                end(actor, draft, work)


def acts_of(progress: dict[str, Any]) -> tuple[UUID, ...]:
    """What a job that has come so far has written, to be taken back."""
    act = progress.get("act")
    return (UUID(act),) if act and log.batch_size(UUID(act), 1) else ()


def _end_check(actor: Actor, draft: Draft, work: Importing) -> None:
    drafts.checked(draft, {**_told(draft, work), **kept_of(work)})


def _end_import(actor: Actor, draft: Draft, work: Importing) -> None:
    kept = None
    if work.receipt.failed_file:
        name = _("%(file)s, the rows that failed.csv") % {"file": draft.name}
        path = Path(work.receipt.failed_file)
        kept = files.keep(actor, path, name, "text/csv", "failed rows").uid
    acts = acts_of({"act": str(work.receipt.batch)})
    drafts.done(draft, _told(draft, work), acts, kept)
    if work.receipt.erased:
        _let_go(actor, draft)
    _go_on(actor, draft)


def _let_go(actor: Actor, draft: Draft) -> None:
    """A file that holds somebody who was erased does not stay, nor the archive it came in."""
    pack = _pack(actor, draft)
    named = [one.file for one in (draft, pack) if one is not None and one.file is not None]
    held = [files.facts(system(), uid) for uid in named]
    erased_files.let_go(held)
    transaction.on_commit(lambda: erased_files.unlink(held))


def _pack(actor: Actor, draft: Draft) -> Draft | None:
    """The archive that a file came in, while all of it is being imported."""
    uid = draft.settings.get("pack")
    pack = drafts.read(actor, UUID(uid)) if uid else None
    return pack if pack and pack.settings.get("is_running") else None


def _go_on(actor: Actor, draft: Draft) -> None:
    """Set off the next file of the same archive, in the order in which they link."""
    pack = _pack(actor, draft)
    for uid in pack.settings["drafts"] if pack else ():
        one = drafts.read(actor, UUID(uid))
        if one.state == drafts.CHECKED:
            drafts.set_off(actor, one, bring_file, drafts.IMPORTING)
            return
    _stop_pack(actor, draft)


def _stop_pack(actor: Actor, draft: Draft) -> None:
    """The others of the archive wait: what was refused may be what they link to."""
    if (pack := _pack(actor, draft)) is not None:
        drafts.decide(actor, pack, {**pack.settings, "is_running": False})


def _told(draft: Draft, work: Importing) -> dict[str, Any]:
    return {**work.receipt.plain(), "file": draft.name, "failed_file": ""}
