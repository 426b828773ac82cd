"""`python -m tests.chaos --cycles 200 [--database sqlite|postgresql|both] [--seed N]`."""

import argparse
import secrets
import sys

from tests.chaos.campaign import campaign, table_of


def main() -> int:
    """Play the cycles, print the figures, return 1 on any violation."""
    parser = argparse.ArgumentParser(description="Kill workers, and look outside for what they lost.")
    parser.add_argument("--cycles", type=int, default=200)
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--seed", type=int, default=None)
    given = parser.parse_args()
    seed = secrets.randbelow(1_000_000) if given.seed is None else given.seed
    sys.stdout.write(f"seed {seed}\n")
    sys.stdout.flush()
    databases = ["sqlite", "postgresql"] if given.database == "both" else [given.database]
    figures = [campaign(database, given.cycles, seed) for database in databases]
    for found in figures:
        for fault in found.faults:
            sys.stdout.write(f"{found.database}: {fault}\n")
    sys.stdout.write(table_of(figures) + f"\nseed {seed}\n")
    return int(any(found.faults for found in figures))


if __name__ == "__main__":
    sys.exit(main())
