"""How long to wait after a failure: pure arithmetic."""

import random
from datetime import timedelta

WAITS = tuple(timedelta(seconds=s) for s in (30, 120, 600, 1800, 7200))
DOUBT = timedelta(minutes=15)
"""After an unknown outcome; a receipt or a bounce may settle it meanwhile (channels.md 10)."""
PAUSE = timedelta(minutes=15)
"""For a channel that is ill itself."""


def wait(attempts: int, chance: random.Random) -> timedelta:
    """Return the pause after the n-th failed attempt (from 1), with up to 20 % more by chance."""
    base = WAITS[min(max(attempts, 1), len(WAITS)) - 1]
    return base * (1 + chance.random() / 5)
