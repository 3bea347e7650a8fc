"""`kartotek token`: what programs sign in with."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from kartotek.core.actor import system
from kartotek.operations import ready
from kartotek.operations.refusing import told_refusals
from kartotek.people.tokens import make_token, revoke_token, tokens
from kartotek.site.management.starting import acting_as, make_ready


class Command(BaseCommand):
    """Tokens for the API: made, listed, revoked."""

    help = "Make a token for the API, list them, or revoke one."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
        add = verbs.add_parser("add", help="make one and print its secret, once")
        add.add_argument("name", metavar="NAME", help="what will use it")
        add.add_argument(
            "--as", dest="mail", required=True, metavar="MAIL", help="for whom it acts"
        )
        add.add_argument("--days", type=int, default=None, help="how long it lives; else no end")
        verbs.add_parser("list", help="every token: never a secret")
        revoke = verbs.add_parser("revoke", help="end one at once")
        revoke.add_argument("token", metavar="TOKEN", help="its uid, as “token list” shows it")

    @ready.restore_kept_out()
    def handle(self, *args: Any, **options: Any) -> None:
        make_ready()
        with told_refusals():
            getattr(self, f"_{options['verb']}")(options)

    def _add(self, options: dict[str, Any]) -> None:
        owner = acting_as(options["mail"], "command")
        _uid, secret = make_token(owner, options["name"], options["days"])
        self.stdout.write(secret)
        # Beside the secret, not below it: a pipe takes the secret alone.
        self.stderr.write(
            _("Keep it where only the program can read it: it is not shown again. It may do what "
              "%(name)s may do.") % {"name": owner.name}
        )  # fmt: skip

    def _list(self, options: dict[str, Any]) -> None:
        states = {"live": "", "expired": _("expired"), "revoked": _("revoked")}
        for one in tokens():
            until = _day(one.expires_at) if one.expires_at else _("no end")
            line = "\t".join(
                [str(one.uid), one.name, one.member, until, _moment(one.used_at), states[one.state]]
            )
            self.stdout.write(line.rstrip())

    def _revoke(self, options: dict[str, Any]) -> None:
        facts = revoke_token(system("command"), _uid_of(options["token"]))
        self.stdout.write(
            _("“%(name)s” of %(member)s opens nothing any more.")
            % {"name": facts.name, "member": facts.member}
        )


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d}"


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M}" if at else "–"


def _uid_of(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise CommandError(
            _("“%(text)s” names no token. Copy its uid from “kartotek token list”.")
            % {"text": text[:60]}
        ) from None
