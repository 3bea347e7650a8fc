"""`kartotek backup`: one verified copy, now."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from kartotek.operations import copies


class Command(BaseCommand):
    """Copies the database while it is in use."""

    help = "Copy the data now, verify the copy, and say where it is."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = copies.copy_now()
        except copies.CopyFailed as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(str(made.path))
        self.stdout.write(
            _("%(rows)s rows in %(tables)s tables, opened again and counted.")
            % {"rows": f"{made.rows:,}", "tables": len(made.counts)}
        )
