"""What carries out what has an end, and what comes again is somebody's."""

import sqlalchemy as sa

from service.domain.chains import HOLDS, below
from service.domain.checks.base import TODAY, Check
from service.domain.tables import (
    Implementation,
    Item,
    Obligation,
    Series,
    SeriesPeriod,
    SeriesUnit,
    Unit,
    table,
)

item, link, obligation, unit = table(Item), table(Implementation), table(Obligation), table(Unit)
series, member, period = table(Series), table(SeriesUnit), table(SeriesPeriod)


def checks() -> dict[str, Check]:
    """Return the checks of chains of directives, and of series as they go on today."""
    reached = below(item.c.id.in_(sa.select(link.c.item_id).where(HOLDS)))
    back = sa.and_(reached.c.item_id == reached.c.root_id, reached.c.links > 0)
    present = sa.and_(member.c.series_id == series.c.id, member.c.until_on.is_(None))
    of_period = (obligation.c.item_id == period.c.item_id, obligation.c.period == period.c.period)
    given = sa.exists().where(*of_period)
    wanted = sa.exists().where(member.c.series_id == period.c.series_id, member.c.from_on <= period.c.due_on)
    return {
        "chain-circular": Check(
            "no item carries out what carries it out (R4)",
            sa.select(reached.c.root_id).where(back).distinct(),
        ),
        "series-without-unit": Check(
            "a unit that ended has somebody who goes on with its periodic duties (R20)",
            sa.select(series.c.id, unit.c.code)
            .join(member, present)
            .join(unit, unit.c.id == member.c.unit_id)
            .where(series.c.make_on.is_not(None), unit.c.valid_to <= TODAY),
        ),
        "period-not-given": Check(
            "a period that was made is somebody's duty (R14)",
            sa.select(period.c.series_id, period.c.period).where(period.c.holds, wanted, ~given),
        ),
    }
