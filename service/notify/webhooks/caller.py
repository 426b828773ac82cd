"""Calls endpoints: takes what is due, a few of each at a time, and settles what came back."""

import random
import ssl
import threading
import time
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta
from typing import Any

import structlog
from pydantic_core import to_json

from service.clock import Clock
from service.database import Database
from service.domain import sealing, webhook_queue
from service.domain.reading import feed
from service.domain.reading.feed import FeedRow
from service.domain.webhook_queue import CHALLENGED, Claim, Landed
from service.domain.webhook_rules import PROBE, Answer
from service.failpoints import failpoint
from service.notify.webhooks import signing
from service.notify.webhooks.post import post
from service.trust import authorities
from service.vault import Vault, VaultClosed
from service.walls import Resolver, Walls, resolve

log = structlog.get_logger(__name__)

LEASE = timedelta(minutes=2)
"""A call takes 20 seconds at most, and one that waits for its thread half a minute."""

SETTLE_SECONDS = 0.1
LOOK_SECONDS = 1.0
"""While a slow endpoint is waited for, others get their calls."""


class Caller:
    """Owns the calling threads of one worker process.

    What is in flight or was answered outlives a lost database: it is settled by the next `drain`.
    """

    def __init__(
        self,
        database: Database,
        vault: Vault,
        clock: Clock,
        *,
        walls: Walls,
        public_url: str,
        threads: int,
        resolver: Resolver = resolve,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self._database, self._vault, self._clock = database, vault, clock
        self._walls, self._resolver = walls, resolver
        self._origin = public_url.rstrip("/")
        self._threads = threads
        self._trust = trust
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="call")
        self._flying: dict[Future[Answer], Claim] = {}
        self._landed: list[tuple[Claim, Answer]] = []
        self._chance = random.Random()  # noqa: S311 - spreads retries, guards nothing

    def drain(self, stop: threading.Event | None = None) -> int:
        """Call until nothing is due or `stop` is set; return how many calls were made."""
        made, look_at = 0, 0.0
        more = True
        while more or self._flying or self._landed:
            stopped = stop is not None and stop.is_set()
            room = self._threads - len(self._flying)
            if more and room and not stopped:
                claims = self._claim(room)
                self._launch(claims)
                made += len(claims)
                more = bool(claims)
                look_at = time.monotonic() + LOOK_SECONDS
            more = not stopped and (more or time.monotonic() > look_at)
            landed, _ = wait(self._flying, timeout=SETTLE_SECONDS, return_when=FIRST_COMPLETED)
            self._landed += [(self._flying.pop(each), each.result()) for each in landed]
            if self._landed:
                self._settle(self._landed)
                self._landed = []
                more = True
        return made

    def close(self) -> None:
        """End the threads."""
        self._pool.shutdown(wait=True)

    def _claim(self, room: int) -> list[Claim]:
        with self._database.read() as connection:
            if not webhook_queue.due(connection, now=self._clock.now()):
                return []
        with self._database.write() as session:
            claims = webhook_queue.claim(session, batch=room, lease=LEASE, now=self._clock.now())
            if claims:
                failpoint("webhook.in_claim")
        if claims:
            failpoint("webhook.after_claim")
        return claims

    def _launch(self, claims: Sequence[Claim]) -> None:
        if not claims:
            return
        with self._database.read() as connection:
            events = webhook_queue.read_events(connection, [each.position for each in claims])
        now = self._clock.now()
        for each in claims:
            told = events.get(each.position)
            self._flying[self._pool.submit(self._call, each, told, now)] = each

    def _call(self, taken: Claim, told: FeedRow | None, now: datetime) -> Answer:
        """Call once, in a thread. A bug must not lose the call."""
        failpoint("webhook.before_call")
        try:
            event = (
                challenge(taken, self._origin, now) if told is None else feed.cloud_event(told, self._origin)
            )
            body = to_json(event)
            signed = self._signed(taken, str(event["id"]), body, now)
            answer = post(
                taken.url,
                body,
                signed,
                walls=self._walls,
                trust=self._trust or authorities(),
                now=now,
                resolver=self._resolver,
            )
        except VaultClosed as error:
            return Answer(reason=str(error))
        except Exception as error:
            log.exception("webhook.broken", endpoint=str(taken.endpoint_id), position=taken.position)
            return Answer(reason=f"{type(error).__name__} on our side")
        failpoint("webhook.after_call")
        return judged(taken, answer)

    def _signed(self, taken: Claim, event_id: str, body: bytes, now: datetime) -> dict[str, str]:
        held = self._vault.open(taken.secrets)
        secrets = [held["secret"]]
        if taken.old_secret_until is not None and now < taken.old_secret_until and "old" in held:
            secrets.append(held["old"])
        return dict(signing.headers(event_id, body, secrets=secrets, private_key=held["private_key"], at=now))

    def _settle(self, landed: Sequence[tuple[Claim, Answer]]) -> None:
        settled = [Landed(taken, answer, self._chance.random()) for taken, answer in landed]
        failpoint("webhook.before_settle")
        with self._database.write() as session:
            webhook_queue.settle(session, settled, now=self._clock.now())
            failpoint("webhook.in_settle")
        failpoint("webhook.after_settle")


def challenge(taken: Claim, origin: str, now: datetime) -> dict[str, Any]:
    """Return the event that an endpoint has to answer with its challenge before it is told anything."""
    name = sealing.leaf_of(taken.fence, taken.endpoint_id.bytes + taken.challenge.encode())
    return {
        "specversion": "1.0",
        "id": sealing.event_id(name),
        "source": f"{origin}/v1",
        "type": "webhook.challenge.v1",
        "subject": taken.endpoint_id,
        "time": sealing.written(now),
        "datacontenttype": "application/json",
        "data": {"challenge": taken.challenge},
    }


def judged(taken: Claim, answer: Answer) -> Answer:
    """Return an answer as it counts: a challenge is answered by repeating it, not by any 200."""
    if taken.position != PROBE or answer.status is None or not 200 <= answer.status < 300:
        return answer
    if taken.challenge in answer.text:
        return answer
    return Answer(reason=CHALLENGED, text=answer.text)
