"""Whether anything waits for a worker: asked at every tick, and without taking the writers' turn."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.calendar import office_day
from service.domain.sql import Instant
from service.domain.tables import (
    InboundEvent,
    Reorganisation,
    ReorganisationState,
    Return,
    Series,
    Watch,
    table,
)

reorganisation, series, returned = table(Reorganisation), table(Series), table(Return)
watch, inbound = table(Watch), table(InboundEvent)

NOW: sa.BindParameter[Any] = sa.bindparam("now", type_=Instant)
TODAY: sa.BindParameter[Any] = sa.bindparam("today", type_=sa.Date())

REORGANISATION_DUE = sa.and_(
    reorganisation.c.state == ReorganisationState.SCHEDULED,
    reorganisation.c.effective_on <= TODAY,
    sa.or_(reorganisation.c.look_again_at.is_(None), reorganisation.c.look_again_at <= NOW),
)
PERIOD_DUE = series.c.make_on <= TODAY
RETURN_LAPSED = sa.and_(returned.c.decision.is_(None), returned.c.answer_by < TODAY)
CLOCK_DUE = watch.c.next_action_at <= NOW
CAME_BACK = inbound.c.applied_at.is_(None)
"""What the work itself looks for, too: the two must not differ, or something would wait for ever."""

Look = sa.Select[Any]
REORGANISATIONS: Look = sa.select(reorganisation.c.id).where(REORGANISATION_DUE)
PERIODS: Look = sa.select(series.c.id).where(PERIOD_DUE)
SILENT_RETURNS: Look = sa.select(returned.c.id).where(RETURN_LAPSED)
CLOCKS: Look = sa.select(watch.c.id).where(CLOCK_DUE)
ANSWERS: Look = sa.select(inbound.c.id).where(CAME_BACK)
WATCHED: Look = sa.select(sa.literal(1)).where(
    sa.or_(
        *(sa.exists().where(waits) for waits in (CLOCK_DUE, PERIOD_DUE, RETURN_LAPSED, REORGANISATION_DUE))
    )
)
"""Whether any of what a worker watches over is due: one question where four would mostly find nothing."""


def any_waits(connection: Connection, look: Look, *, now: datetime) -> bool:
    """Return whether at least one row is to be worked on; the work itself decides under its own lock."""
    return connection.execute(look.limit(1), moments(now)).first() is not None


def moments(now: datetime) -> dict[str, Any]:
    """Return the values of `NOW` and `TODAY` at an instant."""
    return {"now": now, "today": office_day(now)}
