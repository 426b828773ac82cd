"""`drain`: 100,000 queued messages, four worker processes, one Zalo; beside clients that only post."""

import multiprocessing
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from multiprocessing.process import BaseProcess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa
from cryptography.fernet import Fernet
from pydantic import SecretStr

from service.database import Database
from service.demo.office import SetClock
from service.domain.tables import Delivery, DeliveryState, Obligation, table
from service.notify.worker import Worker
from service.settings import Settings
from tests.bench.data import NOW
from tests.bench.delivering import ANSWERS_AFTER_MS, post, queue, set_up
from tests.bench.measure import say
from tests.chaos.processes import Fake, fake

MESSAGES = 100_000
POSTED = 10_000
"""By the clients that only post, before and again after the workers."""

PROCESSES = 4
IN_FLIGHT = 10
"""Requests at the same time in one process: beyond that an `httpx` client slows down."""

SPAWN = multiprocessing.get_context("spawn")

delivery, obligation = table(Delivery), table(Obligation)


def run(database: Database, _times: int) -> None:
    """Drain the queue once, and look into Zalo's ledger for what came twice or not at all."""
    with (
        TemporaryDirectory(prefix="dondoc-bench-") as name,
        fake("zalo", Path(name), "--delay-ms", str(ANSWERS_AFTER_MS), "--everyone") as zalo,
    ):
        key = Fernet.generate_key().decode()
        set_up(database, zalo.hello, key)
        with database.read() as connection:
            duties = connection.execute(sa.select(sa.func.count()).select_from(obligation)).scalar_one()
        queued = min(MESSAGES, int(duties))
        queue(database, queued)
        url = database.url.render_as_string(hide_password=False)
        say(f"\ndrain: {queued:,} messages, {PROCESSES} processes of {IN_FLIGHT} threads, {database.dialect}")
        posting = partial(post, zalo.hello, IN_FLIGHT, POSTED // PROCESSES)
        before = POSTED / _seconds([posting] * PROCESSES)
        zalo.ledger.new()
        worker = queued / _seconds([partial(_work, url, key)] * PROCESSES)
        _say_what_came(database, zalo, queued)
        after = POSTED / _seconds([posting] * PROCESSES)
        bare = (before + after) / 2
        say(f"workers {worker:.0f}/s, posting {before:.0f} and {after:.0f}/s: {worker / bare:.2f} of it")


def _seconds(works: Sequence[Callable[[], None]]) -> float:
    """Let processes do this at the same time; return how long they took, their start not counted."""
    ready, go = SPAWN.Barrier(len(works) + 1), SPAWN.Event()
    processes: list[BaseProcess] = [SPAWN.Process(target=_begin, args=(ready, go, work)) for work in works]
    for process in processes:
        process.start()
    ready.wait()
    begun_at = time.perf_counter()
    go.set()
    for process in processes:
        process.join()
    took = time.perf_counter() - begun_at
    assert not any(process.exitcode for process in processes)
    return took


def _begin(ready: Any, go: Any, work: Callable[[], None]) -> None:
    ready.wait()
    go.wait()
    work()


def _work(url: str, key: str) -> None:
    """Be a worker process until nothing is due."""
    database = Database(url)
    settings = Settings(secret_key=SecretStr(key), delivery_threads=IN_FLIGHT)
    worker = Worker(settings, database, SetClock(NOW + timedelta(hours=1)))
    while worker.deliver():
        pass
    worker.close()
    database.dispose()


def _say_what_came(database: Database, zalo: Fake, queued: int) -> None:
    came = Counter(entry["tracking_id"] for entry in zalo.ledger.new())
    once = sum(count == 1 for count in came.values())
    with database.read() as connection:
        sent = connection.execute(
            sa.select(sa.func.count())
            .select_from(delivery)
            .where(delivery.c.state == DeliveryState.SENT, delivery.c.next_attempt_at.is_(None))
        ).scalar_one()
    say(
        f"accepted {len(came):,} of {queued:,}, once {once:,}, more often {len(came) - once:,}; sent {sent:,}"
    )
