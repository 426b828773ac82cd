"""Ask every cell: `python -m tests.permissions [--on KIND]`; on each kind of database where none is named."""

import argparse
import asyncio
import io
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

from tests.databases import Templates
from tests.permissions.matrix import run
from tests.permissions.offices import KINDS, office_on
from tests.postgresql import server


def main() -> int:
    """Print the count and what differs; return 1 if anything does."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--on", choices=KINDS, action="append", help="on this kind of database alone")
    kinds = arguments.parse_args().on or KINDS
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(io.StringIO()))
    return max([_asked(kind) for kind in kinds])


def _asked(kind: str) -> int:
    with TemporaryDirectory() as named, server() as url:
        folder = Path(named)
        with office_on(kind, Templates(folder, url), folder) as office:
            found = asyncio.run(run(office.app, office.place))
    sys.stdout.write(f"{kind}: {found.sentence()}\n")
    for line, holders in found.wrong.items():
        sys.stdout.write(f"{line}: {' '.join(holders)}\n")
    return int(bool(found.wrong))


if __name__ == "__main__":
    sys.exit(main())
