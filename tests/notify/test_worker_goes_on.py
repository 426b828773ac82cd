"""What must not stop a worker, or keep it: a clock set back, a busy database, a signal upon a signal."""

import sys
import threading
from datetime import timedelta
from pathlib import Path
from types import FrameType
from typing import Any

import sqlalchemy as sa
from apscheduler.schedulers.background import BackgroundScheduler

from service.database import Database
from service.notify.metronome import Steadiness, tick_again
from tests.conftest import SettableClock
from tests.databases import Templates
from tests.district import district, opened


def test_a_clock_that_is_set_back_is_noticed_once_and_one_that_is_set_on_is_none() -> None:
    clock = SettableClock()
    steadiness = Steadiness(clock)
    assert not steadiness.was_set_back()
    clock.advance(hours=1)
    assert not steadiness.was_set_back()
    clock.advance(hours=-1)
    assert steadiness.was_set_back()
    assert not steadiness.was_set_back()


def test_jobs_that_wait_for_a_time_an_hour_away_tick_again() -> None:
    """As the scheduler stands after a step back of an hour: asleep until the time that it had planned."""
    ticked = threading.Event()
    scheduler = BackgroundScheduler()
    job = scheduler.add_job(ticked.set, "interval", seconds=0.01)
    scheduler.start(paused=True)
    try:
        job.modify(next_run_time=job.next_run_time + timedelta(hours=1))
        scheduler.resume()
        tick_again(scheduler)
        assert ticked.wait(30)
    finally:
        scheduler.shutdown()


def impatient(database: Database) -> Database:
    """Return a second way to the same file, that gives up at once where the first would wait ten seconds."""
    other = Database(database.url.render_as_string(), pool_size=1)
    connection = other.engine.raw_connection()
    connection.execute("PRAGMA busy_timeout = 0")  # type: ignore[attr-defined]
    connection.close()
    return other


def test_a_busy_file_is_somebody_elses_turn_and_no_error(templates: Templates, tmp_path: Path) -> None:
    with (
        templates.copy("sqlite", district) as database,
        opened(impatient(database), tmp_path) as office,
    ):
        office.give(due="2024-03-29", units=["xa-a"])
        office.worker.watch()
        with database.write() as busy:
            busy.execute(sa.text("SELECT 1"))
            assert (office.worker.watch(), office.worker.listen(), office.worker.deliver()) == (0, 0, 0)
            assert (office.worker.sequence(), office.worker.call()) == (0, 0)
        assert office.worker.deliver() == 1
        assert office.worker.sequence() > 0
        office.database.dispose()


def test_a_signal_upon_a_signal_does_not_keep_it_from_ending(templates: Templates, tmp_path: Path) -> None:
    """Between any two lines of what handles a signal the next may come: it waited for itself for ever."""
    with templates.copy("sqlite", district) as database, opened(database, tmp_path) as office:

        def again(_frame: FrameType, _event: str, _argument: Any) -> Any:
            office.worker.stop()
            return again

        def ask() -> None:
            sys.settrace(again)
            office.worker.stop()
            sys.settrace(None)

        impatient_one = threading.Thread(target=ask, daemon=True)
        impatient_one.start()
        impatient_one.join(20)
        assert not impatient_one.is_alive()
        office.worker.run(timedelta(seconds=1))
