"""`python -m tests.tour`: play the story once and write down what was said as the contract's examples."""

import asyncio
import io
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

from service.api.contract import EXAMPLES
from service.database import Database
from service.migrate import upgrade
from tests.tour.office import same_dice
from tests.tour.performing import as_text, perform


def main() -> int:
    """Write the examples; `python -m service openapi` puts them into the contract."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(io.StringIO()))
    with TemporaryDirectory() as named, same_dice() as dice:
        database = Database(f"sqlite:///{named}/tour.db")
        upgrade(database)
        found = asyncio.run(perform(database, Path(named), dice, doomed=False))
        database.dispose()
    EXAMPLES.write_text(as_text(found), encoding="utf-8")
    sys.stdout.write(f"{len(found)} operations\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
