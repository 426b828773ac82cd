"""Secrets at rest: sealed with the installation's key, which is not in the database."""

import json
from collections.abc import Mapping

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from pydantic import SecretStr


class VaultClosed(RuntimeError):
    """There is no key, or it is not the one that sealed this."""


def keys_of(key: SecretStr | None) -> list[str]:
    """Return the installation's keys as the settings have them, comma-separated: the newest first."""
    parts = [part.strip() for part in key.get_secret_value().split(",")] if key else []
    return [part for part in parts if part]


class Vault:
    """Seals and opens small maps of secrets. Several keys, newest first, allow rotation."""

    def __init__(self, key: SecretStr | None) -> None:
        """Take the key as the settings have it: Fernet keys, comma-separated."""
        keys = keys_of(key)
        self._fernet = MultiFernet([Fernet(part) for part in keys]) if keys else None

    def seal(self, secrets: Mapping[str, str]) -> str:
        """Return the secrets as text that only the key opens."""
        return self._ready().encrypt(json.dumps(dict(secrets)).encode()).decode()

    def open(self, sealed: str) -> dict[str, str]:
        """Return what was sealed; nothing was sealed in an empty text."""
        if not sealed:
            return {}
        try:
            opened: dict[str, str] = json.loads(self._ready().decrypt(sealed.encode()))
        except InvalidToken:
            raise VaultClosed("DONDOC_SECRET_KEY is not the key that sealed the channel's secrets") from None
        return opened

    def _ready(self) -> MultiFernet:
        if self._fernet is None:
            raise VaultClosed("DONDOC_SECRET_KEY is not set")
        return self._fernet
