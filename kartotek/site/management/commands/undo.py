"""`kartotek undo BATCH`: takes back one act, such as an import, whatever its size."""

import time
from typing import Any
from uuid import UUID

from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kartotek.core import jobs, receipts
from kartotek.core.actor import Actor
from kartotek.core.errors import NotFound, PermissionDenied, ValidationError
from kartotek.core.undo import Undone
from kartotek.core.undo_job import undo_or_later
from kartotek.core.worker import Worker
from kartotek.operations import ready
from kartotek.site.management.starting import acting_as, make_ready

PAUSE = 0.2  # seconds between two looks at a job that another worker has


class Command(BaseCommand):
    """Undoes at once, or does the job for it here and waits for its end."""

    help = "Take back one act, for example an import; its receipt names BATCH."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("batch")
        parser.add_argument("--as", dest="mail", default="", metavar="MAIL")
        parser.add_argument(
            "--changed-too", action="store_true",
            help="of an import: remove also what people changed since",
        )  # fmt: skip

    @ready.restore_kept_out()
    def handle(self, *args: Any, **options: Any) -> None:
        make_ready()
        actor = acting_as(options["mail"], "undo")
        try:
            too = options["changed_too"]
            done = undo_or_later(actor, _uuid(options["batch"]), changed_too=too)
        except (NotFound, PermissionDenied) as error:
            raise CommandError(str(error)) from None
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        if isinstance(done, Undone):
            kept = [(one.type, str(one.uid), one.field, one.reason) for one in done.kept]
            self._tell(done.records, kept, len(kept), done.batch)
            self._offer(options["batch"], any(one.since for one in done.kept))
        else:
            changed = self._finish(actor, done)
            self._offer(options["batch"], changed)

    def _offer(self, batch: str, changed: bool) -> None:
        """The second press, where something stayed because people changed it since."""
        if changed:
            self.stdout.write(
                _("To remove what people changed since, too: kartotek undo %(batch)s --changed-too")
                % {"batch": batch}
            )

    def _finish(self, actor: Actor, job: UUID) -> bool:
        """Work until the job has ended; did it leave anything that people changed since?"""
        worker = Worker()
        while (facts := jobs.facts(job)).state not in ("done", "failed"):
            if not worker.step():
                time.sleep(PAUSE)
        if facts.state == "failed":
            last = (facts.error.strip().splitlines() or [""])[-1]
            raise CommandError(_("The undo stopped: %(why)s") % {"why": last})
        told = receipts.read(actor, facts.result["receipt"])
        kept = [
            (one["type"], one["uid"], one["field"], one["reason"]) for one in told.detail["kept"]
        ]
        self._tell(told.updated, kept, len(kept) + told.detail["more"], job)
        return any(one.get("since") for one in told.detail["kept"])

    def _tell(
        self, records: int, kept: list[tuple[str, str, str, str]], count: int, batch: UUID
    ) -> None:
        told = ngettext("%(count)s record put back.", "%(count)s records put back.", records)
        self.stdout.write(told % {"count": records})
        if count:
            self.stdout.write(_("Left as they are: %(count)s") % {"count": count})
        for type_key, uid, name, reason in kept[:100]:
            self.stdout.write(f"  {type_key} {uid} {name}: {reason}")
        self.stdout.write(_("To take this back in turn: kartotek undo %(batch)s")
                          % {"batch": batch})  # fmt: skip


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise CommandError(
            _("“%(text)s” names no act. Copy it from the receipt.") % {"text": text[:60]}
        ) from None
