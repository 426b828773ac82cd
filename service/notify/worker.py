"""The worker: APScheduler as a metronome for jobs that remember nothing and take no input."""

import signal
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from queue import Empty, SimpleQueue
from types import FrameType

import sqlalchemy as sa
import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from sqlmodel import Session

from service.clock import Clock, SystemClock
from service.database import Database
from service.domain import ledger, retention, webhook_purge, webhook_queue
from service.domain.carrying_out import carry_out_due
from service.domain.escalation import OVERDUE_BY
from service.domain.inbound import apply_next
from service.domain.reading import delivery_health, holds, waiting
from service.domain.returns import settle_silent
from service.domain.series import make_due
from service.domain.sweep import sweep
from service.domain.webhook_rules import networks
from service.failpoints import failpoint
from service.files import sweep_orphans
from service.notify.accounts import Accounts
from service.notify.anchors import places_of
from service.notify.consents import exchange_next
from service.notify.dispatcher import Dispatcher, Pace
from service.notify.freshness import Freshness
from service.notify.links import Links
from service.notify.metronome import Steadiness, tick_again
from service.notify.notary import Notary
from service.notify.planner import anything_to_plan, plan
from service.notify.returns import Returns
from service.notify.tallies import tally_next
from service.notify.webhooks.caller import Caller
from service.settings import Settings
from service.vault import Vault
from service.walls import Walls

log = structlog.get_logger(__name__)

OVERTAKEN_MAX = 5
"""What is still due then is taken at the next round."""

SEQUENCE_SECONDS = 0.5
"""Whoever follows the feed learns of an event within a second."""

CERTIFY_SECONDS = 5.0
COLLECT_SECONDS = 60.0
TALLY_SECONDS = 300.0
FRESHEN_SECONDS = 1800.0
TIDY_SECONDS = 3600.0

STOP_SEEN_SECONDS = 1.0
"""A signal may be given to another thread; the main one looks by itself."""


class Worker:
    """What one worker process does; any number of them may run."""

    def __init__(self, settings: Settings, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._stop = threading.Event()
        self._asked: SimpleQueue[None] = SimpleQueue()
        self._quiet_until = clock.now()
        self._vault = Vault(settings.secret_key)
        accounts = Accounts(database, self._vault, settings.mail_folder, clock.now)
        pace = Pace(
            threads=settings.delivery_threads,
            batch=settings.delivery_batch,
            lease=settings.delivery_lease,
            attempts_max=settings.delivery_attempts_max,
        )
        walls = Walls(
            allowed=networks(settings.webhook_allowed_cidrs),
            ports=frozenset(settings.webhook_ports),
            plain=settings.webhook_http,
        )
        self._caller = Caller(
            database,
            self._vault,
            clock,
            walls=walls,
            public_url=settings.public_url,
            threads=settings.webhook_threads,
        )
        self._returns = Returns(database, self._vault, clock)
        self._freshness = Freshness(database, accounts)
        self._notary = Notary(settings, database, places_of(settings, database, accounts), clock)
        self._webhook_retention = settings.webhook_retention
        self._files = settings.files
        links = Links(settings.secret_key, settings.link_lifetime)
        self._dispatcher = Dispatcher(
            database, accounts, clock, pace=pace, public_url=settings.public_url, links=links
        )

    def watch(self) -> int:
        """Take what is due: reorganisations, periods, silence, the steps of clocks; then make the messages.

        Returns:
            How many messages were made.
        """
        steps = self._take_due() if self._any(waiting.WATCHED) else 0
        made = self._once(plan) if self._anything_to_plan() else 0
        if steps or made:
            log.info("worker.planned", steps=steps, messages=made)
        return made

    def _take_due(self) -> int:
        """Do what the register's own clocks are for; return how many steps of duties' clocks were taken."""
        while self._any(waiting.REORGANISATIONS) and self._once(carry_out_due):
            log.info("worker.reorganised")
        while self._any(waiting.PERIODS) and self._once(make_due):
            pass
        while self._any(waiting.SILENT_RETURNS) and self._once(settle_silent):
            pass
        steps = 0
        while self._any(waiting.CLOCKS) and (taken := self._once(sweep)):
            steps += taken
        return steps

    def collect(self) -> int:
        """Take in what mail servers report of mail they had taken; return how many reports there were."""
        return self._returns.collect()

    def listen(self) -> int:
        """Take what came back by the channels, consents first; return how many events were applied."""
        while self._in_turn(partial(exchange_next, self._database, self._vault, self._clock)):
            log.info("worker.authorised")
        applied = 0
        while self._any(waiting.ANSWERS) and self._once(apply_next):
            applied += 1
        if applied:
            log.info("worker.listened", events=applied)
        return applied

    def _any(self, look: waiting.Look) -> bool:
        """Return if anything waits, without the writers' turn: most ticks find nothing."""
        with self._database.read() as connection:
            return waiting.any_waits(connection, look, now=self._clock.now())

    def _anything_to_plan(self) -> bool:
        with self._database.read() as connection:
            return anything_to_plan(connection, now=self._clock.now())

    def _once(self, work: Callable[..., int]) -> int:
        """Do a piece of work in a transaction of its own; again when somebody else was faster."""
        for attempt in range(OVERTAKEN_MAX):
            try:
                with self._database.write() as session:
                    done = work(session, now=self._clock.now())
                    if done:
                        failpoint(f"{work.__name__}.before_commit")
                if done:
                    failpoint(f"{work.__name__}.after_commit")
                return done
            except sa.exc.DBAPIError as error:
                if not self._database.overtaken(error):
                    raise
                log.info("worker.overtaken", work=work.__name__, attempt=attempt)
        return 0

    def _in_turn(self, work: Callable[[], int]) -> int:
        """Do work that keeps its own transactions; what another's turn cut off goes on at the next round."""
        try:
            return work()
        except sa.exc.DBAPIError as error:
            if not self._database.overtaken(error):
                raise
            log.info("worker.overtaken", work=getattr(work, "func", work).__name__)
            return 0

    def deliver(self) -> int:
        """Send what is due; return how many deliveries were tried."""
        self._alarm()
        tried = self._in_turn(partial(self._dispatcher.drain, self._stop))
        if tried:
            log.info("worker.delivered", deliveries=tried)
        return tried

    def _alarm(self) -> None:
        """Say so, once in a while, when something is due for too long, or nothing may leave here."""
        now = self._clock.now()
        with self._database.read() as connection:
            wait = delivery_health.oldest_wait(connection, now=now)
            held = holds.standing(connection)
        if now < self._quiet_until or not (held or delivery_health.is_alarming(wait)):
            return
        self._quiet_until = now + OVERDUE_BY
        if held:
            log.warning("deliveries.held", since=held.restored_at.isoformat(), reason=holds.SENTENCE)
        else:
            log.error("deliveries.late", oldest_due_seconds=int(wait.total_seconds()))

    def sequence(self) -> int:
        """Give committed events their place in the ledger; return how many got one."""
        placed = 0
        while self._anything_unsequenced() and (more := self._once(ledger.sequence)):
            placed += more
        return placed

    def _anything_unsequenced(self) -> bool:
        with self._database.read() as connection:
            return ledger.waiting(connection)

    def certify(self) -> int:
        """Sign the ledger if it is time to, and let places outside keep it; return how many were made."""
        made = 0
        while self._notary.is_due() and self._once(self._notary.sign):
            made += 1
        if made:
            log.info("worker.certified", checkpoints=made)
        self._in_turn(self._notary.anchor)
        return made

    def call(self) -> int:
        """Give endpoints their calls and make those that are due; return how many were made."""
        made = 0
        while True:
            moved = self._once(webhook_queue.fan_out) if self._any_endpoint_behind() else 0
            called = self._in_turn(partial(self._caller.drain, self._stop))
            made += called
            if not (moved or called) or self._stop.is_set():
                break
        if made:
            log.info("worker.called", calls=made)
        return made

    def _any_endpoint_behind(self) -> bool:
        with self._database.read() as connection:
            return webhook_queue.behind(connection)

    def freshen(self) -> int:
        """Renew the tokens of channels that have nothing to send; return how many accounts have good ones."""
        renewed = self._freshness.renew()
        if renewed:
            log.info("worker.freshened", accounts=renewed)
        return renewed

    def tally(self) -> int:
        """Count ahead what boards show, where that is due; return how many registers were counted."""
        counted = 0
        while not self._stop.is_set() and self._in_turn(partial(tally_next, self._database, self._clock)):
            counted += 1
        return counted

    def tidy(self) -> int:
        """Let go what is kept for a while only; return how much that was."""
        gone = 0
        for job in self._jobs():
            while more := self._once(job):
                gone += more
        orphans = sweep_orphans(self._database, self._files, now=self._clock.now())
        if self._database.is_to_be_scrubbed() and not self._database.scrub():
            log.warning("worker.not_scrubbed")
        if gone or orphans:
            log.info("worker.tidied", rows=gone, files=orphans)
        return gone + orphans

    def _jobs(self) -> list[Callable[..., int]]:
        """Return what lets go something that is there to be let go."""
        now = self._clock.now()
        with self._database.read() as connection:
            old = retention.JOBS if retention.anything_old(connection, now=now) else ()
            before = now - self._webhook_retention
            calls = (self._purge,) if webhook_purge.anything_old(connection, before=before) else ()
        return [*calls, *old]

    def _purge(self, session: Session, *, now: datetime) -> int:
        return webhook_purge.purge(session, before=now - self._webhook_retention)

    def round(self) -> None:
        """Do everything that is due now, once."""
        self.listen()
        self.collect()
        self.watch()
        self.deliver()
        self.sequence()
        if self.certify():
            self.sequence()
        self.call()
        self.freshen()
        self.tally()
        self.tidy()

    def run(self, interval: timedelta) -> None:
        """Work until asked to stop."""
        scheduler = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(10)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        for job in (self.listen, self.watch, self.deliver, self.call):
            scheduler.add_job(job, "interval", seconds=interval.total_seconds())
        scheduler.add_job(self.sequence, "interval", seconds=SEQUENCE_SECONDS)
        scheduler.add_job(self.certify, "interval", seconds=CERTIFY_SECONDS)
        scheduler.add_job(self.collect, "interval", seconds=COLLECT_SECONDS)
        scheduler.add_job(self.tally, "interval", seconds=TALLY_SECONDS)
        scheduler.add_job(self.freshen, "interval", seconds=FRESHEN_SECONDS)
        scheduler.add_job(self.tidy, "interval", seconds=TIDY_SECONDS)
        scheduler.start()
        steadiness = Steadiness(self._clock)
        while not self._is_asked_to_stop():
            if steadiness.was_set_back():
                log.warning("worker.clock_set_back")
                tick_again(scheduler)
            scheduler.wakeup()  # it may sleep for as long as a clock that was wrong for a moment told it
        self._stop.set()
        scheduler.shutdown(wait=True)
        self.close()

    def _is_asked_to_stop(self) -> bool:
        try:
            self._asked.get(timeout=STOP_SEEN_SECONDS)
        except Empty:
            return False
        return True

    def stop(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        """Let `run` finish what is in flight and end.

        A signal may come while the one before is handled: an event's lock would be waited for by its holder.
        """
        self._asked.put(None)

    def close(self) -> None:
        """Give up threads and connections."""
        self._dispatcher.close()
        self._caller.close()


def run(settings: Settings) -> None:
    """Run a worker in this process until SIGTERM or SIGINT."""
    with Database.of(settings) as database:
        worker = Worker(settings, database, SystemClock())
        signal.signal(signal.SIGTERM, worker.stop)
        signal.signal(signal.SIGINT, worker.stop)
        worker.run(settings.tick_interval)
