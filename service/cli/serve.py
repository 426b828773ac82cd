"""`dondoc serve`: the API and the pages, with one worker beside them unless told otherwise."""

import os
import signal
import subprocess
import sys
import threading
from types import FrameType
from typing import Annotated

import structlog
import typer
import uvicorn

from service import logs

RESTART_SECONDS = 5.0
STOP_SECONDS = 30.0
log = structlog.get_logger("dondoc.serve")


class WorkerChild:
    """A worker process that is started again should it die, and stopped with the server."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._process = self._start()
        self._watcher = threading.Thread(target=self._watch, name="worker-watch", daemon=True)
        self._watcher.start()

    def stop(self) -> None:
        """Ask it to finish, and wait until it has."""
        self._stopping.set()
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-m", "service", "worker"])

    def _watch(self) -> None:
        while True:
            status = self._process.wait()
            if self._stopping.is_set():
                return
            log.error("worker.died", status=status, restart_seconds=RESTART_SECONDS)
            if self._stopping.wait(RESTART_SECONDS):
                return
            self._process = self._start()


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535)] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Server processes.")] = 1,
    worker: Annotated[
        bool, typer.Option("--worker/--no-worker", help="Run the reminder worker as well.")
    ] = True,
) -> None:
    """Serve until told to stop; on SIGTERM requests in flight are finished first."""
    logs.configure()
    signal.signal(signal.SIGTERM, _leave)
    child = WorkerChild() if worker else None
    try:
        uvicorn.run(
            "service.site:from_environment",
            factory=True,
            host=host,
            port=port,
            workers=workers,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=int(STOP_SECONDS),
            forwarded_allow_ips=os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1"),
        )
    finally:
        if child is not None:
            child.stop()


def _leave(_number: int, _frame: FrameType | None) -> None:
    """Leave by way of `finally`; the server has finished its requests when this is called again."""
    raise SystemExit(0)
