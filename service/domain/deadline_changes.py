"""A later directive moves the deadline of a whole programme: one decision, every unit told why (R4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from service.domain.calendar import office_day
from service.domain.deadlines import checked
from service.domain.directives import find_directive, find_item
from service.domain.errors import DueBeforeAssigned, InvalidValue, UnknownReference
from service.domain.escalation import WatchKind
from service.domain.events.deadlines import DeadlinesChanged, DueDayMoved
from service.domain.history import remember_many
from service.domain.ids import NIL, new_id
from service.domain.lifecycle import PAUSED, WORKING
from service.domain.outbox import emit, emit_many
from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.reckoning import OWN_DAY, with_facts
from service.domain.series import goes_on, series
from service.domain.tables import (
    DeadlineChange,
    Directive,
    DirectiveState,
    Event,
    Item,
    Obligation,
    Reckoning,
    table,
)
from service.domain.watching import begin_round, stop_kind

obligation, reckoning = table(Obligation), table(Reckoning)


@dataclass(frozen=True, slots=True)
class ChangeOrder:
    """The new deadline of items, and the document that gives it: a directive of the register or a name."""

    items: Sequence[str]
    due_on: date
    basis_directive_id: UUID | None
    basis: str
    reason: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A change, how many obligations it moved, how many had no deadline before, how many units are told."""

    change: DeadlineChange
    obligations: int
    undated_before: int
    told: int


def change_deadlines(
    session: Session,
    actor: Actor,
    directive_id: UUID,
    order: ChangeOrder,
    *,
    version: int | None,
    now: datetime,
) -> Changed:
    """Give every open duty of some items another deadline. The original one is kept and shown.

    A unit whose assignment names a day of its own keeps it; so does a duty handed in, settled or delegated.

    Raises:
        DueBeforeAssigned: The new day lies before the issue.
        InvalidValue: The directive was not issued, or no basis is named.
        UnknownReference: The basis is no other issued directive of the register.
    """
    actor.require(Action.CHANGE_DEADLINE)
    directive = find_directive(session, actor, directive_id, version=version)
    if directive.state is DirectiveState.DRAFT or directive.issued_on is None:
        raise InvalidValue(field="directive_id", detail="it was not issued; change its items")
    items = [find_item(session, directive, name) for name in order.items]
    locators = [item.locator for item in items]
    if checked(order.due_on) < directive.issued_on:
        raise DueBeforeAssigned(items=locators, issued_on=directive.issued_on)
    _refuse_recurring(session, items, today=office_day(now))
    basis = _basis(session, actor, directive, order)
    row = DeadlineChange(
        id=new_id(now),
        register_id=directive.register_id,
        directive_id=directive.id,
        items=locators,
        due_on=order.due_on,
        basis_directive_id=order.basis_directive_id,
        basis=basis,
        reason=order.reason,
        decided_by=actor.principal_id,
        decided_at=now,
    )
    session.add(row)
    session.flush()
    these = _concerned([item.id for item in items])
    undated, count = _move(session, these, order.due_on, now=now)
    told = DueDayMoved(
        subject_id=directive.id, change_id=row.id, due_on=order.due_on, basis=basis, reason=order.reason
    )
    emit_many(session, DueDayMoved, with_facts(session, these, told), actor=actor, at=now)
    fact = DeadlinesChanged(
        subject_id=directive.id,
        change_id=row.id,
        items=locators,
        due_on=order.due_on,
        basis=basis,
        obligations=count,
    )
    emit(session, fact, actor=actor, at=now)
    return Changed(row, count, undated, told=count)


def _refuse_recurring(session: Session, items: Sequence[Item], *, today: date) -> None:
    """Refuse items whose duties come again: one day for all periods is no deadline; their series changes."""
    ids = [item.id for item in items]
    recurs = sa.select(series.c.item_id).where(series.c.item_id.in_(ids), goes_on(today))
    found = set(session.connection().execute(recurs).scalars())
    if found:
        named = ", ".join(item.locator for item in items if item.id in found)
        raise InvalidValue(field="items", detail=f"{named} comes again; change its series")


def days_given_later(session: Session, directive_id: UUID) -> dict[str, date]:
    """Return the day that holds now for each item of a directive whose deadline a later one moved.

    The journal says which change came last: clocks may step back, its numbers do not.
    """
    moved = select(Event.payload).where(Event.subject_id == directive_id, Event.kind == DeadlinesChanged.kind)
    facts = session.exec(moved.order_by(col(Event.seq))).all()
    return {item: date.fromisoformat(fact["due_on"]) for fact in facts for item in fact["items"]}


def _basis(session: Session, actor: Actor, directive: Directive, order: ChangeOrder) -> str:
    """Return the name of the document that the change rests on."""
    if (order.basis_directive_id is None) == (not order.basis):
        raise InvalidValue(field="basis", detail="exactly one of directive_id and document")
    if order.basis_directive_id is None:
        return order.basis
    other = session.get(Directive, order.basis_directive_id)
    if (
        other is None
        or other.register_id != actor.register_id
        or other.id == directive.id
        or other.state is DirectiveState.DRAFT
    ):
        raise UnknownReference(field="basis.directive_id", codes=[str(order.basis_directive_id)])
    number = f"{other.number or '…'}/{other.symbol or '…'}"
    return " ".join(part for part in (other.doc_type, number) if part)


def _concerned(item_ids: Sequence[UUID]) -> sa.ColumnElement[bool]:
    """Return the condition of the obligations that a change moves; it holds before and after alike."""
    return sa.and_(
        obligation.c.item_id.in_(item_ids),
        obligation.c.period == "",
        obligation.c.parent_id == NIL,
        obligation.c.state.in_([*WORKING, *PAUSED]),
        ~OWN_DAY,
    )


def _move(session: Session, these: sa.ColumnElement[bool], due_on: date, *, now: datetime) -> tuple[int, int]:
    """Write the day, keep what was known, begin new rounds; return (undated before, moved)."""
    connection = session.connection()
    undated = sa.select(sa.func.count()).where(these, obligation.c.due_on.is_(None))
    before: int = connection.execute(undated).scalar_one()
    count = connection.execute(
        sa.update(obligation).where(these).values(due_on=due_on, version=obligation.c.version + 1)
    ).rowcount
    overruled = reckoning.c.obligation_id.in_(sa.select(obligation.c.id).where(these))
    connection.execute(sa.update(reckoning).where(overruled).values(holds=False))
    remember_many(session, these, effective_on=office_day(now), now=now)
    stop_kind(session, WatchKind.SILENCE, these, now=now)
    working = sa.and_(these, obligation.c.state.in_(WORKING))
    begin_round(session, WatchKind.DEADLINE, working, now=now)
    return before, count
