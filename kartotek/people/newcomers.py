"""Many people at once, each with credentials: one act, accounted for row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from kartotek.core import log, receipts
from kartotek.core.actor import Actor
from kartotek.core.acts import remember
from kartotek.core.errors import ValidationError
from kartotek.core.gathering_many import Wish
from kartotek.core.matching import by_identifiers
from kartotek.core.workspace import workspace
from kartotek.core.write_many import write_many
from kartotek.people.places import Places
from kartotek.people.roles import known
from kartotek.people.signing import give_account, normal_email

MAIL = "mail"  # the kind of identifier that an address is
AT_ONCE = 500  # addresses in one question


@dataclass(frozen=True)
class Newcomer:
    """One row: where it stands, and its cells as they were typed."""

    line: int
    name: str = ""
    mail: str = ""
    role: str = ""
    department: str = ""
    phone: str = ""
    language: str = ""

    @property
    def is_blank(self) -> bool:
        return not (self.name or self.mail or self.role or self.department or self.phone)


@dataclass(frozen=True)
class Terms:
    """How rows are taken: in which languages (code → own name) people may be spoken to, as which
    role those that name none, and whether departments are made."""

    languages: Mapping[str, str]
    role: str = ""
    make_departments: bool = False
    trial: bool = False
    label: str = ""  # of the act, as the trash and the history name it


@dataclass
class Brought:
    """What became of every row; `made` holds the credentials that wait for a password."""

    batch: UUID
    rows: int
    made: list[User] = field(default_factory=list)
    there: list[str] = field(default_factory=list)  # mail addresses that were here already
    blank: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)  # line, reason
    departments: int = 0


def bring_people(actor: Actor, rows: Sequence[Newcomer], terms: Terms) -> Brought:
    """Make a member with credentials of every row whose mail is nobody's yet.

    All of it is one commit and one act; a trial is taken back before it ends. ValidationError
    where the figures do not add up with the log: then nothing was made.
    """
    brought = Brought(uuid7(), len(rows))
    acting = actor.because(actor.cause, brought.batch)
    with transaction.atomic():
        sound = _sound(acting, rows, brought)
        _make(acting, sound, terms, brought)
        brought.refused.sort()
        if brought.made or brought.departments:
            remember(acting, brought.batch, None, terms.label)
        _keep_receipt(acting, terms, brought)
        if terms.trial:
            transaction.set_rollback(True)
    return brought


def _sound(actor: Actor, rows: Sequence[Newcomer], brought: Brought) -> dict[str, Newcomer]:
    """Mail → the row, of those that are new and have a name and an address of their own."""
    first: dict[str, Newcomer] = {}
    for row in rows:
        if row.is_blank:
            brought.blank += 1
            continue
        try:
            mail = normal_email(row.mail)
            if mail in first:
                raise ValidationError(
                    _("“%(mail)s” stands in line %(line)s already.")
                    % {"mail": mail, "line": first[mail].line}
                )
        except ValidationError as error:
            brought.refused.append((row.line, " ".join(error.messages)))
            continue
        first[mail] = row
    there = _there(actor, list(first))
    brought.there = [mail for mail in first if mail in there]
    return {mail: row for mail, row in first.items() if mail not in there}


def _there(actor: Actor, mails: list[str]) -> set[str]:
    """Those of the addresses by which a member is known, or signs in."""
    pairs = by_identifiers(actor, "members", [(MAIL, mail) for mail in mails])
    signing_in: set[str] = set()
    for at in range(0, len(mails), AT_ONCE):
        some = mails[at : at + AT_ONCE]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT u.username FROM people_account a JOIN auth_user u ON u.id = a.user_id "
                "JOIN people_member m ON m.id = a.member_id WHERE m.removed_at IS NULL "
                f"AND u.username IN ({', '.join(['%s'] * len(some))})",
                some,
            )
            signing_in.update(name for (name,) in cursor.fetchall())
    return {value for _kind, value in pairs} | signing_in


def _make(actor: Actor, sound: dict[str, Newcomer], terms: Terms, brought: Brought) -> None:
    places = Places(actor)
    wishes: list[tuple[str, Wish]] = []
    for mail, row in sound.items():
        try:
            wishes.append((mail, Wish(uuid7(), _values(places, mail, row, terms))))
        except ValidationError as error:
            brought.refused.append((row.line, " ".join(error.messages)))
    outcomes = write_many(actor, "members", [wish for _mail, wish in wishes])
    for (mail, wish), outcome in zip(wishes, outcomes, strict=True):
        row = sound[mail]
        if outcome.error is None:
            brought.made.append(give_account(wish.uid, mail, row.name, None))
        else:
            reason = " ".join(getattr(outcome.error, "messages", [str(outcome.error)]))
            brought.refused.append((row.line, reason))
    brought.departments = places.made


def _values(places: Places, mail: str, row: Newcomer, terms: Terms) -> dict[str, object]:
    if not row.name:
        raise ValidationError(_("The name is missing."))
    role, language = _role(row.role or terms.role), _language(row.language, terms.languages)
    place = places.at_or_made if terms.make_departments else places.at
    return {
        "name": row.name,
        "emails": [{"address": mail, "type": "work"}],
        "phones": row.phone,
        "role": role,
        "is_active": True,
        "department": place(row.department),
        "language": language,
    }


def _role(typed: str) -> str:
    """The key of a role that was named by it, or by its label."""
    wanted = typed.casefold()
    for key, one in known().items():
        if wanted in (key.casefold(), str(one.label).casefold()):
            return key
    told = {"role": typed[:80], "known": ", ".join(str(one.label) for one in known().values())}
    if not typed:
        raise ValidationError(_("The role is missing. There are: %(known)s.") % told)
    raise ValidationError(_("There is no role “%(role)s”. There are: %(known)s.") % told)


def _language(typed: str, languages: Mapping[str, str]) -> str:
    """The code of a language that was named by it, or by its own name; without one, the house's."""
    if not typed:
        return workspace().language
    wanted = typed.replace("_", "-").casefold()
    for code, name in languages.items():
        if wanted in (code, name.casefold()):
            return code
    told = {"language": typed[:80], "known": ", ".join(languages)}
    raise ValidationError(_("Kartotek does not speak “%(language)s”. It speaks: %(known)s.") % told)


def _keep_receipt(actor: Actor, terms: Terms, brought: Brought) -> None:
    """Who was made is counted in the log, not by the loop."""
    made = log.verbs_of_batch(brought.batch, "members").get("create", 0)
    receipts.record(
        "people", terms.label, actor, rows=brought.rows, created=made,
        unchanged=len(brought.there), skipped=brought.blank, failed=len(brought.refused),
        batch=brought.batch if made else None,
        detail={"refused": brought.refused, "departments": brought.departments},
    )  # fmt: skip
