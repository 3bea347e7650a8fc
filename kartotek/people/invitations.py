"""Links that let a member choose a password: single-use, and dead after a change of it.

A link is not stored. It is sealed with the key of the installation over what it must die with:
the present (or missing) password, the e-mail address and the last sign-in.
"""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import connection

from kartotek.core.dialect import dialect

DAYS = 7


class _Seal(PasswordResetTokenGenerator):
    key_salt = "kartotek.people.invitations"


_seal = _Seal()


def invitation(user: User) -> str:
    """The token of a link for these credentials; settings say how many days it lives."""
    return f"{member_of(user).hex}-{_seal.make_token(user)}"


def invited(token: str) -> User | None:
    """The credentials a token was made for; None where it is used, old, or made up."""
    member, _dash, seal = token.partition("-")
    try:
        uid = UUID(hex=member)
    except ValueError:
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.user_id FROM people_account a JOIN people_member m ON m.id = a.member_id "
            "WHERE m.uid = %s AND m.removed_at IS NULL AND m.is_active",
            [dialect().uid(uid)],
        )
        row = cursor.fetchone()
    user = get_user_model().objects.filter(pk=row[0]).first() if row else None
    return user if user is not None and _seal.check_token(user, seal) else None


def member_of(user: User) -> UUID:
    """The member behind these credentials."""
    from kartotek.core.reading import as_uuid

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT m.uid FROM people_account a JOIN people_member m ON m.id = a.member_id "
            "WHERE a.user_id = %s",
            [user.pk],
        )
        return as_uuid(cursor.fetchone()[0])


def users_of(member: UUID) -> list[int]:
    """The credentials of a member, by the number Django gives them: one, or none yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.user_id FROM people_account a JOIN people_member m ON m.id = a.member_id "
            "WHERE m.uid = %s",
            [dialect().uid(member)],
        )
        return [int(user) for (user,) in cursor.fetchall()]
