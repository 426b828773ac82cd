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

Look = sa.Select[Any]
_NOW: sa.BindParameter[Any] = sa.bindparam("now", type_=Instant)
_TODAY: sa.BindParameter[Any] = sa.bindparam("today", type_=sa.Date())

REORGANISATIONS: Look = sa.select(reorganisation.c.id).where(
    reorganisation.c.state == ReorganisationState.SCHEDULED, reorganisation.c.effective_on <= _TODAY
)
PERIODS: Look = sa.select(series.c.id).where(series.c.make_on <= _TODAY)
SILENT_RETURNS: Look = sa.select(returned.c.id).where(
    returned.c.decision.is_(None), returned.c.answer_by < _TODAY
)
CLOCKS: Look = sa.select(watch.c.id).where(watch.c.next_action_at <= _NOW)
CAME_BACK: Look = sa.select(inbound.c.id).where(inbound.c.applied_at.is_(None))


def any_waits(connection: Connection, look: Look, *, now: datetime) -> bool:
    """Return whether at least one row is to be worked on; the work itself decides under its own lock."""
    given = {"now": now, "today": office_day(now)}
    return connection.execute(look.limit(1), given).first() is not None
