"""What a worker counted of all duties of a register, to which is added what was recorded since.

The two together give what counting everything anew would: a board costs what has changed, not what exists.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple, Protocol
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.figures import Axis
from service.domain.reading.known import OF_ITEMS, items_of
from service.domain.reading.near import CUT_OFF, SOON_ON
from service.domain.reading.visibility import REGISTER
from service.domain.tables import Tally, TallyLine, table

tally, line = table(Tally), table(TallyLine)


class Bounds(Protocol):
    """What verdicts depend on besides a duty's days."""

    @property
    def overdue_days(self) -> Sequence[int]:
        """Bounds of the buckets of lateness, in days, ascending."""
        ...

    @property
    def silent_days(self) -> int:
        """An undated duty not heard of for longer is silent."""
        ...


class Tallied(NamedTuple):
    """A tally that holds: counted for this day, with these bounds, in the calendar as it is now."""

    id: UUID
    known_at: datetime

    def names(self) -> dict[str, Any]:
        """Return the values of the parameters of `lines` and of `known.added_up`."""
        return {"tally_id": self.id, "as_of": self.known_at}


_of_tally = line.c.tally_id == sa.bindparam("tally_id", type_=line.c.tally_id.type)
_newest = (
    sa.select(tally, SOON_ON.label("near_until"))
    .where(tally.c.register_id == REGISTER, tally.c.cut_off == CUT_OFF)
    .order_by(tally.c.known_at.desc())
    .limit(1)
)
_overdue = sa.select(line.c.code, line.c.number).where(_of_tally, line.c.axis == Axis.OVERDUE)


def newest(connection: Connection, register_id: UUID, cut_off: date, bounds: Bounds) -> Tallied | None:
    """Return the last tally of a day; None if there is none, or it was judged in another way than now."""
    row = connection.execute(_newest, {"register_id": register_id, "cut_off": cut_off}).first()
    if row is None or row.soon_on != row.near_until:
        return None
    if (list(row.overdue_days), row.silent_days) != (list(bounds.overdue_days), bounds.silent_days):
        return None
    return Tallied(row.id, row.known_at)


def lines(axis: Axis, given: frozenset[str]) -> sa.Select[Any]:
    """Return the statement for a tally's lines as (key, verdict, n), narrowed by what chooses items."""
    chosen = [_of_tally, line.c.axis == axis]
    if OF_ITEMS & given:
        chosen.append(line.c.key.in_(items_of(given)))
    return sa.select(line.c.key, line.c.code.label("verdict"), line.c.number.label("n")).where(*chosen)


def overdue(connection: Connection, found: Tallied) -> Mapping[int, int]:
    """Return how many duties were overdue on each day of a tally; a day is 20240331."""
    return {row.code: row.number for row in connection.execute(_overdue, found.names())}
