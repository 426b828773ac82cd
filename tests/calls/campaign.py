"""Rounds, divided among processes: each has a database server and an office of its own."""

import logging
import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty
from tempfile import TemporaryDirectory
from typing import Any

import structlog

from tests.calls.office import Offices
from tests.calls.playing import ROUND, Figures, is_alone, play_round
from tests.databases import Templates, never_waits
from tests.postgresql import server

PATIENCE_SECONDS = 900
"""A process that plays no round in this time is stuck."""


@contextmanager
def offices(kind: str) -> Iterator[Offices]:
    """Give offices in a folder, and on a server, that end with the block."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with TemporaryDirectory(prefix="dondoc-calls-", dir=never_waits()) as name:
        if kind == "sqlite":
            yield Offices(Templates(Path(name), "postgresql+psycopg://nobody@localhost/none"), Path(name))
            return
        with server() as url:
            yield Offices(Templates(Path(name), url), Path(name))


def play(made: Offices, kind: str, seed: int, number: int, count: int) -> Figures:
    """Play one round on a fresh office; try the first call of each violation alone as well."""
    figures = Figures()
    began = time.process_time()
    with made.opened(kind) as office:
        first = play_round(office, seed, number, count, figures)
    figures.seconds = time.process_time() - began
    for violated, (draft, call) in first.items():
        with made.opened(kind) as office:
            alone = is_alone(office, violated, draft, call)
        figures.samples[violated] += ", or this call alone on an untouched office" if alone else ""
    return figures


def campaign(kind: str, seed: int, calls: int, processes: int) -> Iterator[Figures]:
    """Give what came of each round, from as many processes.

    Raises:
        RuntimeError: A process has died, or is stuck.
    """
    rounds = -(-calls // ROUND)
    done: Any = multiprocessing.Queue()
    workers = [
        multiprocessing.Process(target=_work, args=(done, kind, seed, calls, range(first, rounds, processes)))
        for first in range(min(processes, rounds))
    ]
    for worker in workers:
        worker.start()
    try:
        for _ in range(rounds):
            yield done.get(timeout=PATIENCE_SECONDS)
    except Empty:
        raise RuntimeError("no round has ended for a quarter of an hour") from None
    finally:
        for worker in workers:
            worker.join(timeout=30)
            worker.terminate()


def _work(done: Any, kind: str, seed: int, calls: int, numbers: range) -> None:
    with offices(kind) as made:
        for number in numbers:
            done.put(play(made, kind, seed, number, min(ROUND, calls - number * ROUND)))
