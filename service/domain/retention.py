"""What is kept for a while only, table by table; nothing that proves a duty's history is among it.

Each is let go in batches, the oldest first, by an index of its own: writers never wait long.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlmodel import Session

from service.domain.calendar import office_day
from service.domain.sql import Instant
from service.domain.tables import (
    AccountSession,
    Delivery,
    DeliveryAttempt,
    Idempotency,
    LinkUse,
    OversightLink,
    table,
)

idempotency, delivery, attempt, use = (
    table(Idempotency),
    table(Delivery),
    table(DeliveryAttempt),
    table(LinkUse),
)
signed_in, overseen = table(AccountSession), table(OversightLink)

BATCH = 5000
"""Rows that one transaction lets go."""

REPEATS_KEPT = timedelta(days=7)
"""A request that is repeated later than that takes effect again."""

TRIES_KEPT = timedelta(days=730)
"""Of messages: when each was tried, and what the provider said. The message and how it ended stay."""

TRACES_KEPT = timedelta(days=365)
"""From where an official tapped a link: network and browser. That it was tapped, and when, stays."""

SESSIONS_KEPT = timedelta(days=30)
"""Of sessions that are over: which browser, and when it was used last. That they began is in the journal."""

LINKS_KEPT = timedelta(days=365)
"""Of links to oversight that ended: how often they were opened. That they were made is in the journal."""


def _before(name: str) -> sa.BindParameter[datetime]:
    return sa.bindparam(name, type_=Instant)


_is_old_repeat = idempotency.c.made_at < _before("repeats")
_goes_on = sa.exists().where(delivery.c.id == attempt.c.delivery_id, delivery.c.next_attempt_at.is_not(None))
_is_old_try = sa.and_(attempt.c.began_at < _before("tries"), ~_goes_on)
_is_old_trace = sa.and_(
    use.c.used_at < _before("traces"),
    sa.or_(use.c.user_agent != sa.literal_column("''"), use.c.network != sa.literal_column("''")),
)
_is_old_session = signed_in.c.expires_at < _before("sessions")
_is_old_link = overseen.c.until_on < sa.bindparam("links", type_=sa.Date())


def _oldest(
    key: tuple[sa.Column[Any], ...], at: sa.Column[Any], is_old: sa.ColumnElement[bool]
) -> sa.ColumnElement[bool]:
    """Return the condition that a row is among the oldest ones that go in one transaction."""
    return sa.tuple_(*key).in_(sa.select(*key).where(is_old).order_by(at).limit(BATCH))


FORGET_REPEATS = sa.delete(idempotency).where(
    _oldest(
        (idempotency.c.principal_id, idempotency.c.route, idempotency.c.key),
        idempotency.c.made_at,
        _is_old_repeat,
    )
)
FORGET_TRIES = sa.delete(attempt).where(
    _oldest((attempt.c.delivery_id, attempt.c.fence), attempt.c.began_at, _is_old_try)
)
FORGET_TRACES = (
    sa.update(use)
    .where(_oldest((use.c.link_id, use.c.action), use.c.used_at, _is_old_trace))
    .values(user_agent="", network="")
)
FORGET_SESSIONS = sa.delete(signed_in).where(
    _oldest((signed_in.c.id,), signed_in.c.expires_at, _is_old_session)
)
FORGET_LINKS = sa.delete(overseen).where(_oldest((overseen.c.id,), overseen.c.until_on, _is_old_link))
_OLD = (_is_old_repeat, _is_old_try, _is_old_trace, _is_old_session, _is_old_link)
LOOK = sa.select(sa.literal(1)).where(sa.or_(*(sa.exists().where(is_old) for is_old in _OLD)))


def anything_old(connection: Connection, *, now: datetime) -> bool:
    """Return if anything is to be let go: mostly nothing is, and nobody waits for the writers' turn."""
    return connection.execute(LOOK, _moments(now)).first() is not None


def _moments(now: datetime) -> dict[str, datetime | date]:
    return {
        "repeats": now - REPEATS_KEPT,
        "tries": now - TRIES_KEPT,
        "traces": now - TRACES_KEPT,
        "sessions": now - SESSIONS_KEPT,
        "links": office_day(now - LINKS_KEPT),
    }


def _forget(session: Session, statement: sa.Delete | sa.Update, name: str, now: datetime) -> int:
    return session.connection().execute(statement, {name: _moments(now)[name]}).rowcount


def forget_repeats(session: Session, *, now: datetime) -> int:
    """Delete answers to requests that nobody repeats any more; return how many."""
    return _forget(session, FORGET_REPEATS, "repeats", now)


def forget_tries(session: Session, *, now: datetime) -> int:
    """Delete old tries of deliveries that are over; return how many."""
    return _forget(session, FORGET_TRIES, "tries", now)


def forget_traces(session: Session, *, now: datetime) -> int:
    """Blank where links were tapped from; return of how many uses."""
    return _forget(session, FORGET_TRACES, "traces", now)


def forget_sessions(session: Session, *, now: datetime) -> int:
    """Delete sessions that have been over for long; return how many."""
    return _forget(session, FORGET_SESSIONS, "sessions", now)


def forget_links(session: Session, *, now: datetime) -> int:
    """Delete links to oversight that ended long ago; return how many."""
    return _forget(session, FORGET_LINKS, "links", now)


JOBS: tuple[Callable[..., int], ...] = (
    forget_repeats,
    forget_tries,
    forget_traces,
    forget_sessions,
    forget_links,
)
"""What a worker does now and then, each until it returns 0."""
