"""One cycle: something is due, workers are hit while they do it, and in the end all must be well."""

import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from uuid import UUID

from tests.chaos.blows import MISSED, Blow, strike
from tests.chaos.evidence import Accepted, Verdict, judge, left, settled, unsettled
from tests.chaos.processes import WAIT_SECONDS, WorkerProcess
from tests.chaos.world import BEFORE, World

LEASE = timedelta(seconds=30)
"""No worker waits for it: whoever comes after a blow lives so much later."""
THAW_SECONDS = 0.3
"""A frozen worker settles, in vain, what it had sent; only then is it asked to end."""


@dataclass(frozen=True, slots=True)
class Script:
    """What happens in a cycle."""

    blows: tuple[Blow, ...]
    finishers: int
    batch: int
    threads: int


@dataclass
class Told:
    """What happened in it."""

    points: Counter[str] = field(default_factory=Counter)
    in_flight: int = 0
    verdict: Verdict = field(default_factory=Verdict)


def play(
    world: World, seen: Accepted, script: Script, at: datetime, chance: random.Random, logs: Path
) -> Told:
    """Play a cycle that begins at an instant of the office's time, and judge it."""
    told = Told()
    hits: Counter[UUID] = Counter()
    stage = _Stage(world, script, at, logs)
    with stage.workers() as (struck, finishers):
        directive = world.issue(chance, at - BEFORE)
        frozen: list[WorkerProcess] = []
        for number, (blow, (worker, *beside)) in enumerate(zip(script.blows, struck, strict=True)):
            for process in (worker, *beside):
                process.go()
            point = strike(world, worker, blow, lambda number=number: stage.done(number))
            told.verdict.faults += [fault for process in beside for fault in _end(process)]
            mine = unsettled(world)
            told.points[point] += 1
            if point != MISSED:
                told.in_flight += len(mine)
                hits.update(mine)
            if worker.frozen:
                frozen.append(worker)
        told.verdict.faults += _finish(stage, finishers, frozen)
    faults = told.verdict.faults
    told.verdict = judge(world, directive, seen, hits)
    told.verdict.faults += faults
    if told.verdict.duplicates > told.in_flight:
        told.verdict.faults.append(f"{told.verdict.duplicates} duplicates of {told.in_flight} in flight")
    world.calm()
    return told


def _finish(stage: "_Stage", finishers: list[WorkerProcess], frozen: list[WorkerProcess]) -> Iterator[str]:
    """Let unharmed workers do what is left; then let the frozen ones go on, which must change nothing."""
    for process in finishers:
        process.go()
    ends_at = time.monotonic() + WAIT_SECONDS
    while not stage.done(len(stage.script.blows)):
        if time.monotonic() > ends_at:
            yield "something is still due"
            break
        time.sleep(0.01)
    before = settled(stage.world)
    for worker in frozen:
        worker.thaw()
        time.sleep(THAW_SECONDS)
    for process in (*frozen, *finishers):
        yield from _end(process)
    if settled(stage.world) != before:
        yield "a frozen worker settled what was no longer its own"


def _end(process: WorkerProcess) -> list[str]:
    code = process.end()
    return [*([f"{process.name} ended with {code}"] if code else []), *process.faults()]


class _Stage:
    """The workers of a cycle, started all at once because starting takes the longest."""

    def __init__(self, world: World, script: Script, at: datetime, logs: Path) -> None:
        self.script = script
        self.world = world
        self._ahead = at - datetime.now(UTC)
        self._logs = logs

    def now(self, number: int) -> datetime:
        """Return the present instant for whoever works after so many blows."""
        return datetime.now(UTC) + self._later(number)

    def done(self, number: int) -> bool:
        """Return if nothing is left to do for whoever works after so many blows."""
        return left(self.world, self.now(number)) == 0

    @contextmanager
    def workers(self) -> Iterator[tuple[list[list[WorkerProcess]], list[WorkerProcess]]]:
        """Give the workers to be hit, each with its companion, and those who finish."""
        blows = self.script.blows
        struck = [
            [
                self._start(f"{n}-struck", n, blow.failpoint()),
                *(self._start(f"{n}-beside", n) for _ in [0] * blow.beside),
            ]
            for n, blow in enumerate(blows)
        ]
        finishers = [self._start(f"finisher-{n}", len(blows)) for n in range(self.script.finishers)]
        try:
            yield struck, finishers
        finally:
            for process in (*chain(*struck), *finishers):
                process.discard()

    def _start(self, name: str, number: int, more: dict[str, str] | None = None) -> WorkerProcess:
        log = self._logs / f"{name}.log"
        settings = {
            "DONDOC_DATABASE_URL": self.world.address_of(log.stem),
            "DONDOC_SECRET_KEY": self.world.ways.key,
            "DONDOC_MAIL_FOLDER": str(self._logs / "mail"),
            "DONDOC_TICK_INTERVAL": "PT0.1S",
            "DONDOC_DELIVERY_LEASE": f"PT{LEASE.total_seconds()}S",
            "DONDOC_DELIVERY_BATCH": str(self.script.batch),
            "DONDOC_DELIVERY_THREADS": str(self.script.threads),
            **(more or {}),
        }
        return WorkerProcess(self._later(number), log, settings)

    def _later(self, number: int) -> timedelta:
        return self._ahead + number * (LEASE + timedelta(seconds=1))
