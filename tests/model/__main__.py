"""`python -m tests.model --examples 2000 --steps 50 [--processes N] [--database KIND] [--seed N]`."""

import argparse
import secrets
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from tests.model.campaign import Plan
from tests.model.shares import part, say, shares


def main() -> int:
    """Play the examples and print what they came to; a failure ends with the steps that lead to it."""
    parser = argparse.ArgumentParser(description="Play the life of duties against the reference.")
    parser.add_argument("--examples", type=int, default=2000)
    parser.add_argument("--steps", type=int, default=50)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--as-found", action="store_true", help="look for no shorter way to a failure")
    given = parser.parse_args()
    seed = secrets.randbelow(1_000_000) if given.seed is None else given.seed
    kinds = ("sqlite", "postgresql") if given.database == "both" else (given.database,)
    whole = Plan(kinds, given.examples, given.steps, seed, shortened=not given.as_found)
    plans = shares(whole, max(1, given.processes))
    for plan in plans:
        say(f"seed {plan.seed}: {plan.examples} examples of {plan.steps} steps on {' and '.join(plan.kinds)}")
    started = time.monotonic()
    if len(plans) == 1:
        played = [part(plans[0])]
    else:
        with ProcessPoolExecutor(len(plans), mp_context=get_context("spawn")) as pool:
            played = list(pool.map(part, plans))
    examples, commands = (sum(counts) for counts in zip(*played, strict=True))
    say(f"{examples} examples, {commands} commands, {time.monotonic() - started:.0f} s, no violation")
    return 0


if __name__ == "__main__":
    sys.exit(main())
