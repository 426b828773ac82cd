"""Old calls of endpoints and their tries go: what an endpoint has taken, or not, is known for so long."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlmodel import Session

from service.domain.locks import Lock, try_lock
from service.domain.sql import Instant, instant
from service.domain.tables import WebhookAttempt, WebhookCall, WebhookEndpoint, table
from service.domain.webhook_rules import PROBE, CallState

endpoint, call, attempt = table(WebhookEndpoint), table(WebhookCall), table(WebhookAttempt)

BATCH = 5000
"""Tries that one transaction looks at."""

OVER = (CallState.SENT, CallState.FAILED)


_of_call = sa.and_(call.c.endpoint_id == attempt.c.endpoint_id, call.c.position == attempt.c.position)
_waits = sa.exists().where(_of_call, call.c.next_attempt_at.is_not(None))
OLD = (
    sa.select(attempt.c.endpoint_id, attempt.c.position, attempt.c.fence)
    .where(attempt.c.began_at < sa.bindparam("before", type_=Instant), ~_waits)
    .order_by(attempt.c.began_at)
    .limit(sa.bindparam("batch", type_=sa.Integer()))
)


def anything_old(connection: Connection, *, before: datetime) -> bool:
    """Return if a purge would find anything, without the writers' turn."""
    return connection.execute(OLD, {"before": before, "batch": 1}).first() is not None


def purge(session: Session, *, before: datetime) -> int:
    """Delete tries that began before an instant, and calls that are over and have no later ones.

    The calls go first, and their endpoints remember up to where. What waits, or was tried since, stays; an
    event that goes here stays in the ledger, and can be told again.

    Args:
        session: The caller's transaction.
        before: Aware instant.

    Returns:
        How many tries were deleted; call again until it returns 0.
    """
    connection = session.connection()
    if not try_lock(connection, Lock.CALL):
        return 0
    taken = connection.execute(OLD, {"before": before, "batch": BATCH}).all()
    if not taken:
        return 0
    places = sorted({(row.endpoint_id, row.position) for row in taken})
    later = sa.exists().where(_of_call, attempt.c.began_at >= instant(before))
    gone = connection.execute(
        sa.delete(call)
        .where(
            sa.tuple_(call.c.endpoint_id, call.c.position).in_(places),
            call.c.position > PROBE,
            call.c.state.in_(OVER),
            ~later,
        )
        .returning(call.c.endpoint_id, call.c.position)
    ).all()
    for endpoint_id in {row.endpoint_id for row in gone}:
        last = max(row.position for row in gone if row.endpoint_id == endpoint_id)
        connection.execute(
            sa.update(endpoint)
            .where(endpoint.c.id == endpoint_id, endpoint.c.kept_after < last)
            .values(kept_after=last)
        )
    key = sa.tuple_(attempt.c.endpoint_id, attempt.c.position, attempt.c.fence)
    connection.execute(sa.delete(attempt).where(key.in_([tuple(row) for row in taken])))
    return len(taken)
