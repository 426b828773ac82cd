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
