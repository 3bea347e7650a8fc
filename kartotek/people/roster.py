"""Who of the company may sign in: added, listed, deactivated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils.translation import gettext as _

from kartotek.core.actor import Actor, system
from kartotek.core.catalogue import the_type
from kartotek.core.dialect import dialect
from kartotek.core.errors import ValidationError
from kartotek.core.fieldtypes import Moment
from kartotek.core.find import find
from kartotek.core.gathering import reachable
from kartotek.core.question import Question
from kartotek.core.reading import as_uuid
from kartotek.core.saved import Saved
from kartotek.core.security import note
from kartotek.core.workspace import workspace
from kartotek.core.write import write
from kartotek.people.invitations import invitation
from kartotek.people.signing import give_account, normal_email


@dataclass(frozen=True)
class Entry:
    """One person with credentials, as the list shows them."""

    email: str
    name: str
    role: str
    is_active: bool
    last_seen: datetime | None


def add_member(actor: Actor, name: str, email: str, *, role: str, department: str = "") -> User:
    """A member with credentials that wait for a password. Raises ValidationError."""
    email = normal_email(email)
    values = {
        "name": name,
        "emails": [{"address": email, "type": "work"}],
        "role": role,
        "is_active": True,
        "department": _department(actor, department),
        "language": workspace().language,
    }
    with transaction.atomic():
        member = write(actor, "members", None, values).uid
        return give_account(member, email, name, None)


def _department(actor: Actor, name: str) -> UUID | None:
    """The department of this name; without one, that of the company itself."""
    wanted = (name or workspace().name).strip().casefold()
    found = list(find(actor, "departments", Question(columns=("name",), size=500)))
    for row in found:
        if str(row["name"]).strip().casefold() == wanted:
            return row.uid
    if not name:
        return None
    raise ValidationError(
        {
            "department": _("There is no department “%(name)s”. There are: %(known)s.")
            % {"name": name, "known": ", ".join(str(row["name"]) for row in found) or "–"}
        }
    )


@dataclass(frozen=True)
class Access:
    """How somebody signs in: with which mail, whether they have yet, when they were last here."""

    email: str
    is_waiting: bool  # for a password of their own
    last_seen: datetime | None


def accesses() -> dict[UUID, Access]:
    """Member → their credentials; who has none is not among them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT m.uid, u.username, u.password, a.last_seen FROM people_account a "
            "JOIN auth_user u ON u.id = a.user_id JOIN people_member m ON m.id = a.member_id"
        )
        rows = cursor.fetchall()
    return {
        as_uuid(uid): Access(
            email, password.startswith(UNUSABLE_PASSWORD_PREFIX), Moment().load(seen)
        )
        for uid, email, password, seen in rows
    }


def invite(actor: Actor, member: UUID) -> str:
    """The secret of a link by which a member chooses a (new) password; others made before die.

    Who has no credentials yet gets some, under their first mail address. NotFound,
    PermissionDenied, or ValidationError where there is no address or no access.
    """
    raw = reachable(actor, the_type("members"), member, "edit")
    if raw.removed or not raw.values["is_active"]:
        raise ValidationError(_("This member has no access. Give it back first."))
    with transaction.atomic():
        user = _user_of(member)
        if user is None:
            addresses = [one["address"] for one in raw.values["emails"]]
            if not addresses:
                raise ValidationError(
                    _("%(name)s has no e-mail address yet. Write one down first: it is what they "
                      "sign in with.") % {"name": raw.values["name"]}
                )  # fmt: skip
            user = give_account(member, addresses[0], str(raw.values["name"]), None)
        note("invited", actor=actor, email=user.username)
    return invitation(user)


def _user_of(member: UUID) -> User | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.user_id FROM people_account a JOIN people_member m ON m.id = a.member_id "
            "WHERE m.uid = %s",
            [dialect().uid(member)],
        )
        row = cursor.fetchone()
    return User.objects.filter(pk=row[0]).first() if row else None


def set_access(actor: Actor, member: UUID, *, is_open: bool) -> Saved:
    """Give somebody access, or end it: their next request, on every channel, is refused."""
    with transaction.atomic():
        saved = write(actor, "members", member, {"is_active": is_open})
        user = _user_of(member)
        note(
            "activated" if is_open else "deactivated",
            actor=actor, email=user.username if user else "", member=str(member),
        )  # fmt: skip
    return saved


def everybody() -> list[Entry]:
    """Everybody with credentials, by name."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT u.username, m.name, m.role, m.is_active, m.removed_at, a.last_seen "
            "FROM people_account a JOIN auth_user u ON u.id = a.user_id "
            "JOIN people_member m ON m.id = a.member_id ORDER BY m.name_key, m.id"
        )
        rows = cursor.fetchall()
    return [
        Entry(email, name, role, bool(active) and removed is None, Moment().load(seen))
        for email, name, role, active, removed, seen in rows
    ]


def an_administrator_can_sign_in() -> bool:
    """Is there an active administrator with credentials and a password?"""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT m.uid FROM people_account a JOIN auth_user u ON u.id = a.user_id "
            "JOIN people_member m ON m.id = a.member_id "
            "WHERE u.is_active AND u.password NOT LIKE %s",
            [f"{UNUSABLE_PASSWORD_PREFIX}%"],
        )
        uids = tuple(as_uuid(row[0]) for row in cursor.fetchall())
    asked = Question(uids=uids, columns=("role", "is_active"))
    members = find(system("first_run"), "members", asked)
    return any(row["role"] == "administrator" and row["is_active"] for row in members)
