"""`python -m tests.model --examples 2000 --steps 50 [--database sqlite|postgresql|both] [--seed N]`."""

import argparse
import secrets
import sys
import time

from tests.model.campaign import campaign


def main() -> int:
    """Play the examples and print what they came to; a failure ends with the steps that lead to it."""
    parser = argparse.ArgumentParser(description="Play the life of duties against the reference.")
    parser.add_argument("--examples", type=int, default=2000)
    parser.add_argument("--steps", type=int, default=50)
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--as-found", action="store_true", help="look for no shorter way to a failure")
    given = parser.parse_args()
    seed = secrets.randbelow(1_000_000) if given.seed is None else given.seed
    kinds = ["sqlite", "postgresql"] if given.database == "both" else [given.database]
    sys.stdout.write(f"seed {seed} on {' and '.join(kinds)}\n")
    sys.stdout.flush()
    started = time.monotonic()
    how = {"examples": given.examples, "steps": given.steps, "seed": seed}
    world = campaign(kinds, **how, shortened=not given.as_found)
    seconds = time.monotonic() - started
    sys.stdout.write(f"{world.examples} examples, {world.commands} commands, {seconds:.0f} s, no violation\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
