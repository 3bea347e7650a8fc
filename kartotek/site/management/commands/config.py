"""`kartotek config`: what was set up, as one file that can be kept, compared and applied."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kartotek.operations import configuration, ready
from kartotek.operations.refusing import told_refusals
from kartotek.site.management.starting import acting_as, make_ready


class Command(BaseCommand):
    """Fields and shared views: from one installation to another, or kept beside it."""

    help = "Write the fields and shared views to a file, compare with one, or apply one."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
        export = verbs.add_parser("export", help="write the set-up as JSON")
        export.add_argument("--to", type=Path, metavar="FILE", help="else to standard output")
        diff = verbs.add_parser("diff", help="what differs; ends with 1 where anything does")
        apply = verbs.add_parser("apply", help="make this installation like the file")
        for verb in (diff, apply):
            verb.add_argument("file", type=Path, metavar="FILE")
        for verb in (export, diff, apply):
            verb.add_argument("--as", dest="mail", default="", metavar="MAIL")
        apply.add_argument("--remove", action="store_true", help="also what the file does not have")

    @ready.restore_kept_out()
    def handle(self, *args: Any, **options: Any) -> None:
        make_ready()
        with told_refusals():
            getattr(self, f"_{options['verb']}")(acting_as(options["mail"], "config"), options)

    def _export(self, actor: Any, options: dict[str, Any]) -> None:
        text = configuration.exported(actor)
        if options["to"]:
            options["to"].write_bytes(text)
        else:
            self.stdout.write(text.decode(), ending="")

    def _diff(self, actor: Any, options: dict[str, Any]) -> None:
        found = configuration.differences(actor, _read(options["file"]))
        for one in found:
            self.stdout.write(str(one))
        if found:
            sys.exit(1)

    def _apply(self, actor: Any, options: dict[str, Any]) -> None:
        done = configuration.applied(actor, _read(options["file"]), removes=options["remove"])
        rows = done.created + done.updated + done.unchanged
        told = ngettext("%(n)s entry applied.", "%(n)s entries applied.", rows) % {"n": rows}
        self.stdout.write(f"{told} " + _("“kartotek undo %(batch)s” takes it back.")
                          % {"batch": done.batch})  # fmt: skip
        self.stdout.write(json.dumps({
            "rows": rows, "created": done.created, "updated": done.updated,
            "unchanged": done.unchanged, "skipped": 0, "failed": 0,
            "removed": done.removed, "batch": str(done.batch),
        }))  # fmt: skip


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        raise CommandError(
            _("“%(file)s” cannot be read. Check its name.") % {"file": file}
        ) from None
