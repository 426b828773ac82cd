"""When a unit received a letter, and the due days that count from it (R16)."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, select

from service.domain.calendar import office_day
from service.domain.deadlines import ReceiptSource, Start
from service.domain.errors import InvalidValue
from service.domain.escalation import WatchKind
from service.domain.events.deadlines import LetterReceived
from service.domain.ids import new_id
from service.domain.lifecycle import WORKING
from service.domain.outbox import emit_many
from service.domain.people import Actor
from service.domain.reckoning import count_again, moved_by, with_facts
from service.domain.tables import Directive, Obligation, Receipt, Reckoning, Term, table
from service.domain.watching import begin_round

obligation, term, reckoning = table(Obligation), table(Term), table(Reckoning)


def show_receipt(
    session: Session, actor: Actor, duty: Obligation, source: ReceiptSource, *, now: datetime
) -> None:
    """Take what a unit does today as the receipt of the letter, if its duties count from that.

    The first sign counts. Once a deemed due day has passed no sign moves it, only an entry by hand: nobody
    wins time by leaving a letter unopened.
    """
    counts = sa.select(term.c.item_id).where(
        term.c.directive_id == duty.directive_id, term.c.start == Start.RECEIPT
    )
    if session.connection().execute(counts.limit(1)).first() is None or _newest(session, duty) is not None:
        return
    today = office_day(now)
    _receive(session, actor, duty, source, received_on=today, reason="", since=today, now=now)


def enter_receipt(
    session: Session,
    actor: Actor,
    duty: Obligation,
    *,
    received_on: date,
    source: ReceiptSource,
    reason: str,
    now: datetime,
) -> Receipt:
    """Enter the day on which a unit received the letter, or correct it; the entries before are kept.

    Raises:
        InvalidValue: The day lies before the issue or ahead, or it corrects another without a reason.
    """
    issued_on = session.get_one(Directive, duty.directive_id).issued_on
    if issued_on is not None and received_on < issued_on:
        raise InvalidValue(field="received_on", detail=f"lies before the issue on {issued_on}")
    if received_on > office_day(now):
        raise InvalidValue(field="received_on", detail="lies ahead")
    if _newest(session, duty) is not None and not reason:
        raise InvalidValue(field="reason", detail="a correction needs a reason")
    return _receive(
        session, actor, duty, source, received_on=received_on, reason=reason, since=date.min, now=now
    )


def _receive(
    session: Session,
    actor: Actor,
    duty: Obligation,
    source: ReceiptSource,
    *,
    received_on: date,
    reason: str,
    since: date,
    now: datetime,
) -> Receipt:
    """Keep a receipt and count from it every due day, from `since` on, of the unit's duties of the letter."""
    row = Receipt(
        id=new_id(now),
        register_id=duty.register_id,
        directive_id=duty.directive_id,
        unit_id=duty.unit_id,
        received_on=received_on,
        source=source,
        reason=reason,
        recorded_by=actor.principal_id,
        recorded_at=now,
    )
    session.add(row)
    session.flush()
    not_past = sa.and_(_counted(duty), obligation.c.due_on >= since)
    moved = count_again(session, not_past, cause_id=row.id, start_on=received_on, now=now)
    if moved:
        working = sa.and_(moved_by(row.id), obligation.c.state.in_(WORKING))
        begin_round(session, WatchKind.DEADLINE, working, now=now)
    fact = LetterReceived(subject_id=duty.id, received_on=received_on, shown_by=source.value, reason=reason)
    told = obligation.c.id.in_(sa.select(reckoning.c.obligation_id).where(_counted(duty)))
    emit_many(session, LetterReceived, with_facts(session, told, fact), actor=actor, at=now)
    session.refresh(duty)
    return row


def _counted(duty: Obligation) -> sa.ColumnElement[bool]:
    """Return the condition that an obligation of the same unit and letter counts from its receipt."""
    return sa.and_(
        reckoning.c.obligation_id == obligation.c.id,
        term.c.item_id == obligation.c.item_id,
        obligation.c.directive_id == duty.directive_id,
        obligation.c.unit_id == duty.unit_id,
        term.c.start == Start.RECEIPT,
    )


def _newest(session: Session, duty: Obligation) -> UUID | None:
    found = (
        select(Receipt.id)
        .where(Receipt.directive_id == duty.directive_id, Receipt.unit_id == duty.unit_id)
        .limit(1)
    )
    return session.exec(found).first()
