"""What the providers accepted and what the database says, put side by side."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from service.domain.escalation import Outcome
from service.domain.ids import NIL
from service.domain.link_rules import hashed
from service.domain.sql import Instant
from service.domain.tables import (
    ActionLink,
    Delivery,
    DeliveryAttempt,
    DeliveryState,
    InboundEvent,
    Ledger,
    Message,
    MessageLine,
    Obligation,
    Outbox,
    Person,
    Reminder,
    Unit,
    Unsequenced,
    Watch,
    WebhookAttempt,
    WebhookCall,
    WebhookEndpoint,
    table,
)
from service.domain.webhook_rules import CallState
from tests.chaos.processes import LedgerTail
from tests.chaos.world import KEEPER, RUNGS, World

LINK = re.compile(r"/m/([0-9a-f-]{36})|/l/([A-Za-z0-9_-]{24})")

link, call, inbound = table(ActionLink), table(WebhookCall), table(InboundEvent)
attempt, call_attempt = table(DeliveryAttempt), table(WebhookAttempt)
endpoint, unsequenced, ledger = table(WebhookEndpoint), table(Unsequenced), table(Ledger)
delivery, message, line, reminder = table(Delivery), table(Message), table(MessageLine), table(Reminder)
obligation, unit, person, outbox, watch = (
    table(Obligation),
    table(Unit),
    table(Person),
    table(Outbox),
    table(Watch),
)


def _count(of: sa.Table, *where: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count()).select_from(of).where(*where).scalar_subquery()


SENDING = sa.select(_count(delivery, delivery.c.state == DeliveryState.SENDING))
UNTOLD = sa.select(
    _count(watch, watch.c.next_action_at <= sa.bindparam("now", type_=Instant))
    + _count(reminder, reminder.c.outcome == Outcome.DUE)
    + _count(outbox)
    + _count(delivery, delivery.c.next_attempt_at.is_not(None))
)
"""What people have not been told yet: clocks, reminders, events, deliveries."""

NOW = sa.bindparam("now", type_=Instant)
DUE = sa.select(
    _count(watch, watch.c.next_action_at <= NOW)
    + _count(reminder, reminder.c.outcome == Outcome.DUE)
    + _count(outbox)
    + _count(delivery, sa.or_(delivery.c.next_attempt_at <= NOW, delivery.c.state == DeliveryState.SENDING))
    + _count(call, sa.or_(call.c.next_attempt_at <= NOW, call.c.state == CallState.SENDING))
    + _count(unsequenced)
)
"""What a worker has to do now, or is doing."""

UNFED = sa.select(
    _count(inbound, inbound.c.applied_at.is_(None))
    + _count(unsequenced)
    + _count(call, call.c.state.in_((CallState.QUEUED, CallState.SENDING)))
    + _count(endpoint, endpoint.c.position < sa.select(sa.func.max(ledger.c.position)).scalar_subquery())
)
"""What other systems have not been told yet, and what came back and was not applied."""


CLOCKS_APART = timedelta(minutes=25)
"""No claim lasts so long, and clocks are stepped by more."""


NOTICES = sa.select(delivery.c.id).join(line, line.c.message_id == delivery.c.message_id)
NOTICES = NOTICES.where(line.c.obligation_id.is_(None), line.c.reminder_id.is_(None))
"""What tells of no duty: that Zalo must be authorised again, before somebody has done it."""


class Accepted:
    """Every acceptance of the providers, by the delivery that it belongs to."""

    def __init__(self, world: World, relay: LedgerTail, zalo: LedgerTail) -> None:
        """Begin with what is accepted from now on."""
        self._world, self._relay, self._zalo = world, relay, zalo
        for tail in (relay, zalo):
            tail.new()
        self.copies: dict[UUID, list[str]] = defaultdict(list)
        self.strangers: list[str] = []

    def read(self) -> None:
        """Take in what the ledgers say since the last time."""
        found = [(entry["message_id"], entry["message_id"]) for entry in self._relay.new()]
        by_link = []
        for entry in self._zalo.new():
            if entry["api"] == "template":
                found.append((entry["tracking_id"], entry["tracking_id"]))
            else:
                by_link.append((self._message(entry["text"]), entry["text"]))
        for name, mark in found:
            self.copies[UUID(name.strip("<>").partition("@")[0])].append(mark)
        known = self._by_message([message_id for message_id, _ in by_link])
        for message_id, mark in by_link:
            if message_id in known:
                self.copies[known[message_id]].append(mark)
            else:
                self.strangers.append(str(message_id))

    def _message(self, text: str) -> UUID:
        """Return the message that a text's first link leads to: by its id, or by the link of one duty."""
        whole, token = LINK.findall(text)[0]
        if whole:
            return UUID(whole)
        query = sa.select(link.c.message_id).where(link.c.token_sha256 == hashed(token))
        with self._world.database.read() as connection:
            return connection.execute(query).scalar() or NIL

    def _by_message(self, messages: list[UUID]) -> dict[UUID, UUID]:
        query = sa.select(delivery.c.message_id, delivery.c.id).where(
            delivery.c.channel == "zalo", delivery.c.message_id.in_(messages)
        )
        with self._world.database.read() as connection:
            return {row.message_id: row.id for row in connection.execute(query)}


def unsettled(world: World, *, doubtful: bool = False) -> set[UUID]:
    """Return the deliveries that somebody claimed and nobody settled, perhaps also those in doubt."""
    states = [DeliveryState.SENDING, *([DeliveryState.UNKNOWN] if doubtful else [])]
    query = sa.select(delivery.c.id).where(delivery.c.state.in_(states))
    with world.database.read() as connection:
        return set(connection.execute(query).scalars())


def uncalled(world: World, *, doubtful: bool = False) -> set[int]:
    """Return the places of the ledger about which a call was claimed and not settled, or lost an answer."""
    tried = call.c.state == CallState.SENDING
    if doubtful:
        unanswered = sa.and_(call.c.state == CallState.QUEUED, call.c.attempts > 0)
        tried = sa.or_(tried, unanswered, call.c.attempts > 1)
    with world.database.read() as connection:
        return set(connection.execute(sa.select(call.c.position).where(tried)).scalars())


def overtaken(world: World) -> tuple[Counter[UUID], Counter[int]]:
    """Return how often each delivery, and the call about each place, was taken over by another clock.

    Somebody claimed it, and whoever claimed it next lived most of an hour earlier or later.
    """
    tries = sa.select(attempt.c.delivery_id, attempt.c.began_at).order_by(
        attempt.c.delivery_id, attempt.c.fence
    )
    calls = sa.select(call_attempt.c.position, call_attempt.c.began_at).order_by(
        call_attempt.c.position, call_attempt.c.fence
    )
    with world.database.read() as connection:
        told, called = connection.execute(tries).all(), connection.execute(calls).all()
    return _jumps(told), _jumps(called)


def _jumps(begun: Sequence[sa.Row[Any]]) -> Counter[Any]:
    return Counter(
        name
        for (name, began_at), (other, next_at) in pairwise(begun)
        if name == other and abs(next_at - began_at) > CLOCKS_APART
    )


def settled(world: World) -> set[tuple[UUID, int, int, str, str]]:
    """Return how every delivery stands, to see if anything changes any more."""
    columns = (delivery.c.id, delivery.c.fence, delivery.c.version, delivery.c.state, delivery.c.reference)
    with world.database.read() as connection:
        return {tuple(row) for row in connection.execute(sa.select(*columns))}


def is_sending(world: World) -> bool:
    """Return if any delivery is under way."""
    with world.database.read() as connection:
        return bool(connection.execute(SENDING).scalar_one())


def is_told(world: World, now: datetime) -> bool:
    """Return if people have been told everything that is due."""
    with world.database.read() as connection:
        return not connection.execute(UNTOLD, {"now": now}).scalar_one()


def is_quiet(world: World, now: datetime) -> bool:
    """Return if nothing is due or under way by now; what was made by a clock that ran ahead may wait."""
    with world.database.read() as connection:
        return not connection.execute(DUE, {"now": now}).scalar_one()


def is_over(world: World, now: datetime) -> bool:
    """Return if nothing at all is left to do."""
    with world.database.read() as connection:
        if connection.execute(UNTOLD, {"now": now}).scalar_one():
            return False
        return not connection.execute(UNFED).scalar_one()


@dataclass
class Verdict:
    """What one cycle proves."""

    messages: int = 0
    accepted: int = 0
    duplicates: int = 0
    lost: int = 0
    faults: list[str] = field(default_factory=list)


def judge(
    world: World, directive_id: UUID, seen: Accepted, hits: Counter[UUID], *, tokens_lost: bool
) -> Verdict:
    """Hold a finished cycle against what it promised.

    Args:
        world: The office.
        directive_id: What was issued in this cycle.
        seen: What the providers accepted.
        hits: How many workers were hit while a delivery was theirs.
        tokens_lost: Zalo's tokens were; then a message may have gone by the person's next channel instead.
    """
    seen.read()
    verdict = Verdict()
    ours = sa.select(delivery).where(
        delivery.c.message_id.in_(
            sa.select(line.c.message_id)
            .join(obligation, obligation.c.id == line.c.obligation_id)
            .where(obligation.c.directive_id == directive_id)
        )
    )
    with world.database.read() as connection:
        rows = connection.execute(ours).all()
        notices = set(connection.execute(NOTICES).scalars()) if tokens_lost else set()
        verdict.faults += _told_wrongly(connection, directive_id)
        verdict.faults += _left_over(connection)
    verdict.messages = len({row.message_id for row in rows})
    told = {row.message_id for row in rows if row.id in seen.copies}
    verdict.lost = verdict.messages - len(told)
    for row in rows:
        copies = seen.copies.get(row.id, [])
        verdict.accepted += len(copies)
        verdict.duplicates += max(len(copies) - 1, 0)
        gave_up = row.state == DeliveryState.FAILED and tokens_lost and row.message_id in told
        if not (row.state == DeliveryState.SENT and copies) and not gave_up:
            heard = f"{len(copies)} copies"
            verdict.faults.append(f"delivery {row.id} is {row.state}, {heard}: {row.reason}")
        if len(copies) > 1 + hits[row.id]:
            verdict.faults.append(f"delivery {row.id}: {len(copies)} copies, {hits[row.id]} hits")
        if len(set(copies)) > 1:
            verdict.faults.append(f"delivery {row.id}: copies differ")
    if verdict.lost:
        verdict.faults.append(f"{verdict.lost} messages were accepted by nobody")
    ids = {row.id for row in rows} | {name for name in notices if len(seen.copies.get(name, [])) == 1}
    verdict.faults += [f"accepted, but of no delivery: {name}" for name in seen.strangers]
    verdict.faults += [f"accepted too often, or not of this cycle: {n}" for n in seen.copies if n not in ids]
    seen.copies.clear()
    return verdict


def _told_wrongly(connection: sa.Connection, directive_id: UUID) -> Iterator[str]:
    """Hold who was told of what against what the office's rules demand, without asking the planner."""
    duties = connection.execute(
        sa.select(obligation.c.id, unit.c.code)
        .join(unit, unit.c.id == obligation.c.unit_id)
        .where(obligation.c.directive_id == directive_id)
    ).all()
    expected = Counter[tuple[UUID, int, str]]()
    for duty, code in duties:
        expected[duty, 0, f"{code}-officer"] += 1
        for step, role in enumerate(RUNGS, start=1):
            holder = code if step < 3 else KEEPER
            expected[duty, step, f"{holder}-{role}"] += 1
    told = connection.execute(
        sa.select(line.c.obligation_id, sa.func.coalesce(reminder.c.step, 0), person.c.code)
        .join(message, message.c.id == line.c.message_id)
        .join(person, person.c.id == message.c.person_id)
        .join(obligation, obligation.c.id == line.c.obligation_id)
        .outerjoin(reminder, reminder.c.id == line.c.reminder_id)
        .where(obligation.c.directive_id == directive_id)
    )
    found = Counter((duty, step, code) for duty, step, code in told)
    for key in expected - found:
        yield f"nobody told {key[2]} of rung {key[1]} of {key[0]}"
    for key in found - expected:
        yield f"{key[2]} was told too much: rung {key[1]} of {key[0]}"
    key = (reminder.c.watch_id, reminder.c.round, reminder.c.step, reminder.c.occurrence)
    twice = sa.select(*key).group_by(*key).having(sa.func.count() > 1)
    for row in connection.execute(twice):
        yield f"step taken twice: {tuple(row)}"


def _left_over(connection: sa.Connection) -> Iterator[str]:
    """Look for what should be gone when nothing is due."""
    twice = sa.select(line.c.reminder_id).where(line.c.reminder_id.is_not(None))
    queries = {
        "events in the outbox": sa.select(outbox.c.seq),
        "reminders that nobody planned": sa.select(reminder.c.id).where(reminder.c.outcome == Outcome.DUE),
        "messages without a delivery": sa.select(message.c.id).where(
            ~sa.exists().where(delivery.c.message_id == message.c.id)
        ),
        "reminders told twice": twice.group_by(line.c.reminder_id).having(sa.func.count() > 1),
    }
    for name, query in queries.items():
        rows = connection.execute(query).all()
        if rows:
            yield f"{name}: {len(rows)}"
