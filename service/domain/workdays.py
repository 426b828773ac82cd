"""Working days of a register, as its calendar counts them."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlmodel import Session

from service.domain.deadlines import DeadlineRules
from service.domain.errors import InvalidValue
from service.domain.tables import CalendarDay, Register, table

day, register = table(CalendarDay), table(Register)

_later, _asked = day.alias("later"), day.alias("asked")
_of_register = sa.select(register.c.calendar_id).where(register.c.id == sa.bindparam("register_id"))

AFTER = (
    sa.select(_later.c.day)
    .select_from(_asked.join(_later, _later.c.calendar_id == _asked.c.calendar_id))
    .where(
        _asked.c.calendar_id == _of_register.scalar_subquery(),
        _asked.c.day == sa.bindparam("day", type_=sa.Date()),
        _later.c.is_working,
        _later.c.day >= _asked.c.day,
        _later.c.ordinal >= _asked.c.ordinal + sa.bindparam("count", type_=sa.Integer()),
    )
    .order_by(_later.c.day)
    .limit(1)
)
OFF = sa.select(~day.c.is_working).where(
    day.c.calendar_id == _of_register.scalar_subquery(), day.c.day == sa.bindparam("day", type_=sa.Date())
)


class WorkingDays:
    """The working days of one register."""

    def __init__(self, session: Session, register_id: UUID) -> None:
        self._connection = session.connection()
        self._register_id = register_id

    def after(self, start: date, count: int) -> date:
        """Return the `count`-th working day after a day; for 0 the day itself or the next working day."""
        return working_day_after(self._connection, self._register_id, start, count)

    def is_off(self, asked: date) -> bool:
        """Return if nobody works on a day."""
        return bool(self._connection.execute(OFF, {"register_id": self._register_id, "day": asked}).scalar())


def working_day_after(connection: Connection, register_id: UUID, start: date, count: int) -> date:
    """Return the `count`-th working day after a day, in the register's calendar.

    Raises:
        InvalidValue: The calendar ends before.
    """
    asked = {"register_id": register_id, "day": start, "count": count}
    found: date | None = connection.execute(AFTER, asked).scalar()
    if found is None:
        raise InvalidValue(field="day", detail="lies outside the calendar")
    return found


def deadline_rules(session: Session, register_id: UUID) -> DeadlineRules:
    """Return what a register decides about terms."""
    found = session.get_one(Register, register_id)
    return DeadlineRules(found.receipt_deemed_days, found.off_days, found.periods_ahead)
