"""Secrets of webhook endpoints: made here, sealed at once, shown once."""

import secrets
from base64 import b64encode
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from service.edge.refusals import SecretKeyMissing
from service.vault import Vault, VaultClosed

SECRET_BYTES = 32


class Sealed(NamedTuple):
    """What is kept, and what is shown."""

    sealed: str
    secret: str
    public_key: str


def make(vault: Vault) -> Sealed:
    """Make a secret for HMAC and a key pair for ed25519.

    Raises:
        SecretKeyMissing: The installation has no key to seal them with.
    """
    private = Ed25519PrivateKey.generate()
    secret = _secret()
    held = {"secret": secret, "private_key": "whsk_" + b64encode(private.private_bytes_raw()).decode()}
    public_key = "whpk_" + b64encode(private.public_key().public_bytes_raw()).decode()
    return Sealed(_seal(vault, held), secret, public_key)


def renew(vault: Vault, sealed: str) -> tuple[str, str]:
    """Return what is kept with a new secret beside the present one, and the new secret."""
    try:
        held = vault.open(sealed)
    except VaultClosed as error:
        raise SecretKeyMissing from error
    secret = _secret()
    return _seal(vault, {**held, "secret": secret, "old": held["secret"]}), secret


def _secret() -> str:
    return "whsec_" + b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def _seal(vault: Vault, held: dict[str, str]) -> str:
    try:
        return vault.seal(held)
    except VaultClosed as error:
        raise SecretKeyMissing from error
