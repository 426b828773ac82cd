"""A clock that only moves when told to."""

from datetime import datetime, timedelta


class StoppedClock:
    """Call it for the time; `advance` moves it."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def advance(self, **by: float) -> None:
        self.at += timedelta(**by)
