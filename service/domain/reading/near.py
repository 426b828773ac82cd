"""The day up to which a deadline is near: the third working day after the cut-off (R8)."""

import sqlalchemy as sa

from service.domain.reading.visibility import REGISTER
from service.domain.tables import CalendarDay, Register, table

SOON_DAYS = 3

register, calendar_day = table(Register), table(CalendarDay)
_judged, _near = calendar_day.alias("judged"), calendar_day.alias("near")

CUT_OFF: sa.BindParameter[object] = sa.bindparam("cut_off", type_=sa.Date())

SOON_ON = (
    sa.select(_near.c.day)
    .select_from(
        register.join(_judged, _judged.c.calendar_id == register.c.calendar_id).join(
            _near,
            sa.and_(
                _near.c.calendar_id == _judged.c.calendar_id,
                _near.c.ordinal == _judged.c.ordinal + SOON_DAYS,
                _near.c.is_working,
            ),
        )
    )
    .where(register.c.id == REGISTER, _judged.c.day == CUT_OFF)
    .scalar_subquery()
)
"""None where the calendar ends: then nothing is near."""
