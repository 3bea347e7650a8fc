"""`kartotek export TYPE --to FILE`: all records of one type; `--all`: everything there is."""

from pathlib import Path
from typing import Any

import orjson
from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from kartotek.core.actor import Actor
from kartotek.core.errors import PermissionDenied, ValidationError
from kartotek.core.revealing import revealing
from kartotek.interfaces.files.everything import export_everything
from kartotek.interfaces.files.exporting import export_file, told
from kartotek.site.management.starting import acting_as, make_ready


class Command(BaseCommand):
    """Writes one file, says how many rows are in it, and ends with the receipt as JSON."""

    help = "Write all records of a type to FILE.csv, .xlsx, .jsonl or .vcf; or everything."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("type", nargs="?", default="", help="contacts, companies, …")
        parser.add_argument("--all", action="store_true", help="everything, into FILE.zip")
        parser.add_argument("--to", required=True, type=Path, metavar="FILE")
        parser.add_argument("--as", dest="mail", default="", metavar="MAIL")
        parser.add_argument("--whole", action="store_true", help="masked values, too")
        parser.add_argument("--json", action="store_true", help="the receipt as the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        make_ready()
        actor = acting_as(options["mail"], "export")
        actor = revealing(actor) if options["whole"] else actor
        try:
            receipt = _exported(actor, options["type"], options["to"], options["all"])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        except PermissionDenied as error:
            raise CommandError(str(error)) from None
        written = receipt.plain()
        self.stdout.write(told(written["rows"], options["to"]))
        self.stdout.write(orjson.dumps(written).decode())


def _exported(actor: Actor, key: str, path: Path, everything: bool) -> Any:
    """The receipt of what was asked for. ValidationError where that is not clear."""
    if everything and (key or path.suffix.lower() != ".zip"):
        raise ValidationError(
            _("Everything goes into one archive: kartotek export --all --to everything.zip")
        )
    if everything:
        return export_everything(actor, path)
    if not key:
        raise ValidationError(_("Name the type to export, or --all for everything."))
    return export_file(actor, key, path)
