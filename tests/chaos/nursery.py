"""The warm parent of workers and sites: a fork of it begins at once.

`python -m tests.chaos.nursery ORDERS` imports everything, plays an office once so that every statement is
compiled, closes every connection, and then forks what it is told to on its standard input. Importing and
compiling take many times as long as what a worker does in a cycle.
"""

import ctypes
import faulthandler
import gc
import json
import logging
import os
import random
import signal
import socket
import sys
import threading
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

import structlog
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import SecretStr

from service import failpoints, logs
from service.api.app import create_app
from service.database import Database
from service.notify.worker import Worker
from service.settings import Settings
from service.web import links, messages
from tests.chaos.answers import answer
from tests.chaos.clocks import ClockAhead
from tests.chaos.world import Ways, World

PR_SET_PDEATHSIG = 1
ENDS = {signal.SIGTERM}
"""Kept from a child until it is ready to hear it."""


class Nursery:
    """One database, one site and one clock, all made before the fork and used after it."""

    def __init__(self, folder: Path, url: str, ways: Ways) -> None:
        self.clock = ClockAhead()
        self.database = Database(url)
        self.settings = settings_of(folder, url, ways)
        self.site = self._site()

    def _site(self) -> FastAPI:
        site = create_app(self.settings, self.database, self.clock)
        site.include_router(messages.router)
        site.include_router(links.router)
        return site

    def child(self, order: dict[str, Any]) -> NoReturn:
        """Be what the order says, until SIGTERM; never return."""
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        _write_to(Path(order["log"]))
        faulthandler.register(signal.SIGUSR1, all_threads=True)
        os.environ["PGAPPNAME"] = order["name"]
        failpoints.arm(order["failpoint"])
        self.clock.ahead = timedelta(seconds=order["ahead"])
        logs.configure()
        try:
            if order["port_file"]:
                self._serve(Path(order["port_file"]))
            else:
                self._work(order["settings"])
        except BaseException:
            structlog.get_logger("chaos").exception("child.broken")
            os._exit(1)
        os._exit(0)

    def _work(self, more: dict[str, Any]) -> None:
        given = self.settings.model_copy(update=more)
        worker = Worker(given, self.database, self.clock)
        signal.signal(signal.SIGTERM, worker.stop)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDS)
        worker.run(timedelta(seconds=0.1))
        self.database.dispose()

    def _serve(self, port_file: Path) -> None:
        listening = socket.create_server(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(self.site, log_config=None, access_log=False))
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDS)
        unfinished = port_file.with_suffix(".new")
        unfinished.write_text(str(listening.getsockname()[1]), encoding="ascii")
        unfinished.rename(port_file)
        server.run([listening])


def settings_of(folder: Path, url: str, ways: Ways) -> Settings:
    """Return the settings that every process of a campaign shares."""
    return Settings(
        database_url=SecretStr(url),
        secret_key=SecretStr(ways.key),
        files=folder / "files",
        mail_folder=folder / "mail",
        delivery_lease=timedelta(seconds=30),
        webhook_threads=4,
        webhook_http=True,
        webhook_ports=(ways.receiver["port"],),
        webhook_allowed_cidrs=("127.0.0.0/8",),
    )


def main() -> None:
    """Get warm, say so, and fork and reap as told; the orders are lines of JSON."""
    told = json.loads(sys.argv[1])
    ways, folder = Ways(**told["ways"]), Path(told["folder"])
    logs.configure(logging.ERROR)
    nursery = Nursery(folder, told["url"], ways)
    _play(nursery, folder, ways, datetime.fromisoformat(told["at"]))
    nursery.database.dispose()
    assert threading.active_count() == 1, "a fork would lack the other threads"
    gc.collect()
    gc.freeze()  # what is warm stays shared
    signal.pthread_sigmask(signal.SIG_BLOCK, ENDS)
    _say("ready")
    for line in sys.stdin:
        order = json.loads(line)
        if "reap" in order:
            _say(os.waitstatus_to_exitcode(os.waitpid(order["reap"], 0)[1]))
            continue
        pid = os.fork()
        if pid == 0:
            nursery.child(order)
        _say(pid)


def _say(what: Any) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def _play(nursery: Nursery, folder: Path, ways: Ways, at: datetime) -> None:
    """Tell people something and let them answer: whatever is said to the database has been said once."""
    world = World(nursery.database, folder, ways)
    directive = world.issue(["xa-1", "xa-2", "xa-3"], ["1"], at)
    nursery.clock.ahead = at + timedelta(hours=9) - nursery.clock.now()
    worker = Worker(nursery.settings, nursery.database, nursery.clock)
    worker.round()
    chance = random.Random(1)  # noqa: S311 - chooses whose answers
    client = TestClient(nursery.site)
    answer(world, directive, nursery.clock.now(), chance, lambda: client)
    worker.round()
    worker.close()


def _write_to(log: Path) -> None:
    """Send both output streams to a file, and hear no orders."""
    with log.open("wb") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    with suppress(OSError):
        os.close(0)


if __name__ == "__main__":
    main()
