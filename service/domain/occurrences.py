"""Deadlines that wait for an event ("sau khi có …"): from the day it is recorded, clocks run (R16)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from service.domain.calendar import office_day
from service.domain.deadlines import Start
from service.domain.directives import find_directive, find_item
from service.domain.errors import AlreadyExists, InvalidValue
from service.domain.escalation import Pace, WatchKind
from service.domain.events.deadlines import AwaitedEventCame, OccurrenceRecorded
from service.domain.ids import new_id
from service.domain.lifecycle import WORKING
from service.domain.outbox import emit, emit_many
from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.reckoning import count_again, moved_by, with_facts
from service.domain.tables import Directive, Item, Obligation, Occurrence, Term, table
from service.domain.watching import begin_round, stop_kind

obligation, term = table(Obligation), table(Term)


@dataclass(frozen=True, slots=True)
class OccurrenceOrder:
    """An event that came. `days` after it the duties are due, where the letter does not say how many.

    `items` are ids or locators; empty for every item of the directive that waits.
    """

    name: str
    happened_on: date
    document: dict[str, Any] | None
    items: Sequence[str]
    days: int | None
    pace: Pace


@dataclass(frozen=True, slots=True)
class Occurred:
    """A recorded event, and how many obligations got their deadline by it."""

    occurrence: Occurrence
    obligations: int


def record_occurrence(
    session: Session,
    actor: Actor,
    directive_id: UUID,
    order: OccurrenceOrder,
    *,
    version: int | None,
    now: datetime,
) -> Occurred:
    """Record that what deadlines waited for has come: their duties get a day, their clocks turn to it.

    Raises:
        AlreadyExists: The event of an item was recorded before.
        InvalidValue: No item waits, the day lies ahead, or nobody says how long after the event.
    """
    actor.require(Action.CHANGE_DEADLINE)
    directive = find_directive(session, actor, directive_id, version=version)
    if order.happened_on > office_day(now):
        raise InvalidValue(field="happened_on", detail="lies ahead")
    waiting = _waiting(session, directive, order.items)
    _let_count(waiting, order)
    named = select(Item.locator).where(col(Item.id).in_([one.item_id for one in waiting]))
    locators = sorted(session.exec(named))
    row = Occurrence(
        id=new_id(now),
        register_id=directive.register_id,
        directive_id=directive.id,
        name=order.name,
        happened_on=order.happened_on,
        document=order.document,
        items=locators,
        recorded_by=actor.principal_id,
        recorded_at=now,
    )
    session.add(row)
    session.flush()
    these = obligation.c.item_id.in_([one.item_id for one in waiting])
    count = count_again(session, these, cause_id=row.id, start_on=order.happened_on, now=now)
    dated = moved_by(row.id)
    working = sa.and_(dated, obligation.c.state.in_(WORKING))
    stop_kind(session, WatchKind.SILENCE, dated, now=now)
    begin_round(session, WatchKind.DEADLINE, working, now=now)
    came = AwaitedEventCame(
        subject_id=directive.id, occurrence_id=row.id, name=order.name, happened_on=order.happened_on
    )
    emit_many(session, AwaitedEventCame, with_facts(session, dated, came), actor=actor, at=now)
    fact = OccurrenceRecorded(
        subject_id=directive.id,
        occurrence_id=row.id,
        name=order.name,
        happened_on=order.happened_on,
        items=locators,
        obligations=count,
    )
    emit(session, fact, actor=actor, at=now)
    return Occurred(row, count)


def _let_count(waiting: Sequence[Term], order: OccurrenceOrder) -> None:
    """Let terms count from the event; how long after it the letter says, or else the order."""
    for one in waiting:
        if one.days is None and order.days is None:
            raise InvalidValue(field="days", detail="the letter does not say how long after the event")
        if one.days is None:
            one.days, one.pace = order.days, order.pace
        one.from_on = order.happened_on


def _waiting(session: Session, directive: Directive, named: Sequence[str]) -> list[Term]:
    """Return the terms that wait for an event, of the named items or of all."""
    query = select(Term).where(
        Term.directive_id == directive.id, Term.start == Start.EVENT, col(Term.from_on).is_(None)
    )
    waiting = {one.item_id: one for one in session.exec(query)}
    wanted = [find_item(session, directive, name) for name in named]
    for item in wanted:
        if item.id not in waiting:
            known = session.get(Term, item.id)
            if known is not None and known.start is Start.EVENT:
                raise AlreadyExists(what="occurrence", key=item.locator)
            raise InvalidValue(field="items", detail=f"{item.locator} waits for no event")
    chosen = [waiting[item.id] for item in wanted] if named else list(waiting.values())
    if not chosen:
        raise InvalidValue(field="items", detail="no item waits for an event")
    return chosen
