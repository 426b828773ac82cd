"""What ends with a duty, whichever way it ends: its clocks, what was asked about it, its parts."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session

from service.domain.coordination import close_waiting
from service.domain.delegation import parts_end
from service.domain.lifecycle import State
from service.domain.people import Actor
from service.domain.requests import close_requests
from service.domain.watching import stop_all


def close_all(
    session: Session, actor: Actor, which: sa.ColumnElement[bool], state: State, *, now: datetime
) -> None:
    """Close whatever waits for an answer about the duties of a condition, and end their parts and clocks.

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
    parts_end(session, actor, which, now=now)
