"""What is kept for a while only, table by table; nothing that proves a duty's history is among it.

Each is let go in batches, the oldest first, by an index of its own: writers never wait long.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session

from service.domain.sql import instant
from service.domain.tables import Delivery, DeliveryAttempt, Idempotency, LinkUse, table

idempotency, delivery, attempt, use = (
    table(Idempotency),
    table(Delivery),
    table(DeliveryAttempt),
    table(LinkUse),
)

BATCH = 5000
"""Rows that one transaction lets go."""

REPEATS_KEPT = timedelta(days=7)
"""A request that is repeated later than that takes effect again."""

TRIES_KEPT = timedelta(days=730)
"""Of messages: when each was tried, and what the provider said. The message and how it ended stay."""

TRACES_KEPT = timedelta(days=365)
"""From where an official tapped a link: network and browser. That it was tapped, and when, stays."""


def forget_repeats(session: Session, *, now: datetime) -> int:
    """Delete answers to requests that nobody repeats any more; return how many."""
    key = (idempotency.c.principal_id, idempotency.c.route, idempotency.c.key)
    old = (
        sa.select(*key)
        .where(idempotency.c.made_at < instant(now - REPEATS_KEPT))
        .order_by(idempotency.c.made_at)
        .limit(BATCH)
    )
    gone = sa.delete(idempotency).where(sa.tuple_(*key).in_(old))
    return session.connection().execute(gone).rowcount


def forget_tries(session: Session, *, now: datetime) -> int:
    """Delete old tries of deliveries that are over; return how many."""
    key = (attempt.c.delivery_id, attempt.c.fence)
    goes_on = sa.exists().where(
        delivery.c.id == attempt.c.delivery_id, delivery.c.next_attempt_at.is_not(None)
    )
    old = (
        sa.select(*key)
        .where(attempt.c.began_at < instant(now - TRIES_KEPT), ~goes_on)
        .order_by(attempt.c.began_at)
        .limit(BATCH)
    )
    gone = sa.delete(attempt).where(sa.tuple_(*key).in_(old))
    return session.connection().execute(gone).rowcount


def forget_traces(session: Session, *, now: datetime) -> int:
    """Blank where links were tapped from; return of how many uses."""
    key = (use.c.link_id, use.c.action)
    old = (
        sa.select(*key)
        .where(
            use.c.used_at < instant(now - TRACES_KEPT),
            sa.or_(
                use.c.user_agent != sa.literal_column("''"),
                use.c.network != sa.literal_column("''"),
            ),
        )
        .order_by(use.c.used_at)
        .limit(BATCH)
    )
    blank = sa.update(use).where(sa.tuple_(*key).in_(old)).values(user_agent="", network="")
    return session.connection().execute(blank).rowcount


JOBS: tuple[Callable[..., int], ...] = (forget_repeats, forget_tries, forget_traces)
"""What a worker does now and then, each until it returns 0."""
