"""What every move of a duty shares: find it, ask the law, keep what was known until now (R7, R15)."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session, select

from service.domain.calendar import office_day
from service.domain.deadlines import ReceiptSource
from service.domain.errors import NotAllowed, NotFound, require_current
from service.domain.escalation import WatchKind
from service.domain.events.obligations import ObligationAcknowledged
from service.domain.history import remember_many
from service.domain.ids import NIL
from service.domain.lifecycle import CLOSED, PAUSED, Move, State, after
from service.domain.outbox import emit
from service.domain.people import Actor, relations
from service.domain.permissions import Action, require
from service.domain.receipts import show_receipt
from service.domain.tables import Obligation, table
from service.domain.watching import restart, stop

obligation = table(Obligation)

WITHOUT_RESULT = frozenset({State.IN_PROGRESS}) | PAUSED | CLOSED
"""States in which nothing that was handed in counts any more."""


def find_obligation(
    session: Session, actor: Actor, obligation_id: UUID, action: Action, *, version: int | None
) -> Obligation:
    """Return an obligation, locked, if the actor may do this to it.

    Raises:
        NotFound: There is none, or the actor may not know that there is.
        NotAllowed: The actor may see it but not do this.
        StaleVersion: `version` is given and is not the present one.
    """
    query = select(Obligation).where(Obligation.id == obligation_id).with_for_update()
    found = session.exec(query).first()
    if found is not None and found.register_id != actor.register_id:
        found = None
    standing = relations(session, actor, found or _nothing(actor))
    try:
        require(Action.VIEW_OBLIGATION, standing, actor.role, actor.scopes | {"read"})
    except NotAllowed:
        found = None
    if found is None:
        raise NotFound(what="obligation")
    require(action, standing, actor.role, actor.scopes)
    require_current(version, found.version)
    return found


def find_about(
    session: Session, actor: Actor, obligation_id: UUID | None, action: Action, *, what: str
) -> Obligation:
    """Return the obligation that something hangs on, locked, if the actor may do this to it.

    Args:
        session: The caller's transaction.
        actor: Who acts.
        obligation_id: The obligation; None if the thing is not there.
        action: What is to be done.
        what: The thing: whether it is missing or hidden, the refusal names it and takes as long.

    Raises:
        NotFound: There is no such thing, or the actor may not know that there is.
        NotAllowed: The actor may see it but not do this.
    """
    try:
        return find_obligation(session, actor, obligation_id or NIL, action, version=None)
    except NotFound:
        raise NotFound(what=what) from None


def _nothing(actor: Actor) -> Obligation:
    """Return what is asked about where there is nothing: finding out takes what it takes of a hidden duty."""
    return Obligation(
        id=NIL,
        register_id=actor.register_id,
        directive_id=NIL,
        item_id=NIL,
        unit_id=NIL,
        parent_id=NIL,
        state=State.ASSIGNED,
        assigned_on=date.min,
    )


def move(
    session: Session, duty: Obligation, step: Move, *, back_to: State | None = None, now: datetime
) -> None:
    """Take a move that the law allows and keep what was known until now.

    Raises:
        MoveNotAllowed: The state does not allow it.
    """
    duty.state = after(duty.state, step, back_to=back_to)
    if duty.state in WITHOUT_RESULT:
        duty.done_on = None
    remember(session, duty, now=now)


def remember(session: Session, duty: Obligation, *, now: datetime) -> None:
    """Keep what was known of an obligation until now, and what is known from now on.

    An acceptance holds from the day of the submission, everything else from today.
    """
    duty.version += 1
    session.flush()
    effective_on = duty.done_on or office_day(now)
    remember_many(session, obligation.c.id == duty.id, effective_on=effective_on, now=now)


def acknowledged(session: Session, actor: Actor, duty: Obligation, *, now: datetime) -> None:
    """Count any answer of the unit as its acknowledgement (R7)."""
    if duty.state is State.ASSIGNED:
        show_receipt(session, actor, duty, ReceiptSource.ACKNOWLEDGEMENT, now=now)
        stop(session, duty.id, WatchKind.ACKNOWLEDGEMENT, now=now)
        emit(session, ObligationAcknowledged(subject_id=duty.id), actor=actor, at=now)


def receive(session: Session, actor: Actor, duty: Obligation, *, now: datetime) -> None:
    """Let a duty that its unit has dealt with count as received (R7)."""
    if duty.state is State.ASSIGNED:
        acknowledged(session, actor, duty, now=now)
        move(session, duty, Move.ACKNOWLEDGE, now=now)


def work_again(session: Session, duty: Obligation, *, now: datetime) -> None:
    """Begin a new round of reminders for a duty that the unit has to go on with (R22)."""
    stop(session, duty.id, WatchKind.ACCEPTANCE, now=now)
    restart(session, duty.id, WatchKind.SILENCE if duty.due_on is None else WatchKind.DEADLINE, now=now)
