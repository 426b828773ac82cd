"""Calls of endpoints: made from the ledger, claimed with a lease and a fence, settled as answers come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlmodel import Session

from service.domain.events import catalogue
from service.domain.events.webhooks import WebhookDisabled
from service.domain.locks import Lock, try_lock
from service.domain.outbox import emit
from service.domain.people import Actor
from service.domain.reading.feed import FACTS, FeedRow, with_texts
from service.domain.reading.holds import NOT_HELD
from service.domain.sql import Instant, insert_or, instant
from service.domain.tables import Event, Ledger, WebhookAttempt, WebhookCall, WebhookEndpoint, table
from service.domain.webhook_rules import (
    FAILING_MAX,
    IN_FLIGHT_MAX,
    PROBE,
    WAITING_MAX,
    Answer,
    CallState,
    EndpointState,
    Verdict,
    judge,
    wait_after,
)

endpoint, call, attempt = table(WebhookEndpoint), table(WebhookCall), table(WebhookAttempt)
ledger, event = table(Ledger), table(Event)
flying = call.alias("flying")

STRETCH = 1000
"""Places that one endpoint is taken on by at a time."""

CHALLENGED = "The endpoint did not repeat the challenge"


class Claim(NamedTuple):
    """A call that this process makes now."""

    endpoint_id: UUID
    position: int
    fence: int
    attempts: int
    url: str
    challenge: str
    secrets: str
    old_secret_until: datetime | None


@dataclass(frozen=True, slots=True)
class Landed:
    """A call, what the endpoint said, and a number from 0 to 1 that spreads its next attempt."""

    claim: Claim
    answer: Answer
    chance: float


_news = sa.exists().where(
    ledger.c.register_id == endpoint.c.register_id, ledger.c.position > endpoint.c.position
)
_owed = sa.or_(_news, endpoint.c.missing_after.is_not(None))
BEHIND = sa.select(endpoint.c.id).where(endpoint.c.state == EndpointState.ACTIVE, _owed).limit(1)
_by_now = call.c.next_attempt_at <= sa.bindparam("now", type_=Instant)
_due = sa.select(call.c.position).where(_by_now, NOT_HELD).limit(1)


def behind(connection: Connection) -> bool:
    """Return if any endpoint has not been given its calls about what is in the ledger, or what it missed."""
    return connection.execute(BEHIND).first() is not None


def due(connection: Connection, *, now: datetime) -> bool:
    """Return if any call may be due."""
    return connection.execute(_due, {"now": now}).first() is not None


def fan_out(session: Session, *, now: datetime) -> int:
    """Give endpoints their calls: what they missed and asked for again, then what is new in the ledger.

    Returns:
        How many endpoints moved on.
    """
    connection = session.connection()
    if not try_lock(connection, Lock.FAN_OUT):
        return 0
    waiting = (
        sa.select(sa.func.count())
        .where(call.c.endpoint_id == endpoint.c.id, call.c.state.in_((CallState.QUEUED, CallState.SENDING)))
        .scalar_subquery()
    )
    columns = ("id", "register_id", "position", "types", "missing_after", "missing_until")
    late = sa.select(
        *(endpoint.c[name] for name in columns), waiting.label("waiting"), _news.label("has_news")
    ).where(endpoint.c.state == EndpointState.ACTIVE, _owed)
    moved = 0
    for row in connection.execute(late).all():
        room = WAITING_MAX - row.waiting
        if room > 0 and row.missing_after is not None:
            room -= _tell_missing(connection, row, room, now)
            moved += 1
        if room > 0 and row.has_news:
            _take_on(connection, row, room, now)
            moved += 1
    return moved


def _tell_missing(connection: Connection, row: Any, room: int, now: datetime) -> int:
    """Queue the oldest calls that failed and were asked for again; return how many.

    Each is told again once: what fails anew lies behind the cursor.
    """
    failed = (
        sa.select(call.c.position)
        .where(
            call.c.endpoint_id == row.id,
            call.c.state == CallState.FAILED,
            call.c.position > row.missing_after,
            call.c.position <= row.missing_until,
        )
        .order_by(call.c.position)
        .limit(room)
    )
    places = list(connection.execute(failed).scalars())
    connection.execute(
        sa.update(call).where(call.c.endpoint_id == row.id, call.c.position.in_(places)).values(_fresh(now))
    )
    is_over = len(places) < room
    connection.execute(
        sa.update(endpoint)
        .where(endpoint.c.id == row.id)
        .values(missing_after=None if is_over else places[-1])
    )
    return len(places)


def _take_on(connection: Connection, row: Any, room: int, now: datetime) -> None:
    """Queue the next events that an endpoint wants, as many as may wait, and move its cursor behind them."""
    stretch = (
        sa.select(ledger.c.position, event.c.kind)
        .join(event, event.c.seq == ledger.c.seq)
        .where(ledger.c.register_id == row.register_id, ledger.c.position > row.position)
        .order_by(ledger.c.position)
        .limit(STRETCH)
    )
    places = connection.execute(stretch).all()
    wanted = [p.position for p in places if any(catalogue.matches(t, p.kind) for t in row.types)]
    end = wanted[room - 1] if len(wanted) >= room else places[-1].position
    if queued := wanted[:room]:
        rows = [{"endpoint_id": row.id, "position": each, **_fresh(now), "fence": 0} for each in queued]
        again = insert_or(connection, call).values(rows)
        keys = ["endpoint_id", "position"]
        connection.execute(again.on_conflict_do_update(index_elements=keys, set_=_fresh(now)))
    connection.execute(sa.update(endpoint).where(endpoint.c.id == row.id).values(position=end))


def _fresh(now: datetime) -> dict[str, Any]:
    return {"state": CallState.QUEUED, "attempts": 0, "next_attempt_at": now}


def claim(session: Session, *, batch: int, lease: timedelta, now: datetime) -> list[Claim]:
    """Take calls that are due, the oldest events first and few of any one endpoint.

    What is in flight elsewhere counts; whose lease ran out is taken again, under a new fence. A restored copy
    that is held calls nobody.
    """
    connection = session.connection()
    if not try_lock(connection, Lock.CALL):
        return []
    in_flight = (
        sa.select(sa.func.count())
        .where(
            flying.c.endpoint_id == call.c.endpoint_id,
            flying.c.state == CallState.SENDING,
            flying.c.next_attempt_at > instant(now),
        )
        .scalar_subquery()
    )
    place = sa.func.row_number().over(partition_by=call.c.endpoint_id, order_by=call.c.position)
    may = sa.or_(
        endpoint.c.state == EndpointState.ACTIVE,
        sa.and_(endpoint.c.state == EndpointState.UNVERIFIED, call.c.position == PROBE),
    )
    ready = (
        sa.select(call.c.endpoint_id, call.c.position, (place + in_flight).label("n"))
        .join(endpoint, endpoint.c.id == call.c.endpoint_id)
        .where(call.c.next_attempt_at <= instant(now), may, NOT_HELD)
        .subquery("ready")
    )
    columns = [endpoint.c.url, endpoint.c.challenge, endpoint.c.secrets, endpoint.c.old_secret_until]
    taken = connection.execute(
        sa.select(call.c.endpoint_id, call.c.position, call.c.fence + 1, call.c.attempts + 1, *columns)
        .join(ready, sa.and_(ready.c.endpoint_id == call.c.endpoint_id, ready.c.position == call.c.position))
        .join(endpoint, endpoint.c.id == call.c.endpoint_id)
        .where(ready.c.n <= IN_FLIGHT_MAX)
        .order_by(ready.c.n, call.c.position)
        .limit(batch)
    ).all()
    claims = [Claim._make(row) for row in taken]
    if claims:
        _begin(connection, claims, lease, now)
    return claims


def _begin(connection: Connection, claims: Sequence[Claim], lease: timedelta, now: datetime) -> None:
    key = sa.tuple_(call.c.endpoint_id, call.c.position)
    connection.execute(
        sa.update(call)
        .where(key.in_([(each.endpoint_id, each.position) for each in claims]))
        .values(
            state=CallState.SENDING,
            fence=call.c.fence + 1,
            attempts=call.c.attempts + 1,
            next_attempt_at=now + lease,
        )
    )
    rows = [
        {"endpoint_id": c.endpoint_id, "position": c.position, "fence": c.fence, "began_at": now}
        for c in claims
    ]
    blank = {"ended_at": None, "status": None, "reason": "", "answer": ""}
    connection.execute(sa.insert(attempt), [row | blank for row in rows])


def read_events(connection: Connection, positions: Sequence[int]) -> dict[int, FeedRow]:
    """Return events by their positions."""
    rows = connection.execute(FACTS.where(ledger.c.position.in_(positions))).all()
    return {row.position: row for row in with_texts(connection, rows)}


def settle(session: Session, landed: Sequence[Landed], *, now: datetime) -> None:
    """Write what became of calls; one whose fence is old is left to whoever took it since."""
    for each in landed:
        _settle_one(session, each, now)


def _settle_one(session: Session, landed: Landed, now: datetime) -> None:
    connection, taken, answer = session.connection(), landed.claim, landed.answer
    mine = sa.and_(attempt.c.endpoint_id == taken.endpoint_id, attempt.c.position == taken.position)
    connection.execute(
        sa.update(attempt)
        .where(mine, attempt.c.fence == taken.fence)
        .values(ended_at=now, status=answer.status, reason=answer.reason[:300], answer=answer.text)
    )
    verdict = judge(answer)
    wait = None if verdict is not Verdict.AGAIN else wait_after(taken.attempts, answer, landed.chance)
    state = CallState.SENT if verdict is Verdict.TAKEN else CallState.QUEUED if wait else CallState.FAILED
    settled = connection.execute(
        sa.update(call)
        .where(call.c.endpoint_id == taken.endpoint_id, call.c.position == taken.position)
        .where(call.c.fence == taken.fence)
        .values(state=state, next_attempt_at=now + wait if wait else None)
    )
    if settled.rowcount:
        _mark(session, taken, answer, verdict, now)


def _mark(session: Session, taken: Claim, answer: Answer, verdict: Verdict, now: datetime) -> None:
    """Let the endpoint's state follow from what it said."""
    found = session.get(WebhookEndpoint, taken.endpoint_id, with_for_update=True)
    if found is None or found.url != taken.url or found.state is EndpointState.DISABLED:
        return
    if verdict is Verdict.TAKEN:
        if found.state is EndpointState.UNVERIFIED and taken.challenge == found.challenge:
            found.state, found.reason = EndpointState.ACTIVE, ""
            found.version += 1
        if found.failing_since is not None:
            _come_back(session, found, now)
        return
    found.failing_since = found.failing_since or now
    if verdict is Verdict.GONE:
        _give_up(session, found, "it answered that it is gone (410)", now)
    elif now - found.failing_since >= FAILING_MAX:
        _give_up(session, found, f"it took nothing for {FAILING_MAX.days} days: {answer.reason}", now)
    session.flush()


def _come_back(session: Session, found: WebhookEndpoint, now: datetime) -> None:
    """An endpoint takes calls again: what waits for its next attempt need wait no longer."""
    found.failing_since = None
    session.flush()
    session.connection().execute(
        sa.update(call)
        .where(call.c.endpoint_id == found.id, call.c.state == CallState.QUEUED)
        .where(call.c.next_attempt_at > instant(now))
        .values(next_attempt_at=now)
    )


def _give_up(session: Session, found: WebhookEndpoint, reason: str, now: datetime) -> None:
    found.state, found.reason = EndpointState.DISABLED, reason[:300]
    found.version += 1
    fact = WebhookDisabled(subject_id=found.id, reason=found.reason)
    emit(session, fact, actor=Actor.machine(found.register_id), at=now)
