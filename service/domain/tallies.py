"""Tallies: what was counted ahead is kept for boards, the last two of each register."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from service.domain.ids import new_id
from service.domain.reading.tallying import Counted
from service.domain.tables import Tally, TallyLine, table

tally, line = table(Tally), table(TallyLine)


def keep(session: Session, counted: Counted, *, now: datetime) -> UUID:
    """Keep a tally, and let go all but the one before it, which somebody may be reading; return its id."""
    connection, tally_id = session.connection(), new_id(now)
    register, cut_off, soon_on, known_at, lines = counted
    of_register = tally.c.register_id == register.register_id
    before = sa.select(sa.func.max(tally.c.known_at)).where(of_register, tally.c.known_at < known_at)
    is_over = sa.or_(tally.c.known_at < before.scalar_subquery(), tally.c.known_at >= known_at)
    gone = list(connection.execute(sa.select(tally.c.id).where(of_register, is_over)).scalars())
    connection.execute(sa.delete(line).where(line.c.tally_id.in_(gone)))
    connection.execute(sa.delete(tally).where(tally.c.id.in_(gone)))
    connection.execute(
        sa.insert(tally).values(
            id=tally_id, **register._asdict(), cut_off=cut_off, soon_on=soon_on, known_at=known_at
        )
    )
    names = ("axis", "key", "code", "number")
    rows = [{"tally_id": tally_id, **dict(zip(names, each, strict=True))} for each in lines]
    connection.execute(sa.insert(line), rows)
    return tally_id
