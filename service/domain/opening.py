"""How a duty begins, wherever it comes from: what is known of it, its clocks, and the fact for its unit."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session

from service.domain.escalation import WatchKind
from service.domain.events.obligations import ObligationAssigned
from service.domain.history import know
from service.domain.lifecycle import WORKING, State
from service.domain.outbox import emit_many
from service.domain.people import Actor
from service.domain.reckoning import reckon
from service.domain.tables import Obligation, table
from service.domain.watching import start

obligation = table(Obligation)
_ANY = sa.true()


def open_duties(
    session: Session,
    actor: Actor,
    which: sa.ColumnElement[bool],
    *,
    reckoned: sa.ColumnElement[bool] = _ANY,
    effective_on: date,
    now: datetime,
) -> None:
    """Begin the life of every obligation of a condition that was just inserted.

    Args:
        session: The caller's transaction.
        actor: Who gave them.
        which: The condition; it must hold for no obligation that is already under way.
        reckoned: Those whose day is counted where their item says so; a day decided for the rest stays.
        effective_on: The day from which the units have them.
        now: The present instant.
    """
    reckon(session, sa.and_(which, reckoned))
    know(session, which, effective_on=effective_on, now=now)
    start_clocks(session, which, now=now)
    emit_many(session, ObligationAssigned, sa.select(obligation.c.id).where(which), actor=actor, at=now)


def start_clocks(session: Session, which: sa.ColumnElement[bool], *, now: datetime) -> None:
    """Start the clocks of every obligation of a condition that its unit has not brought to an end."""
    open_ones = sa.and_(which, obligation.c.state.in_(WORKING))
    unseen = sa.and_(which, obligation.c.state == State.ASSIGNED)
    start(session, WatchKind.ACKNOWLEDGEMENT, unseen, now=now)
    start(session, WatchKind.DEADLINE, sa.and_(open_ones, obligation.c.due_on.is_not(None)), now=now)
    start(session, WatchKind.SILENCE, sa.and_(open_ones, obligation.c.due_on.is_(None)), now=now)
