"""Which register's duties are to be counted ahead, and the counting."""

from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.calendar import office_day
from service.domain.figures import Axis
from service.domain.ids import NIL
from service.domain.people import Actor
from service.domain.reading import lateness, statistics, tallied
from service.domain.reading.near import SOON_ON
from service.domain.reading.statistics import Question
from service.domain.tables import ObligationVersion, ScoringPolicy, table

policy, version = table(ScoringPolicy), table(ObligationVersion)

CHANGES_MAX = 5_000
"""Versions that a board reads beside a tally, at most: some milliseconds."""

MARGIN = timedelta(hours=1)
"""A change is recorded as of the beginning of its transaction, which may commit later, on a clock that is
not quite right: none takes so long, and none is so wrong. What is younger is not in a tally."""


class Register(NamedTuple):
    """A register to be counted, and how it judges."""

    register_id: UUID
    overdue_days: list[int]
    silent_days: int


class Counted(NamedTuple):
    """A tally that is not kept yet; lines are (axis, key, code, number)."""

    register: Register
    cut_off: date
    soon_on: date | None
    known_at: datetime
    lines: list[tuple[Axis, UUID, int, int]]


_newer = policy.alias("newer")
_registers = (
    sa.select(policy.c.register_id, policy.c.overdue_days, policy.c.silent_days)
    .where(
        ~sa.exists().where(_newer.c.register_id == policy.c.register_id, _newer.c.version > policy.c.version)
    )
    .order_by(policy.c.register_id)
)
_soon_on = sa.select(SOON_ON)
_to_come = sa.bindparam("to", type_=version.c.recorded_from.type)
_changes = (
    sa.select(version.c.version)
    .where(
        version.c.register_id == sa.bindparam("register_id", type_=version.c.register_id.type),
        version.c.recorded_from > sa.bindparam("since", type_=version.c.recorded_from.type),
        version.c.recorded_from <= _to_come,
    )
    .limit(CHANGES_MAX + 1)
    .subquery()
)
_how_many = sa.select(sa.func.count()).select_from(_changes)


def next_due(connection: Connection, *, now: datetime) -> Register | None:
    """Return a register without a tally of today, or one whose tally is too far behind; None if all are well.

    A tally from the future is one of a clock that was wrong.
    """
    for row in connection.execute(_registers):
        register = Register._make(row)
        found = tallied.newest(connection, register.register_id, office_day(now), register)
        if found is None or found.known_at > now - MARGIN:
            return register
        names = {"register_id": register.register_id, "since": found.known_at, "to": now - MARGIN}
        if connection.execute(_how_many, names).scalar_one() > CHANGES_MAX:
            return register
    return None


def count(connection: Connection, register: Register, *, now: datetime) -> Counted:
    """Count a register's duties as of today, by what was known a margin ago."""
    actor, cut_off, known_at = Actor.machine(register.register_id), office_day(now), now - MARGIN
    asked = Question(cut_off=cut_off, as_of=known_at)
    lines = [
        (axis, *line)
        for axis in (Axis.UNIT, Axis.ITEM)
        for line in statistics.counted_by(connection, actor, asked, register, axis)
    ]
    days = lateness.overdue_on(connection, actor, asked, lateness.month_ends(cut_off))
    lines += [(Axis.OVERDUE, NIL, each.code, each.value) for each in days]
    names = {"register_id": register.register_id, "cut_off": cut_off}
    soon_on = connection.execute(_soon_on, names).scalar_one()
    return Counted(register, cut_off, soon_on, known_at, lines)
