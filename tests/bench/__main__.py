"""`python -m tests.bench [issue sweep delivery drain read …] [--size N] …`; `--help` names all."""

import argparse
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from service import logs
from service.database import Database
from tests.bench import (
    counting,
    databases,
    delivering,
    draining,
    following,
    guarding,
    issuing,
    judging,
    opening,
    reading,
    reorganising,
    sweeping,
)
from tests.bench.data import Size
from tests.bench.measure import say

BENCHMARKS: dict[str, Callable[[Database, int], None]] = {
    "issue": issuing.run,
    "sweep": sweeping.run,
    "delivery": delivering.run,
    "drain": draining.run,
    "read": reading.run,
    "guard": guarding.run,
    "reorganise": reorganising.run,
    "statistics": counting.run,
    "criteria": judging.run,
    "pages": opening.run,
    "feed": following.run,
}
KINDS = {"sqlite": databases.sqlite, "postgresql": databases.postgresql}


def main() -> int:
    """Run the benchmarks asked for, on each database."""
    parser = argparse.ArgumentParser(description="Measure the product beside what the machine could do.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--database", choices=[*KINDS, "both"], default="both")
    parser.add_argument("--size", type=int, default=1_000_000, help="obligations that exist already")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument(
        "--keep", type=Path, help="folder for filled databases, so that the next run is quick"
    )
    given = parser.parse_args()
    logs.configure(logging.WARNING)
    unknown = set(given.names) - set(BENCHMARKS)
    if unknown:
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    size = Size(given.size)
    kinds = list(KINDS) if given.database == "both" else [given.database]
    with TemporaryDirectory(prefix="dondoc-bench-") as passing:
        folder = given.keep or Path(passing)
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)
        for kind in kinds:
            say(f"\n== {kind}: {size.name()}")
            with KINDS[kind](folder, size) as database:
                for name in given.names or BENCHMARKS:
                    BENCHMARKS[name](database, given.repeat)
    return 0


if __name__ == "__main__":
    sys.exit(main())
