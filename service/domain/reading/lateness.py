"""How many duties were overdue on each of some days, by what is known now: one statement, over late ones.

Each number is that of the cell `open_overdue` at that cut-off, so that its rows can be opened.
"""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.lifecycle import CLOSED, PAUSED, State
from service.domain.people import Actor
from service.domain.reading import tallied, visibility
from service.domain.reading.known import Part, Start, added_up
from service.domain.reading.near import CUT_OFF
from service.domain.reading.statistics import Question, names_of
from service.domain.reading.tallied import Tallied
from service.domain.scoring import Policy

MONTHS = 12


class OverdueOn(NamedTuple):
    """How many were overdue at the end of a day."""

    day: date
    value: int

    @property
    def code(self) -> int:
        """Return the day as tallies keep it: 20240331."""
        return int(f"{self.day:%Y%m%d}")


def month_ends(last: date) -> list[date]:
    """Return the last days of the months before a day, and that day itself: a year's, the oldest first."""
    days, day = [last], last
    while len(days) < MONTHS:
        day = date.fromordinal(day.replace(day=1).toordinal() - 1)
        days.append(day)
    return days[::-1]


def overdue_by_month(
    connection: Connection, actor: Actor, asked: Question, policy: Policy
) -> list[OverdueOn]:
    """Return the numbers at the ends of the months up to the question's cut-off, and on that day."""
    visibility.require_reading(actor)
    everything = visibility.sees_everything(actor)
    found = None
    if everything and not asked.given():
        found = tallied.newest(connection, actor.register_id, asked.cut_off, policy)
    if found is None:
        return overdue_on(connection, actor, asked, month_ends(asked.cut_off))
    counted = tallied.overdue(connection, found)
    since = overdue_on(connection, actor, asked, month_ends(asked.cut_off), found=found)
    return [OverdueOn(each.day, counted[each.code] + each.value) for each in since]


def overdue_on(
    connection: Connection,
    actor: Actor,
    asked: Question,
    days: Sequence[date],
    *,
    found: Tallied | None = None,
) -> list[OverdueOn]:
    """Return the numbers of some days, none of them after the question's cut-off.

    `asked.as_of`, where it is given, is by when it was known; with a tally they are what is to be added to
    its numbers. Whether the actor may read is for the caller.
    """
    values = names_of(actor, asked) | {f"day_{n}": day for n, day in enumerate(days)}
    values |= found.names() if found else {}
    start = Start.TALLY if found else Start.PAST if asked.as_of else Start.NOW
    statement = _overdue(visibility.sees_everything(actor), asked.given(), start, len(days))
    row = connection.execute(statement, values).one()
    return [OverdueOn(day, int(value)) for day, value in zip(days, row, strict=True)]


@lru_cache(maxsize=100)
def _overdue(everything: bool, given: frozenset[str], start: Start, days: int) -> sa.Select[*tuple[Any, ...]]:
    parts = added_up(everything, given, start)
    counted = sa.union_all(*(_numbers(part, days) for part in parts)).subquery("counted")
    return sa.select(*(sa.func.sum(number) for number in counted.c))


def _numbers(part: Part, days: int) -> sa.Select[*tuple[Any, ...]]:
    row, sign = part
    due, done, state = row.c.due_on, row.c.done_on, row.c.state
    ever_late = [
        state.not_in(sorted(CLOSED | PAUSED)),
        due < CUT_OFF,
        sa.or_(done.is_(None), done > due),
    ]
    numbers = []
    for n in range(days):
        day = sa.bindparam(f"day_{n}", type_=sa.Date())
        waits = sa.or_(done.is_(None), done > day, state != State.ACCEPTED)
        was_late = sa.and_(row.c.assigned_on <= day, due < day, waits)
        count = sa.func.count(sa.case((was_late, 1)))
        numbers.append((count if sign > 0 else -count).label(f"n_{n}"))
    return sa.select(*numbers).where(*ever_late)
