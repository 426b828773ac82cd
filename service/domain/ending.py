"""What ends around a duty that its unit does not have any more, whichever way that came."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from service.domain.coordination import close_waiting
from service.domain.lifecycle import State
from service.domain.people import Actor
from service.domain.requests import close_requests
from service.domain.watching import stop_all


def close_around(
    session: Session, actor: Actor, which: sa.ColumnElement[bool], state: State, *, now: datetime
) -> None:
    """Close whatever waits for an answer about the duties of a condition, and stop their clocks.

    Args:
        session: The caller's transaction.
        actor: Who ended them.
        which: The condition on obligations.
        state: What became of them, as coordinating units are told.
        now: The present instant.
    """
    close_requests(session, which, now=now)
    close_waiting(session, actor, which, state, now=now)
    stop_all(session, which, now=now)
