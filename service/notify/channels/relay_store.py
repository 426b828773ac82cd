"""What is known of the relays of an e-mail account beyond one message: how they are, what they took."""

import threading
from datetime import datetime, timedelta
from typing import Protocol

MINUTE = timedelta(minutes=1)


class RelayStore(Protocol):
    """What all processes know of the relays of one account, by the relays' names."""

    def take(self, relay: str, most: int, at: datetime) -> timedelta | None:
        """Count one more message of a relay; return how long to wait where it took `most` in a minute."""
        ...

    def mark(self, relay: str, ill_until: datetime | None, detail: str) -> None:
        """Tell that a relay is ill for a while, or well again (None)."""
        ...


class RelayMemory:
    """For one process, where there is no account that others share."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._minutes: dict[str, tuple[datetime, int]] = {}
        self.marks: dict[str, tuple[datetime | None, str]] = {}

    def take(self, relay: str, most: int, at: datetime) -> timedelta | None:
        """Count one more message."""
        with self._lock:
            began, count = self._minutes.get(relay, (at, 0))
            began, count = (at, 0) if at - began >= MINUTE else (began, count)
            if count >= most:
                return began + MINUTE - at
            self._minutes[relay] = (began, count + 1)
            return None

    def mark(self, relay: str, ill_until: datetime | None, detail: str) -> None:
        """Keep the last word of a relay."""
        self.marks[relay] = (ill_until, detail)
