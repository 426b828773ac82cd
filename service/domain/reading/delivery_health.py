"""How the channels are: what waits for how long, and how the tries of the last hour ended."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.escalation import OVERDUE_BY
from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.reading import visibility
from service.domain.reading.untold import OPEN
from service.domain.sql import Instant
from service.domain.tables import ChannelAccount, Delivery, DeliveryAttempt, Outbox, table

delivery, attempt, account = table(Delivery), table(DeliveryAttempt), table(ChannelAccount)
outbox = table(Outbox)

RECENTLY = timedelta(hours=1)
_NOW: sa.BindParameter[Any] = sa.bindparam("now", type_=Instant)
_SINCE: sa.BindParameter[Any] = sa.bindparam("since", type_=Instant)

_is_due = delivery.c.next_attempt_at <= _NOW
_due = (
    sa.select(delivery.c.channel, sa.func.count(), sa.func.min(delivery.c.next_attempt_at))
    .where(_is_due)
    .group_by(delivery.c.channel)
)
_tries = (
    sa.select(delivery.c.channel, attempt.c.outcome, sa.func.count())
    .join(delivery, delivery.c.id == attempt.c.delivery_id)
    .where(attempt.c.began_at > _SINCE, attempt.c.ended_at.is_not(None))
    .group_by(delivery.c.channel, attempt.c.outcome)
)
_of_register = delivery.c.register_id == visibility.REGISTER
_left = (
    sa.select(delivery.c.channel, sa.func.count()).where(delivery.c.needs_person).group_by(delivery.c.channel)
)
LEFT = {True: _left, False: _left.where(_of_register)}
DUE = {True: _due, False: _due.where(_of_register)}
TRIES = {True: _tries, False: _tries.where(_of_register)}
"""Of the whole installation, or of one register."""

OLDEST = sa.select(delivery.c.next_attempt_at).where(_is_due).order_by(delivery.c.next_attempt_at).limit(1)
PAUSED = (
    sa.select(account.c.channel, sa.func.count())
    .where(account.c.paused_until > _NOW)
    .group_by(account.c.channel)
)
UNTOLD = sa.select(sa.func.count()).select_from(outbox)


@dataclass(slots=True)
class Traffic:
    """What a channel has to do and did.

    Attributes:
        due: Deliveries that should have been tried by now.
        needs_person: Messages that ended here undelivered and wait for somebody to tell them by hand.
        oldest_due_at: Since when the first of them waits.
        tries: Outcome → how many tries of the last hour ended so.
    """

    due: int = 0
    needs_person: int = 0
    oldest_due_at: datetime | None = None
    tries: dict[str, int] = field(default_factory=dict)


class Installation(NamedTuple):
    """The channels of all registers together; `paused` counts accounts, `untold` events.

    `nobody_to_tell` counts the steps and events that found nobody and still wait for somebody.
    """

    traffic: Mapping[str, Traffic]
    paused: Mapping[str, int]
    untold: int
    nobody_to_tell: int


def of_channels(connection: Connection, actor: Actor, *, now: datetime) -> Mapping[str, Traffic]:
    """Return the traffic of the register's channels, by name."""
    actor.require(Action.VIEW_DELIVERIES)
    return _traffic(connection, {"register_id": actor.register_id}, now, everything=False)


def of_installation(connection: Connection, *, now: datetime) -> Installation:
    """Return how all channels are; nothing of it says whom a message is for."""
    paused = {row.channel: int(row[1]) for row in connection.execute(PAUSED, {"now": now})}
    untold = connection.execute(UNTOLD).scalar_one()
    nobody = connection.execute(OPEN).scalar_one()
    return Installation(_traffic(connection, {}, now, everything=True), paused, untold, nobody)


def _traffic(
    connection: Connection, names: Mapping[str, Any], now: datetime, *, everything: bool
) -> Mapping[str, Traffic]:
    found: dict[str, Traffic] = defaultdict(Traffic)
    for channel, count, oldest in connection.execute(DUE[everything], {**names, "now": now}):
        found[channel].due, found[channel].oldest_due_at = count, oldest
    for channel, count in connection.execute(LEFT[everything], names):
        found[channel].needs_person = count
    for channel, outcome, count in connection.execute(TRIES[everything], {**names, "since": now - RECENTLY}):
        found[channel].tries[outcome] = count
    return found


def oldest_wait(connection: Connection, *, now: datetime) -> timedelta:
    """Return how long the oldest due delivery waits; nothing where none is due."""
    oldest = connection.execute(OLDEST, {"now": now}).scalar()
    return now - oldest if oldest is not None else timedelta()


def is_alarming(wait: timedelta) -> bool:
    """Return if somebody should look: a worker that is alive takes what is due within seconds."""
    return wait > OVERDUE_BY
