"""`kartotek export TYPE --to FILE`: all records of one type, for machines."""

from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils.translation import ngettext

from kartotek.core.errors import PermissionDenied, ValidationError
from kartotek.interfaces.files.exporting import export_file
from kartotek.site.management.starting import acting_as, make_ready


class Command(BaseCommand):
    """Writes one file and says how many rows are in it."""

    help = "Write all records of a type to FILE.csv or FILE.jsonl."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("type")
        parser.add_argument("--to", required=True, type=Path, metavar="FILE")
        parser.add_argument("--as", dest="mail", default="", metavar="MAIL")

    def handle(self, *args: Any, **options: Any) -> None:
        make_ready()
        actor = acting_as(options["mail"], "export")
        try:
            rows = export_file(actor, options["type"], options["to"])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        except PermissionDenied as error:
            raise CommandError(str(error)) from None
        told = ngettext("%(count)s row written to %(file)s", "%(count)s rows written to %(file)s",
                        rows)  # fmt: skip
        self.stdout.write(told % {"count": rows, "file": options["to"]})
