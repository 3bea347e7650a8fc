"""Where a request comes from, and how often somebody may try a password."""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from kartotek.core.security import note, recent

TRIES_A_MINUTE = 5  # for one e-mail address from one machine
TRIES_OF_A_MACHINE = 30  # for all e-mail addresses together
PASSKEYS_TOLD = 30  # refused ones a minute of one machine that stand in the log
CODES_AN_HOUR = 20  # wrong ones for one e-mail address, from all machines together
FAILED, LIMITED, WRONG_CODE = "sign_in_failed", "sign_in_limited", "second_step_failed"
NO_PASSKEY = "passkey_refused"


def address_of(request: HttpRequest) -> str:
    """The machine a request came from, as the socket says; headers can be made up."""
    return str(request.META.get("REMOTE_ADDR") or "")[:64]


def may_try(request: HttpRequest, email: str) -> bool:
    """May this machine try a password for this e-mail address now? A refusal is logged once."""
    address, key = address_of(request), _key(email)
    lines = recent((FAILED, LIMITED), 60, address)
    failures = [detail for kind, _address, detail in lines if kind == FAILED]
    same = [detail for detail in failures if detail.get("key") == key]
    tries_all = len(failures) >= TRIES_OF_A_MACHINE
    if len(same) < TRIES_A_MINUTE and not tries_all:
        return True
    told = [detail.get("key") for kind, _address, detail in lines if kind == LIMITED]
    if key not in told and not (tries_all and told):
        note(LIMITED, address=address, key=key, email=_shown(email))
    return False


def note_failure(request: HttpRequest, email: str) -> None:
    """One wrong password: it counts, and stands in the security log."""
    note(FAILED, address=address_of(request), key=_key(email), email=_shown(email))


def may_try_code(request: HttpRequest, email: str) -> bool:
    """May a code be tried for this e-mail address now? A refusal is logged once."""
    key = _key(email)
    lines = [line for line in recent((WRONG_CODE, LIMITED), 3_600) if line[2].get("key") == key]
    if sum(kind == WRONG_CODE for kind, _address, _detail in lines) < CODES_AN_HOUR:
        return True
    if not any(kind == LIMITED and "code" in detail for kind, _address, detail in lines):
        note(LIMITED, address=address_of(request), key=key, email=_shown(email), code=True)
    return False


def note_wrong_code(request: HttpRequest, email: str) -> None:
    """One wrong code: it counts, and stands in the security log."""
    note(WRONG_CODE, address=address_of(request), key=_key(email), email=_shown(email))


def note_refused_passkey(request: HttpRequest) -> None:
    """One passkey that was not accepted. Nobody guesses one, so it only stands in the log, and
    whoever sends thousands of them does not fill it."""
    address = address_of(request)
    if len(recent((NO_PASSKEY,), 60, address)) < PASSKEYS_TOLD:
        note(NO_PASSKEY, address=address)


def safe_next(request: HttpRequest, wanted: str) -> str:
    """`wanted` where it is a path of our own, else the first page."""
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    is_path = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    return wanted if is_ours and is_path and len(wanted) <= 2_000 else "/"


def _key(email: str) -> str:
    secret = settings.SECRET_KEY.encode()
    return hmac.new(secret, b"tries" + email.encode(), hashlib.sha256).hexdigest()[:16]


def _shown(email: str) -> str:
    """What may stand in the log: an e-mail address, but not a password typed into its field."""
    return email[:254] if "@" in email else ""
