"""`python -m tests.scanners --visits 10000 [--database sqlite|postgresql] [--seed N]`."""

import argparse
import logging
import secrets
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

from tests.databases import Templates
from tests.district import district, opened
from tests.postgresql import server
from tests.scanners.campaign import scan


def main() -> int:
    """Let them visit, print the figures, return 1 if anything changed or a person could not answer."""
    parser = argparse.ArgumentParser(description="Visit the links of messages as everything but people does.")
    parser.add_argument("--visits", type=int, default=10_000)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--seed", type=int, default=None)
    given = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    seed = secrets.randbelow(1_000_000) if given.seed is None else given.seed
    with TemporaryDirectory() as name, server() as url:
        templates = Templates(Path(name), url)
        with templates.copy(given.database, district) as database, opened(database, Path(name)) as office:
            figures = scan(office, Path(name), visits=given.visits, seed=seed, letters=10)
    for kind, count in sorted(figures.visits.items()):
        sys.stdout.write(f"{kind:26} {count:6}\n")
    sys.stdout.write(f"visits {sum(figures.visits.values())}, changes {figures.changes}, ")
    sys.stdout.write(f"taps that worked {figures.worked} of {figures.taps}, seed {seed}\n")
    return int(figures.changes > 0 or figures.worked < figures.taps)


if __name__ == "__main__":
    sys.exit(main())
