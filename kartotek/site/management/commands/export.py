"""`kartotek export TYPE --to FILE`: all records of one type; `--all`: everything there is."""

from pathlib import Path
from typing import Any

import orjson
from django.core.management import BaseCommand, CommandError, CommandParser

from kartotek.core.errors import PermissionDenied, ValidationError
from kartotek.interfaces.files.exporting import export_file, told
from kartotek.site.management.starting import acting_as, make_ready


class Command(BaseCommand):
    """Writes one file, says how many rows are in it, and ends with the receipt as JSON."""

    help = "Write all records of a type to FILE.csv, .xlsx, .jsonl or .vcf."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("type")
        parser.add_argument("--to", required=True, type=Path, metavar="FILE")
        parser.add_argument("--as", dest="mail", default="", metavar="MAIL")
        parser.add_argument("--json", action="store_true", help="the receipt as the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        make_ready()
        actor = acting_as(options["mail"], "export")
        try:
            receipt = export_file(actor, options["type"], options["to"])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        except PermissionDenied as error:
            raise CommandError(str(error)) from None
        self.stdout.write(told(receipt))
        self.stdout.write(orjson.dumps(receipt.plain()).decode())
