"""Keys recognised a moment ago, so that a burst of reads does not look up the same key each time."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from time import monotonic

from service.domain.people import Actor

KEPT_SECONDS = 2.0
KEPT_MAX = 2_000


@dataclass(slots=True)
class KeyRing:
    """At most `KEPT_MAX` actors, each for at most two seconds by the machine's and the service's clock."""

    _kept: dict[bytes, tuple[float, datetime, Actor]] = field(default_factory=dict)

    def find(self, token: str, register_code: str | None, now: datetime) -> Actor | None:
        """Return who showed this key a moment ago, if anybody did."""
        entry = self._kept.get(_digest(token, register_code))
        if entry is None:
            return None
        seen, at, actor = entry
        fresh = monotonic() - seen < KEPT_SECONDS
        return actor if fresh and timedelta(0) <= now - at < timedelta(seconds=KEPT_SECONDS) else None

    def keep(self, token: str, register_code: str | None, now: datetime, actor: Actor) -> None:
        """Remember who showed a key."""
        if len(self._kept) >= KEPT_MAX:
            self._kept.clear()
        self._kept[_digest(token, register_code)] = (monotonic(), now, actor)

    def forget(self) -> None:
        """Look every key up again: something about keys, registers or keepers has changed."""
        self._kept.clear()


def _digest(token: str, register_code: str | None) -> bytes:
    return sha256(f"{token}\n{register_code or ''}".encode("utf-8", "surrogatepass")).digest()
