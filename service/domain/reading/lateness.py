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
from service.domain.reading import visibility
from service.domain.reading.known import counted, obligation
from service.domain.reading.near import CUT_OFF
from service.domain.reading.statistics import Question, names_of


class OverdueOn(NamedTuple):
    """How many were overdue at the end of a day."""

    day: date
    value: int


def overdue_on(
    connection: Connection, actor: Actor, asked: Question, days: Sequence[date]
) -> list[OverdueOn]:
    """Return the numbers of some days, none of them after the question's cut-off."""
    visibility.require_reading(actor)
    names = names_of(actor, asked) | {f"day_{n}": day for n, day in enumerate(days)}
    statement = _overdue(visibility.sees_everything(actor), asked.given(), len(days))
    row = connection.execute(statement, names).one()
    return [OverdueOn(day, value) for day, value in zip(days, row, strict=True)]


@lru_cache(maxsize=100)
def _overdue(everything: bool, given: frozenset[str], days: int) -> sa.Select[*tuple[Any, ...]]:
    due, done, state = obligation.c.due_on, obligation.c.done_on, obligation.c.state
    ever_late = [
        state.not_in(sorted(CLOSED | PAUSED)),
        due < CUT_OFF,
        sa.or_(done.is_(None), done > due),
    ]
    numbers = []
    for n in range(days):
        day = sa.bindparam(f"day_{n}", type_=sa.Date())
        waits = sa.or_(done.is_(None), done > day, state != State.ACCEPTED)
        was_late = sa.and_(obligation.c.assigned_on <= day, due < day, waits)
        numbers.append(sa.func.count(sa.case((was_late, 1))).label(f"n_{n}"))
    return sa.select(*numbers).where(*counted(everything, given), *ever_late)
