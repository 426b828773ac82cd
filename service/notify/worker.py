"""The worker: APScheduler as a metronome for two jobs that remember nothing and take no input."""

import signal
import threading
from datetime import timedelta
from types import FrameType

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from service.clock import Clock, SystemClock
from service.database import Database
from service.domain.sweep import sweep
from service.notify.accounts import Accounts
from service.notify.dispatcher import Dispatcher, Pace
from service.notify.planner import plan
from service.settings import Settings
from service.vault import Vault

log = structlog.get_logger(__name__)


class Worker:
    """What one worker process does; any number of them may run."""

    def __init__(self, settings: Settings, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._stop = threading.Event()
        accounts = Accounts(database, Vault(settings.secret_key), settings.mail_folder, clock.now)
        pace = Pace(
            threads=settings.delivery_threads,
            batch=settings.delivery_batch,
            lease=settings.delivery_lease,
            attempts_max=settings.delivery_attempts_max,
        )
        self._dispatcher = Dispatcher(database, accounts, clock, pace=pace, public_url=settings.public_url)

    def watch(self) -> int:
        """Let every due clock take its steps, then make the messages; return how many were made."""
        steps = taken = 0
        while True:
            with self._database.write() as session:
                taken = sweep(session, now=self._clock.now())
            steps += taken
            if not taken:
                break
        with self._database.write() as session:
            made = plan(session, now=self._clock.now())
        if steps or made:
            log.info("worker.planned", steps=steps, messages=made)
        return made

    def deliver(self) -> int:
        """Send what is due; return how many deliveries were tried."""
        tried = self._dispatcher.drain(self._stop)
        if tried:
            log.info("worker.delivered", deliveries=tried)
        return tried

    def round(self) -> None:
        """Do everything that is due now, once."""
        self.watch()
        self.deliver()

    def run(self, interval: timedelta) -> None:
        """Work until asked to stop."""
        scheduler = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(2)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        for job in (self.watch, self.deliver):
            scheduler.add_job(job, "interval", seconds=interval.total_seconds())
        scheduler.start()
        self._stop.wait()
        scheduler.shutdown(wait=True)
        self.close()

    def stop(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        """Finish what is in flight and end."""
        self._stop.set()

    def close(self) -> None:
        """Give up threads and connections."""
        self._dispatcher.close()


def run(settings: Settings) -> None:
    """Run a worker in this process until SIGTERM or SIGINT."""
    database = Database(settings.database_url.get_secret_value(), pool_size=settings.database_pool_size)
    worker = Worker(settings, database, SystemClock())
    signal.signal(signal.SIGTERM, worker.stop)
    signal.signal(signal.SIGINT, worker.stop)
    worker.run(settings.tick_interval)
    database.dispose()
