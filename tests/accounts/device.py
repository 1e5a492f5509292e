"""A device with a passkey, in Python, that can be told to lie: it makes what a browser sends for
it."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Device:
    origin: str = "https://testserver"
    host: str = "testserver"
    handle: str | None = None
    verifies: bool = True
    signed: int = 0
    counts: bool = True
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    def created(self, options: dict[str, Any]) -> dict[str, Any]:
        """Returns the answer of `navigator.credentials.create`."""
        asked = options["publicKey"]
        self.handle = asked["user"]["id"]
        public = ES256.from_cryptography_key(self.key.public_key())
        made = AttestedCredentialData.create(b"\0" * 16, self.id, public)
        data = self._data(ATTESTED, made)
        return self._answer(
            clientDataJSON=websafe_encode(self._client("webauthn.create", asked["challenge"])),
            attestationObject=websafe_encode(AttestationObject.create("none", data, {})),
        )

    def shown(self, options: dict[str, Any]) -> dict[str, Any]:
        """Returns the answer of `navigator.credentials.get`."""
        self.signed += self.counts
        client = self._client("webauthn.get", options["publicKey"]["challenge"])
        data = self._data()
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            clientDataJSON=websafe_encode(client),
            authenticatorData=websafe_encode(data),
            signature=websafe_encode(signature),
            userHandle=self.handle,
        )

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _data(self, flags: int = 0, credential: bytes = b"") -> AuthenticatorData:
        flags |= PRESENT | (VERIFIED if self.verifies else 0)
        host = hashlib.sha256(self.host.encode()).digest()
        return AuthenticatorData.create(
            host, AuthenticatorData.FLAG(flags), self.signed, credential
        )

    def _answer(self, **response: Any) -> dict[str, Any]:
        name = websafe_encode(self.id)
        return {
            "id": name,
            "rawId": name,
            "type": "public-key",
            "response": response,
            "clientExtensionResults": {"credProps": {"rk": True}},
        }
