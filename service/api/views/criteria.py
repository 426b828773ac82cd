"""Sets of criteria, goals of duties, measured values and the matrix, as they leave."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from typing_extensions import TypedDict

from service.api.views.funding import FundingView, funding_view
from service.api.views.references import UnitReference
from service.domain.criteria import SCALE, Bound, Fulfilment, plain
from service.domain.funding import FundingSource
from service.domain.lifecycle import State
from service.domain.reading.criteria import CriterionRow, GoalRow, MeasureRow, SetRow
from service.domain.reading.matrix import CellRow, MatrixQuestion, ValueRow
from service.domain.reading.matrix_funding import MatrixFunding


class SetReference(TypedDict):
    """A set of criteria in one of its versions."""

    code: str
    version: int
    name: str
    basis: str
    first_year: int
    last_year: int
    indicators_stated: int | None
    made_at: datetime


class SetPage(TypedDict):
    """The sets of a register, each in the version that holds."""

    items: list[SetReference]
    next: str | None


class TargetView(TypedDict):
    """What is to be reached, in the measure of the criterion."""

    bound: Bound
    amount: float


class ThresholdView(TargetView):
    """What units with the attribute `zone` have to reach; every other unit where it is empty."""

    zone: str


class IndicatorView(TypedDict):
    """What is measured."""

    code: str
    name: str
    measure: str
    thresholds: list[ThresholdView]


class CriterionView(IndicatorView):
    """A criterion with its indicators; without any it is measured itself."""

    indicators: list[IndicatorView]


class SetView(SetReference):
    """A set with all that it asks for."""

    criteria: list[CriterionView]


class MeasureView(TypedDict):
    """A measured value; `corrected_by` is the value that holds in its place, if it was wrong."""

    id: UUID
    goal_id: UUID
    obligation_id: UUID
    update_id: UUID | None
    criterion: str
    value: float
    measured_on: date
    source: str
    document: dict[str, Any] | None
    corrects_id: UUID | None
    corrected_by: UUID | None
    reason: str
    recorded_by: UUID
    recorded_at: datetime


class GoalView(TypedDict):
    """A criterion of a unit in a year that a duty serves; without a target the set's threshold holds."""

    id: UUID
    obligation_id: UUID
    obligation_state: State
    lead: UnitReference
    unit: UnitReference
    set_code: str
    criterion: str
    year: int
    target: TargetView | None
    made_at: datetime
    ended_at: datetime | None
    end_reason: str


class GoalWithMeasures(GoalView):
    """A goal with every value measured for it, the newest first."""

    measures: list[MeasureView]


class GoalPage(TypedDict):
    """What a duty serves and served."""

    items: list[GoalWithMeasures]
    next: str | None


class GoalsSet(TypedDict):
    """How many goals were set, one a duty and criterion."""

    goals: int


class CellView(TypedDict):
    """A criterion of a unit; of its measured indicators, how many are met and how many are not."""

    criterion: str
    fulfilment: Fulfilment
    measured: int
    met: int
    not_met: int


class Tally(TypedDict):
    """How many are met, not met, and not known yet."""

    met: int
    not_met: int
    no_data: int


class MatrixRow(Tally):
    """A unit and its criteria; `ended_on` is the day from which it is no more."""

    unit: UnitReference
    ended_on: date | None
    cells: list[CellView]
    funding: list[FundingView]


class MatrixColumn(Tally):
    """A criterion over all units; a duty that serves several stands in the `funding` of each."""

    code: str
    name: str
    funding: list[FundingView]


class MatrixView(Tally):
    """Units × criteria of a year.

    `units_meeting_all`: units that meet every criterion. `average_met`: criteria met a unit, one decimal.
    """

    set: SetReference
    year: int
    cut_off: date
    as_of: datetime
    criteria: list[MatrixColumn]
    items: list[MatrixRow]
    funding: list[FundingView]
    units_meeting_all: int
    average_met: float | None


class ValueView(TypedDict):
    """What is known of one indicator and what is asked; `is_own_target`: a duty sets it, not the set."""

    criterion: str
    name: str
    measure: str
    value: float | None
    measured_on: date | None
    measure_id: UUID | None
    target: TargetView | None
    is_own_target: bool
    fulfilment: Fulfilment


class CellDetail(TypedDict):
    """What stands behind a cell: indicators, the duties that serve it, every value with its corrections."""

    set: SetReference
    year: int
    cut_off: date
    as_of: datetime
    unit: UnitReference
    criterion: str
    name: str
    fulfilment: Fulfilment
    values: list[ValueView]
    goals: list[GoalView]
    measures: list[MeasureView]


def set_reference(row: SetRow) -> SetReference:
    """Return a set without its criteria."""
    return {
        "code": row.code,
        "version": row.version,
        "name": row.name,
        "basis": row.basis,
        "first_year": row.first_year,
        "last_year": row.last_year,
        "indicators_stated": row.indicators_stated,
        "made_at": row.made_at,
    }


def set_view(row: SetRow, criteria: Sequence[CriterionRow]) -> SetView:
    """Return a set with its criteria."""
    below: dict[str, list[IndicatorView]] = {}
    for each in criteria:
        below.setdefault(each.parent_code, []).append(_indicator(each))
    tops: list[CriterionView] = [
        {**indicator, "indicators": below.get(indicator["code"], [])} for indicator in below[""]
    ]
    return {**set_reference(row), "criteria": tops}


def _indicator(row: CriterionRow) -> IndicatorView:
    return {
        "code": row.code,
        "name": row.name,
        "measure": row.measure,
        "thresholds": [
            {"zone": zone, "bound": bound, "amount": amount / SCALE} for zone, bound, amount in row.thresholds
        ],
    }


def _target(bound: Bound | None, amount: int | None) -> TargetView | None:
    return {"bound": bound, "amount": amount / SCALE} if bound is not None and amount is not None else None


def measure_view(row: MeasureRow) -> MeasureView:
    """Return one measured value."""
    return {
        "id": row.id,
        "goal_id": row.goal_id,
        "obligation_id": row.obligation_id,
        "update_id": row.update_id,
        "criterion": row.criterion_code,
        "value": row.amount / SCALE,
        "measured_on": row.measured_on,
        "source": row.source,
        "document": row.document,
        "corrects_id": row.corrects_id,
        "corrected_by": row.corrected_by,
        "reason": row.reason,
        "recorded_by": row.recorded_by,
        "recorded_at": row.recorded_at,
    }


def goal_view(row: GoalRow) -> GoalView:
    """Return one goal."""
    return {
        "id": row.id,
        "obligation_id": row.obligation_id,
        "obligation_state": row.state,
        "lead": {"id": row.lead_id, "code": row.lead_code, "name": row.lead_name},
        "unit": {"id": row.unit_id, "code": row.unit_code, "name": row.unit_name},
        "set_code": row.set_code,
        "criterion": row.criterion_code,
        "year": row.year,
        "target": _target(row.bound, row.amount),
        "made_at": row.made_at,
        "ended_at": row.ended_at,
        "end_reason": row.end_reason,
    }


def goals_with_measures(goals: Sequence[GoalRow], measures: Mapping[UUID, Sequence[MeasureRow]]) -> GoalPage:
    """Return goals, each with its values."""
    return {
        "items": [
            {**goal_view(row), "measures": [measure_view(each) for each in measures.get(row.id, ())]}
            for row in goals
        ],
        "next": None,
    }


def matrix_view(
    chosen: SetRow,
    criteria: Sequence[CriterionRow],
    cells: Sequence[CellRow],
    money: MatrixFunding,
    asked: MatrixQuestion,
) -> MatrixView:
    """Return the matrix with its counts and sums a unit and a criterion."""
    tops = [each for each in criteria if not each.parent_code]
    of_unit: dict[UUID, dict[str, CellRow]] = {}
    for cell in cells:
        of_unit.setdefault(cell.unit_id, {})[cell.criterion_code] = cell
    rows = [
        _row([found[each.code] for each in tops], money.by_unit.get(unit_id, {}))
        for unit_id, found in of_unit.items()
    ]
    columns: list[MatrixColumn] = [
        {
            **_tally([row["cells"][place]["fulfilment"] for row in rows]),
            "code": each.code,
            "name": each.name,
            "funding": funding_view(money.by_criterion.get(each.code, {})),
        }
        for place, each in enumerate(tops)
    ]
    whole = _tally([cell["fulfilment"] for row in rows for cell in row["cells"]])
    return {
        **whole,
        "set": set_reference(chosen),
        "year": asked.year,
        "cut_off": asked.cut_off,
        "as_of": asked.as_of,
        "criteria": columns,
        "items": rows,
        "funding": funding_view(money.whole),
        "units_meeting_all": sum(row["met"] == len(tops) for row in rows),
        "average_met": round(whole["met"] / len(rows), 1) if rows else None,
    }


def _row(cells: Sequence[CellRow], amounts: Mapping[FundingSource, int]) -> MatrixRow:
    shown: list[CellView] = [
        {
            "criterion": cell.criterion_code,
            "fulfilment": cell.fulfilment(),
            "measured": cell.measured,
            "met": cell.met,
            "not_met": cell.not_met,
        }
        for cell in cells
    ]
    first = cells[0]
    return {
        **_tally([cell["fulfilment"] for cell in shown]),
        "unit": {"id": first.unit_id, "code": first.unit_code, "name": first.unit_name},
        "ended_on": first.valid_to,
        "cells": shown,
        "funding": funding_view(amounts),
    }


def _tally(found: Sequence[Fulfilment]) -> Tally:
    return {
        "met": found.count(Fulfilment.MET),
        "not_met": found.count(Fulfilment.NOT_MET),
        "no_data": found.count(Fulfilment.NO_DATA),
    }


def value_view(row: ValueRow, criterion: CriterionRow) -> ValueView:
    """Return what is known of one indicator."""
    return {
        "criterion": row.criterion_code,
        "name": criterion.name,
        "measure": criterion.measure,
        "value": plain(row.amount),
        "measured_on": row.measured_on,
        "measure_id": row.measure_id,
        "target": _target(row.bound, row.target),
        "is_own_target": row.is_own,
        "fulfilment": row.fulfilment,
    }
