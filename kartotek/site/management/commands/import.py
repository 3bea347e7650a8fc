"""`kartotek import FILE`: a file into records, with a receipt that adds up."""

from pathlib import Path
from typing import Any

import orjson
from django.core.management import BaseCommand, CommandError, CommandParser

from kartotek.core.errors import PermissionDenied, ValidationError
from kartotek.interfaces.files.decisions import Decisions
from kartotek.interfaces.files.importing import Plan, import_file
from kartotek.interfaces.files.packed_import import import_pack
from kartotek.interfaces.files.packs import is_pack
from kartotek.interfaces.files.rules import WHOLE
from kartotek.operations import ready
from kartotek.site.management.column_map import read_map
from kartotek.site.management.starting import acting_as, make_ready


class Command(BaseCommand):
    """Reads one file; ends with 1 where rows failed or nothing could be read."""

    help = "Read a file (CSV, XLSX, ODS, vCard, JSON lines, or a ZIP) into records, with a receipt."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--type", default="", help="contacts, companies, …; else guessed")
        parser.add_argument("--sheet", default="", help="of a workbook; else that with most rows")
        parser.add_argument("--dry-run", action="store_true", help="store nothing")
        parser.add_argument(
            "--map", type=Path, help='a JSON file: column → field, such as phones.mobile, or ""'
        )
        parser.add_argument(
            "--match", choices=WHOLE[1:], default="",
            help="what to do with a record that is here already; else overwrite it where it has "
            "the same id, and fill its empty fields where only mail, phone or name say so",
        )  # fmt: skip
        parser.add_argument(
            "--make-missing", dest="make", action="store_true",
            help="make the records that a column names and that are not here",
        )  # fmt: skip
        parser.add_argument("--json", action="store_true", help="the receipt as the last line")
        parser.add_argument("--as", dest="mail", default="", metavar="MAIL")

    @ready.restore_kept_out()
    def handle(self, *args: Any, **options: Any) -> None:
        make_ready()
        actor = acting_as(options["mail"], "import")
        try:
            columns = read_map(options["map"])
            plan = Plan(
                options["type"], columns.targets, dry_run=options["dry_run"],
                sheet=options["sheet"],
                decisions=Decisions(
                    match=options["match"], matches=columns.matches, dates=columns.dates,
                    make=options["make"],
                ),
            )  # fmt: skip
            bring = import_pack if is_pack(options["file"]) else import_file
            receipt = bring(actor, options["file"], plan)
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
