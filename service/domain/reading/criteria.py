"""Sets of criteria as a register has them, and the goals of duties with everything that was measured."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.criteria import Bound
from service.domain.errors import NotFound
from service.domain.lifecycle import State
from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.reading import visibility
from service.domain.tables import (
    Criterion,
    CriterionSet,
    Goal,
    Measure,
    Obligation,
    Threshold,
    Unit,
    table,
)

sets, criterion, threshold = table(CriterionSet), table(Criterion), table(Threshold)
goal, measure, obligation, unit = table(Goal), table(Measure), table(Obligation), table(Unit)

MEASURES_MAX = 500
"""Values of one cell or of one duty's goals that are shown, the newest first."""

AS_OF: sa.BindParameter[Any] = sa.bindparam("as_of", type_=sets.c.made_at.type)


class SetRow(NamedTuple):
    """One version of a set."""

    id: UUID
    code: str
    version: int
    name: str
    basis: str
    first_year: int
    last_year: int
    indicators_stated: int | None
    made_by: UUID
    made_at: datetime


class CriterionRow(NamedTuple):
    """A criterion, or an indicator of `parent_code`, with its thresholds (zone, bound, amount) in turn."""

    code: str
    parent_code: str
    name: str
    measure: str
    is_measured: bool
    thresholds: Sequence[tuple[str, Bound, int]]


class MeasureRow(NamedTuple):
    """A measured value; `corrected_by` names the row that holds in its place."""

    id: UUID
    goal_id: UUID
    obligation_id: UUID
    update_id: UUID | None
    criterion_code: str
    amount: int
    measured_on: date
    source: str
    document: dict[str, Any] | None
    corrects_id: UUID | None
    reason: str
    recorded_by: UUID
    recorded_at: datetime
    corrected_by: UUID | None


class GoalRow(NamedTuple):
    """A criterion of a unit in a year that a duty serves."""

    id: UUID
    obligation_id: UUID
    state: State
    set_code: str
    criterion_code: str
    year: int
    bound: Bound | None
    amount: int | None
    made_at: datetime
    ended_at: datetime | None
    end_reason: str
    unit_id: UUID
    unit_code: str
    unit_name: str
    lead_id: UUID
    lead_code: str
    lead_name: str


_of_register = sets.c.register_id == visibility.REGISTER
_columns = tuple(sets.c[name] for name in SetRow._fields)
_newest = (
    sa.select(sets.c.code, sa.func.max(sets.c.version).label("version"))
    .where(_of_register)
    .group_by(sets.c.code)
    .subquery("newest")
)
SETS = (
    sa.select(*_columns)
    .join(_newest, sa.and_(_newest.c.code == sets.c.code, _newest.c.version == sets.c.version))
    .where(_of_register)
    .order_by(sets.c.first_year, sets.c.code)
)
ONE = (
    sa.select(*_columns)
    .where(_of_register, sets.c.code == sa.bindparam("code"), sets.c.made_at <= AS_OF)
    .order_by(sets.c.version.desc())
    .limit(1)
)
_set_id: sa.BindParameter[Any] = sa.bindparam("set_id", type_=sets.c.id.type)
CRITERIA = (
    sa.select(*(criterion.c[name] for name in CriterionRow._fields[:-1]))
    .where(criterion.c.set_id == _set_id)
    .order_by(criterion.c.position)
)
THRESHOLDS = (
    sa.select(threshold.c.criterion_code, threshold.c.zone, threshold.c.bound, threshold.c.amount)
    .where(threshold.c.set_id == _set_id)
    .order_by(threshold.c.criterion_code, threshold.c.position)
)

_later = measure.alias("later")
_others = {"corrected_by": _later.c.id}
MEASURES = sa.select(
    *(_others[n].label(n) if n in _others else measure.c[n] for n in MeasureRow._fields)
).outerjoin(_later, sa.and_(_later.c.corrects_id == measure.c.id, _later.c.recorded_at <= AS_OF))
NEWEST_FIRST = (measure.c.measured_on.desc(), measure.c.recorded_at.desc(), measure.c.id.desc())
OF_GOALS = (
    MEASURES.where(measure.c.goal_id.in_(sa.bindparam("goal_ids", expanding=True)))
    .where(measure.c.recorded_at <= AS_OF)
    .order_by(*NEWEST_FIRST)
    .limit(MEASURES_MAX)
)
OF_UPDATES = MEASURES.where(measure.c.update_id.in_(sa.bindparam("update_ids", expanding=True))).order_by(
    measure.c.criterion_code, measure.c.id
)

_lead = unit.alias("lead")
_goal_columns = {
    "state": obligation.c.state,
    "unit_code": unit.c.code,
    "unit_name": unit.c.name,
    "lead_id": _lead.c.id,
    "lead_code": _lead.c.code,
    "lead_name": _lead.c.name,
}
GOALS = (
    sa.select(*(_goal_columns[n].label(n) if n in _goal_columns else goal.c[n] for n in GoalRow._fields))
    .join(obligation, obligation.c.id == goal.c.obligation_id)
    .join(unit, unit.c.id == goal.c.unit_id)
    .join(_lead, _lead.c.id == obligation.c.unit_id)
)
OF_OBLIGATION = GOALS.where(
    goal.c.obligation_id == sa.bindparam("obligation_id", type_=goal.c.obligation_id.type)
).order_by(goal.c.year, goal.c.set_code, goal.c.criterion_code, goal.c.made_at, goal.c.id)


def all_sets(connection: Connection, actor: Actor) -> list[SetRow]:
    """Return the sets of the register, each in the version that holds."""
    visibility.require_reading(actor, Action.VIEW_DIRECTIVE)
    names = {"register_id": actor.register_id}
    return [SetRow._make(row) for row in connection.execute(SETS, names)]


def one_set(connection: Connection, actor: Actor, code: str, *, as_of: datetime) -> SetRow:
    """Return the version of a set that held at an instant.

    Raises:
        NotFound: There was none.
    """
    visibility.require_reading(actor, Action.VIEW_DIRECTIVE)
    names = {"register_id": actor.register_id, "code": code, "as_of": as_of}
    found = connection.execute(ONE, names).first()
    if found is None:
        raise NotFound(what="criterion_set")
    return SetRow._make(found)


def criteria_of(connection: Connection, set_id: UUID) -> list[CriterionRow]:
    """Return the criteria of a version, each followed by its indicators."""
    names = {"set_id": set_id}
    limits: dict[str, list[tuple[str, Bound, int]]] = {}
    for code, *limit in connection.execute(THRESHOLDS, names):
        limits.setdefault(code, []).append((limit[0], limit[1], limit[2]))
    rows = connection.execute(CRITERIA, names)
    return [CriterionRow._make((*row, limits.get(row.code, []))) for row in rows]


def goals_of(connection: Connection, obligation_id: UUID) -> list[GoalRow]:
    """Return what a visible duty serves and served, by year and criterion."""
    names = {"obligation_id": obligation_id}
    return [GoalRow._make(row) for row in connection.execute(OF_OBLIGATION, names)]


def measures_of(
    connection: Connection, goal_ids: Iterable[UUID], *, as_of: datetime
) -> dict[UUID, list[MeasureRow]]:
    """Return the values measured for some goals, by goal, the newest first, corrected ones included."""
    found: dict[UUID, list[MeasureRow]] = {}
    for row in connection.execute(OF_GOALS, {"goal_ids": list(goal_ids), "as_of": as_of}):
        found.setdefault(row.goal_id, []).append(MeasureRow._make(row))
    return found


def measures_of_updates(
    connection: Connection, update_ids: Sequence[UUID], *, as_of: datetime
) -> dict[UUID, list[MeasureRow]]:
    """Return the values told with some progress updates, by update."""
    found: dict[UUID, list[MeasureRow]] = {}
    for row in connection.execute(OF_UPDATES, {"update_ids": list(update_ids), "as_of": as_of}):
        found.setdefault(row.update_id, []).append(MeasureRow._make(row))
    return found
