"""The only place that reads the clock; everything else is given the time."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What tells the edges the time."""

    def now(self) -> datetime:
        """Return an aware instant."""
        ...


class SystemClock:
    """The machine's clock, in UTC."""

    def now(self) -> datetime:
        """Return the present instant."""
        return datetime.now(UTC)


class GoingOnFrom:
    """A clock that goes on from an instant, as if none of the time since then had passed."""

    def __init__(self, at: datetime) -> None:
        self._behind = datetime.now(UTC) - at

    def now(self) -> datetime:
        """Return the instant that it shows, in UTC."""
        return datetime.now(UTC) - self._behind
