"""What can be done about a step or an event that nobody could be told of: tell it by hand, or again."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, select

from service.domain.calendar import office_day
from service.domain.errors import InvalidValue, MoveNotAllowed, NobodyToTell, NotFound, NothingToTell
from service.domain.escalation import KEEPER_RANK, RANKS, Outcome, Role
from service.domain.events.audience import AUDIENCE
from service.domain.events.telling import ToldWithoutMessage
from service.domain.ids import NIL
from service.domain.outbox import emit
from service.domain.people import Actor, lives_on
from service.domain.permissions import Action
from service.domain.reading.untold import still_matters
from service.domain.sql import insert_or, instant
from service.domain.tables import (
    Address,
    Directive,
    Event,
    Means,
    MessageLine,
    Obligation,
    Outbox,
    Post,
    RegisterKeeper,
    Reminder,
    Unit,
    Untold,
    UntoldEnding,
    table,
)

untold, reminder, event, outbox = table(Untold), table(Reminder), table(Event), table(Outbox)
obligation, directive, line = table(Obligation), table(Directive), table(MessageLine)
post, address, keeper = table(Post), table(Address), table(RegisterKeeper)

AT_KEEPER = sorted(kind for kind, (_, at_keeper, _) in AUDIENCE.items() if at_keeper)
HEAD = RANKS[Role.HEAD]


def tell_by_hand(
    session: Session,
    actor: Actor,
    untold_id: UUID,
    *,
    means: Means,
    told_on: date | None,
    note: str,
    now: datetime,
) -> Untold:
    """Record that somebody told by other means what nobody could be told by a message.

    Args:
        session: The caller's transaction.
        actor: Who records it.
        untold_id: What nobody could be told.
        means: How it was told.
        told_on: When; None for today.
        note: Whatever else is worth keeping, such as who took the call.
        now: When it is recorded.

    Raises:
        MoveNotAllowed: It was told already.
        InvalidValue: The day lies before somebody was looked for or ahead.
    """
    actor.require(Action.TELL_BY_HAND)
    row = _find(session, actor, untold_id, "tell_by_hand")
    day = told_on or office_day(now)
    if not office_day(row.found_at) <= day <= office_day(now):
        raise InvalidValue(field="told_on", detail="lies before somebody was looked for or ahead")
    row.ended_at, row.ending, row.ended_by = now, UntoldEnding.TOLD_BY_HAND, actor.principal_id
    row.means, row.told_on, row.note = means, day, note
    session.flush()
    fact = ToldWithoutMessage(subject_id=row.obligation_id, untold_id=row.id, means=means.value, told_on=day)
    emit(session, fact, actor=actor, at=now)
    return row


def tell_again(session: Session, actor: Actor, untold_id: UUID, *, now: datetime) -> None:
    """Let a step or an event be told that nobody could be told of, now that there is somebody.

    Who that is, the planner finds: if there is nobody after all, since everybody is away, it opens the row
    anew.

    Raises:
        MoveNotAllowed: It was told already.
        NothingToTell: The matter was settled meanwhile.
        NobodyToTell: There is still nobody with an address.
    """
    actor.require(Action.RETRY_DELIVERY)
    row = _find(session, actor, untold_id, "tell_again")
    connection, this = session.connection(), untold.c.id == row.id
    if connection.execute(sa.select(untold.c.id).where(this, still_matters(untold))).first() is None:
        raise NothingToTell(obligation_id=str(row.obligation_id))
    today = office_day(now)
    reachable = sa.or_(_somebody_there(today), _somebody_above(today))
    if connection.execute(sa.select(untold.c.id).where(this, reachable)).first() is None:
        raise NobodyToTell(unit=session.get_one(Unit, row.unit_id).code, role=row.role.value)
    _begin_again(connection, this, by=actor.principal_id, now=now)
    session.expire(row)


def tell_units_again(session: Session, units: Collection[UUID], *, by: UUID, now: datetime) -> None:
    """Let everything be told that waits for somebody at some units, wherever there is somebody now."""
    if units:
        here = sa.and_(untold.c.unit_id.in_(units), _somebody_there(office_day(now)))
        _begin_again(session.connection(), here, by=by, now=now)


def anything_to_look_for(connection: sa.Connection, *, now: datetime) -> bool:
    """Return if nobody was looked for today yet for something that waits for somebody."""
    waits = sa.select(untold.c.id).where(untold.c.ended_at.is_(None), _looked_before(office_day(now)))
    return connection.execute(waits.limit(1)).first() is not None


def look_again(connection: sa.Connection, *, now: datetime) -> None:
    """Once a day, let everything be told that waits for somebody whose post has begun since."""
    today = office_day(now)
    if anything_to_look_for(connection, now=now):
        before = _looked_before(today)
        begun = _somebody(untold.c.unit_id, _rank(), today, since=untold.c.looked_on)
        _begin_again(connection, sa.and_(before, begun), by=NIL, now=now)
        looked = sa.update(untold).where(untold.c.ended_at.is_(None), before)
        connection.execute(looked.values(looked_on=today))


def _looked_before(today: date) -> sa.ColumnElement[bool]:
    return untold.c.looked_on < today


def _find(session: Session, actor: Actor, untold_id: UUID, move: str) -> Untold:
    row = session.exec(select(Untold).where(Untold.id == untold_id).with_for_update()).first()
    if row is None or row.register_id != actor.register_id:
        raise NotFound(what="untold")
    if row.ending is not None:
        raise MoveNotAllowed(state=row.ending.value, move=move, allowed=[])
    return row


def _begin_again(
    connection: sa.Connection, which: sa.ColumnElement[bool], *, by: UUID, now: datetime
) -> None:
    """End open rows as told again: their steps are due, and their events wait in the outbox."""
    again = {"ended_at": now, "ending": UntoldEnding.TOLD_AGAIN, "ended_by": by}
    is_open = sa.and_(untold.c.ended_at.is_(None), still_matters(untold))
    if not connection.execute(sa.update(untold).where(which, is_open).values(again)).rowcount:
        return
    ended = sa.and_(which, *(untold.c[name] == value for name, value in again.items()))
    steps = sa.select(untold.c.reminder_id).where(ended, untold.c.reminder_id.is_not(None))
    connection.execute(
        sa.update(reminder)
        .where(reminder.c.id.in_(steps), reminder.c.outcome == Outcome.NOBODY)
        .values(outcome=Outcome.DUE)
    )
    was_told = sa.exists().where(line.c.event_seq == untold.c.event_seq)
    waiting: dict[str, sa.ColumnElement[Any]] = {
        "seq": untold.c.event_seq,
        "unit_id": sa.case((event.c.kind.in_(AT_KEEPER), None), else_=untold.c.unit_id),
        "looked_at": instant(now),
    }
    events = (
        sa.select(*waiting.values())
        .select_from(untold.join(event, event.c.seq == untold.c.event_seq))
        .where(ended, ~was_told)
    )
    back = insert_or(connection, outbox).from_select(list(waiting), events)
    connection.execute(back.on_conflict_do_nothing())


def looked_for_at(
    register_id: sa.ColumnElement[UUID], obligation_id: sa.ColumnElement[UUID], today: date
) -> sa.ScalarSelect[Any]:
    """Return where posts above a unit are looked for: at whoever handed the duty on, else at the keeper."""
    kept = sa.and_(keeper.c.register_id == register_id, lives_on(today, keeper))
    return (
        sa.select(sa.func.coalesce(obligation.c.delegator_id, keeper.c.unit_id))
        .select_from(obligation.outerjoin(keeper, kept))
        .where(obligation.c.id == obligation_id)
        .limit(1)
        .correlate_except(obligation, keeper)
        .scalar_subquery()
    )


def _somebody_there(today: date) -> sa.ColumnElement[bool]:
    """Return the condition that at the unit somebody with the role or a higher one has an address."""
    return _somebody(untold.c.unit_id, _rank(), today)


def _somebody_above(today: date) -> sa.ColumnElement[bool]:
    """Return the condition that somebody can be told in the unit's place."""
    at = looked_for_at(untold.c.register_id, untold.c.obligation_id, today)
    handed_on = sa.exists().where(
        obligation.c.id == untold.c.obligation_id, obligation.c.delegator_id.is_not(None)
    )
    least = sa.case((handed_on, HEAD), else_=KEEPER_RANK)
    return sa.and_(_somebody(at, least, today), _somebody(at, _rank(), today))


def _somebody(
    unit_id: Any, least: sa.ColumnElement[int], today: date, *, since: sa.ColumnElement[date] | None = None
) -> sa.ColumnElement[bool]:
    """Return the condition that somebody with an address holds a post at a unit, perhaps only a new one."""
    in_field = sa.or_(post.c.field == "", post.c.field == directive.c.field)
    return sa.exists().where(
        sa.true() if since is None else post.c.valid_from > since,
        lives_on(today, post),
        post.c.unit_id == unit_id,
        post.c.rank >= least,
        address.c.person_id == post.c.person_id,
        address.c.invalid_at.is_(None),
        obligation.c.id == untold.c.obligation_id,
        directive.c.id == obligation.c.directive_id,
        in_field,
    )


def _rank() -> sa.ColumnElement[int]:
    return sa.case(*((untold.c.role == role, rank) for role, rank in RANKS.items()))
