"""Letters to units that are late: drafted from what is overdue, numbered when they were signed."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, select

from service.domain.calendar import office_day
from service.domain.deadlines import checked
from service.domain.errors import InvalidValue, NotFound, require_current
from service.domain.events.letters import (
    LetterDrafted,
    LetterNumbered,
    ObligationCriticised,
    ObligationUrged,
)
from service.domain.ids import new_id
from service.domain.letter_refusals import NothingIsLate, TooManyLate
from service.domain.letter_rules import LetterKind
from service.domain.lifecycle import Timeliness
from service.domain.outbox import emit, emit_many
from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.reading.timeliness import CONDITIONS, late_on
from service.domain.reckoning import with_facts
from service.domain.sql import days_between
from service.domain.tables import Letter, LetterDuty, Obligation, Unit, table
from service.domain.units import unit_by_code

DUTIES_MAX = 1_000
"""Duties that one letter names."""

obligation, unit, letter_duty = table(Obligation), table(Unit), table(LetterDuty)
FACT_OF_DUTY = {LetterKind.URGING: ObligationUrged, LetterKind.CRITICISM: ObligationCriticised}


def draft_letter(
    session: Session,
    actor: Actor,
    kind: LetterKind,
    unit_codes: Sequence[str],
    *,
    cut_off: date,
    now: datetime,
) -> Letter:
    """Draft a letter about what is overdue; it keeps which duties it names, and how late they are.

    Args:
        session: The caller's transaction.
        actor: Who drafts it, for the actor's register.
        kind: What the letter does.
        unit_codes: The units that it goes to; none means every unit that is late.
        cut_off: The day judged, today or before.
        now: The present instant.

    Raises:
        InvalidValue: The cut-off has not come, or a unit is named that is not under the office and would be
            criticised (R18).
        UnknownReference: No unit living at the cut-off bears a code.
        NothingIsLate: There is nothing to write about.
        TooManyLate: There is more than `DUTIES_MAX`.
    """
    actor.require(Action.WRITE_LETTERS)
    if checked(cut_off) > office_day(now):
        raise InvalidValue(field="cut_off", detail="has not come")
    which = _late(session, actor, kind, unit_codes, cut_off)
    row = Letter(
        id=new_id(now),
        register_id=actor.register_id,
        kind=kind,
        cut_off=cut_off,
        made_by=actor.principal_id,
        made_at=now,
    )
    session.add(row)
    session.flush()
    duties = _name(session, row, which)
    if not duties:
        raise NothingIsLate(cut_off=cut_off)
    if duties > DUTIES_MAX:
        raise TooManyLate(duties_max=DUTIES_MAX)
    fact = LetterDrafted(subject_id=row.id, letter_kind=kind.value, cut_off=cut_off, duties=duties)
    emit(session, fact, actor=actor, at=now)
    return row


def _name(session: Session, row: Letter, which: sa.ColumnElement[bool]) -> int:
    """Let a letter name late duties, one more than it may at most; return how many it names."""
    connection = session.connection()
    late = sa.select(
        sa.literal(row.id, letter_duty.c.letter_id.type),
        obligation.c.id,
        obligation.c.due_on,
        days_between(late_on(obligation), obligation.c.due_on),
    )
    columns = ["letter_id", "obligation_id", "due_on", "days_late"]
    named = sa.insert(letter_duty).from_select(columns, late.where(which).limit(DUTIES_MAX + 1))
    connection.execute(named, {"cut_off": row.cut_off})
    count = sa.select(sa.func.count()).where(letter_duty.c.letter_id == row.id)
    counted: int = connection.execute(count).scalar_one()
    return counted


def _late(
    session: Session, actor: Actor, kind: LetterKind, unit_codes: Sequence[str], cut_off: date
) -> sa.ColumnElement[bool]:
    """Return the condition for the duties that a letter names."""
    whole = sa.and_(obligation.c.register_id == actor.register_id, obligation.c.delegator_id.is_(None))
    late = sa.and_(whole, CONDITIONS[Timeliness.OVERDUE])
    units = [unit_by_code(session, code, cut_off, field="unit_codes") for code in unit_codes]
    if units:
        late = sa.and_(late, obligation.c.unit_id.in_([each.id for each in units]))
    if kind is not LetterKind.CRITICISM:
        return late
    if asked := sorted(each.code for each in units if not each.subordinate):
        detail = f"not under the office, and only asked: {', '.join(asked)}"
        raise InvalidValue(field="unit_codes", detail=detail)
    return sa.and_(late, obligation.c.unit_id.in_(sa.select(unit.c.id).where(unit.c.subordinate)))


def number_letter(
    session: Session,
    actor: Actor,
    letter_id: UUID,
    *,
    number: str,
    symbol: str,
    issued_on: date,
    version: int | None,
    now: datetime,
) -> Letter:
    """Enter the number of a letter that was signed, or put it right; its duties' journals tell of it.

    Raises:
        NotFound: The register has no such letter.
        StaleVersion: It was numbered meanwhile.
        InvalidValue: The day lies before the cut-off of the letter, or has not come.
    """
    actor.require(Action.WRITE_LETTERS)
    query = select(Letter).where(Letter.id == letter_id, Letter.register_id == actor.register_id)
    row = session.exec(query.with_for_update()).first()
    if row is None:
        raise NotFound(what="letter")
    require_current(version, row.version)
    if not row.cut_off <= checked(issued_on) <= office_day(now):
        raise InvalidValue(field="issued_on", detail="lies before the cut-off of the letter, or has not come")
    row.number, row.symbol, row.issued_on = number, symbol, issued_on
    row.numbered_by, row.numbered_at, row.version = actor.principal_id, now, row.version + 1
    session.flush()
    kind = LetterKind(row.kind)
    fact = LetterNumbered(
        subject_id=row.id, letter_kind=kind.value, number=number, symbol=symbol, issued_on=issued_on
    )
    emit(session, fact, actor=actor, at=now)
    of_duty = FACT_OF_DUTY[kind]
    told = of_duty(subject_id=row.id, letter_id=row.id, number=number, symbol=symbol, issued_on=issued_on)
    named = obligation.c.id.in_(
        sa.select(letter_duty.c.obligation_id).where(letter_duty.c.letter_id == row.id)
    )
    emit_many(session, of_duty, with_facts(session, named, told), actor=actor, at=now)
    return row
