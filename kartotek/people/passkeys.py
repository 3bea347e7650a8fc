"""Passkeys: made, used to sign in, and taken as the second step (W3C WebAuthn, through allauth).

What a browser sends is judged here as coming from a stranger: a challenge of this session, our
name, exactly the origin that was configured, and a key that was made here.
"""

from __future__ import annotations

from typing import Any

import orjson
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from kartotek.people.acting import actor_of_user
from kartotek.people.adapter import place_of
from kartotek.people.second_step import PASSKEY, first_codes, note_change
from kartotek.people.security import note_refused_passkey

LONGEST_ANSWER = 20_000  # bytes; the largest known attestation has a quarter of it
LONGEST_NAME = 60
MOST = 20
# What the parsers of a stranger's bytes raise, beside the refusals they mean to give.
BROKEN = (ValidationError, ValueError, TypeError, KeyError, AttributeError, IndexError)


def asked_to_make(request: HttpRequest) -> dict[str, Any]:
    """What the browser needs to make a passkey; the challenge stays in the session."""
    _there(request)
    user: Any = request.user
    return dict(auth.begin_registration(user, passwordless=True))


def add(request: HttpRequest, sent: str, name: str) -> list[str]:
    """Take a new passkey in; returns recovery codes, where these came with it.

    Raises:
        ValidationError: it was not made here, for here and just now, or there are too many.
    """
    user: Any = request.user
    credential = _read(sent)
    _from_here(request, credential, auth.parse_registration_response)
    try:
        made = auth.complete_registration(credential)
        is_whole = made.is_user_verified() and made.credential_data is not None
    except BROKEN:
        raise _refused() from None
    if not is_whole:
        raise _refused()
    name = "".join(filter(str.isprintable, name)).strip()[:LONGEST_NAME] or _("Passkey")
    with transaction.atomic():
        if Authenticator.objects.filter(user_id=user.pk, type=PASSKEY).count() >= MOST:
            raise ValidationError(
                {"passkey": _("There are 20 passkeys already. Remove one that is not used.")}
            )
        authenticator = auth.WebAuthn.add(user, name, credential).instance
        authenticator.data["uid"] = str(uuid7())
        authenticator.save(update_fields=["data"])
        codes = first_codes(user)
        note_change(request, "passkey_added", device=name)
    return codes


def asked_to_use(request: HttpRequest, user: User | None = None) -> dict[str, Any]:
    """What the browser needs to sign with a passkey: any of ours, or one of this person's."""
    _there(request)
    return dict(auth.begin_authentication(user))


def used(request: HttpRequest, sent: str, user: User | None = None) -> User:
    """Whose passkey it was; of `user`, where it is the second step of theirs.

    Raises:
        ValidationError: it is none of ours, of another site, of an older challenge, or of
            somebody who may not come in.
    """
    credential = _read(sent)
    _from_here(request, credential, auth.parse_authentication_response)
    try:
        whose = user or auth.extract_user_from_response(credential)
        one = auth.complete_authentication(whose, credential)
    except BROKEN:
        note_refused_passkey(request)
        raise _refused() from None
    if not whose.is_active or actor_of_user(whose.pk) is None:
        raise _refused()
    one.record_usage()
    return whose


def _read(sent: str) -> dict[str, Any]:
    try:
        found = orjson.loads(sent) if len(sent) <= LONGEST_ANSWER else None
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict) or not isinstance(found.get("response"), dict):
        raise _refused()
    return found


def _from_here(request: HttpRequest, credential: dict[str, Any], parse: Any) -> None:
    """The origin the browser signed is the one that was configured, not one that ends alike."""
    place = _there(request)
    try:
        origin = parse(credential).response.client_data.origin
    except BROKEN:
        raise _refused() from None
    if origin != place.origin:
        raise _refused()


def _there(request: HttpRequest) -> Any:
    place = place_of(request)
    if place is None:
        raise ValidationError(
            {"passkey": _("Passkeys need HTTPS, or this machine itself. Use a code instead.")}
        )
    return place


def _refused() -> ValidationError:
    return ValidationError(
        {"passkey": _("This passkey was not accepted. Try again, or use another way.")}
    )
