"""`kartotek workspace`: what is set for the whole company, and its language."""

from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from kartotek.core.actor import system
from kartotek.core.workspace import WorkspaceFacts, workspace
from kartotek.operations import ready
from kartotek.people.company import change_company
from kartotek.site.languages import NAMES
from kartotek.site.management.starting import make_ready


class Command(BaseCommand):
    """Shows the facts; changes the language where one is named."""

    help = "Show the company's name, country, language and time zone; --language changes one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--language", choices=list(NAMES), help="in whose alphabet lists stand")

    @ready.restore_kept_out()
    def handle(self, *args: Any, **options: Any) -> None:
        make_ready()
        facts = workspace()
        if not facts.name:
            raise CommandError(
                _("There is no company yet. Start Kartotek and open the link that it prints.")
            )
        language = options["language"] or facts.language
        if language != facts.language:
            change_company(system("command"), {"language": language}, NAMES)
        self._show(workspace())
        if language != facts.language:
            self.stdout.write(
                _("Lists are put into the order of its alphabet while everybody works on; "
                  "“kartotek serve” does it in the background.")
            )  # fmt: skip

    def _show(self, facts: WorkspaceFacts) -> None:
        for label, said in [
            (_("Company"), facts.name),
            (_("Country"), facts.country),
            (_("Language"), NAMES.get(facts.language, facts.language)),
            (_("Time zone"), facts.zone),
        ]:
            self.stdout.write(f"{label}: {said}")
