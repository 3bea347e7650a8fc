"""The second step of signing in: a code of an authenticator app, a passkey, or a recovery code.

Codes and keys are made and checked by allauth (RFC 6238, W3C WebAuthn); the pages, the tries and
the security log are ours. Credentials, and so an exception to the doors.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from kartotek.core.actor import Actor
from kartotek.core.security import lines as security_lines
from kartotek.core.security import note
from kartotek.people.acting import actor_of_user
from kartotek.people.security import address_of, may_try_code, note_wrong_code

ENDED = "second_step_ended"
APP, PASSKEY = Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN
CODES = Authenticator.Type.RECOVERY_CODES
WAITING, SECRET = "second_step", "second_step_secret"  # keys of a session
WAITS = 600  # seconds between the password and the second step
LONGEST_CODE = 50
MOST_ENDED = 10_000  # apps and passkeys whose end is remembered


@dataclass(frozen=True)
class Passkey:
    """One passkey, as its owner knows it."""

    uid: UUID
    name: str
    made_at: datetime
    used_at: datetime | None


@dataclass(frozen=True)
class Steps:
    """What somebody has set up."""

    has_app: bool
    passkeys: tuple[Passkey, ...]
    codes_left: int

    @property
    def are_asked(self) -> bool:
        return self.has_app or bool(self.passkeys)


def steps_of(user_id: int) -> Steps:
    """What is set up for these credentials."""
    found = list(Authenticator.objects.filter(user_id=user_id).order_by("pk"))
    codes = next((one for one in found if one.type == CODES), None)
    return Steps(
        has_app=any(one.type == APP for one in found),
        passkeys=tuple(_passkey(one) for one in found if one.type == PASSKEY),
        codes_left=len(_unused(codes)) if codes else 0,
    )


def _passkey(one: Any) -> Passkey:
    return Passkey(UUID(one.data["uid"]), one.data["name"], one.created_at, one.last_used_at)


def _unused(codes: Any) -> list[str]:
    if not get_adapter().decrypt(codes.data["seed"]):  # of another installation
        return []
    return list(codes.wrap().get_unused_codes())


def is_asked(user: Any) -> bool:
    """Does the password alone not let these credentials in?"""
    return bool(Authenticator.objects.filter(user_id=user.pk, type__in=(APP, PASSKEY)).exists())


# Between the password and the second step ---------------------------------------------------------


def wait(request: HttpRequest, user: User) -> None:
    """The password was right: remember that, in a session that lets nobody in."""
    request.session.flush()
    request.session[WAITING] = {
        "user": user.pk, "stamp": user.get_session_auth_hash(), "until": time.time() + WAITS,
    }  # fmt: skip


def waiting(request: HttpRequest) -> User | None:
    """Whose second step is awaited; None where nobody's is, or no longer."""
    kept = request.session.get(WAITING)
    if not kept or kept["until"] < time.time():
        return None
    user = get_user_model().objects.filter(pk=kept["user"], is_active=True).first()
    if user is None or actor_of_user(user.pk) is None:
        return None
    # Changes with the password: an older one does not lead to the second step.
    return user if constant_time_compare(kept["stamp"], user.get_session_auth_hash()) else None


def right_code(request: HttpRequest, user: User, typed: str) -> str:
    """Take a code of the app, or a recovery code; an empty text, or the sentence that says why not.

    Each code is taken once. Wrong ones count for the credentials, wherever they come from: who
    tries them knows the password already.
    """
    if not may_try_code(request, user.username):
        return _("Too many wrong codes. Wait an hour, or ask an administrator.")
    code = "".join(typed.split())[:LONGEST_CODE]
    with transaction.atomic():
        kind = _taken(user, code)
    if kind:
        if kind == CODES:
            note("recovery_code_used", actor=actor_of_user(user.pk), address=address_of(request))
        return ""
    note_wrong_code(request, user.username)
    return _("This code is not right, or was used already. Type the one that is shown now.")


def _taken(user: User, code: str) -> str:
    """The kind of authenticator this code was right for, which will not take it again."""
    held = Authenticator.objects.select_for_update().filter(user_id=user.pk)
    for authenticator in held.filter(type=APP):
        counter = _counter(get_adapter().decrypt(authenticator.data["secret"]), code)
        if counter is not None and counter > authenticator.data.get("counter", 0):
            authenticator.data["counter"] = counter
            authenticator.save(update_fields=["data"])
            authenticator.record_usage()
            return str(APP)
    for authenticator in held.filter(type=CODES):
        if _unused(authenticator) and authenticator.wrap().validate_code(code):
            authenticator.record_usage()
            return str(CODES)
    return ""


def _counter(secret: str, code: str) -> int | None:
    """The period of time this code is of (RFC 6238), where it is one of the present ones."""
    if not secret:
        return None
    for counter in totp.yield_hotp_counters_from_time():
        expected = totp.format_hotp_value(totp.hotp_value(secret, counter))
        if compare_user_code(actual=code, expected=expected):
            return int(counter)
    return None


# Setting it up and ending it ----------------------------------------------------------------------


def offered_secret(request: HttpRequest) -> tuple[str, str]:
    """(secret, QR code as SVG) for an authenticator app; the same until it is set up."""
    user: Any = request.user
    secret = request.session.get(SECRET) or totp.generate_totp_secret()
    request.session[SECRET] = secret
    adapter = get_adapter()
    return secret, adapter.build_totp_svg(adapter.build_totp_url(user, secret))


def set_app(request: HttpRequest, typed: str) -> list[str]:
    """Take the app in once it shows the right code; returns recovery codes, where new ones came.

    Raises:
        ValidationError: the code is not right, or there is an app already.
    """
    user: Any = request.user
    if not may_try_code(request, user.username):
        raise ValidationError({"code": _("Too many wrong codes. Wait an hour, then try again.")})
    secret = request.session.get(SECRET) or ""
    counter = _counter(secret, "".join(typed.split())[:LONGEST_CODE])
    if counter is None:
        note_wrong_code(request, user.username)
        raise ValidationError(
            {"code": _("This code is not right. Type the one that the app shows now.")}
        )
    with transaction.atomic():
        if Authenticator.objects.filter(user_id=user.pk, type=APP).exists():
            raise ValidationError({"code": _("An app is set up already. End it first.")})
        authenticator = totp.TOTP.activate(user, secret).instance
        authenticator.data |= {"counter": counter, "uid": str(uuid7())}
        authenticator.save(update_fields=["data"])
        codes = first_codes(user)
        note_change(request, "second_step_set", device=_("authenticator app"))
    del request.session[SECRET]
    return codes


def first_codes(user: Any) -> list[str]:
    """Recovery codes for who has none yet; none where they have some."""
    if Authenticator.objects.filter(user_id=user.pk, type=CODES).exists():
        return []
    return list(RecoveryCodes.activate(user).generate_codes())


def new_codes(request: HttpRequest) -> list[str]:
    """Recovery codes instead of the old ones, which are refused from now on."""
    user: Any = request.user
    with transaction.atomic():
        if not is_asked(user):
            raise ValidationError({"code": _("Set up an app or a passkey first.")})
        Authenticator.objects.filter(user_id=user.pk, type=CODES).delete()
        codes = first_codes(user)
        note_change(request, "recovery_codes_made")
    return codes


def end_app(request: HttpRequest) -> None:
    """The app is asked no more."""
    user: Any = request.user
    held = list(Authenticator.objects.filter(user_id=user.pk, type=APP))
    _end(request, held, _("authenticator app"))


def end_passkey(request: HttpRequest, uid: UUID) -> str:
    """One passkey is taken no more; returns its name, empty where there is none such."""
    user: Any = request.user
    for one in Authenticator.objects.filter(user_id=user.pk, type=PASSKEY):
        if one.data["uid"] == str(uid):
            _end(request, [one], one.data["name"])
            return str(one.data["name"])
    return ""


def _end(request: HttpRequest, which: list[Any], device: str) -> None:
    user: Any = request.user
    with transaction.atomic():
        ids = [one.pk for one in which]
        if Authenticator.objects.filter(user_id=user.pk, pk__in=ids).delete()[0]:
            note_change(request, ENDED, device=device, uids=_uids(which))
        if not is_asked(user):  # codes that replace nothing would be a second password
            Authenticator.objects.filter(user_id=user.pk).delete()


def end_all(actor: Actor, users: Iterable[int], member: UUID, address: str = "") -> bool:
    """Let somebody in by their password alone, as after a phone is lost; False where it did."""
    with transaction.atomic():
        ids = list(users)
        uids = _uids(list(Authenticator.objects.filter(user_id__in=ids)))
        gone, _kinds = Authenticator.objects.filter(user_id__in=ids).delete()
        if gone:
            note(ENDED, actor=actor, address=address, member=str(member), uids=uids)
    return bool(gone)


def _uids(held: list[Any]) -> list[str]:
    return [one.data["uid"] for one in held if "uid" in one.data]


def ended() -> list[str]:
    """The uids of all apps and passkeys that were ended: an older copy does not bring them back."""
    told = security_lines((ENDED,), most=MOST_ENDED)
    return [str(uid) for one in told for uid in one.detail.get("uids", ())]


def stay_ended(uids: Iterable[str]) -> None:
    """End what `ended` told in other data of the same house, where it still lets in here."""
    gone = set(uids)
    for one in Authenticator.objects.filter(type__in=(APP, PASSKEY)):
        if one.data.get("uid") in gone:
            Authenticator.objects.filter(pk=one.pk).delete()


def note_change(request: HttpRequest, kind: str, **detail: Any) -> None:
    """A line of the security log about what somebody changed of their own sign-in."""
    actor = getattr(request, "actor", None)
    note(kind, actor=actor, address=address_of(request), **detail)
