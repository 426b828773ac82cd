"""`python -m tests.tampers --count 100000 [--seed N] [--only NUMBER]`."""

import argparse
import logging
import secrets
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from service import logs
from tests.tampers.campaign import Figures, campaign, clean
from tests.tampers.played import an_office, ledger_of, play, play_on

EVERY = 10_000
SHOWN = 20


def main() -> int:
    """Play an office, tamper with its ledger, print the figures; return 1 if anything was missed."""
    parser = argparse.ArgumentParser(description="Change one thing at a time in a signed ledger.")
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--clean", type=int, default=1_000, help="verifications of what nobody has touched")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--only", type=int, default=None, help="make one tamper again")
    given = parser.parse_args()
    seed = secrets.randbelow(1_000_000) if given.seed is None else given.seed
    say(f"seed {seed}")
    logs.configure(logging.ERROR)
    with TemporaryDirectory(prefix="dondoc-tampers-") as folder, an_office(Path(folder)) as office:
        play(office)
        ledger = ledger_of(office.database, play_on(office))
    say(
        f"{len(ledger.rows)} entries under {len(ledger.checkpoints)} checkpoints, "
        f"{len(ledger.texts)} texts beside them"
    )
    numbers = range(given.count) if given.only is None else range(given.only, given.only + 1)
    figures, begun_at = Figures(), time.monotonic()
    for first in range(numbers.start, numbers.stop, EVERY):
        campaign(ledger, seed, range(first, min(first + EVERY, numbers.stop)), figures)
        say(f"{figures.tampers.total()} tampers, {len(figures.missed)} missed")
    seconds = time.monotonic() - begun_at
    clean(ledger, given.clean, figures)
    report(figures, seconds)
    say(f"seed {seed}")
    return int(bool(figures.missed or figures.misnamed or figures.alarms))


def report(figures: Figures, seconds: float) -> None:
    """Say what came of it."""
    for fault in (figures.missed + figures.misnamed + figures.alarms)[:SHOWN]:
        say(f"--- {fault}")
    for name, count in figures.tampers.most_common():
        say(f"{count:>8} {name}")
    total = figures.tampers.total()
    say(
        f"{total} tampers in {seconds:.0f} s ({seconds / total * 1000:.2f} ms each), "
        f"{len(figures.missed)} missed, {len(figures.misnamed)} named wrongly; "
        f"{figures.clean} clean verifications, {len(figures.alarms)} false alarms"
    )


def say(text: str) -> None:
    """Print at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
