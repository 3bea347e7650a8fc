"""What a person holds for the second step: an app that counts, and a passkey in software."""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass, field
from hashlib import sha256

from allauth.mfa.totp.internal import auth as totp
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

PRESENT, VERIFIED, ATTESTED = 1, 4, 64  # flags of the authenticator data (WebAuthn, 6.1)


def code_of(secret: str, periods: int = 0) -> str:
    """What an app shows now, or so many half minutes later."""
    return totp.format_hotp_value(
        totp.hotp_value(secret.replace(" ", ""), int(time.time()) // 30 + periods)
    )


@dataclass
class Key:
    """One passkey: what a browser and its authenticator answer to what the server asks."""

    origin: str = "http://localhost"
    name: str = "localhost"
    flags: int = PRESENT | VERIFIED
    secret: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    id: bytes = field(default_factory=lambda: os.urandom(16))
    user: str = ""

    def make(self, asked: dict) -> str:
        """The answer to a wish for a new passkey."""
        options = asked["publicKey"]
        self.user = options["user"]["id"]
        public = ES256.from_cryptography_key(self.secret.public_key())
        held = AttestedCredentialData.create(b"\0" * 16, self.id, public)
        data = AuthenticatorData.create(self._hash(), self.flags | ATTESTED, 0, held)
        response = {
            "clientDataJSON": self._client("webauthn.create", options["challenge"]),
            "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
        }
        return self._sent(response)

    def sign(self, asked: dict, **changed: str) -> str:
        """The answer to a wish for a signature."""
        client = self._client("webauthn.get", asked["publicKey"]["challenge"])
        data = AuthenticatorData.create(self._hash(), self.flags, 0)
        signed = bytes(data) + sha256(websafe_decode(client)).digest()
        response = {
            "clientDataJSON": client, "authenticatorData": websafe_encode(data),
            "signature": websafe_encode(self.secret.sign(signed, ec.ECDSA(hashes.SHA256()))),
            "userHandle": self.user, **changed,
        }  # fmt: skip
        return self._sent(response)

    def _hash(self) -> bytes:
        return sha256(self.name.encode()).digest()

    def _client(self, kind: str, challenge: str) -> str:
        told = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return websafe_encode(json.dumps(told).encode())

    def _sent(self, response: dict) -> str:
        own = websafe_encode(self.id)
        return json.dumps({
            "id": own, "rawId": own, "type": "public-key", "response": response,
            "clientExtensionResults": {"credProps": {"rk": True}},
        })  # fmt: skip
