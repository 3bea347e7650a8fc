"""`kartotek jobs`: does what was put off, and what follows from the log."""

from __future__ import annotations

import signal
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from kartotek.core.worker import LEASE, Worker
from kartotek.operations import ready
from kartotek.operations.processes import has_keeper

ENDING = (signal.SIGTERM, signal.SIGINT)


class Command(BaseCommand):
    """The worker; any number of them may run against one database, none during a restore."""

    help = "Do the jobs that are due and feed what reads the log, until told to end."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due, then end")
        parser.add_argument(
            "--lease",
            type=float,
            default=LEASE.total_seconds(),
            help="seconds after which a silent worker's job goes to another",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        lock = None if has_keeper() else ready.take_folder()
        try:
            self._work(options)
        finally:
            if lock is not None:
                lock.give_back()

    def _work(self, options: dict[str, Any]) -> None:
        worker = Worker(timedelta(seconds=options["lease"]))
        before = {told: signal.signal(told, lambda *_told: worker.stop()) for told in ENDING}
        try:
            if options["once"]:
                worker.run_due()
            else:
                worker.run()
        finally:
            for told, handler in before.items():
                signal.signal(told, handler)
