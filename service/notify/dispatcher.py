"""Sends what is due: claims ahead, words each message, keeps a few threads busy, settles as answers come."""

import random
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

import structlog

from service.clock import Clock
from service.database import Database
from service.domain.calendar import office_day
from service.domain.escalation import RANKS, Role
from service.domain.link_rules import offered
from service.domain.links import make_links
from service.domain.reading.links import WantedLink
from service.domain.reading.message_lines import Line, read_lines, without_repeats
from service.domain.reading.message_words import Contents, word
from service.domain.reading.notices import Notice, read_notices
from service.domain.reading.wordings import House, WordingRow, of_trial, read_houses
from service.domain.sweep import put_off
from service.domain.tables import DeliveryState, Occasion
from service.domain.wording import WordingKind
from service.failpoints import failpoint
from service.notify import backoff
from service.notify.accounts import NEVER_SET_UP, Accounts, read_versions
from service.notify.channel import ChannelMisconfigured, Kind, Outcome, Outgoing, Refused, Retry
from service.notify.contents import read_next_channels, read_occasions
from service.notify.delivery import Claim, Settlement, any_due, claim, settle
from service.notify.ics import calendars
from service.notify.links import Links
from service.notify.open_channels import OpenChannels
from service.notify.verdict import Patience, judge
from service.vault import VaultClosed

log = structlog.get_logger(__name__)

QUEUE_PER_THREAD = 4
"""Claims wait for their thread within their lease: more of them would run out behind a slow relay."""

SETTLE_EVERY_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Pace:
    """How much at a time."""

    threads: int
    batch: int
    lease: timedelta
    attempts_max: int


class Dispatcher:
    """Owns the sending threads of one worker process. Every thread keeps its own channels open.

    What is in flight or has landed outlives a lost database: it is settled by the next `drain`.
    """

    def __init__(
        self,
        database: Database,
        accounts: Accounts,
        clock: Clock,
        *,
        pace: Pace,
        public_url: str,
        links: Links,
    ) -> None:
        self._database = database
        self._accounts = accounts
        self._clock = clock
        self._pace = pace
        self._public_url = public_url.rstrip("/")
        self._links = links
        self._chance = random.Random()  # noqa: S311 - spreads retries, guards nothing
        self._channels = OpenChannels(accounts)
        self._pool = ThreadPoolExecutor(pace.threads, thread_name_prefix="send")
        self._in_flight_max = min(pace.batch, QUEUE_PER_THREAD * pace.threads)
        self._flying: dict[Future[Outcome], Claim] = {}
        self._landed: list[tuple[Claim, Outcome]] = []

    def drain(self, stop: threading.Event | None = None) -> int:
        """Send until nothing is due or `stop` is set; return how many deliveries were tried."""
        tried = 0
        more = True
        while more or self._flying or self._landed:
            room = self._in_flight_max - len(self._flying)
            stopped = stop is not None and stop.is_set()
            if more and not stopped and room >= max(1, self._in_flight_max // 2):
                claims = self._claim(room)
                more = bool(claims)
                tried += len(claims)
                more |= self._launch(claims)
            if stopped:
                more = False
            landed, _ = wait(self._flying, timeout=SETTLE_EVERY_SECONDS, return_when=FIRST_COMPLETED)
            self._landed += [(self._flying.pop(future), future.result()) for future in landed]
            if self._landed:
                more |= self._settle(self._landed)
                self._landed = []
        return tried

    def close(self) -> None:
        """End the threads and their connections."""
        self._pool.shutdown(wait=True)
        self._channels.close()

    def _claim(self, room: int) -> list[Claim]:
        with self._database.read() as connection:
            if not any_due(connection, now=self._clock.now()):
                return []
        with self._database.write() as session:
            claims = claim(session, batch=room, lease=self._pace.lease, now=self._clock.now())
            if claims:
                failpoint("delivery.in_claim")
        if claims:
            failpoint("delivery.after_claim")
        return claims

    def _launch(self, claims: Sequence[Claim]) -> bool:
        """Word the messages of claims and hand them to the threads; end what needs no more attempt.

        Returns whether some go on by another channel.
        """
        if not claims:
            return False
        now = self._clock.now()
        with self._database.read() as connection:
            messages = [taken.message_id for taken in claims]
            lines, notices = read_lines(connection, messages), read_notices(connection, messages)
            occasions = read_occasions(connection, messages)
            registers = [taken.register_id for taken in claims]
            houses = read_houses(connection, registers, today=office_day(now))
            signed = self._links.of(connection, messages, now=now)
            versions = read_versions(connection, registers)
        if not self._flying:
            self._channels.retire(versions)
        self._put_off([line for taken in claims for line in lines[taken.message_id] if line.has_moved()])
        self._keep_links(signed, now)
        open_links = {
            (one.message_id, one.obligation_id): (one, self._address(token)) for one, token in signed
        }
        ended = []
        for taken in claims:
            wanted = without_repeats(line for line in lines[taken.message_id] if line.is_wanted())
            news = [notice for notice in notices[taken.message_id] if not notice.overtaken_by]
            if not wanted and not news:
                ended.append(_superseded(taken, lines[taken.message_id], notices[taken.message_id]))
            elif taken.attempts > self._pace.attempts_max + 1:
                ended.append(_abandoned(taken))
            else:
                house = houses[taken.register_id]
                wording = _wording(house, _kind(occasions[taken.message_id], wanted), news)
                outgoing = self._outgoing(
                    taken, wanted, news, open_links, wording=wording, house=house, now=now
                )
                worded = replace(taken, wording_id=wording.id)
                version = versions.get((taken.register_id, taken.channel), NEVER_SET_UP)
                self._flying[self._pool.submit(self._send, worded, version, outgoing)] = worded
        return bool(ended) and self._write(ended, now)

    def _address(self, token: str) -> str:
        return f"{self._public_url}/l/{token}"

    def _put_off(self, moved: Sequence[Line]) -> None:
        """Let reminders of deadlines that have moved come again on their new day."""
        if moved:
            with self._database.write() as session:
                put_off(session, sorted({line.reminder_id for line in moved if line.reminder_id}))

    def _keep_links(self, signed: Sequence[tuple[WantedLink, str]], now: datetime) -> None:
        """Commit the links before a message with them can leave."""
        if signed:
            with self._database.write() as session:
                make_links(session, signed, lifetime=self._links.lifetime, now=now)
                failpoint("delivery.in_links")
            failpoint("delivery.after_links")

    def _outgoing(
        self,
        taken: Claim,
        lines: Sequence[Line],
        news: Sequence[Notice],
        open_links: Mapping[tuple[UUID, UUID], tuple[WantedLink, str]],
        *,
        wording: WordingRow,
        house: House,
        now: datetime,
    ) -> Outgoing:
        duties = {line.obligation_id for line in lines}
        own = {duty: found for duty in duties if (found := open_links.get((taken.message_id, duty)))}
        answers = {duty: address for duty, (_, address) in own.items()}
        offers = {duty: offered(one.state, is_dated=one.is_dated) for duty, (one, _) in own.items()}
        whole = f"{self._public_url}/m/{taken.message_id}"
        link = answers.get(lines[0].obligation_id, whole) if len(duties) == 1 and not news else whole
        about = Contents(
            lines=lines,
            office=house.name,
            link=link,
            answers=answers,
            offers=offers,
            today=office_day(now),
            notices=news,
            notice_text=_wording(house, WordingKind.NOTICE, news).texts.duty,
        )
        words = word(about, wording.texts, channel=taken.channel)
        host = urlsplit(self._public_url).hostname or "localhost"
        root = (f"<obligation-{lines[0].obligation_id}@{host}>",) if len(duties) == 1 else ()
        return Outgoing(
            delivery_id=taken.id,
            address=taken.address,
            subject=words.subject,
            text=words.text,
            html=words.html,
            link=link,
            code=words.code,
            title=words.title,
            unit=words.unit,
            due=words.due,
            kind=_sent_as(wording.kind),
            thread=root,
            sent_on=now,
            calendars=calendars(lines, domain=host, now=now),
        )

    def _send(self, taken: Claim, version: int, outgoing: Outgoing) -> Outcome:
        """Try once, in a sending thread. A bug in a channel must not lose the delivery."""
        failpoint("delivery.before_send")
        try:
            outcome = self._channels.of((taken.register_id, taken.channel), version).send(outgoing)
        except (ChannelMisconfigured, VaultClosed, LookupError) as error:
            return Refused(str(error), channel_fault=True)
        except Exception as error:
            log.exception("channel.broken", channel=taken.channel, delivery=str(taken.id))
            return Retry(f"{type(error).__name__} in the channel")
        failpoint("delivery.after_send")
        return outcome

    def _settle(self, landed: Sequence[tuple[Claim, Outcome]]) -> bool:
        """Write what became of deliveries; return whether some go on by another channel."""
        now = self._clock.now()
        refused = [taken for taken, outcome in landed if isinstance(outcome, Refused)]
        following: Mapping[UUID, bool] = {}
        if refused:
            with self._database.read() as connection:
                following = read_next_channels(connection, [taken.message_id for taken in refused])
        settlements = [
            judge(
                taken,
                outcome,
                self._patience(taken),
                has_next=following.get(taken.message_id, False),
                now=now,
            )
            for taken, outcome in landed
        ]
        failpoint("delivery.before_settle")
        return self._write(settlements, now)

    def _patience(self, taken: Claim) -> Patience:
        wait = backoff.wait(taken.attempts, self._chance)
        return Patience(wait, backoff.DOUBT, backoff.PAUSE, self._pace.attempts_max)

    def _write(self, settlements: Sequence[Settlement], now: datetime) -> bool:
        with self._database.write() as session:
            settle(session, settlements, now=now)
            failpoint("delivery.in_settle")
        failpoint("delivery.after_settle")
        return any(settlement.falls_back for settlement in settlements)


def _kind(occasion: Occasion, lines: Sequence[Line]) -> WordingKind:
    """Return what a message is for: without a duty a notice, beyond the officer an escalation."""
    if occasion is not Occasion.MISSED and not lines:
        return WordingKind.NOTICE
    if occasion is not Occasion.MISSED and any(line.rank > RANKS[Role.OFFICER] for line in lines):
        return WordingKind.ESCALATION
    return WordingKind(occasion.value)


def _wording(house: House, kind: WordingKind, news: Sequence[Notice]) -> WordingRow:
    """Return the texts of a message; a trial has its own."""
    return of_trial() if any(notice.is_trial for notice in news) else house.of(kind)


def _sent_as(kind: WordingKind) -> Kind:
    """Return what a channel is told that a message is for; it may have a template for each."""
    match kind:
        case WordingKind.ISSUE:
            return "issue"
        case WordingKind.URGENT | WordingKind.NOTICE:
            return "urgent"
        case WordingKind.ESCALATION:
            return "escalation"
        case WordingKind.DIGEST | WordingKind.MISSED:
            return "digest"


def _superseded(taken: Claim, lines: Sequence[Line], notices: Sequence[Notice]) -> Settlement:
    reasons = {line.overtaken_by() for line in lines} | {notice.overtaken_by for notice in notices}
    reason = "; ".join(sorted(reasons))
    return Settlement(taken, "superseded", reason, DeliveryState.SUPERSEDED, taken.attempts - 1)


def _abandoned(taken: Claim) -> Settlement:
    reason = "claimed again and again without an end"
    return Settlement(taken, "abandoned", reason, DeliveryState.FAILED, taken.attempts, falls_back=True)
