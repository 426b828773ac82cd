"""Timeliness as SQL conditions; they agree with `lifecycle.timeliness`, and a test holds them to it."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol

import sqlalchemy as sa

from service.domain import lifecycle
from service.domain.lifecycle import CLOSED, PAUSED, State, Timeliness
from service.domain.reading.near import CUT_OFF, SOON_ON
from service.domain.tables import Obligation, table

_row = table(Obligation)
_due, _done = _row.c.due_on, _row.c.done_on
_handed_in = sa.and_(_done.is_not(None), _done <= CUT_OFF)
_waiting = sa.or_(_done.is_(None), _done > CUT_OFF)
_finished = sa.and_(_row.c.state == State.ACCEPTED, _handed_in)
_open = sa.and_(
    _row.c.state.not_in(sorted(CLOSED | PAUSED)), sa.or_(_row.c.state != State.ACCEPTED, _waiting)
)
_far = sa.or_(SOON_ON.is_(None), _due > SOON_ON)

CONDITIONS: dict[Timeliness, sa.ColumnElement[bool]] = {
    Timeliness.UNDATED: sa.and_(_open, _due.is_(None)),
    Timeliness.OVERDUE: sa.and_(
        _open, sa.or_(sa.and_(_handed_in, _done > _due), sa.and_(_waiting, _due < CUT_OFF))
    ),
    Timeliness.DUE_SOON: sa.and_(_open, _waiting, _due >= CUT_OFF, _due <= SOON_ON),
    Timeliness.ON_TRACK: sa.and_(
        _open, sa.or_(sa.and_(_handed_in, _done <= _due), sa.and_(_waiting, _due >= CUT_OFF, _far))
    ),
    Timeliness.DONE_UNDATED: sa.and_(_finished, _due.is_(None)),
    Timeliness.DONE_ON_TIME: sa.and_(_finished, _done <= _due),
    Timeliness.DONE_LATE: sa.and_(_finished, _done > _due),
    Timeliness.PAUSED: _row.c.state.in_(sorted(PAUSED)),
}
"""A comparison with no deadline is never true, so every condition but the undated ones implies one."""


def late_on(row: sa.FromClause) -> sa.ColumnElement[date]:
    """Return the day by which lateness is judged: that of the submission, or else the cut-off."""
    return sa.case((row.c.done_on <= CUT_OFF, row.c.done_on), else_=CUT_OFF)


def judge(row: sa.FromClause, verdicts: Mapping[Timeliness, Any]) -> sa.ColumnElement[Any]:
    """Return the verdict on a row with `state`, `due_on` and `done_on`; null for what is in no cell.

    It says the same as `CONDITIONS`, in the order that asks least: a table over everything takes half the
    time, while a list needs conditions that an index can answer.
    """
    state, due, done = row.c.state, row.c.due_on, row.c.done_on
    finished = sa.case(
        (due.is_(None), verdicts[Timeliness.DONE_UNDATED]),
        (done <= due, verdicts[Timeliness.DONE_ON_TIME]),
        else_=verdicts[Timeliness.DONE_LATE],
    )
    waits = sa.or_(done.is_(None), done > CUT_OFF)
    return sa.case(
        (sa.and_(state == State.ACCEPTED, done <= CUT_OFF), finished),
        (
            state.in_(sorted(CLOSED | PAUSED)),
            sa.case((state.in_(sorted(PAUSED)), verdicts[Timeliness.PAUSED]), else_=sa.null()),
        ),
        (due.is_(None), verdicts[Timeliness.UNDATED]),
        (late_on(row) > due, verdicts[Timeliness.OVERDUE]),
        (sa.and_(due <= SOON_ON, waits), verdicts[Timeliness.DUE_SOON]),
        else_=verdicts[Timeliness.ON_TRACK],
    )


class Judged(Protocol):
    """A row that can be judged."""

    @property
    def state(self) -> State:
        """Where it is."""
        ...

    @property
    def due_on(self) -> date | None:
        """Last day on which it is on time."""
        ...

    @property
    def done_on(self) -> date | None:
        """Day of the submission."""
        ...

    @property
    def soon_on(self) -> date | None:
        """Deadlines up to this day are near."""
        ...


def standing(row: Judged, cut_off: date) -> Timeliness | None:
    """Return the timeliness of a row."""
    soon_on = row.soon_on or date.min
    return lifecycle.timeliness(
        row.state, due_on=row.due_on, done_on=row.done_on, cut_off=cut_off, soon_on=soon_on
    )
