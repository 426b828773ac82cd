"""Reads mutants by number: a seed of chance and a number make the same mutant anywhere.

Most are read in worker processes with bounded memory; every `APART`-th also in a child as the service does,
every `HTTP`-th also through the API. A worker that dies (a library in C may) is replaced; its file must be
refused by the child process.
"""

import multiprocessing
import random
import resource
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path

from .mutations import mutant
from .outcome import Outcome, apart, watched
from .seeds import Seed, seeds

APART, HTTP = 50, 200
MEMORY_BYTES = 3_000_000_000
SLOW_SHOWN = 5
_SEEDS = seeds()


def file_of(seed: int, number: int) -> Seed:
    """The mutant of a number."""
    chance = random.Random(f"{seed}:{number}")  # noqa: S311  not for secrets
    return mutant(_SEEDS[number % len(_SEEDS)], chance)


@dataclass(slots=True)
class Figures:
    """What came of the mutants; a fault names the number that makes its file again."""

    files: int = 0
    words: Counter[str] = field(default_factory=Counter)
    faults: list[tuple[int, str, str]] = field(default_factory=list)
    slowest: list[tuple[float, int]] = field(default_factory=list)
    apart: int = 0
    http: int = 0
    died: int = 0

    def add(self, number: int, outcome: Outcome, where: str = "here") -> None:
        """Count an outcome."""
        self.words[outcome.word] += where == "here"
        if outcome.fault is not None:
            self.faults.append((number, where, outcome.fault))
        self.slowest = sorted([*self.slowest, (outcome.seconds, number)], reverse=True)[:SLOW_SHOWN]


class _Worker:
    """A process that reads every n-th mutant and tells after each."""

    def __init__(self, seed: int, numbers: range) -> None:
        self.numbers = numbers
        self.receiver, sender = multiprocessing.Pipe(duplex=False)
        self.process = multiprocessing.Process(target=_work, args=(sender, seed, numbers), daemon=True)
        self.process.start()
        sender.close()


def _work(sender: Connection, seed: int, numbers: range) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for number in numbers:
        sender.send((number, watched(*file_of(seed, number))))
    sender.close()


def in_workers(seed: int, files: int, jobs: int) -> Iterator[tuple[int, Outcome | None]]:
    """Read mutants in several processes; None for a file whose worker died of it."""
    workers = [_Worker(seed, range(start, files, jobs)) for start in range(jobs)]
    while workers:
        ready = wait([worker.receiver for worker in workers])
        for worker in [w for w in workers if w.receiver in ready]:
            try:
                number, outcome = worker.receiver.recv()
                worker.numbers = worker.numbers[1:]
                yield number, outcome
            except EOFError:
                worker.process.join()
                workers.remove(worker)
                if worker.numbers:
                    yield worker.numbers[0], None
                    workers.append(_Worker(seed, worker.numbers[1:]))


def campaign(seed: int, files: int, jobs: int, folder: Path) -> Iterator[Figures]:
    """Read all mutants; the figures so far, after each."""
    from .http import Service

    figures = Figures()
    with Service(folder) as service:
        for number, outcome in in_workers(seed, files, jobs):
            figures.files += 1
            if outcome is not None:
                figures.add(number, outcome)
            else:
                figures.died += 1
            if outcome is None or number % APART == 0:
                figures.apart += 1
                figures.add(number, apart(*file_of(seed, number), folder), "apart")
            if number % HTTP == 0:
                figures.http += 1
                figures.add(number, service.take_in(*file_of(seed, number)), "http")
            yield figures
