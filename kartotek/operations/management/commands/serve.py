"""`kartotek serve`: everything on this machine, kept alive."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections
from django.utils.translation import gettext as _

import kartotek
from kartotek.operations import first_run, house, keeper, links, ready
from kartotek.operations.keeper import Told
from kartotek.operations.processes import FolderLock


class Command(BaseCommand):
    """Prepares, says where it is, and keeps web workers and job worker alive."""

    help = "Start Kartotek on this machine (--lan: open it to the house)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--lan", action="store_true", help="other machines of the house may open it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        ready.refuse_bad_disk()
        lock = FolderLock(Path(settings.DATA))
        if not lock.take(alone=True):
            raise CommandError(_already_running())
        host = "0.0.0.0" if options["lan"] else "127.0.0.1"  # noqa: S104  (asked for by --lan)
        port = settings.ENVIRONMENT.port
        if not house.port_is_free(host, port):
            raise CommandError(_port_in_use(port))
        ready.refuse_silent_database()
        ready.migrate()
        ready.collect_static()
        found = house.addresses() if options["lan"] else []
        if found:
            os.environ["KARTOTEK_LAN_HOSTS"] = " ".join([*found, *house.names()])
        links.tell_where(f"http://{found[0]}:{port}" if found else links.local())
        told = Told(host, port, self._greeting(), _("Kartotek has stopped."))
        connections.close_all()
        lock.keep_over_exec()
        keeper.take_over(told)

    def _greeting(self) -> list[str]:
        lines = ["", f"Kartotek {kartotek.__version__}", ""]
        facts = [(_("Data"), str(settings.DATA)), (_("Open"), links.address())]
        if links.address() != links.local():
            facts.append((_("Here"), links.local()))
        if first_run.is_needed():
            link = f"{links.local()}/welcome/{first_run.new_token()}"
            facts += [(_("Begin"), link), ("", _("The link works once, for 24 hours."))]
        facts.append((_("Stop"), "Ctrl-C"))
        return [*lines, *(f"  {name:<8}{text}" for name, text in facts), ""]


def _already_running() -> str:
    return _(
        "Kartotek is running on %(folder)s already. Open %(address)s, stop it there first, "
        "or set KARTOTEK_DATA to another folder."
    ) % {"folder": settings.DATA, "address": links.address()}


def _port_in_use(port: int) -> str:
    return _(
        "Port %(port)s is in use by another program. Stop that one, or choose another port: "
        "KARTOTEK_PORT=%(other)s bin/up."
    ) % {"port": port, "other": port + 1}
