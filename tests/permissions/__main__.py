"""Ask every cell on PostgreSQL: `python -m tests.permissions [--walled]`."""

import argparse
import asyncio
import io
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

from service.api.app import create_app
from tests.conftest import SettableClock
from tests.databases import Templates
from tests.permissions.driver import Undone
from tests.permissions.matrix import run
from tests.permissions.walled import walled
from tests.permissions.world import build, settings_in
from tests.postgresql import server


def main() -> int:
    """Print the count and what differs; return 1 if anything does."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--walled", action="store_true", help="behind row-level security")
    behind = arguments.parse_args().walled
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(io.StringIO()))
    with TemporaryDirectory() as named, server() as url, walled(Templates(Path(named), url)) as databases:
        folder, (owned, service) = Path(named), databases
        settings = settings_in(folder)
        place = build(create_app(settings, owned, SettableClock()), owned)
        chosen = service if behind else owned
        undone = Undone(chosen.url.render_as_string(hide_password=False), row_security=behind)
        found = asyncio.run(run(create_app(settings, undone, SettableClock()), place))
        undone.dispose()
    sys.stdout.write(f"{found.sentence()}\n")
    for line, holders in found.wrong.items():
        sys.stdout.write(f"{line}: {' '.join(holders)}\n")
    return int(bool(found.wrong))


if __name__ == "__main__":
    sys.exit(main())
