"""What allauth asks us: nobody signs up by themselves, and where a passkey belongs."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.http import HttpRequest

from kartotek.core.workspace import workspace


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """An account exists because an administrator made a member of somebody."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


@dataclass(frozen=True)
class Place:
    """Where passkeys can be used: the name they belong to, the one origin they may come from."""

    name: str
    origin: str


def place_of(request: HttpRequest) -> Place | None:
    """The configured origin this request came to; None where a browser would make no passkey.

    Browsers make them over HTTPS, and on the machine itself under the name localhost. The request
    only chooses among the origins that are configured; without any there is localhost alone.
    """
    host = request.get_host().lower()
    for origin in settings.ENVIRONMENT.origins or (f"http://{host}",):
        parts = urlsplit(origin)
        is_safe = parts.scheme == "https" or parts.hostname == "localhost"
        if parts.netloc.lower() == host and parts.hostname and is_safe:
            return Place(parts.hostname, f"{parts.scheme}://{parts.netloc}")
    return None


class SecondStepAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets sealed with the key of the installation; names from the settings, not a header."""

    def get_totp_issuer(self) -> str:
        return workspace().name or "Kartotek"

    def encrypt(self, text: str) -> str:
        return _seal().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret; one sealed with another key gives an empty text, which no code fits."""
        try:
            return _seal().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return ""

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        place = place_of(context.request)
        return {"id": place.name if place else "", "name": self.get_totp_issuer()}


def _seal() -> Fernet:
    digest = hashlib.sha256(b"kartotek second step" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
