"""`kartotek import FILE`: a CSV file into records, with a receipt that adds up."""

from pathlib import Path
from typing import Any

import orjson
from django.core.management import BaseCommand, CommandError, CommandParser

from kartotek.core.errors import PermissionDenied, ValidationError
from kartotek.interfaces.files.importing import import_file
from kartotek.operations import ready
from kartotek.site.management.starting import acting_as, make_ready


class Command(BaseCommand):
    """Reads one file; ends with 1 where rows failed or nothing could be read."""

    help = "Read a CSV file into records, with a receipt by row and by column."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--type", default="", help="contacts, companies, …; else guessed")
        parser.add_argument("--dry-run", action="store_true", help="store nothing")
        parser.add_argument("--json", action="store_true", help="the receipt as the last line")
        parser.add_argument("--as", dest="mail", default="", metavar="MAIL")

    @ready.restore_kept_out()
    def handle(self, *args: Any, **options: Any) -> None:
        make_ready()
        actor = acting_as(options["mail"], "import")
        try:
            receipt = import_file(
                actor, options["file"], options["type"], dry_run=options["dry_run"]
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        except PermissionDenied as error:
            raise CommandError(str(error)) from None
        if options["json"]:
            self.stdout.write(orjson.dumps(receipt.plain()).decode())
        else:
            self.stdout.write("\n".join(receipt.lines()))
        if receipt.failed:
            raise SystemExit(1)
