"""`kartotek import FILE`: a file into records, with a receipt that adds up."""

from pathlib import Path
from typing import Any

import orjson
from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from kartotek.core.errors import PermissionDenied, ValidationError
from kartotek.interfaces.files.importing import Plan, import_file
from kartotek.operations import ready
from kartotek.site.management.starting import acting_as, make_ready


class Command(BaseCommand):
    """Reads one file; ends with 1 where rows failed or nothing could be read."""

    help = "Read a file (CSV, XLSX, ODS, vCard, JSON lines) into records, with a receipt."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--type", default="", help="contacts, companies, …; else guessed")
        parser.add_argument("--sheet", default="", help="of a workbook; else that with most rows")
        parser.add_argument("--dry-run", action="store_true", help="store nothing")
        parser.add_argument(
            "--map", type=Path, help='a JSON file: column → field, such as phones.mobile, or ""'
        )
        parser.add_argument("--json", action="store_true", help="the receipt as the last line")
        parser.add_argument("--as", dest="mail", default="", metavar="MAIL")

    @ready.restore_kept_out()
    def handle(self, *args: Any, **options: Any) -> None:
        make_ready()
        actor = acting_as(options["mail"], "import")
        try:
            plan = Plan(
                options["type"], _choices(options["map"]), dry_run=options["dry_run"],
                sheet=options["sheet"],
            )  # fmt: skip
            receipt = import_file(actor, options["file"], plan)
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


def _choices(path: Path | None) -> dict[int | str, str]:
    """Column → target, as the file given with --map says."""
    if path is None:
        return {}
    try:
        found = orjson.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise CommandError(
            _("“%(file)s” cannot be read as JSON: %(why)s. Write it like {\"Mobile\": "
              "\"phones.mobile\"}.") % {"file": str(path), "why": error}
        ) from None  # fmt: skip
    if not isinstance(found, dict) or not all(isinstance(one, str) for one in found.values()):
        raise CommandError(
            _("“%(file)s” must hold one object: column → field.") % {"file": str(path)}
        )
    return found
