"""`kartotek user`: who may sign in."""

from __future__ import annotations

import getpass
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from kartotek.core.actor import system
from kartotek.operations import links, ready
from kartotek.operations.refusing import told_refusals
from kartotek.people import roster, signing
from kartotek.people.invitations import DAYS, invitation, member_of


class Command(BaseCommand):
    """Members and their credentials, from the command line."""

    help = "Add a person, list them, invite, deactivate, or set a new password."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
        add = verbs.add_parser("add", help="make a member and print an invitation")
        add.add_argument("name", metavar="NAME")
        add.add_argument("mail", metavar="MAIL")
        add.add_argument("--role", default="sales", help="by its name or key")
        add.add_argument("--department", default="", help="by name; else the company itself")
        verbs.add_parser("list", help="everybody who has credentials")
        for verb, words in [
            ("invite", "print a new invitation"),
            ("deactivate", "end somebody's access at once"),
            ("password", "set a new password (asked for, or from standard input)"),
        ]:
            verbs.add_parser(verb, help=words).add_argument("mail", metavar="MAIL")

    @ready.restore_kept_out()
    def handle(self, *args: Any, **options: Any) -> None:
        with told_refusals():
            getattr(self, f"_{options['verb']}")(options)

    def _add(self, options: dict[str, Any]) -> None:
        user = roster.add_member(
            system("command"),
            options["name"],
            options["mail"],
            role=options["role"],
            department=options["department"],
        )
        self._print_invitation(user)

    def _invite(self, options: dict[str, Any]) -> None:
        self._print_invitation(_known(options["mail"]))

    def _print_invitation(self, user: Any) -> None:
        self.stdout.write(f"{links.address()}/invitation/{invitation(user)}")
        self.stdout.write(_("The link works once, for %(days)s days.") % {"days": DAYS})
        if sentence := links.reach():
            self.stdout.write(sentence)

    def _list(self, options: dict[str, Any]) -> None:
        for one in roster.everybody():
            state = "" if one.is_active else _("deactivated")
            seen = f"{one.last_seen:%Y-%m-%d %H:%M}" if one.last_seen else "–"
            self.stdout.write(f"{one.email}\t{one.name}\t{one.role}\t{seen}\t{state}".rstrip())

    def _deactivate(self, options: dict[str, Any]) -> None:
        roster.set_access(system("command"), member_of(_known(options["mail"])), is_open=False)
        self.stdout.write(_("%(mail)s cannot come in any more.") % {"mail": options["mail"]})

    def _password(self, options: dict[str, Any]) -> None:
        user = _known(options["mail"])
        signing.set_password(user, _asked())
        self.stdout.write(
            _("The password of %(mail)s is set; they are signed out everywhere.")
            % {"mail": options["mail"]}
        )


def _known(mail: str) -> Any:
    user = signing.account_of(mail)
    if user is None:
        raise CommandError(
            _("Nobody signs in as %(mail)s. “kartotek user list” shows who does.") % {"mail": mail}
        )
    return user


def _asked() -> str:
    """Typed twice at a terminal; one line where the input is a pipe."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass(_("New password: "))
    if getpass.getpass(_("Once more: ")) != first:
        raise CommandError(_("The two were not the same. Nothing was changed; try again."))
    return first
