"""`python -m tests.drills --times 20 [--database sqlite|postgresql|both] [--seed N]`."""

import argparse
import logging
import secrets
import sys

from service import logs
from tests.drills.campaign import campaign, table_of


def main() -> int:
    """Play the drills, print the figures, return 1 on any violation."""
    parser = argparse.ArgumentParser(description="Lose offices, and go on with their backups.")
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--seed", type=int, default=None)
    given = parser.parse_args()
    seed = secrets.randbelow(1_000_000) if given.seed is None else given.seed
    logs.configure(logging.CRITICAL)
    databases = ["sqlite", "postgresql"] if given.database == "both" else [given.database]
    figures = [campaign(database, given.times, seed) for database in databases]
    faults = [f"{each.database}: {fault}" for each in figures for fault in each.faults]
    sys.stdout.write("\n".join([f"seed {seed}", table_of(figures), *faults]) + "\n")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
