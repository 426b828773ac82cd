"""What nobody could be told is listed, so that a person tells it, or it is told once there is somebody."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from service.domain.calendar import office_day
from service.domain.escalation import KEEPER_RANK, RANKS
from service.domain.reading.recipients import causes_by_clock, causes_by_event, is_due, ripe, tells_of
from service.domain.reading.untold import still_matters
from service.domain.sql import insert_or, instant, new_ids
from service.domain.tables import Event, MessageLine, Outbox, Reminder, Untold, table
from service.domain.untold import looked_for_at

untold, line = table(Untold), table(MessageLine)
reminder, event, outbox = table(Reminder), table(Event), table(Outbox)

OPENED_ANEW = dict.fromkeys(("ended_at", "ending", "ended_by", "means", "told_on"))
"""A row that was told again, and still found nobody."""


def list_untold(connection: sa.Connection, now: datetime) -> None:
    """List the causes that no message was made of, once their messages are made.

    What nobody wants to be told has a message that goes nowhere, so it is not among them. What is about no
    duty shows where the trouble is, and the doctor names it.
    """
    steps = sa.select(reminder.c.id).where(is_due(reminder, instant(now)))
    if _any(connection, steps.where(~sa.exists().where(tells_of(reminder, "id", "reminder_id")))):
        _list(connection, causes_by_clock(now), "reminder_id", now)
    events = sa.select(event.c.seq).join(outbox, outbox.c.seq == event.c.seq).where(ripe(now))
    if _any(connection, events.where(~sa.exists().where(line.c.event_seq == event.c.seq))):
        _list(connection, causes_by_event(now), "event_seq", now)


def _any(connection: sa.Connection, left: sa.Select[Any]) -> bool:
    """Return if anything is left untold: most plans tell everything, and causes are costly to find twice."""
    return connection.execute(left.limit(1)).first() is not None


def _list(connection: sa.Connection, found: sa.CTE, cause: str, now: datetime) -> None:
    today, at_unit = office_day(now), found.c.unit_id
    above = looked_for_at(found.c.register_id, found.c.obligation_id, today)
    is_above = sa.or_(found.c.at_keeper, found.c.rank >= KEEPER_RANK)
    values = {
        "id": new_ids(now, sa.cast(found.c[cause], sa.String)),
        "register_id": found.c.register_id,
        "obligation_id": found.c.obligation_id,
        "unit_id": sa.case((is_above, sa.func.coalesce(above, at_unit)), else_=at_unit),
        "role": sa.case(*((found.c.rank == rank, role.value) for role, rank in RANKS.items())),
        cause: found.c[cause],
        "found_at": instant(now),
        "looked_on": sa.literal(today, sa.Date()),
        "note": sa.literal(""),
    }
    of_duty = found.c.obligation_id.is_not(None)
    untold_yet = ~sa.exists().where(tells_of(found, cause, cause))
    rows = sa.select(*values.values()).where(of_duty, untold_yet, still_matters(found))
    listed = insert_or(connection, untold).from_select(list(values), rows)
    anew = OPENED_ANEW | {"note": "", "looked_on": today}
    connection.execute(listed.on_conflict_do_update(index_elements=[cause], set_=anew))
