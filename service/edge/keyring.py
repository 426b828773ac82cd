"""Keys and sessions recognised a moment ago, so that a burst of reads does not look up the same each time."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from time import monotonic
from uuid import UUID

from service.domain.keys import Recognised

KEPT_SECONDS = 2.0
KEPT_MAX = 2_000


@dataclass(slots=True)
class KeyRing:
    """At most `KEPT_MAX` holders, each for at most two seconds by the machine's and the service's clock.

    It also collects when keys and sessions were used, until somebody takes that away to write it down.
    """

    _kept: dict[bytes, tuple[float, datetime, Recognised]] = field(default_factory=dict)
    _used: dict[UUID, datetime] = field(default_factory=dict)
    _seen: dict[UUID, datetime] = field(default_factory=dict)

    def find(self, token: str, register_code: str | None, now: datetime) -> Recognised | None:
        """Return who showed this key or token a moment ago, if anybody did."""
        entry = self._kept.get(_digest(token, register_code))
        if entry is None:
            return None
        seen, at, held = entry
        fresh = monotonic() - seen < KEPT_SECONDS
        return held if fresh and timedelta(0) <= now - at < timedelta(seconds=KEPT_SECONDS) else None

    def keep(self, token: str, register_code: str | None, now: datetime, held: Recognised) -> None:
        """Remember who showed a key or token."""
        if len(self._kept) >= KEPT_MAX:
            self._kept.clear()
        self._kept[_digest(token, register_code)] = (monotonic(), now, held)
        if held.key_id is not None:
            self._used[held.key_id] = now
        if held.session_id is not None:
            self._seen[held.session_id] = now

    def forget(self) -> None:
        """Look everybody up again: something about keys, accounts, registers or keepers has changed."""
        self._kept.clear()

    def take_used(self) -> dict[UUID, datetime]:
        """Return when keys were last used since this was last asked."""
        used, self._used = self._used, {}
        return used

    def take_seen(self) -> dict[UUID, datetime]:
        """Return when sessions were last used since this was last asked."""
        seen, self._seen = self._seen, {}
        return seen


def _digest(token: str, register_code: str | None) -> bytes:
    return sha256(f"{len(token)} {token} {register_code or ''}".encode("utf-8", "surrogatepass")).digest()
