"""Duties serve criteria of units in years (tiêu chí × xã × năm), one by one or a whole item at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from service.domain.calendar import office_day
from service.domain.criteria import Bound, written
from service.domain.criterion_sets import current_set
from service.domain.directives import find_directive, find_item
from service.domain.errors import InvalidValue, NotFound, NotUnderWay, RequestEnded, UnknownReference
from service.domain.events.criteria import GoalEnded, GoalSet
from service.domain.ids import NIL
from service.domain.lifecycle import HELD
from service.domain.moves import find_about, find_obligation
from service.domain.outbox import emit, emit_many
from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.sql import insert_from, instant, json_string, new_ids
from service.domain.tables import Criterion, Goal, Obligation, Unit, table
from service.domain.units import unit_by_code

goal, obligation = table(Goal), table(Obligation)
criterion, unit = table(Criterion), table(Unit)

BOUND_WORDS = {Bound.AT_LEAST: "ít nhất", Bound.AT_MOST: "nhiều nhất"}
REPLACED = "đặt lại mục tiêu"


@dataclass(frozen=True, slots=True)
class Target:
    """A criterion to be served, and what the unit is to reach; None where the set's threshold holds."""

    criterion: str
    bound: Bound = Bound.AT_LEAST
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class GoalOrder:
    """Criteria of one set in one year."""

    set_code: str
    year: int
    targets: Sequence[Target]


def serve(
    session: Session,
    actor: Actor,
    obligation_id: UUID,
    order: GoalOrder,
    *,
    unit_code: str | None,
    version: int | None,
    now: datetime,
) -> int:
    """Let a duty serve criteria of a unit, its own where none is named; return how many.

    A goal that is there already is ended and set anew, so that its target may be another.

    Raises:
        NotUnderWay: The duty is over.
        InvalidValue: The set does not hold in the year, or gives a target to what is not measured itself.
        UnknownReference: A set, criterion or unit is not there.
    """
    duty = find_obligation(session, actor, obligation_id, Action.SET_GOALS, version=version)
    if duty.state not in HELD:
        raise NotUnderWay(state=duty.state)
    _check(session, actor, order)
    whose = duty.unit_id
    if unit_code is not None:
        whose = unit_by_code(session, unit_code, office_day(now)).id
    these = obligation.c.id == duty.id
    return sum(
        _set(session, actor, these, order, target, whose=sa.literal(whose, goal.c.unit_id.type), now=now)
        for target in order.targets
    )


def serve_item(
    session: Session,
    actor: Actor,
    directive_id: UUID,
    item: str,
    order: GoalOrder,
    *,
    version: int | None,
    now: datetime,
) -> int:
    """Let every open duty of an item serve criteria of its own unit; return how many goals that makes.

    Raises:
        InvalidValue, UnknownReference: As `serve`.
    """
    actor.require(Action.SET_GOALS)
    directive = find_directive(session, actor, directive_id, version=version)
    row = find_item(session, directive, item)
    _check(session, actor, order)
    these = sa.and_(
        obligation.c.item_id == row.id, obligation.c.parent_id == NIL, obligation.c.state.in_(HELD)
    )
    return sum(_set(session, actor, these, order, target, whose=None, now=now) for target in order.targets)


def end_goal(session: Session, actor: Actor, goal_id: UUID, *, reason: str, now: datetime) -> Goal:
    """End a goal that was set by mistake or is no longer asked for; measured values stay.

    Raises:
        NotFound: There is none that the actor may know of.
        RequestEnded: It was ended before.
    """
    found = session.get(Goal, goal_id)
    find_about(session, actor, found.obligation_id if found else None, Action.SET_GOALS, what="goal")
    if found is None:
        raise NotFound(what="goal")
    session.refresh(found)
    if found.ended_at is not None:
        raise RequestEnded(state="ended")
    found.ended_at, found.ended_by, found.end_reason = now, actor.principal_id, reason
    fact = GoalEnded(
        subject_id=found.obligation_id,
        goal_id=found.id,
        set_code=found.set_code,
        criterion=found.criterion_code,
        year=found.year,
        reason=reason,
    )
    emit(session, fact, actor=actor, at=now)
    return found


def _check(session: Session, actor: Actor, order: GoalOrder) -> None:
    """Refuse what the set does not know or cannot judge."""
    try:
        chosen = current_set(session, actor.register_id, order.set_code)
    except NotFound:
        raise UnknownReference(field="set_code", codes=[order.set_code]) from None
    if not chosen.first_year <= order.year <= chosen.last_year:
        years = f"{chosen.first_year} to {chosen.last_year}"
        raise InvalidValue(field="year", detail=f"the set holds from {years}")
    rows = sa.select(criterion.c.code, criterion.c.is_measured).where(criterion.c.set_id == chosen.id)
    measured = {row.code: row.is_measured for row in session.connection().execute(rows)}
    unknown = sorted({each.criterion for each in order.targets} - measured.keys())
    if unknown:
        raise UnknownReference(field="goals.criterion", codes=unknown)
    if any(each.amount is not None and not measured[each.criterion] for each in order.targets):
        raise InvalidValue(field="goals.target", detail="what has indicators is judged by them")


def _set(
    session: Session,
    actor: Actor,
    these: sa.ColumnElement[bool],
    order: GoalOrder,
    target: Target,
    *,
    whose: sa.ColumnElement[UUID] | None,
    now: datetime,
) -> int:
    """Write one criterion as a goal of some duties, in three statements; `whose` is None for their units."""
    connection = session.connection()
    own = sa.select(obligation.c.unit_id).where(obligation.c.id == goal.c.obligation_id).scalar_subquery()
    present = sa.and_(
        goal.c.obligation_id.in_(sa.select(obligation.c.id).where(these)),
        goal.c.set_code == order.set_code,
        goal.c.criterion_code == target.criterion,
        goal.c.year == order.year,
        goal.c.unit_id == (own if whose is None else whose),
        goal.c.ended_at.is_(None),
    )
    ended = {"ended_at": now, "ended_by": actor.principal_id, "end_reason": REPLACED}
    connection.execute(sa.update(goal).where(present).values(ended))
    unit_id = obligation.c.unit_id if whose is None else whose
    bound = target.bound if target.amount is not None else None
    values = {
        "id": new_ids(now, obligation.c.id, sa.literal(target.criterion, sa.Text)),
        "register_id": obligation.c.register_id,
        "obligation_id": obligation.c.id,
        "set_code": sa.literal(order.set_code, sa.Text),
        "criterion_code": sa.literal(target.criterion, sa.Text),
        "unit_id": unit_id,
        "year": sa.literal(order.year, sa.Integer),
        "bound": sa.literal(bound, goal.c.bound.type),
        "amount": sa.literal(target.amount, goal.c.amount.type),
        "made_by": sa.literal(actor.principal_id, goal.c.made_by.type),
        "made_at": instant(now),
        "end_reason": sa.literal("", sa.Text),
    }
    count = insert_from(connection, goal, values, sa.select(*values.values()).where(these))
    _tell(session, actor, present, order, target, now=now)
    return count


def _tell(
    session: Session,
    actor: Actor,
    present: sa.ColumnElement[bool],
    order: GoalOrder,
    target: Target,
    *,
    now: datetime,
) -> None:
    """Write into the journal of every duty what it serves from now on."""
    wanted = f"{BOUND_WORDS[target.bound]} {written(target.amount)}" if target.amount is not None else ""
    told = (
        f'{{"set_code":"{order.set_code}","criterion":"{target.criterion}","year":{order.year},'
        f'"target":"{wanted}","unit":'
    )
    facts = sa.literal(told).concat(json_string(unit.c.name)).concat("}")
    subjects = sa.select(goal.c.obligation_id, facts).join(unit, unit.c.id == goal.c.unit_id).where(present)
    emit_many(session, GoalSet, subjects, actor=actor, at=now)
