"""Credentials: made, checked, changed; every step leaves a line in the security log."""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID

from django.contrib.auth import (
    authenticate,
    get_user_model,
    login,
    logout,
    password_validation,
    update_session_auth_hash,
)
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from kartotek.core.dialect import dialect
from kartotek.core.security import note
from kartotek.people import devices, second_step
from kartotek.people.acting import actor_of_user
from kartotek.people.security import address_of, may_try, note_failure

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
LONGEST_EMAIL = 150
SURE, SURE_SECONDS = "sure_at", 600  # how long a password answers for who sits there


def normal_email(typed: str) -> str:
    """The one spelling of an e-mail address; ValidationError where it is none."""
    email = typed.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise ValidationError(
            {"email": _("Type an e-mail address, such as ann@example.com.")}
        ) from None
    if len(email) > LONGEST_EMAIL:
        raise ValidationError({"email": _("An e-mail address has at most 150 letters here.")})
    return email


def account_of(email: str) -> User | None:
    """The credentials that sign in with this e-mail address."""
    return get_user_model().objects.filter(username=email.strip().lower()).first()


def check_password(password: str, user: User | None = None) -> None:
    """ValidationError with one sentence for each reason why this password is too weak."""
    try:
        password_validation.validate_password(password, user)
    except ValidationError as weak:
        raise ValidationError({"password": weak.messages}) from None


def give_account(member: UUID, email: str, name: str, password: str | None) -> User:
    """Credentials for a member; without a password they wait for the invitation.

    Those under the same address of a member in the trash end with it.
    """
    email = normal_email(email)
    held = account_of(email)
    if held is not None and not _is_left_behind(held):
        raise ValidationError(
            {"email": _("Somebody signs in with this e-mail address already. Use another one.")}
        )
    user = get_user_model()(username=email, email=email, first_name=name[:150])
    if password is not None:
        check_password(password, user)
    user.set_password(password)
    with transaction.atomic():
        if held is not None:
            User.objects.filter(pk=held.pk).delete()
            note("account_ended", email=email)
        user.save()
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO people_account (user_id, member_id) "
                "SELECT %s, id FROM people_member WHERE uid = %s",
                [user.pk, dialect().uid(member)],
            )
        note("account_made", email=email, name=name)
    return user


def _is_left_behind(user: User) -> bool:
    """Do these credentials belong to a member who is in the trash? They let nobody in."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT m.removed_at FROM people_account a JOIN people_member m ON m.id = a.member_id "
            "WHERE a.user_id = %s",
            [user.pk],
        )
        row = cursor.fetchone()
    return row is not None and row[0] is not None


def sign_in(request: HttpRequest, email: str, password: str) -> str:
    """Sign in; returns an empty text, or the sentence that says why not.

    Where a second step is asked, the session waits for it (`second_step.waiting`).
    """
    email = "".join(filter(str.isprintable, email)).strip().lower()[:254]
    if not may_try(request, email):
        return _("Too many tries. Wait a minute, then try again.")
    user = authenticate(request, email=email, password=password[:1_000])
    actor = actor_of_user(user.pk) if user is not None else None
    if user is None or actor is None:
        note_failure(request, email)
        return _("This e-mail address and password do not go together. Try again.")
    admit(request, user)
    return ""


def admit(request: HttpRequest, user: Any) -> bool:
    """Let in whose password was right; False where a second step is asked first."""
    if second_step.is_asked(user):
        second_step.wait(request, user)
        return False
    enter(request, user)
    return True


def enter(request: HttpRequest, user: Any) -> None:
    """Begin a session of its own for these credentials."""
    request.session.flush()  # nothing of a former session stays, not even its name
    login(request, user, backend=BACKEND)
    request.session[SURE] = time.time()
    devices.begin(request, user.pk)
    note("signed_in", actor=actor_of_user(user.pk), address=address_of(request))


def is_sure(request: HttpRequest) -> bool:
    """Did whoever sits here prove a short while ago that they are who is signed in?"""
    return float(time.time()) - float(request.session.get(SURE) or 0) < SURE_SECONDS


def make_sure(request: HttpRequest, password: str) -> str:
    """Take the password once more; an empty text, or the sentence that says why not."""
    user: Any = request.user
    if not may_try(request, user.username):
        return _("Too many tries. Wait a minute, then try again.")
    if not user.check_password(password[:1_000]):
        note_failure(request, user.username)
        return _("This is not your present password. Try again.")
    request.session[SURE] = time.time()
    return ""


def sign_out(request: HttpRequest) -> None:
    """End the session."""
    actor = getattr(request, "actor", None)
    if actor is not None:
        note("signed_out", actor=actor, address=address_of(request))
    logout(request)


def change_password(request: HttpRequest, old: str, new: str) -> None:
    """Change one's own password; every other session of these credentials ends."""
    user: Any = request.user
    if not may_try(request, user.username):
        raise ValidationError({"old": _("Too many tries. Wait a minute, then try again.")})
    if not user.check_password(old[:1_000]):
        note_failure(request, user.username)
        raise ValidationError({"old": _("This is not your present password. Try again.")})
    set_password(user, new, request)
    before = request.session.session_key
    update_session_auth_hash(request, user)
    devices.renewed(before, request)


def set_password(user: User, password: str, request: HttpRequest | None = None) -> None:
    """Store a new password: sessions and links made with the old one end with it."""
    check_password(password, user)
    user.set_password(password)
    with transaction.atomic():
        user.save(update_fields=["password"])
        note(
            "password_changed",
            actor=actor_of_user(user.pk),
            address=address_of(request) if request else "",
        )
