"""The processes of a campaign: fakes with their ledgers, and what a nursery forks, which can be hit."""

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

WAIT_SECONDS = 150.0
"""Longer than a database lets somebody who stands still hold a transaction."""

POLL_SECONDS = 0.003


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
    """Run a fake for the length of the block; what it says of callers that died is of no interest."""
    path = folder / f"{name}.ledger"
    named = [sys.executable, "-m", f"service.fakes.{name}", "--port", "0"]
    command = [*named, "--ledger", str(path), *arguments]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, text=True, env=environment(), **streams) as process:
        assert process.stdout is not None
        try:
            yield Fake(json.loads(process.stdout.readline()), LedgerTail(path))
        finally:
            process.terminate()
            process.wait(WAIT_SECONDS)


class Nursery:
    """The warm parent (`tests/chaos/nursery.py`), as seen from outside."""

    def __init__(self, told: dict[str, Any], more: dict[str, str]) -> None:
        """Start it, and wait until it is warm.

        Args:
            told: Database, folder, ways, and the instant at which it plays an office.
            more: Its environment, beside this process's.
        """
        command = [sys.executable, "-m", "tests.chaos.nursery", json.dumps(told)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment(**more)
        )
        self.steps_clocks = bool(more)
        assert self._hear() == "ready"

    def fork(self, order: dict[str, Any]) -> int:
        """Return the id of a new child."""
        return int(self._ask(order))

    def reap(self, pid: int) -> int:
        """Return the exit code of a child that is gone, or goes now."""
        return int(self._ask({"reap": pid}))

    def close(self) -> None:
        """End it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(WAIT_SECONDS)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def _ask(self, order: dict[str, Any]) -> Any:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return self._hear()

    def _hear(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the nursery is gone")
        return json.loads(line)


class Child:
    """A worker, or a site, that can be hit."""

    def __init__(
        self,
        nursery: Nursery,
        log: Path,
        ahead: timedelta,
        *,
        failpoint: str = "",
        port_file: Path | None = None,
        settings: dict[str, Any] | None = None,
    ) -> None:
        """Let it begin.

        Args:
            nursery: Its parent.
            log: Where it writes; the name of the file is its own.
            ahead: How much later than the machine's its clock is.
            failpoint: Where it kills itself.
            port_file: It is a site, and writes here where it listens.
            settings: A worker's own.
        """
        self.name = log.stem
        self.frozen = False
        self._nursery = nursery
        self._log = log
        self.code: int | None = None
        self._pid = nursery.fork(
            {
                "name": self.name,
                "log": str(log),
                "ahead": ahead.total_seconds(),
                "failpoint": failpoint,
                "port_file": str(port_file) if port_file else "",
                "settings": settings or {},
            }
        )
        self._watch = os.pidfd_open(self._pid)

    def died(self) -> bool:
        """Return if it is gone."""
        return self.code is not None or bool(select.select([self._watch], [], [], 0)[0])

    def kill(self) -> None:
        """End it as a power cut would."""
        self._signal(signal.SIGKILL)
        self._reap()

    def freeze(self) -> None:
        """Stop it where it stands."""
        self.frozen = True
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on as if nothing had happened."""
        self.frozen = False
        self._signal(signal.SIGCONT)

    def ask_to_end(self) -> None:
        """Ask it to finish what is in flight."""
        self._signal(signal.SIGTERM)

    def end(self) -> list[str]:
        """Ask it to end, wait until it has, and return what it did wrong."""
        self.ask_to_end()
        code = self._reap()
        return [*([f"{self.name} ended with {code}"] if code else []), *self.faults()]

    def discard(self) -> None:
        """Make sure that it is gone."""
        if self.code is None:
            self.kill()

    def faults(self) -> list[str]:
        """Return the lines of its log that tell of an error.

        That something waited for long is true here; and who waits for a connection while the wall clock is
        moved by an hour has waited for an hour, says the pool.
        """
        text = self._log.read_text(encoding="utf-8", errors="replace")
        told = [line for line in text.splitlines() if '"error"' in line or "Traceback" in line]
        true_here = ['"deliveries.late"', *(["QueuePool limit"] if self._nursery.steps_clocks else [])]
        return [line for line in told if not any(words in line for words in true_here)]

    def _signal(self, number: int) -> None:
        if self.code is None:
            os.kill(self._pid, number)

    def _reap(self) -> int:
        if self.code is None:
            if not select.select([self._watch], [], [], WAIT_SECONDS)[0]:
                self._signal(signal.SIGUSR1)  # it writes down where its threads stand
                select.select([self._watch], [], [], 1)
                self._signal(signal.SIGKILL)
                self.code = self._nursery.reap(self._pid)
                raise TimeoutError(f"{self.name} does not end:\n{self._log.read_text(encoding='utf-8')}")
            self.code = self._nursery.reap(self._pid)
            os.close(self._watch)
        return self.code


def port_of(port_file: Path, child: Child) -> int:
    """Wait until a site listens; return where."""
    ends_at = time.monotonic() + WAIT_SECONDS
    while not port_file.exists():
        if child.died() or time.monotonic() > ends_at:
            raise RuntimeError(f"{child.name} does not listen: {child.faults()}")
        time.sleep(POLL_SECONDS)
    port = int(port_file.read_text(encoding="ascii"))
    port_file.unlink()
    return port
