"""`kartotek user`: who may sign in."""

from __future__ import annotations

import csv
import getpass
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from kartotek.core.actor import system
from kartotek.interfaces.files.cells import escape
from kartotek.operations import links, ready
from kartotek.operations.refusing import told_refusals
from kartotek.people import roster, second_step, signing
from kartotek.people.invitations import DAYS, member_of
from kartotek.people.newcomers import Brought, Terms, bring_people
from kartotek.site.languages import NAMES
from kartotek.site.management.people_table import read_people
from kartotek.site.management.starting import make_ready


class Command(BaseCommand):
    """Members and their credentials, from the command line."""

    help = "Add a person or a file of people, list, invite, deactivate, or set a new password."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
        add = verbs.add_parser("add", help="make a member and print an invitation")
        add.add_argument("name", metavar="NAME")
        add.add_argument("mail", metavar="MAIL")
        add.add_argument("--role", default="sales", help="by its name or key")
        add.add_argument("--department", default="", help="by name; else the company itself")
        _add_import(verbs.add_parser("import", help="make a member of every row of a table"))
        verbs.add_parser("list", help="everybody who has credentials")
        for verb, words in [
            ("invite", "print a new invitation"),
            ("deactivate", "end somebody's access at once"),
            ("one-step", "let somebody in by their password alone, as after a phone is lost"),
            ("password", "set a new password (asked for, or from standard input)"),
        ]:
            verbs.add_parser(verb, help=words).add_argument("mail", metavar="MAIL")

    @ready.restore_kept_out()
    def handle(self, *args: Any, **options: Any) -> None:
        with told_refusals():
            getattr(self, f"_{options['verb'].replace('-', '_')}")(options)

    def _import(self, options: dict[str, Any]) -> None:
        make_ready()
        rows, remarks = read_people(options["file"], options["sheet"])
        terms = Terms(
            NAMES, options["role"], options["make_departments"], options["trial"],
            _("People of %(file)s") % {"file": options["file"].name},
        )  # fmt: skip
        brought = bring_people(system("command"), rows, terms)
        # Links go where a pipe takes them alone; the receipt stands beside them.
        told = self.stderr if options["invite"] else self.stdout
        told.write("\n".join([*remarks, *_receipt(brought, terms)]), self.style.NOTICE)
        if options["invite"] and not terms.trial:
            self._print_links(brought)
        if brought.refused:
            raise SystemExit(1)

    def _print_links(self, brought: Brought) -> None:
        """A link for everybody of the file who has not chosen a password yet."""
        let_in = {one.email for one in roster.everybody() if one.is_active}
        known = [signing.account_of(mail) for mail in brought.there if mail in let_in]
        rows = csv.writer(self.stdout, lineterminator="\n")
        rows.writerow(["name", "mail", "link"])
        for user in [*brought.made, *filter(None, known)]:
            if user.has_usable_password():
                continue
            secret = roster.invite(system("command"), member_of(user))
            link = f"{links.address()}/invitation/{secret}"
            rows.writerow([escape(user.first_name), escape(user.username), link])
        if sentence := links.reach():
            self.stderr.write(sentence)

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
        secret = roster.invite(system("command"), member_of(user))
        self.stdout.write(f"{links.address()}/invitation/{secret}")
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

    def _one_step(self, options: dict[str, Any]) -> None:
        user = _known(options["mail"])
        if second_step.end_all(system("command"), [user.pk], member_of(user)):
            told = _("%(mail)s comes in by the password alone.")
        else:
            told = _("%(mail)s has no second step.")
        self.stdout.write(told % {"mail": options["mail"]})

    def _password(self, options: dict[str, Any]) -> None:
        user = _known(options["mail"])
        signing.set_password(user, _asked())
        self.stdout.write(
            _("The password of %(mail)s is set; they are signed out everywhere.")
            % {"mail": options["mail"]}
        )


def _add_import(parser: CommandParser) -> None:
    parser.add_argument(
        "file", type=Path, metavar="FILE",
        help="CSV, XLSX or ODS, with columns name, mail, role, department, phone, language",
    )  # fmt: skip
    parser.add_argument("--sheet", default="", help="of a workbook; else that with most rows")
    parser.add_argument("--role", default="", help="of rows that name none")
    for name, words in [
        ("--make-departments", "make the departments that are missing"),
        ("--invite", "print name, mail and link of who has no password yet, as CSV"),
        ("--trial", "store nothing"),
    ]:
        parser.add_argument(name, action="store_true", help=words)


def _receipt(brought: Brought, terms: Terms) -> list[str]:
    """What became of the rows, in figures that add up; every refused row by its line."""
    figures = {
        "rows": brought.rows, "made": len(brought.made), "there": len(brought.there),
        "blank": brought.blank, "refused": len(brought.refused),
    }  # fmt: skip
    told = [
        _("%(rows)s rows = %(made)s made + %(there)s unchanged + %(blank)s blank + "
          "%(refused)s refused") % figures
    ]  # fmt: skip
    told += [
        _("  line %(line)s: %(why)s") % {"line": line, "why": why} for line, why in brought.refused
    ]
    if brought.departments:
        told.append(_("Departments made: %(count)s") % {"count": brought.departments})
    if terms.trial:
        told.append(_("This was a trial: nothing was stored."))
    elif brought.made or brought.departments:
        told.append(_("To take it back: kartotek undo %(batch)s") % {"batch": brought.batch})
    return told


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
