"""When a message may go: quiet hours by register, unless it would come too late (R24)."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from service.domain.calendar import office_day, quiet_until
from service.domain.sql import instant
from service.domain.tables import Obligation, Register, table

register, obligation = table(Register), table(Obligation)

HOURS = sa.select(register.c.quiet_from, register.c.quiet_until).distinct()


def after_quiet_hours(connection: sa.Connection, now: datetime) -> sa.ColumnElement[Any]:
    """Return when a message with some duties of a register may go, for a group of these, or of none.

    It goes at once where it is not quiet, and where one of the duties falls due before the quiet hours end:
    in the morning it would be too late.
    """
    ends = {(begins, end): quiet_until(now, begins, end) for begins, end in connection.execute(HOURS)}
    waiting = {hours: at for hours, at in ends.items() if at > now}
    if not waiting:
        return instant(now)
    of_register = {
        hours: sa.and_(register.c.quiet_from == hours[0], register.c.quiet_until == hours[1])
        for hours in waiting
    }
    morning = sa.case(*((of_register[hours], sa.literal(office_day(at))) for hours, at in waiting.items()))
    falls_due = sa.and_(obligation.c.due_on >= office_day(now), obligation.c.due_on < morning)
    too_late = sa.func.max(sa.case((falls_due, 1), else_=0)) == 1
    return sa.case(
        (too_late, instant(now)),
        *((of_register[hours], instant(at)) for hours, at in waiting.items()),
        else_=instant(now),
    )
