"""The matrix units × criteria of a year, worked out from measured values and thresholds in one statement.

Of each unit, criterion and year the value measured last by the cut-off holds, of one day the one told last,
and of a corrected value its correction. It is judged by the duty's own target where one was set, else by the
threshold of the set for units of its kind. Cells and the values behind a cell come from the same judgement.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from service.domain.criteria import Bound, Fulfilment, judge
from service.domain.people import Actor, lives_on
from service.domain.reading import visibility
from service.domain.reading.criteria import (
    AS_OF,
    GOALS,
    MEASURES,
    MEASURES_MAX,
    NEWEST_FIRST,
    GoalRow,
    MeasureRow,
    criterion,
    goal,
    measure,
    obligation,
    threshold,
    unit,
)
from service.domain.reading.near import CUT_OFF
from service.domain.reading.visibility import BRANCH, REGISTER
from service.domain.tables import UnitAttribute, table

attribute = table(UnitAttribute)


class Scope(StrEnum):
    """Whose rows: units that duties serve or that were measured, given units, or one unit."""

    SERVED = "served"
    GIVEN = "given"
    ONE = "one"


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixQuestion:
    """Which version of which set, which year, the day judged and what was known by when.

    `unit_ids`: the rows; None for the units that duties serve or that were measured.
    """

    set_id: UUID
    set_code: str
    year: int
    cut_off: date
    as_of: datetime
    unit_ids: Sequence[UUID] | None = None

    def scope(self) -> Scope:
        """Return whose rows are asked for."""
        return Scope.SERVED if self.unit_ids is None else Scope.GIVEN


class CellRow(NamedTuple):
    """A criterion of a unit: of its measured indicators, how many are met and how many are not."""

    unit_id: UUID
    unit_code: str
    unit_name: str
    valid_to: date | None
    criterion_code: str
    measured: int
    met: int
    not_met: int

    def fulfilment(self) -> Fulfilment:
        """Return the verdict."""
        return judge(met=self.met, not_met=self.not_met, measured=self.measured)


class ValueRow(NamedTuple):
    """What is known of one measured criterion or indicator of a unit, and what is asked."""

    unit_code: str
    unit_name: str
    criterion_code: str
    measure_id: UUID | None
    amount: int | None
    measured_on: date | None
    bound: Bound | None
    target: int | None
    is_own: bool
    fulfilment: Fulfilment


SET_ID: sa.BindParameter[Any] = sa.bindparam("set_id", type_=criterion.c.set_id.type)
_set_code: sa.BindParameter[Any] = sa.bindparam("set_code", type_=sa.Text())
_year: sa.BindParameter[Any] = sa.bindparam("year", type_=sa.Integer())
_unit_id: sa.BindParameter[Any] = sa.bindparam("unit_id", type_=unit.c.id.type)
_day: sa.BindParameter[date] = sa.bindparam("cut_off", type_=sa.Date())
_criterion: sa.BindParameter[Any] = sa.bindparam("criterion_code", type_=sa.Text())


def of_year(rows: sa.Table) -> list[sa.ColumnElement[bool]]:
    """Return the conditions of goals or values of the set and year asked for."""
    return [rows.c.register_id == REGISTER, rows.c.set_code == _set_code, rows.c.year == _year]


HELD = sa.and_(goal.c.made_at <= AS_OF, sa.or_(goal.c.ended_at.is_(None), goal.c.ended_at > AS_OF))
_goals = sa.select(goal.c.unit_id).where(*of_year(goal), HELD)
_later = measure.alias("correction")
_corrected = (
    sa.exists().where(_later.c.corrects_id == measure.c.id, _later.c.recorded_at <= AS_OF).correlate(measure)
)
_known = sa.and_(*of_year(measure), measure.c.recorded_at <= AS_OF, measure.c.measured_on <= CUT_OFF)


def _seen_units(everything: bool) -> sa.ColumnElement[bool] | None:
    """Return the condition on units that may be seen: own ones, those below, those that own duties serve."""
    if everything:
        return None
    serves = _goals.join(obligation, obligation.c.id == goal.c.obligation_id).where(
        obligation.c.unit_id.in_(BRANCH)
    )
    return sa.or_(unit.c.id.in_(BRANCH), unit.c.id.in_(serves))


def rows_of(everything: bool, scope: Scope) -> sa.Select[Any]:
    """Return the ids of the units that have a row."""
    served = sa.union(_goals, sa.select(measure.c.unit_id).where(_known)).subquery("served")
    chosen: dict[Scope, sa.ColumnElement[bool]] = {
        Scope.SERVED: unit.c.id.in_(sa.select(served.c.unit_id)),
        Scope.GIVEN: unit.c.id.in_(sa.bindparam("unit_ids", expanding=True)),
        Scope.ONE: unit.c.id == _unit_id,
    }
    seen = _seen_units(everything)
    return sa.select(unit.c.id).where(chosen[scope], *([] if seen is None else [seen]))


def _first(
    name: str, rows: sa.Select[Any], by: Sequence[sa.ColumnElement[Any]], order: Sequence[Any]
) -> sa.CTE:
    """Return the first row of each key in an order, worked out once."""
    place = sa.func.row_number().over(partition_by=list(by), order_by=list(order)).label("place")
    placed = rows.add_columns(place).subquery()
    return sa.select(placed).where(placed.c.place == 1).cte(name)


def _value() -> sa.CTE:
    """Return the value that holds, of every unit and criterion."""
    by = (measure.c.unit_id, measure.c.criterion_code)
    rows = sa.select(*by, measure.c.id, measure.c.amount, measure.c.measured_on).where(_known, ~_corrected)
    return _first("value", rows, by, NEWEST_FIRST)


def _own_target() -> sa.CTE:
    """Return the target that a duty sets, the newest of several."""
    by = (goal.c.unit_id, goal.c.criterion_code)
    rows = sa.select(*by, goal.c.bound, goal.c.amount)
    rows = rows.where(*of_year(goal), HELD, goal.c.amount.is_not(None))
    return _first("own", rows, by, (goal.c.made_at.desc(), goal.c.id.desc()))


def _limit(whose: sa.CTE) -> sa.CTE:
    """Return the first threshold of the set that fits a unit."""
    fits = sa.or_(
        threshold.c.zone == "",
        sa.exists().where(
            attribute.c.unit_id == whose.c.id,
            attribute.c.attribute == threshold.c.zone,
            lives_on(_day, attribute),
        ),
    )
    here = whose.join(threshold, sa.and_(threshold.c.set_id == SET_ID, fits))
    columns = (whose.c.id.label("unit_id"), threshold.c.criterion_code, threshold.c.bound, threshold.c.amount)
    by = (whose.c.id, threshold.c.criterion_code)
    return _first("limits", sa.select(*columns).select_from(here), by, (threshold.c.position,))


def _judged(everything: bool, scope: Scope) -> sa.Subquery:
    """Return one row a unit and measured criterion: value, target, and what follows from them."""
    whose = rows_of(everything, scope).cte("whose")
    leaf = sa.select(criterion.c.code, criterion.c.parent_code, criterion.c.position)
    leaf = leaf.where(criterion.c.set_id == SET_ID, criterion.c.is_measured)
    if scope is Scope.ONE:
        leaf = leaf.where(sa.or_(criterion.c.code == _criterion, criterion.c.parent_code == _criterion))
    leaves = leaf.cte("leaf")
    base = sa.select(whose.c.id.label("unit_id"), leaves.c.code, leaves.c.position, leaves.c.parent_code)
    facts = _together(base.join(leaves, sa.true()), _value(), _own_target(), _limit(whose))
    found = {column.key: sa.func.max(column) for column in facts.c if column.key not in ("unit_id", "code")}
    one = (
        sa.select(facts.c.unit_id, facts.c.code, *(most.label(name) for name, most in found.items()))
        .group_by(facts.c.unit_id, facts.c.code)
        .having(found["position"].is_not(None))
        .subquery("one")
    )
    bound = sa.case((one.c.own_target.is_not(None), one.c.own_bound), else_=one.c.limit_bound)
    target = sa.func.coalesce(one.c.own_target, one.c.limit_target)
    reached = sa.case((bound == Bound.AT_LEAST, one.c.amount >= target), else_=one.c.amount <= target)
    unknown = sa.or_(one.c.amount.is_(None), target.is_(None))
    return sa.select(
        one.c.unit_id,
        one.c.code,
        one.c.position,
        sa.func.coalesce(sa.func.nullif(one.c.parent_code, ""), one.c.code).label("criterion_code"),
        sa.cast(one.c.measure_key, measure.c.id.type).label("measure_id"),
        one.c.amount,
        one.c.measured_on,
        bound.label("bound"),
        target.label("target"),
        one.c.own_target.is_not(None).label("is_own"),
        sa.case((unknown, None), (reached, 1), else_=0).label("is_met"),
    ).subquery("judged")


def _together(base: sa.Select[Any], value: sa.CTE, own: sa.CTE, limit: sa.CTE) -> sa.Subquery:
    """Return what is known and asked of every cell as rows to be grouped: SQLite would join them by scans."""
    of_base = {"position": sa.Integer(), "parent_code": sa.Text()}
    told = {
        "measure_key": sa.cast(value.c.id, sa.String),
        "amount": value.c.amount,
        "measured_on": value.c.measured_on,
    }
    asked = {"own_bound": own.c.bound, "own_target": own.c.amount}
    limits = {"limit_bound": limit.c.bound, "limit_target": limit.c.amount}
    types: dict[str, Any] = {**of_base, **{name: each.type for name, each in (told | asked | limits).items()}}

    def rows(source: sa.FromClause, code: sa.ColumnElement[str], held: Mapping[str, Any]) -> sa.Select[Any]:
        columns = (held.get(name, sa.cast(sa.null(), kind)).label(name) for name, kind in types.items())
        return sa.select(source.c.unit_id, code.label("code"), *columns)

    cell = base.subquery("cell")
    return sa.union_all(
        rows(cell, cell.c.code, {"position": cell.c.position, "parent_code": cell.c.parent_code}),
        rows(value, value.c.criterion_code, told),
        rows(own, own.c.criterion_code, asked),
        rows(limit, limit.c.criterion_code, limits),
    ).subquery("facts")


@lru_cache(maxsize=8)
def _cells(everything: bool, scope: Scope) -> sa.Select[Any]:
    row = _judged(everything, scope)
    counts = (
        sa.select(
            row.c.unit_id,
            row.c.criterion_code,
            sa.func.count().label("measured"),
            sa.func.count(sa.case((row.c.is_met == 1, 1))).label("met"),
            sa.func.count(sa.case((row.c.is_met == 0, 1))).label("not_met"),
        )
        .group_by(row.c.unit_id, row.c.criterion_code)
        .subquery("counts")
    )
    named = (unit.c.id, unit.c.code, unit.c.name, unit.c.valid_to)
    columns = (counts.c.criterion_code, counts.c.measured, counts.c.met, counts.c.not_met)
    lines = sa.select(*named, *columns).join(unit, unit.c.id == counts.c.unit_id)
    return lines.order_by(unit.c.name_folded, unit.c.id)


@lru_cache(maxsize=2)
def _values(everything: bool) -> sa.Select[Any]:
    row = _judged(everything, Scope.ONE)
    names = ("code", "measure_id", "amount", "measured_on", "bound", "target", "is_own", "is_met")
    named = sa.select(unit.c.code.label("unit_code"), unit.c.name, *(row.c[name] for name in names))
    return named.join(unit, unit.c.id == row.c.unit_id).order_by(row.c.position)


def cells(connection: Connection, actor: Actor, asked: MatrixQuestion) -> list[CellRow]:
    """Return the cells of the matrix by name of the unit; units that may not be seen are left out."""
    visibility.require_reading(actor)
    statement = _cells(visibility.sees_everything(actor), asked.scope())
    names = names_of(actor, asked)
    return [CellRow._make(row) for row in connection.execute(statement, names)]


def values(
    connection: Connection, actor: Actor, asked: MatrixQuestion, unit_id: UUID, criterion_code: str
) -> list[ValueRow]:
    """Return what is known of a criterion of a unit, an indicator a row; nothing if it may not be seen."""
    visibility.require_reading(actor)
    names = names_of(actor, asked) | {"unit_id": unit_id, "criterion_code": criterion_code}
    words = {None: Fulfilment.NO_DATA, 1: Fulfilment.MET, 0: Fulfilment.NOT_MET}
    statement = _values(visibility.sees_everything(actor))
    return [
        ValueRow._make((*row[:-2], bool(row.is_own), words[row.is_met]))
        for row in connection.execute(statement, names)
    ]


_of_cell_codes: sa.BindParameter[Any] = sa.bindparam("codes", expanding=True)
_CELL_MEASURES = (
    MEASURES.where(_known, measure.c.unit_id == _unit_id, measure.c.criterion_code.in_(_of_cell_codes))
    .order_by(*NEWEST_FIRST)
    .limit(MEASURES_MAX)
)


@lru_cache(maxsize=2)
def _cell_goals(everything: bool) -> sa.Select[Any]:
    of_cell = (goal.c.unit_id == _unit_id, goal.c.criterion_code.in_(_of_cell_codes))
    seen = GOALS.where(*of_year(goal), HELD, *of_cell, visibility.one_obligation(everything))
    return seen.order_by(goal.c.criterion_code, goal.c.made_at, goal.c.id)


def behind(
    connection: Connection, actor: Actor, asked: MatrixQuestion, unit_id: UUID, codes: Sequence[str]
) -> tuple[list[GoalRow], list[MeasureRow]]:
    """Return the duties that serve some criteria of a visible unit, as far as they may be seen, and every
    value measured of it."""
    names = names_of(actor, asked) | {"unit_id": unit_id, "codes": list(codes)}
    statement = _cell_goals(visibility.sees_everything(actor))
    goals = [GoalRow._make(row) for row in connection.execute(statement, names)]
    return goals, [MeasureRow._make(row) for row in connection.execute(_CELL_MEASURES, names)]


def names_of(actor: Actor, asked: MatrixQuestion) -> dict[str, Any]:
    """Return the values of the parameters of the statements here."""
    return visibility.names(actor) | {
        "set_id": asked.set_id,
        "set_code": asked.set_code,
        "year": asked.year,
        "cut_off": asked.cut_off,
        "as_of": asked.as_of,
        "unit_ids": list(asked.unit_ids or ()),
    }
