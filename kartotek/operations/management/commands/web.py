"""`kartotek web`: only the web workers, as a service beside others."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections
from django.utils.translation import gettext as _

from kartotek.operations import child, house, ready
from kartotek.operations.processes import become


class Command(BaseCommand):
    """Takes the place of this process; whoever started it keeps it alive."""

    help = "Run only the web workers (on several machines: one PostgreSQL, “kartotek jobs” beside)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="the address to listen on")

    def handle(self, *args: Any, **options: Any) -> None:
        ready.refuse_bad_disk()
        lock = ready.take_folder()
        ready.refuse_silent_database()
        if ready.pending():
            raise CommandError(
                _("The tables are older than this version. Run “kartotek migrate” once, then this.")
            )
        port = settings.ENVIRONMENT.port
        if not house.port_is_free(options["host"], port):
            raise CommandError(
                _("Port %(port)s is in use. Choose another one with KARTOTEK_PORT.")
                % {"port": port}
            )
        ready.collect_static()
        connections.close_all()
        lock.keep_over_exec()
        become([*child.COMMAND, "web", options["host"], str(port)])
