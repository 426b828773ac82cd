"""A changed calendar: a new version; what is open and unsent is counted again, the rest stays (R17)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from service.domain.calendar import DayChange, office_day
from service.domain.calendar_store import NATIONAL, national_calendar, newest, said_by, write
from service.domain.errors import InvalidValue, NotAllowed, require_current
from service.domain.events.deadlines import CalendarChanged, DueDayCountedAgain
from service.domain.ids import new_id
from service.domain.outbox import emit, emit_many
from service.domain.people import Actor
from service.domain.periods import at_day_of, count_ahead_again, period
from service.domain.permissions import Action
from service.domain.reckoning import count_again, moved_by, with_facts
from service.domain.tables import Calendar, Obligation, Reckoning, Register, table
from service.domain.watching import follow_due_day, go_by

obligation, reckoning = table(Obligation), table(Reckoning)


class CalendarScope(StrEnum):
    """Whose calendar: the nation's, or what one register says on top of it."""

    REGISTER = "register"
    NATIONAL = "national"


@dataclass(frozen=True, slots=True)
class CalendarOrder:
    """What a calendar says of one year from now on, and why."""

    scope: CalendarScope
    year: int
    days: Mapping[date, DayChange]
    source: str
    legal_basis: str


@dataclass(frozen=True, slots=True)
class Recount:
    """What a changed calendar did: due days that moved, running clocks that go by it, facts to be told."""

    calendar: Calendar
    due_days: int
    clocks: int
    told: int


def change_calendar(
    session: Session, actor: Actor, order: CalendarOrder, *, version: int | None, now: datetime
) -> Recount:
    """Write a new version in which one year is as ordered, and count again what is open and unsent.

    Due days that have passed, duties handed in and steps taken stay as they are.

    Args:
        session: The caller's transaction.
        actor: Who changes it; the national one only for the installation's administrator.
        order: The year as it is from now on; other years stay.
        version: The version that the actor saw, or None.
        now: The present instant.

    Raises:
        NotAllowed: It is not the actor's to change.
        StaleVersion: `version` is given and is not the present one.
        InvalidValue: A day lies outside the year.
    """
    actor.require(Action.ADMINISTER)
    if order.scope is CalendarScope.NATIONAL and actor.unit_id is not None:
        raise NotAllowed(action=Action.ADMINISTER)
    registers = _locked(session, actor, order.scope)
    is_national = order.scope is CalendarScope.NATIONAL
    present_id = national_calendar(session, now=now) if is_national else registers[0].calendar_id
    present = session.get_one(Calendar, present_id)
    require_current(version, present.version)
    wrong = [day for day in order.days if day.year != order.year]
    if wrong:
        raise InvalidValue(field="days", detail=f"{min(wrong)} lies outside {order.year}")
    if is_national:
        made = _new_version(session, NATIONAL, None, order, below=None, now=now)
        recounts = [_follow_nation(session, actor, register, made, order, now=now) for register in registers]
    else:
        made = _own_version(session, registers[0], order, now=now)
        recounts = [_go_by(session, actor, registers[0], made, now=now)]
    sums = [sum(part) for part in zip(*((r.due_days, r.clocks, r.told) for r in recounts), strict=True)]
    return Recount(made, *sums)


def _locked(session: Session, actor: Actor, scope: CalendarScope) -> list[Register]:
    """Return the registers concerned, locked in one order so that two changes wait for each other."""
    query = select(Register).order_by(col(Register.id)).with_for_update()
    if scope is CalendarScope.REGISTER:
        query = query.where(Register.id == actor.register_id)
    return list(session.exec(query))


def _new_version(
    session: Session,
    code: str,
    register_id: UUID | None,
    order: CalendarOrder,
    *,
    below: Calendar | None,
    now: datetime,
) -> Calendar:
    before = newest(session, code)
    kept = {day: said for day, said in said_by(session, before).items() if day.year != order.year}
    return _write(session, code, register_id, kept | dict(order.days), order, below=below, now=now)


def _write(
    session: Session,
    code: str,
    register_id: UUID | None,
    said: Mapping[date, DayChange],
    order: CalendarOrder,
    *,
    below: Calendar | None,
    now: datetime,
) -> Calendar:
    before = newest(session, code)
    made = Calendar(
        id=new_id(now),
        code=code,
        version=before.version + 1 if before else 1,
        register_id=register_id,
        source=order.source,
        legal_basis=order.legal_basis,
        made_at=now,
    )
    write(session, made, said, below=below)
    return made


def _code(register: Register) -> str:
    return f"{NATIONAL}/{register.code}"


def _own_version(session: Session, register: Register, order: CalendarOrder, *, now: datetime) -> Calendar:
    nation = newest(session, NATIONAL)
    return _new_version(session, _code(register), register.id, order, below=nation, now=now)


def _follow_nation(
    session: Session,
    actor: Actor,
    register: Register,
    nation: Calendar,
    order: CalendarOrder,
    *,
    now: datetime,
) -> Recount:
    """Let a register go by the new national calendar, what it says itself on top."""
    own = newest(session, _code(register))
    if own is None:
        return _go_by(session, actor, register, nation, now=now)
    said = said_by(session, own)
    made = _write(session, _code(register), register.id, said, order, below=nation, now=now)
    return _go_by(session, actor, register, made, now=now)


def _go_by(session: Session, actor: Actor, register: Register, made: Calendar, *, now: datetime) -> Recount:
    """Move one register to a version: its open counted days and its running clocks, each in one update."""
    before = session.get_one(Calendar, register.calendar_id)
    register.calendar_id = made.id
    register.version += 1
    session.flush()
    ahead = sa.or_(obligation.c.due_on.is_(None), obligation.c.due_on >= office_day(now))
    of_register = obligation.c.register_id == register.id
    moved = count_again(session, sa.and_(of_register, ahead), cause_id=made.id, now=now)
    moved += count_ahead_again(session, register.id, calendar_id=made.id, cause_id=made.id, now=now)
    these = sa.and_(of_register, sa.or_(moved_by(made.id), at_day_of(period.c.cause_id == made.id)))
    follow_due_day(session, these)
    clocks = go_by(session, made.id, register.id)
    acting = replace(actor, register_id=register.id)
    told = DueDayCountedAgain(
        subject_id=register.id,
        calendar=made.code,
        from_version=before.version,
        to_version=made.version,
        legal_basis=made.legal_basis,
    )
    if moved:
        emit_many(session, DueDayCountedAgain, with_facts(session, these, told), actor=acting, at=now)
    fact = CalendarChanged(
        subject_id=register.id,
        from_calendar=before.code,
        from_version=before.version,
        to_calendar=made.code,
        to_version=made.version,
        legal_basis=made.legal_basis,
        due_days=moved,
        clocks=clocks,
    )
    emit(session, fact, actor=acting, at=now)
    return Recount(made, moved, clocks, moved)
