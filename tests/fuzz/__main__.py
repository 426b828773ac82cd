"""`python -m tests.fuzz --files 100000 [--seed N] [--jobs 2] [--only NUMBER]`."""

import argparse
import logging
import os
import secrets
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from service import logs

from .campaign import Figures, campaign, file_of
from .outcome import watched

EVERY = 2_000
FAULTS_SHOWN = 20


def main() -> int:
    """Read the mutants, print the figures, return 1 on any fault."""
    parser = argparse.ArgumentParser(description="Damage files and read them.")
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--programs", action="store_true", help="let converters and recognisers be started")
    parser.add_argument(
        "--only", type=int, default=None, help="read one mutant again and show what comes of it"
    )
    given = parser.parse_args()
    seed = secrets.randbelow(1_000_000) if given.seed is None else given.seed
    say(f"seed {seed}")
    logs.configure(logging.ERROR)
    if not given.programs:
        os.environ["PATH"] = ""
    if given.only is not None:
        name, data = file_of(seed, given.only)
        say(f"{name}, {len(data)} bytes: {watched(name, data)}")
        return 0
    started = time.monotonic()
    figures = Figures()
    with TemporaryDirectory(prefix="dondoc-fuzz-") as folder:
        for figures in campaign(seed, given.files, given.jobs, Path(folder)):
            if figures.files % EVERY == 0:
                say(
                    f"{figures.files} files, {len(figures.faults)} faults, {time.monotonic() - started:.0f} s"
                )
    report(figures, time.monotonic() - started)
    say(f"seed {seed}")
    return int(bool(figures.faults))


def report(figures: Figures, seconds: float) -> None:
    """Say what came of it."""
    for number, where, fault in figures.faults[:FAULTS_SHOWN]:
        say(f"--- {number} ({where})\n{fault}")
    say(
        f"{figures.files} files in {seconds:.0f} s, {figures.apart} also in a child, {figures.http} by HTTP,"
        f" {figures.died} workers died, {len(figures.faults)} faults"
    )
    for word, count in figures.words.most_common():
        say(f"{count:>8} {word}")
    say("slowest: " + ", ".join(f"{s:.1f} s ({n})" for s, n in figures.slowest))


def say(text: str) -> None:
    """Print at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
