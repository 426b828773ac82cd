"""Tallies: what was counted ahead is kept for boards, one or two for each register."""

from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from service.domain.ids import new_id
from service.domain.reading.tallying import MARGIN, Counted
from service.domain.tables import Tally, TallyLine, table

tally, line = table(Tally), table(TallyLine)

SUPERSEDED_KEPT = MARGIN + timedelta(minutes=30)
"""Somebody may be reading the one before; nobody reads for so long."""


def keep(session: Session, counted: Counted, *, now: datetime) -> UUID:
    """Keep a tally, and let go those that it supersedes; return its id."""
    connection, tally_id = session.connection(), new_id(now)
    register, cut_off, soon_on, known_at, lines = counted
    of_register = tally.c.register_id == register.register_id
    is_over = sa.or_(tally.c.known_at < now - SUPERSEDED_KEPT, tally.c.known_at >= known_at)
    gone = sa.select(tally.c.id).where(of_register, is_over)
    connection.execute(sa.delete(line).where(line.c.tally_id.in_(gone)))
    connection.execute(sa.delete(tally).where(of_register, is_over))
    connection.execute(
        sa.insert(tally).values(
            id=tally_id, **register._asdict(), cut_off=cut_off, soon_on=soon_on, known_at=known_at
        )
    )
    names = ("axis", "key", "code", "number")
    rows = [{"tally_id": tally_id, **dict(zip(names, each, strict=True))} for each in lines]
    connection.execute(sa.insert(line), rows)
    return tally_id
