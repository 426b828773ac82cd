"""Claim with a lease, send outside any transaction, settle: a delivery is lost by no crash.

A claim moves `next_attempt_at` to the end of its lease and raises the `fence`; whoever claims later has a
higher fence, and a zombie's settlement is refused. So an abandoned claim is simply due again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from service.domain import holds
from service.domain.deliveries import FINISHED_BADLY
from service.domain.reading.holds import NOT_HELD
from service.domain.reading.recipient_choices import channel_rank
from service.domain.sql import instant
from service.domain.tables import (
    TRIAL_KEY,
    Address,
    ChannelAccount,
    Delivery,
    DeliveryAttempt,
    DeliveryState,
    Message,
    Register,
    table,
)
from service.notify.missed import gather
from service.notify.planner import delivery_values

delivery, attempt, message = table(Delivery), table(DeliveryAttempt), table(Message)
address, account, register = table(Address), table(ChannelAccount), table(Register)

REGISTERS_MAX = 20
"""Registers served by one claim; the others have their turn at the next."""

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery that this process may try once; `wording_id` names the texts of an office that word it."""

    id: UUID
    fence: int
    register_id: UUID
    message_id: UUID
    channel: str
    address: str
    attempts: int
    doubts: int
    wording_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Settlement:
    """What became of a claim, and what follows.

    `falls_back` gives the message to the person's next channel. `pause` stops the whole channel.
    """

    claim: Claim
    outcome: str
    reason: str
    state: DeliveryState
    attempts: int
    doubts: int = 0
    reference: str = ""
    next_attempt_at: datetime | None = None
    falls_back: bool = False
    address_invalid: bool = False
    pause_until: datetime | None = None


def any_due(connection: sa.Connection, *, now: datetime) -> bool:
    """Return if any delivery is due; asked often, and without taking the writers' turn."""
    due = sa.select(delivery.c.id).where(delivery.c.next_attempt_at <= instant(now), NOT_HELD).limit(1)
    return connection.execute(due).first() is not None


def claim(session: Session, *, batch: int, lease: timedelta, now: datetime) -> list[Claim]:
    """Take at most `batch` due deliveries, the urgent first, then the longest due; pass over paused channels.

    Registers with something due share the batch alike, each within its own messages a minute. What waited
    too long for one person is gathered into one message first. A restored copy that is held gives nothing,
    and after its release nothing that may have left the original.
    """
    holds.set_aside(session.connection(), now=now, only_new=True)
    paused = sa.exists().where(
        account.c.register_id == delivery.c.register_id,
        account.c.channel == delivery.c.channel,
        account.c.paused_until > instant(now),
    )
    can_go = sa.and_(delivery.c.next_attempt_at <= instant(now), ~paused, NOT_HELD)
    doubtful = holds.may_have_left(session.connection(), now=now, only_new=True)
    if doubtful is not None:  # the planner may be faster than what was just set aside
        can_go = sa.and_(can_go, ~doubtful)
    shares = _shares(session.connection(), can_go, batch=batch, now=now)
    if not shares:
        return []
    turns = (
        sa.select(delivery.c.id)
        .where(delivery.c.register_id == register_id, can_go)
        .order_by(delivery.c.precedence, delivery.c.next_attempt_at, delivery.c.id)
        .limit(share)
        .with_for_update(skip_locked=True, of=delivery)
        .subquery()
        for register_id, share in shares.items()
    )
    due = session.connection().execute(sa.union_all(*(sa.select(turn.c.id) for turn in turns))).scalars()
    taking = gather(session.connection(), due.all(), now=now)
    columns = ("id", "fence", "register_id", "message_id", "channel", "address", "attempts", "doubts")
    taken = session.connection().execute(
        sa.update(delivery)
        .where(delivery.c.id.in_(taking))
        .values(
            state=DeliveryState.SENDING.value,
            fence=delivery.c.fence + 1,
            attempts=delivery.c.attempts + 1,
            next_attempt_at=now + lease,
        )
        .returning(*(delivery.c[name] for name in columns))
    )
    claims = [Claim(*row) for row in taken]
    if claims:
        began = [
            {"delivery_id": c.id, "fence": c.fence, "began_at": now, "outcome": "", "reason": ""}
            for c in claims
        ]
        session.connection().execute(sa.insert(attempt), began)
    return claims


def _shares(
    connection: sa.Connection, can_go: sa.ColumnElement[bool], *, batch: int, now: datetime
) -> dict[UUID, int]:
    """Return how many deliveries of which register may be taken; among many registers chance decides."""
    waits = sa.exists().where(delivery.c.register_id == register.c.id, can_go)
    waiting = (
        sa.select(register.c.id, register.c.messages_per_minute)
        .where(waits)
        .order_by(sa.func.random())
        .limit(min(batch, REGISTERS_MAX))
    )
    found = dict(connection.execute(waiting).all())
    limited = [register_id for register_id, most in found.items() if most is not None]
    tried: dict[UUID, int] = {}
    if limited:
        lately = (
            sa.select(delivery.c.register_id, sa.func.count())
            .join(delivery, delivery.c.id == attempt.c.delivery_id)
            .where(attempt.c.began_at > instant(now - MINUTE), delivery.c.register_id.in_(limited))
            .group_by(delivery.c.register_id)
        )
        tried = dict(connection.execute(lately).all())
    share = batch // max(len(found), 1)
    rooms = {
        register_id: share if most is None else min(share, most - tried.get(register_id, 0))
        for register_id, most in found.items()
    }
    return {register_id: room for register_id, room in rooms.items() if room > 0}


def settle(session: Session, settlements: Sequence[Settlement], *, now: datetime) -> None:
    """Write what became of claims; a claim that somebody took over since is left to them."""
    connection = session.connection()
    head = (
        sa.update(delivery)
        .where(delivery.c.id == sa.bindparam("of_id"), delivery.c.fence == sa.bindparam("of_fence"))
        .values({name: sa.bindparam(name) for name in _HEAD} | {"version": delivery.c.version + 1})
    )
    connection.execute(head, [_head(s) for s in settlements])
    tries = (
        sa.update(attempt)
        .where(attempt.c.delivery_id == sa.bindparam("of_id"), attempt.c.fence == sa.bindparam("of_fence"))
        .values(ended_at=now, outcome=sa.bindparam("told"), reason=sa.bindparam("why"))
    )
    ended = [
        {"of_id": s.claim.id, "of_fence": s.claim.fence, "told": s.outcome, "why": s.reason[:300]}
        for s in settlements
    ]
    connection.execute(tries, ended)
    for settlement in settlements:
        if settlement.falls_back:
            _fall_back(connection, settlement.claim, now)
        if settlement.address_invalid:
            _mark_invalid(connection, settlement.claim, now)
        if settlement.pause_until is not None:
            _pause(connection, settlement, settlement.pause_until)
    _hand_over(connection, [s.claim.id for s in settlements if s.state in FINISHED_BADLY])


_HEAD = ("state", "attempts", "doubts", "next_attempt_at", "reference", "reason", "wording_id")


def _head(settlement: Settlement) -> dict[str, Any]:
    return {
        "of_id": settlement.claim.id,
        "of_fence": settlement.claim.fence,
        "state": settlement.state.value,
        "attempts": settlement.attempts,
        "doubts": settlement.doubts,
        "next_attempt_at": settlement.next_attempt_at,
        "reference": settlement.reference[:300],
        "reason": settlement.reason[:300],
        "wording_id": settlement.claim.wording_id,
    }


def _fall_back(connection: sa.Connection, failed: Claim, now: datetime) -> None:
    """Queue the message on the person's next channel, unless it went there before or tries this channel."""
    gone = sa.exists().where(delivery.c.message_id == message.c.id, delivery.c.channel == address.c.channel)
    still_ours = sa.exists().where(delivery.c.id == failed.id, delivery.c.fence == failed.fence)
    values = delivery_values(now, instant(now))
    following = (
        sa.select(*values.values())
        .select_from(message)
        .join(address, address.c.person_id == message.c.person_id)
        .where(
            message.c.id == failed.message_id,
            address.c.invalid_at.is_(None),
            ~gone,
            still_ours,
            ~message.c.occasion_key.startswith(TRIAL_KEY),
        )
        .order_by(channel_rank(address), address.c.channel)
        .limit(1)
    )
    connection.execute(sa.insert(delivery).from_select(list(values), following))


def _hand_over(connection: sa.Connection, failed: Sequence[UUID]) -> None:
    """Give to a person what no channel is left for: nobody has been told, and no machine will try again."""
    if not failed:
        return
    other = delivery.alias("other")
    goes_on = sa.or_(
        other.c.next_attempt_at.is_not(None),
        other.c.state.not_in(sorted(FINISHED_BADLY)),
        other.c.needs_person,
    )
    helped = sa.exists().where(
        other.c.message_id == delivery.c.message_id, other.c.id != delivery.c.id, goes_on
    )
    is_trial = sa.exists().where(
        message.c.id == delivery.c.message_id, message.c.occasion_key.startswith(TRIAL_KEY)
    )
    over = sa.and_(delivery.c.next_attempt_at.is_(None), delivery.c.state.in_(sorted(FINISHED_BADLY)))
    connection.execute(
        sa.update(delivery)
        .where(delivery.c.id.in_(failed), over, ~helped, ~is_trial)
        .values(needs_person=True)
    )


def _mark_invalid(connection: sa.Connection, failed: Claim, now: datetime) -> None:
    connection.execute(
        sa.update(address)
        .where(address.c.channel == failed.channel, address.c.address == failed.address)
        .values(invalid_at=now)
    )


def _pause(connection: sa.Connection, settlement: Settlement, until: datetime) -> None:
    connection.execute(
        sa.update(account)
        .where(
            account.c.register_id == settlement.claim.register_id,
            account.c.channel == settlement.claim.channel,
        )
        .values(paused_until=until, health_detail=settlement.reason[:300])
    )
