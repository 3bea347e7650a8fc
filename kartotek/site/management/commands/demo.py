"""`kartotek demo`: practice data to look round in, taken back in one step."""

from typing import Any

import orjson
from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kartotek.core.errors import NotFound, PermissionDenied, ValidationError
from kartotek.core.receipts import ReceiptFacts
from kartotek.operations import ready
from kartotek.site.demo.bringing import bring, take_back
from kartotek.site.demo.making import SIZES
from kartotek.site.management.starting import acting_as, make_ready

FIGURES = ("rows", "created", "updated", "unchanged", "skipped", "failed")
SHOWN = 100  # of what was left


class Command(BaseCommand):
    """The last line is the receipt, as that of an import."""

    help = "Fill the workspace with practice data, or take it back with --remove."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--size", choices=list(SIZES), default="small")
        parser.add_argument("--remove", action="store_true", help="take the practice data back")
        parser.add_argument("--json", action="store_true", help="the receipt as the last line")
        parser.add_argument("--as", dest="mail", default="", metavar="MAIL")

    @ready.restore_kept_out()
    def handle(self, *args: Any, **options: Any) -> None:
        make_ready()
        actor = acting_as(options["mail"], "demo")
        try:
            if options["remove"]:
                taken = take_back(actor)
                for title, reason in taken.kept[:SHOWN]:
                    self.stdout.write(f"  {title}: {reason}")
                receipt = taken.receipt
            else:
                receipt = bring(actor, options["size"])
                self._tell(receipt)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        except (NotFound, PermissionDenied) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(_as_json(receipt) if options["json"] else _as_words(receipt))

    def _tell(self, receipt: ReceiptFacts) -> None:
        for key, count in receipt.detail.items():
            self.stdout.write(f"{key}: {count}")
        self.stdout.write(_("To take all of it back: kartotek demo --remove"))


def _as_json(receipt: ReceiptFacts) -> str:
    told = {name: getattr(receipt, name) for name in FIGURES}
    return orjson.dumps({**told, "batch": str(receipt.batch), "adds_up": True}).decode()


def _as_words(receipt: ReceiptFacts) -> str:
    told: dict[str, Any] = {name: getattr(receipt, name) for name in FIGURES}
    rows = ngettext("%(count)s row", "%(count)s rows", receipt.rows) % {"count": receipt.rows}
    said = _("%(rows)s = %(created)s created + %(updated)s updated + %(unchanged)s unchanged "
             "+ %(skipped)s skipped + %(failed)s failed")  # fmt: skip
    return said % {**told, "rows": rows}
