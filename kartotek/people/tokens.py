"""Bearer tokens: credentials of programs that act for a member; made, used, refused, revoked.

A token is a credential, as a password and a session are, and so an exception to the doors. What
is kept is the SHA-256 of a random text of 256 bits: nobody guesses that by trying, so a slow hash,
which guards what people think up, would only cost every request what it costs an attacker.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from kartotek.core import workspace
from kartotek.core.actor import Actor
from kartotek.core.dialect import dialect
from kartotek.core.errors import NotFound, PermissionDenied, ValidationError
from kartotek.core.fieldtypes import Moment
from kartotek.core.reading import as_uuid
from kartotek.core.security import note
from kartotek.people.acting import actor_of_member
from kartotek.people.member import LONGEST_TOKEN_NAME
from kartotek.people.security import address_of

PREFIX = "kartotek_"  # by which scanners of source text know that a secret was published
SECRET_BYTES = 32
MOST_DAYS = 3_650
USED_SECONDS = 300  # how often the last use is written: reading does not write
TOLD_SECONDS = 60  # how often the same refusal from the same machine is a line in the log
MOST_TOLD = 1_000  # refusals remembered in one process
_COLUMNS = (
    "t.uid, t.name, m.name, t.made_at, t.expires_at, t.used_at, t.revoked_at, t.view "
    "FROM people_token t JOIN people_member m ON m.id = t.member_id"
)
_told: dict[tuple[str, str], float] = {}


@dataclass(frozen=True)
class TokenFacts:
    """One token as a list shows it; the secret itself is nowhere."""

    uid: UUID
    name: str
    member: str
    made_at: datetime | None
    expires_at: datetime | None
    used_at: datetime | None
    revoked_at: datetime | None
    view: UUID | None = None  # the saved view that is all it reads

    @property
    def state(self) -> str:
        """ "live", "expired" or "revoked"."""
        if self.revoked_at is not None:
            return "revoked"
        is_over = self.expires_at is not None and self.expires_at <= datetime.now(UTC)
        return "expired" if is_over else "live"


class TokenRefused(PermissionDenied):
    """This bearer opens nothing; the sentence says what to do."""


def make_token(
    owner: Actor, name: str, days: int | None = None, *, view: UUID | None = None
) -> tuple[UUID, str]:
    """A token that acts for a member: (its uid, the secret). The secret is told here only.

    With `view` it reads the rows of that saved view, as its owner may, and opens nothing else.
    ValidationError for a bad name or number of days, PermissionDenied where `owner` is no member.
    """
    if owner.member is None:
        raise PermissionDenied(_("A token acts for a member. Say whose it is."))
    name = "".join(filter(str.isprintable, " ".join(name.split())))
    if not 1 <= len(name) <= LONGEST_TOKEN_NAME:
        raise ValidationError(
            {"name": _("A token has a name of 1 to %(most)s letters. Say what will use it.")
             % {"most": LONGEST_TOKEN_NAME}}
        )  # fmt: skip
    if days is not None and not 1 <= days <= MOST_DAYS:
        raise ValidationError(
            {"days": _("A token lives 1 to %(most)s days, or without end where none are given.")
             % {"most": MOST_DAYS}}
        )  # fmt: skip
    uid, secret, now = uuid7(), PREFIX + secrets.token_urlsafe(SECRET_BYTES), datetime.now(UTC)
    ends = now + timedelta(days=days) if days is not None else None
    speak = dialect()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO people_token "
                "(uid, member_id, name, digest, made_at, expires_at, view) "
                "VALUES (%s, %s, %s, %s, %s, %s, %s)",
                [
                    speak.uid(uid), owner.member, name, _digest(secret), speak.instant(now),
                    ends and speak.instant(ends), view and speak.uid(view),
                ],
            )  # fmt: skip
        limit = {"view": str(view)} if view else {}
        note("token_made", actor=owner, token=str(uid), name=name, days=days, **limit)
    return uid, secret


def revoke_token(actor: Actor, uid: UUID) -> TokenFacts:
    """End a token: its next request is refused. NotFound where there is none that still opens."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE people_token SET revoked_at = %s WHERE uid = %s AND revoked_at IS NULL",
                [dialect().instant(datetime.now(UTC)), dialect().uid(uid)],
            )
            if cursor.rowcount != 1:
                raise NotFound(
                    _("There is no such token, or it is revoked already. "
                      "“kartotek token list” shows them.")
                )  # fmt: skip
        (facts,) = _read("WHERE t.uid = %s", [dialect().uid(uid)])
        note("token_revoked", actor=actor, token=str(uid), name=facts.name, member=facts.member)
    return facts


def tokens() -> list[TokenFacts]:
    """Every token there ever was, the newest first."""
    return _read("ORDER BY t.id DESC", [])


def tokens_of(member: UUID) -> list[TokenFacts]:
    """The tokens that act for a member and still open something, the newest first."""
    found = _read(
        "WHERE m.uid = %s AND t.revoked_at IS NULL ORDER BY t.id DESC", [dialect().uid(member)]
    )
    return [one for one in found if one.state == "live"]


def revoke_of(actor: Actor, member: UUID, uid: UUID) -> TokenFacts:
    """End a token of this member. NotFound where they have no such token."""
    if uid not in {one.uid for one in tokens_of(member)}:
        raise NotFound(_("There is no such token any more."))
    return revoke_token(actor, uid)


def links_to(actor: Actor, view: UUID) -> list[TokenFacts]:
    """This member's own tokens that read one saved view and still open it, the newest first."""
    found = _read(
        "WHERE t.member_id = %s AND t.view = %s AND t.revoked_at IS NULL ORDER BY t.id DESC",
        [actor.member, dialect().uid(view)],
    )
    return [one for one in found if one.state == "live"]


def revoke_link(actor: Actor, view: UUID, uid: UUID) -> TokenFacts:
    """End one of one's own links to a view. NotFound where there is no such link."""
    if uid not in {one.uid for one in links_to(actor, view)}:
        raise NotFound(_("There is no such link any more."))
    return revoke_token(actor, uid)


def _read(where: str, params: list[Any]) -> list[TokenFacts]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_COLUMNS} {where}", params)
        rows = cursor.fetchall()
    return [_facts(row) for row in rows]


def _facts(row: Any) -> TokenFacts:
    made, expires, used, revoked = map(Moment().load, row[3:7])
    view = None if row[7] is None else as_uuid(row[7])
    return TokenFacts(as_uuid(row[0]), row[1], row[2], made, expires, used, revoked, view)


def revoked() -> list[tuple[datetime, str]]:
    """(when, digest) of every revoked token: what a restore keeps."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT revoked_at, digest FROM people_token WHERE revoked_at IS NOT NULL")
        rows = cursor.fetchall()
    at = Moment().load
    return [(when, digest) for stored, digest in rows if (when := at(stored)) is not None]


def stay_revoked(ended: list[tuple[datetime, str]]) -> None:
    """Revoke what `revoked` told in other data of the same house, where it still opens here."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE people_token SET revoked_at = %s WHERE digest = %s AND revoked_at IS NULL",
            [(dialect().instant(when), digest) for when, digest in ended],
        )


def bearer_of(request: HttpRequest) -> str | None:
    """The secret a request brings (RFC 6750, section 2.1); None where it brings no bearer."""
    scheme, _space, secret = request.headers.get("Authorization", "").strip().partition(" ")
    return secret.strip() if scheme.casefold() == "bearer" else None


def actor_of_bearer(request: HttpRequest, secret: str) -> Actor:
    """The member behind a token, with the rights of today. Raises TokenRefused."""
    actor, view = _opened(request, secret, "api")
    if view is not None:
        raise _refused(request, "one_view", actor.token)
    return actor


def reader_of_view(request: HttpRequest, secret: str) -> tuple[Actor, UUID]:
    """Who made a link to a saved view, with the rights of today, and the view. TokenRefused."""
    actor, view = _opened(request, secret, "link")
    if view is None:
        raise _refused(request, "no_view", actor.token)
    return actor, view


def _opened(request: HttpRequest, secret: str, cause: str) -> tuple[Actor, UUID | None]:
    """The member behind a token that opens, and the one view it is for, if it is for one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, uid, member_id, name, expires_at, used_at, revoked_at, view, "
            "(SELECT customization FROM core_workspace) FROM people_token WHERE digest = %s",
            [_digest(secret)],
        )
        row = cursor.fetchone()
    if row is None:
        raise _refused(request, "unknown", None)
    id, uid, member, name, expires, used, revoked, view, customization = row
    workspace.notice(customization or 0)  # another process may have changed it just now
    ends = Moment().load(expires)
    if revoked is not None:
        raise _refused(request, "revoked", uid)
    if ends is not None and ends <= datetime.now(UTC):
        raise _refused(request, "expired", uid)
    actor = actor_of_member(member, cause)
    if actor is None:
        raise _refused(request, "no_member", uid)
    _note_used(id, Moment().load(used))
    told = f"{actor.name} ({name})"  # the history tells a person's own acts from a program's
    acting = replace(actor, kind="token", name=told, token=as_uuid(uid), memo={})
    return acting, None if view is None else as_uuid(view)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def _note_used(id: int, used: datetime | None) -> None:
    now = datetime.now(UTC)
    if used is not None and now - used < timedelta(seconds=USED_SECONDS):
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE people_token SET used_at = %s WHERE id = %s", [dialect().instant(now), id]
        )


def _refused(request: HttpRequest, why: str, uid: Any) -> TokenRefused:
    """The refusal, and its line in the security log: one a minute for each machine and token."""
    token = str(as_uuid(uid)) if uid is not None else ""
    address, now = address_of(request), time.monotonic()
    if now - _told.get((address, token), now - TOLD_SECONDS) >= TOLD_SECONDS:
        if len(_told) >= MOST_TOLD:
            _told.clear()
        _told[address, token] = now
        note("token_refused", address=address, token=token, why=why)
    return TokenRefused(
        {
            "unknown": _("There is no such token. Check that it was copied whole."),
            "revoked": _("This token was revoked. Ask for a new one."),
            "one_view": _("This token reads one saved view only. Use it in that view's address."),
            "no_view": _("This token is for the API. Make a link in the menu of the view."),
            "expired": _("This token has expired. Ask for a new one."),
            "no_member": _("Whom this token acts for is not an active member any more. Ask an "
                           "administrator for a new one."),
        }[why]
    )  # fmt: skip


def forget() -> None:
    """Begin anew with what was told, as a restart does."""
    _told.clear()
