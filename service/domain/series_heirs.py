"""Who goes on with a series when a unit ends (R20)."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from service.domain.sql import insert_from
from service.domain.tables import (
    Heir,
    Obligation,
    Reorganisation,
    ReorganisationState,
    Series,
    SeriesUnit,
    Succession,
    Unit,
    table,
)

HEIRS_MAX = 20
"""Reorganisations that one round follows; further ones wait for the next."""

AT_ONCE = 1000
"""Series that one statement names."""

series, member, obligation = table(Series), table(SeriesUnit), table(Obligation)
unit, decided = table(Unit), table(Heir)
succession, reorganisation = table(Succession), table(Reorganisation)


def pass_on_series(session: Session, ended: sa.Select[tuple[UUID]], today: date) -> None:
    """Let the heirs of units that just ended have their series; a worker at work on one is waited for."""
    theirs = sa.select(member.c.series_id).where(member.c.unit_id.in_(ended), member.c.until_on.is_(None))
    locked = sa.select(series.c.id).where(series.c.id.in_(theirs), series.c.make_on.is_not(None))
    ids = session.connection().execute(locked.order_by(series.c.id).with_for_update()).scalars().all()
    for first in range(0, len(ids), AT_ONCE):
        follow_heirs(session, ids[first : first + AT_ONCE], today)


def follow_heirs(session: Session, series_ids: Sequence[UUID], today: date) -> None:
    """Let the units that go on with the duties of a unit that ended have its series too (R20)."""
    connection = session.connection()
    ended = sa.and_(member.c.series_id.in_(series_ids), member.c.until_on.is_(None), unit.c.valid_to <= today)
    heirs = _heirs(ended).subquery("heirs")
    known = member.alias("known")
    is_known = sa.exists().where(
        known.c.series_id == heirs.c.series_id,
        known.c.assignment_id == heirs.c.assignment_id,
        known.c.unit_id == heirs.c.heir_id,
    )
    values = {
        "series_id": heirs.c.series_id,
        "unit_id": heirs.c.heir_id,
        "assignment_id": heirs.c.assignment_id,
        "from_on": sa.func.min(heirs.c.from_on),
    }
    new = sa.select(*values.values()).where(~is_known)
    new = new.group_by(heirs.c.series_id, heirs.c.heir_id, heirs.c.assignment_id)
    identity = sa.tuple_(member.c.series_id, member.c.unit_id, member.c.assignment_id)
    gone = identity.in_(sa.select(heirs.c.series_id, heirs.c.unit_id, heirs.c.assignment_id))
    ended_on = sa.select(unit.c.valid_to).where(unit.c.id == member.c.unit_id).scalar_subquery()
    for _ in range(HEIRS_MAX):
        insert_from(connection, member, values, new)
        if not connection.execute(sa.update(member).where(gone).values(until_on=ended_on)).rowcount:
            return


def _heirs(ended: sa.ColumnElement[bool]) -> sa.CompoundSelect[Any]:
    """Return who goes on for units that ended: those that their duties passed to, or the only successor.

    Only what a reorganisation passed on counts: a period that was given away is one period.
    """
    other = succession.alias("other")
    gone = sa.select(*(member.c[name] for name in ("series_id", "unit_id", "assignment_id", "from_on")))
    gone = gone.join(unit, unit.c.id == member.c.unit_id).where(ended)
    had = sa.and_(
        obligation.c.item_id == series.c.item_id,
        obligation.c.unit_id == member.c.unit_id,
        obligation.c.period != "",
        series.c.id == member.c.series_id,
    )
    going_on = sa.and_(decided.c.obligation_id == obligation.c.id, decided.c.unit_id.is_not(None))
    carried_out = sa.and_(
        reorganisation.c.id == decided.c.reorganisation_id,
        reorganisation.c.state == ReorganisationState.CARRIED_OUT,
    )
    passed = (
        sa.select(decided.c.unit_id)
        .select_from(series.join(obligation, obligation.c.item_id == series.c.item_id))
        .join(decided, going_on)
        .join(reorganisation, carried_out)
        .where(had)
    )
    several = sa.exists().where(
        other.c.old_unit_id == member.c.unit_id,
        other.c.reorganisation_id == succession.c.reorganisation_id,
        other.c.new_unit_id != succession.c.new_unit_id,
    )
    alone = sa.and_(
        succession.c.old_unit_id == member.c.unit_id, succession.c.new_unit_id.is_not(None), ~several
    )
    by_duties = (
        gone.add_columns(decided.c.unit_id.label("heir_id"))
        .join(series, series.c.id == member.c.series_id)
        .join(obligation, had)
        .join(decided, going_on)
        .join(reorganisation, carried_out)
    )
    by_succession = (
        gone.add_columns(succession.c.new_unit_id)
        .join(succession, alone)
        .join(reorganisation, reorganisation.c.id == succession.c.reorganisation_id)
        .where(
            reorganisation.c.state == ReorganisationState.CARRIED_OUT,
            ~passed.correlate(member, unit).exists(),
        )
    )
    return by_duties.union(by_succession)
