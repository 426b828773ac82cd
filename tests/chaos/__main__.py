"""`python -m tests.chaos --cycles 1000 [--database sqlite|postgresql|both] [--seed N] [--first N]`."""

import argparse
import secrets
import signal
import sys
import time

from tests.chaos.campaign import Figures, campaign, drawn, table_of

TOLD_EVERY = 20


def main() -> int:
    """Play the cycles, print the figures, return 1 on any violation."""
    parser = argparse.ArgumentParser(description="Kill workers, and look outside for what they lost.")
    parser.add_argument("--cycles", type=int, default=200)
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--first", type=int, default=0, help="number of the first cycle, to see one again")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(2))  # so that what it started ends with it
    seed = secrets.randbelow(1_000_000) if given.seed is None else given.seed
    _say(f"seed {seed}")
    databases = ["sqlite", "postgresql"] if given.database == "both" else [given.database]
    scripts = [drawn(number) for number in range(given.first, given.first + given.cycles)]
    figures = [
        campaign(database, scripts, seed, first=given.first, report=_Progress()) for database in databases
    ]
    _say(table_of(figures) + f"\nseed {seed}")
    return int(any(found.faults for found in figures))


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


class _Progress:
    """Tells of violations at once, and of the pace now and then."""

    def __init__(self) -> None:
        self._known, self._begun_at = 0, time.monotonic()

    def __call__(self, figures: Figures) -> None:
        """Tell what is new."""
        for fault in figures.faults[self._known :]:
            _say(f"{figures.database}: {fault}")
        self._known = len(figures.faults)
        if figures.cycles % TOLD_EVERY == 0:
            pace = (time.monotonic() - self._begun_at) / figures.cycles
            _say(f"{figures.database}: {figures.cycles} cycles, {pace:.2f} s each")


if __name__ == "__main__":
    sys.exit(main())
