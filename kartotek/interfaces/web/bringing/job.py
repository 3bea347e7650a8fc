"""The work behind the pages: a file checked, and imported, while the page tells how far it is.

Either may be cut off and done again. A trial stores nothing; an import that is repeated finds the
rows of the attempt before unchanged, so nothing is doubled, and its receipt counts both.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _
from django_tasks import task

from kartotek.core import drafts, files, jobs, log
from kartotek.core.actor import Actor
from kartotek.core.drafts import Draft, the_file
from kartotek.core.errors import NotFound, PermissionDenied, ValidationError
from kartotek.core.jobs import Run
from kartotek.interfaces.web.bringing.files_room import bring, called
from kartotek.interfaces.web.frame import words_of

Ending = Callable[[Actor, Draft, Path, dict[str, Any]], None]


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
                receipt = bring(
                    actor, path, draft.type, draft.choices,
                    trial=state == drafts.CHECKING, progress=_teller(run),
                )  # fmt: skip
                end(actor, draft, path, {**receipt, "file": draft.name, "failed_file": ""})
        except (ValidationError, PermissionDenied, NotFound) as error:
            with run.chunk():
                drafts.broke(draft, words_of(error), drafts.acts_named(draft))


def _teller(run: Run) -> Callable[[int, int], None]:
    """What the import calls after each chunk of rows."""

    def tell(done: int, rows: int) -> None:
        with run.chunk() as progress:
            progress.setdefault("began", datetime.now(UTC).isoformat())
            progress.setdefault("from", done)
            progress.update(done=done, rows=rows)

    return tell


def _end_check(actor: Actor, draft: Draft, path: Path, receipt: dict[str, Any]) -> None:
    with jobs.running().chunk():
        drafts.checked(draft, receipt)


def _end_import(actor: Actor, draft: Draft, path: Path, receipt: dict[str, Any]) -> None:
    acts = drafts.acts_named(draft)
    failed = path.with_name(f"{path.name}.failed.csv")
    kept = None
    if failed.exists():
        name = _("%(file)s, the rows that failed.csv") % {"file": draft.name}
        kept = files.keep(actor, failed, name, "text/csv", "failed rows").uid
    with jobs.running().chunk():
        drafts.done(draft, _of_all_attempts(receipt, acts), acts, kept)


def _of_all_attempts(receipt: dict[str, Any], acts: tuple[UUID, ...]) -> dict[str, Any]:
    """Counted in the log over all attempts: what an earlier one made is not unchanged."""
    if len(acts) < 2:
        return receipt
    verbs = [log.verbs_of_batch(act) for act in acts]
    created = sum(one.get("create", 0) for one in verbs)
    rest = int(receipt["rows"]) - int(receipt["skipped"]) - int(receipt["failed"])
    updated = min(sum(one.get("update", 0) for one in verbs), rest - created)
    unchanged = rest - created - updated
    return {**receipt, "created": created, "updated": updated, "unchanged": unchanged}
