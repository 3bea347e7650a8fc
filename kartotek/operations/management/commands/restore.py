"""`kartotek restore FILE`: the data of a copy in the place of the present ones."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kartotek.operations.restoring import Restored, RestoreRefused, restore


class Command(BaseCommand):
    """Prints a receipt with the rows of each table."""

    help = "Bring back a copy (Kartotek must be stopped); the present data are kept aside."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", help="a copy, such as “backup” makes")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = restore(Path(options["file"]).expanduser())
        except RestoreRefused as refused:
            raise CommandError(str(refused)) from refused
        for table, rows in sorted(done.in_file.items()):
            if rows and done.now.get(table):
                self.stdout.write(f"{rows:>12,}  {table}")
        self.stdout.write(
            _("%(rows)s rows read: %(back)s brought back, %(left)s left out (sessions, passkeys "
              "that were removed since, people who were erased), so everybody signs in again.")
            % {"rows": f"{done.rows:,}", "back": f"{done.rows - done.skipped:,}",
               "left": done.skipped}
        )  # fmt: skip
        self._tell_of_erased(done)
        if done.aside:
            self.stdout.write(
                _("The data from before are kept as %(name)s.") % {"name": done.aside}
            )

    def _tell_of_erased(self, done: Restored) -> None:
        if done.erased:
            self.stdout.write(
                ngettext(
                    "%(count)s record was erased since this copy, and is erased again.",
                    "%(count)s records were erased since this copy, and are erased again.",
                    done.erased,
                )
                % {"count": done.erased}
            )
        if not done.has_list:
            self.stdout.write(
                _("No list of who was erased (erased.jsonl) lies beside this copy: whoever was "
                  "erased after it was made, and is not on the list of the data from before, is "
                  "back. Erase them again.")
            )  # fmt: skip
