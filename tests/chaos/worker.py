"""A real worker in a process of its own, on the machine's clock moved ahead.

Processes are forked from one that has imported everything, because importing takes longer than a cycle.
"""

import faulthandler
import importlib
import os
import signal
import threading
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

from service import failpoints, logs
from service.database import Database
from service.notify.channels import email, zalo  # noqa: F401 - what a first message would import
from service.notify.worker import Worker
from service.settings import Settings


class ClockAhead:
    """The machine's clock, so much later."""

    def __init__(self, ahead: timedelta) -> None:
        self._ahead = ahead

    def now(self) -> datetime:
        """Return the present instant there."""
        return datetime.now(UTC) + self._ahead


def work(ahead: timedelta, log: Path, settings: dict[str, str], parent: Connection) -> None:
    """Get ready, say so, and when told to begin work until SIGTERM or until the parent is gone."""
    _write_to(log)
    faulthandler.register(signal.SIGUSR1, all_threads=True)
    os.environ.update(settings)
    importlib.reload(failpoints)  # it read the environment of the process that this one was forked from
    logs.configure()
    given = Settings()
    database = Database(given.database_url.get_secret_value(), pool_size=given.database_pool_size)
    worker = Worker(given, database, ClockAhead(ahead))
    signal.signal(signal.SIGTERM, worker.stop)
    parent.send("ready")
    _hear(parent)
    threading.Thread(target=_hear, args=(parent,), daemon=True).start()
    worker.run(given.tick_interval)
    database.dispose()


def _write_to(log: Path) -> None:
    """Send both output streams to a file."""
    with log.open("wb") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)


def _hear(parent: Connection) -> None:
    try:
        parent.recv()
    except EOFError:
        os._exit(3)
