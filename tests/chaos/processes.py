"""The processes of a campaign: fakes with their ledgers, and workers that can be hit."""

import json
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.chaos.worker import work

WAIT_SECONDS = 60.0
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.chaos.worker"])


def environment(**more: str) -> dict[str, str]:
    """Return this process's environment with no settings but the given ones."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DONDOC_")}
    return kept | more


class LedgerTail:
    """The entries of a ledger since the last look."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0

    def new(self) -> list[dict[str, Any]]:
        """Return the whole lines written since."""
        if not self._path.exists():
            return []
        with self._path.open("rb") as file:
            file.seek(self._offset)
            whole, newline, _ = file.read().rpartition(b"\n")
        self._offset += len(whole) + len(newline)
        return [json.loads(line) for line in whole.splitlines()]


@dataclass
class Fake:
    """A fake provider: what it said when it was ready, and what it accepted."""

    hello: dict[str, Any]
    ledger: LedgerTail


@contextmanager
def fake(name: str, folder: Path, *arguments: str) -> Iterator[Fake]:
    """Run a fake provider for the length of the block."""
    path = folder / f"{name}.ledger"
    command = [
        sys.executable,
        "-m",
        f"service.fakes.{name}",
        "--port",
        "0",
        "--ledger",
        str(path),
        *arguments,
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment()) as process:
        assert process.stdout is not None
        try:
            yield Fake(json.loads(process.stdout.readline()), LedgerTail(path))
        finally:
            process.terminate()
            process.wait(WAIT_SECONDS)


class WorkerProcess:
    """A worker that is ready, works when it is told to, and can be hit."""

    def __init__(self, ahead: timedelta, log: Path, settings: dict[str, str]) -> None:
        """Start it; it begins with `go`."""
        self.name = log.stem
        self.frozen = False
        self._log = log
        self._here, there = FORKS.Pipe()
        self._process = FORKS.Process(target=work, args=(ahead, log, settings, there), name=self.name)
        self._process.start()
        there.close()

    def go(self) -> None:
        """Wait until it is ready, and let it begin."""
        self._here.recv()
        self._here.send("go")

    def died(self) -> bool:
        """Return if it is gone."""
        return not self._process.is_alive()

    def kill(self) -> None:
        """End it as a power cut would."""
        self._process.kill()
        self._reap()

    def freeze(self) -> None:
        """Stop it where it stands."""
        self.frozen = True
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on as if nothing had happened."""
        self.frozen = False
        self._signal(signal.SIGCONT)

    def end(self) -> int:
        """Ask it to end; return its exit code."""
        self._process.terminate()
        return self._reap()

    def discard(self) -> None:
        """Make sure that it is gone."""
        if not self.died():
            self.kill()

    def faults(self) -> list[str]:
        """Return the lines of its log that tell of an error."""
        text = self._log.read_text(encoding="utf-8", errors="replace")
        return [line for line in text.splitlines() if '"error"' in line or "Traceback" in line]

    def _signal(self, number: int) -> None:
        assert self._process.pid is not None
        os.kill(self._process.pid, number)

    def _reap(self) -> int:
        self._process.join(WAIT_SECONDS)
        self._here.close()
        if self._process.exitcode is None:
            self._signal(signal.SIGUSR1)  # it writes down where its threads stand
            self._process.join(1)
            self._process.kill()
            raise TimeoutError(f"{self.name} does not end:\n{self._log.read_text(encoding='utf-8')}")
        return self._process.exitcode
