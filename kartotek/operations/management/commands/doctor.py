"""`kartotek doctor`: is everything well?"""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from kartotek.operations.doctor import findings


class Command(BaseCommand):
    """Prints one line for each thing it looked at; status 1 where something is wrong."""

    help = "Look whether everything is well, and say what to do where it is not."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = 0
        for finding in findings():
            wrong += finding.is_wrong
            self.stdout.write(f"{'!!' if finding.is_wrong else 'ok'}  {finding.text}")
        self.stdout.write(
            _("%(count)s things need you.") % {"count": wrong} if wrong else _("All is well.")
        )
        if wrong:
            raise SystemExit(1)
