"""The public keys of providers: fetched, kept for an hour, and for a day when the provider is away."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any
from uuid import UUID

import jwt
import structlog

from service.domain.providers import ProviderRow
from service.edge.oidc.outward import Unreachable
from service.edge.refusals import ProviderUnreachable

FRESH = timedelta(hours=1)
STALE = timedelta(hours=24)
AGAIN = timedelta(minutes=1)
"""Until when keys are not asked for again; how long they serve when nobody answers; the least pause
between two questions, whatever keys tokens name."""

FIRST_WAIT = 1.0
"""Seconds that other threads wait for the first answer of a provider; later they go on with what is known."""

KEYS_MAX = 50
RSA_BITS_MIN = 2048
KINDS = {
    "RS256": ("RSA", None),
    "PS256": ("RSA", None),
    "ES256": ("EC", "P-256"),
    "EdDSA": ("OKP", "Ed25519"),
}
"""Algorithm → type of key, and its curve: keys that only the provider has; no shared secret signs."""

WELL_KNOWN = "/.well-known/openid-configuration"
log = structlog.get_logger("dondoc.oidc")


@dataclass(frozen=True, slots=True)
class Known:
    """What a provider says of itself, and its keys."""

    authorization_endpoint: str
    token_endpoint: str
    keys: list[dict[str, Any]]
    fetched_at: datetime

    def key(self, kid: str | None, algorithm: str) -> jwt.PyJWK | None:
        """Return the one key that a token may be signed with; None where there is none, or more than one."""
        fitting = [key for key in self.keys if _fits(key, algorithm) and kid in (None, key.get("kid"))]
        if len(fitting) != 1:
            return None
        try:
            made = jwt.PyJWK(fitting[0], algorithm=algorithm)
        except (jwt.PyJWTError, ValueError, TypeError):
            return None
        size = made.key.key_size if KINDS[algorithm][0] == "RSA" else RSA_BITS_MIN
        return made if size >= RSA_BITS_MIN else None


@dataclass(slots=True)
class _State:
    known: Known | None = None
    tried_at: datetime | None = None
    lock: Lock = field(default_factory=Lock)


class KeySets:
    """What one process knows of its providers."""

    def __init__(self, ask: Callable[[str], dict[str, Any]]) -> None:
        """Take how a provider is asked: address → JSON object, or `Unreachable`."""
        self._ask = ask
        self._states: dict[tuple[UUID, str], _State] = {}
        self._door = Lock()

    def key(self, provider: ProviderRow, kid: str | None, algorithm: str, now: datetime) -> jwt.PyJWK | None:
        """Return the key of a provider that a token names; an unknown one lets it be asked anew.

        Raises:
            ProviderUnreachable: It has not answered for a day, or never.
        """
        found = self.known(provider, now).key(kid, algorithm)
        if found is None and self._refresh(provider, now):
            found = self.known(provider, now).key(kid, algorithm)
        return found

    def known(self, provider: ProviderRow, now: datetime) -> Known:
        """Return what a provider says of itself, not older than it may be.

        Raises:
            ProviderUnreachable: It has not answered for a day, or never.
        """
        state = self._state(provider)
        if state.known is None or now - state.known.fetched_at >= FRESH:
            self._refresh(provider, now)
        if state.known is None or now - state.known.fetched_at >= STALE:
            raise ProviderUnreachable(provider=provider.code)
        return state.known

    def _state(self, provider: ProviderRow) -> _State:
        with self._door:
            return self._states.setdefault((provider.id, provider.issuer), _State())

    def _refresh(self, provider: ProviderRow, now: datetime) -> bool:
        """Ask a provider, at most once a minute and by one thread; return if it answered."""
        state = self._state(provider)
        if not state.lock.acquire(timeout=FIRST_WAIT if state.known is None else 0):
            return False
        try:
            if state.tried_at is not None and timedelta(0) <= now - state.tried_at < AGAIN:
                return False
            state.tried_at = now
            state.known = self._asked(provider, now)
        except Unreachable as error:
            log.warning("provider_unreachable", provider=provider.code, reason=str(error)[:200])
            return False
        finally:
            state.lock.release()
        return True

    def _asked(self, provider: ProviderRow, now: datetime) -> Known:
        told = self._ask(provider.issuer.rstrip("/") + WELL_KNOWN)
        if told.get("issuer") != provider.issuer:
            raise Unreachable("it says that it is another issuer")
        places = [told.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
        authorization, token, jwks_uri = (place if isinstance(place, str) else "" for place in places)
        keys = self._ask(jwks_uri).get("keys")
        if not isinstance(keys, list) or len(keys) > KEYS_MAX:
            raise Unreachable("its keys cannot be read")
        return Known(authorization, token, [key for key in keys if isinstance(key, dict)], now)


def _fits(key: dict[str, Any], algorithm: str) -> bool:
    """Return if a published key may check signatures of an algorithm."""
    kind, curve = KINDS[algorithm]
    operations = key.get("key_ops")
    return (
        key.get("kty") == kind
        and (curve is None or key.get("crv") == curve)
        and key.get("use") in (None, "sig")
        and key.get("alg") in (None, algorithm)
        and (operations is None or (isinstance(operations, list) and "verify" in operations))
    )
