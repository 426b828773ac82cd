"""A lead hands parts of its duty on to units below it or to its own people, and stays responsible (R13)."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from service.domain.calendar import office_day
from service.domain.deadlines import checked
from service.domain.ending import close_around
from service.domain.errors import (
    DelegatedTooDeep,
    DueAfterParent,
    NotBelow,
    NotUnderWay,
    UnknownReference,
)
from service.domain.events.delegation import (
    ClosingProposed,
    DelegationReceived,
    ObligationDelegated,
    WithdrawnWithParent,
)
from service.domain.history import remember_many
from service.domain.ids import NIL, new_id
from service.domain.lifecycle import HELD, WORKING, Move, State
from service.domain.moves import find_obligation, move, receive
from service.domain.opening import open_duties
from service.domain.outbox import emit, emit_many
from service.domain.people import Actor, ancestors, lives_on
from service.domain.permissions import Action
from service.domain.tables import Obligation, Person, Post, Unit, table
from service.domain.units import unit_by_code

DEPTH_MAX = 3
"""How often a duty may be handed on below the unit that the office gave it to."""

BATCH = 10_000
"""Parts that end in one statement: their keys travel as parameters."""

obligation, post = table(Obligation), table(Post)
part = obligation.alias("part")


def delegate(
    session: Session,
    actor: Actor,
    obligation_id: UUID,
    *,
    unit_code: str | None,
    person_code: str | None,
    due_on: date | None,
    instruction: str,
    version: int | None,
    now: datetime,
) -> Obligation:
    """Hand a part of a duty on; return the new duty, which has clocks of its own.

    Args:
        session: The caller's transaction.
        actor: Who hands it on; this also acknowledges the duty.
        obligation_id: The duty that is handed on.
        unit_code: A unit below the lead; or None.
        person_code: Somebody who holds a post at the lead itself; or None.
        due_on: Last day on time; None is the day of the duty that is handed on.
        instruction: What is to be done, as the journal of both duties will say it.
        version: The version that the actor saw, or None.
        now: The present instant.

    Raises:
        NotUnderWay: Nobody works on the duty now.
        DelegatedTooDeep: It was handed on `DEPTH_MAX` times already.
        UnknownReference: No unit living today bears the code, or nobody with the code holds a post there.
        NotBelow: The unit is not below the lead.
        DueAfterParent: The day is later than that of the duty that is handed on.
    """
    parent = find_obligation(session, actor, obligation_id, Action.DELEGATE, version=version)
    if parent.state not in WORKING:
        raise NotUnderWay(state=parent.state)
    if _depth(session, parent) >= DEPTH_MAX:
        raise DelegatedTooDeep(depth_max=DEPTH_MAX)
    today = office_day(now)
    unit, person = _heir(session, parent, unit_code, person_code, today)
    last = due_on or parent.due_on
    if last is not None and parent.due_on is not None and checked(last) > parent.due_on:
        raise DueAfterParent(due_on=parent.due_on)
    receive(session, actor, parent, now=now)
    child = _part(session, parent, unit, person, due_on=last, now=now)
    open_duties(session, actor, obligation.c.id == child.id, effective_on=today, now=now)
    _tell(session, actor, parent, child, unit=unit, instruction=instruction, now=now)
    return child


def _part(
    session: Session,
    parent: Obligation,
    unit: Unit,
    person: Person | None,
    *,
    due_on: date | None,
    now: datetime,
) -> Obligation:
    part = Obligation(
        id=new_id(now),
        register_id=parent.register_id,
        directive_id=parent.directive_id,
        item_id=parent.item_id,
        unit_id=unit.id,
        period=parent.period,
        parent_id=parent.id,
        generation=_next_generation(session, parent, unit.id),
        state=State.ASSIGNED,
        assigned_on=office_day(now),
        original_due_on=due_on,
        due_on=due_on,
        delegator_id=parent.unit_id,
        assignee_id=person.id if person else None,
    )
    session.add(part)
    session.flush()
    return part


def _tell(
    session: Session,
    actor: Actor,
    parent: Obligation,
    child: Obligation,
    *,
    unit: Unit,
    instruction: str,
    now: datetime,
) -> None:
    """Write into the journals of both duties what was handed on."""
    giver = session.get_one(Unit, parent.unit_id)
    received = DelegationReceived(
        subject_id=child.id, parent_id=parent.id, unit_id=giver.id, unit=giver.name, instruction=instruction
    )
    emit(session, received, actor=actor, at=now)
    handed = ObligationDelegated(
        subject_id=parent.id,
        child_id=child.id,
        unit_id=unit.id,
        unit=unit.name,
        person_id=child.assignee_id,
        due_on=child.due_on,
        instruction=instruction,
    )
    emit(session, handed, actor=actor, at=now)


def require_whole(session: Session, duty: Obligation) -> None:
    """Return if a duty is no part of another one, or of one that is still worked on.

    Raises:
        NotUnderWay: Nobody works on the duty above now.
    """
    if duty.parent_id != NIL:
        above = session.get_one(Obligation, duty.parent_id)
        if above.state not in WORKING:
            raise NotUnderWay(state=above.state)


def child_ended(session: Session, actor: Actor, child: Obligation, *, now: datetime) -> None:
    """Propose to close the duty above, if this was the last open part of it and it is still worked on."""
    if child.parent_id == NIL:
        return
    parent = session.exec(select(Obligation).where(Obligation.id == child.parent_id).with_for_update()).one()
    left = select(Obligation.id).where(Obligation.parent_id == parent.id, col(Obligation.state).in_(HELD))
    done = select(Obligation.id).where(Obligation.parent_id == parent.id, Obligation.state == State.ACCEPTED)
    if parent.state in WORKING and session.exec(done).first() and not session.exec(left).first():
        emit(session, ClosingProposed(subject_id=parent.id), actor=actor, at=now)


def take_back(session: Session, actor: Actor, duty: Obligation, *, now: datetime) -> None:
    """Withdraw a duty with what was asked about it, its clocks and its parts."""
    move(session, duty, Move.WITHDRAW, now=now)
    this = obligation.c.id == duty.id
    close_around(session, actor, this, State.WITHDRAWN, now=now)
    parts_end(session, actor, this, now=now)
    child_ended(session, actor, duty, now=now)


def parts_end(session: Session, actor: Actor, wholes: sa.ColumnElement[bool], *, now: datetime) -> None:
    """Withdraw every open part of the duties of a condition, however deep, because these end."""
    ended = sa.select(obligation.c.id).where(wholes)
    parts = (
        sa.select(part.c.id)
        .where(part.c.parent_id.in_(ended), part.c.delegator_id.is_not(None))
        .cte("parts", recursive=True)
    )
    deeper = part.alias("deeper")
    parts = parts.union(
        sa.select(deeper.c.id)
        .join(parts, deeper.c.parent_id == parts.c.id)
        .where(deeper.c.delegator_id.is_not(None))
    )
    still = obligation.c.state.in_(sorted(HELD))
    open_parts = sa.select(obligation.c.id).where(obligation.c.id.in_(sa.select(parts.c.id)), still)
    ids = list(session.connection().execute(open_parts.with_for_update()).scalars())
    for start in range(0, len(ids), BATCH):
        _withdraw(session, actor, obligation.c.id.in_(ids[start : start + BATCH]), now=now)


def _withdraw(session: Session, actor: Actor, which: sa.ColumnElement[bool], *, now: datetime) -> None:
    ended = {"state": State.WITHDRAWN, "done_on": None, "version": obligation.c.version + 1}
    session.connection().execute(sa.update(obligation).where(which).values(ended))
    session.expire_all()
    remember_many(session, which, effective_on=office_day(now), now=now)
    close_around(session, actor, which, State.WITHDRAWN, now=now)
    emit_many(session, WithdrawnWithParent, sa.select(obligation.c.id).where(which), actor=actor, at=now)


def _heir(
    session: Session, parent: Obligation, unit_code: str | None, person_code: str | None, day: date
) -> tuple[Unit, Person | None]:
    """Return the unit that gets the part, and the person if it is one of the lead's own people."""
    if person_code is not None:
        held = sa.select(post.c.person_id).where(post.c.unit_id == parent.unit_id, lives_on(day, post))
        query = select(Person).where(Person.code == person_code, col(Person.id).in_(held))
        person = session.exec(query).first()
        if person is None:
            raise UnknownReference(field="person_code", codes=[person_code])
        return session.get_one(Unit, parent.unit_id), person
    unit = unit_by_code(session, str(unit_code), day)
    if parent.unit_id not in ancestors(session, unit.id):
        raise NotBelow(unit=unit.code)
    return unit, None


def _depth(session: Session, duty: Obligation) -> int:
    """Return how often a duty was handed on until it came here."""
    depth, above = 0, duty.parent_id
    while above != NIL and depth < DEPTH_MAX:
        depth, above = depth + 1, session.get_one(Obligation, above).parent_id
    return depth


def _next_generation(session: Session, parent: Obligation, unit_id: UUID) -> int:
    """Return the number of the next part of a duty for one unit; its parent is locked."""
    parts = sa.select(sa.func.coalesce(sa.func.max(obligation.c.generation) + 1, 0)).where(
        obligation.c.item_id == parent.item_id,
        obligation.c.unit_id == unit_id,
        obligation.c.period == parent.period,
        obligation.c.parent_id == parent.id,
    )
    return int(session.connection().execute(parts).scalar_one())
