"""Measured values of criteria: told with the progress of a duty, corrected with both values kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from service.domain.calendar import office_day
from service.domain.criteria import written
from service.domain.criterion_sets import current_set
from service.domain.errors import AlreadyExists, InvalidValue, NotFound, UnknownReference
from service.domain.events.criteria import ValueCorrected, ValueMeasured
from service.domain.ids import new_id
from service.domain.moves import find_about
from service.domain.outbox import emit, emit_all
from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.tables import Criterion, Goal, Measure, Obligation, table

criterion, measure = table(Criterion), table(Measure)


@dataclass(frozen=True, slots=True)
class MeasureOrder:
    """A value in thousandths, for a goal or for one of the indicators of its criterion."""

    goal_id: UUID
    criterion: str | None
    amount: int
    measured_on: date | None
    source: str
    document: dict[str, Any] | None


def record_measures(
    session: Session,
    actor: Actor,
    duty: Obligation,
    update_id: UUID,
    orders: Sequence[MeasureOrder],
    *,
    now: datetime,
) -> list[Measure]:
    """Keep the values told with a progress update; measured today where no day is given.

    Raises:
        UnknownReference: A goal is not one of the duty's, or an indicator not one of its criterion.
        InvalidValue: The day lies ahead or before the year, or the criterion is judged by its indicators.
    """
    goals = _goals(session, duty, orders)
    measured = _measured(session, actor, {each.set_code for each in goals.values()})
    rows = []
    for order in orders:
        goal = goals[order.goal_id]
        code = order.criterion or goal.criterion_code
        _require_measured(measured[goal.set_code], goal, code)
        rows.append(
            Measure(
                id=new_id(now),
                register_id=duty.register_id,
                goal_id=goal.id,
                obligation_id=duty.id,
                update_id=update_id,
                set_code=goal.set_code,
                criterion_code=code,
                unit_id=goal.unit_id,
                year=goal.year,
                amount=order.amount,
                measured_on=_day(order.measured_on, goal.year, now),
                source=order.source,
                document=order.document,
                recorded_by=actor.principal_id,
                recorded_at=now,
            )
        )
    session.add_all(rows)
    session.flush()
    facts = (
        ValueMeasured(
            subject_id=duty.id,
            measure_id=row.id,
            set_code=row.set_code,
            criterion=row.criterion_code,
            year=row.year,
            value=written(row.amount),
            measured_on=row.measured_on,
        )
        for row in rows
    )
    emit_all(session, facts, actor=actor, at=now)
    return rows


def correct_measure(
    session: Session,
    actor: Actor,
    measure_id: UUID,
    *,
    amount: int,
    measured_on: date | None,
    source: str,
    document: dict[str, Any] | None,
    reason: str,
    now: datetime,
) -> Measure:
    """Put another value in the place of a wrong one; both stay, and the correction says why.

    Raises:
        NotFound: There is no such value that the actor may know of.
        AlreadyExists: It was corrected before: correct the correction.
        InvalidValue: The day lies ahead or before the year.
    """
    wrong = session.get(Measure, measure_id)
    about = wrong.obligation_id if wrong else None
    find_about(session, actor, about, Action.CORRECT_MEASURE, what="measure")
    if wrong is None:
        raise NotFound(what="measure")
    later = session.exec(select(Measure.id).where(Measure.corrects_id == wrong.id)).first()
    if later is not None:
        raise AlreadyExists(what="correction", key=str(later))
    row = Measure(
        **{
            name: getattr(wrong, name)
            for name in ("register_id", "goal_id", "obligation_id", "set_code", "criterion_code", "unit_id")
        },
        id=new_id(now),
        year=wrong.year,
        amount=amount,
        measured_on=_day(measured_on or wrong.measured_on, wrong.year, now),
        source=source or wrong.source,
        document=document or wrong.document,
        corrects_id=wrong.id,
        reason=reason,
        recorded_by=actor.principal_id,
        recorded_at=now,
    )
    session.add(row)
    session.flush()
    fact = ValueCorrected(
        subject_id=row.obligation_id,
        measure_id=row.id,
        corrects_id=wrong.id,
        set_code=row.set_code,
        criterion=row.criterion_code,
        year=row.year,
        wrong=written(wrong.amount),
        value=written(row.amount),
        reason=reason,
    )
    emit(session, fact, actor=actor, at=now)
    return row


def _goals(session: Session, duty: Obligation, orders: Sequence[MeasureOrder]) -> dict[UUID, Goal]:
    wanted = {each.goal_id for each in orders}
    held = select(Goal).where(
        Goal.obligation_id == duty.id, col(Goal.id).in_(wanted), col(Goal.ended_at).is_(None)
    )
    found = {row.id: row for row in session.exec(held)}
    if wanted - found.keys():
        missing = sorted(str(each) for each in wanted - found.keys())
        raise UnknownReference(field="measures.goal_id", codes=missing)
    return found


def _measured(session: Session, actor: Actor, codes: set[str]) -> dict[str, dict[str, tuple[str, bool]]]:
    """Return set → criterion → (the criterion that it is an indicator of, is it measured?)."""
    ids = {current_set(session, actor.register_id, code).id: code for code in codes}
    found: dict[str, dict[str, tuple[str, bool]]] = {code: {} for code in codes}
    for row in session.connection().execute(sa.select(criterion).where(criterion.c.set_id.in_(ids))):
        found[ids[row.set_id]][row.code] = row.parent_code, row.is_measured
    return found


def _require_measured(known: dict[str, tuple[str, bool]], goal: Goal, code: str) -> None:
    parent_code, is_measured = known.get(code, ("", False))
    if code not in known or goal.criterion_code not in (code, parent_code):
        raise UnknownReference(field="measures.criterion", codes=[code])
    if not is_measured:
        raise InvalidValue(field="measures.criterion", detail=f"{code} is judged by its indicators")


def _day(measured_on: date | None, year: int, now: datetime) -> date:
    today = office_day(now)
    day = measured_on or today
    if day > today:
        raise InvalidValue(field="measured_on", detail="lies ahead")
    if day.year < year:
        raise InvalidValue(field="measured_on", detail=f"lies before {year}, which the value is of")
    return day
