"""The main line of an obligation's life: received, reported on, handed in, judged; and taken back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from service.domain.calendar import office_day
from service.domain.coordination import close_waiting
from service.domain.delegation import child_ended, parts_end, require_whole, take_back
from service.domain.errors import EvidenceRequired, UnitEnded
from service.domain.escalation import WatchKind
from service.domain.events.obligations import (
    ObligationAccepted,
    ObligationReopened,
    ObligationSentBack,
    ObligationSubmitted,
    ObligationWithdrawn,
    ProgressReported,
)
from service.domain.evidence import require_files
from service.domain.funding import FundingSource
from service.domain.ids import new_id
from service.domain.lifecycle import Move, State, after
from service.domain.measures import MeasureOrder, record_measures
from service.domain.moves import acknowledged, find_obligation, move, work_again
from service.domain.outbox import emit
from service.domain.people import Actor
from service.domain.permissions import Action
from service.domain.tables import (
    Decision,
    Funding,
    Item,
    Obligation,
    ProgressUpdate,
    Submission,
    SubmissionFile,
    Unit,
    table,
)
from service.domain.watching import restart, stop

duties = table(Obligation)


def acknowledge(
    session: Session, actor: Actor, obligation_id: UUID, *, version: int | None, now: datetime
) -> Obligation:
    """Say that the unit has received the duty."""
    obligation = find_obligation(session, actor, obligation_id, Action.ACKNOWLEDGE, version=version)
    acknowledged(session, actor, obligation, now=now)
    move(session, obligation, Move.ACKNOWLEDGE, now=now)
    return obligation


def report_progress(
    session: Session,
    actor: Actor,
    obligation_id: UUID,
    *,
    percent: int | None,
    text: str,
    difficulties: str,
    document: dict[str, Any] | None,
    funding: Mapping[FundingSource, int] | None = None,
    measures: Sequence[MeasureOrder] = (),
    version: int | None,
    now: datetime,
) -> ProgressUpdate:
    """Tell how far the unit is; the first word also acknowledges the duty (R7).

    `funding` is what each source has given up to now (lũy kế), in đồng; `measures` are values of the
    criteria that the duty serves.

    Raises:
        InvalidValue, UnknownReference: As `measures.record_measures`.
    """
    obligation = find_obligation(session, actor, obligation_id, Action.REPORT_PROGRESS, version=version)
    after(obligation.state, Move.REPORT)
    update = ProgressUpdate(
        id=new_id(now),
        register_id=obligation.register_id,
        obligation_id=obligation.id,
        percent=percent,
        text=text,
        difficulties=difficulties,
        document=document,
        reported_by=actor.principal_id,
        reported_at=now,
    )
    session.add(update)
    session.flush()
    _tell_money(session, update, funding or {}, now=now)
    record_measures(session, actor, obligation, update.id, measures, now=now)
    acknowledged(session, actor, obligation, now=now)
    obligation.reported_on = office_day(now)
    obligation.percent = percent if percent is not None else obligation.percent
    move(session, obligation, Move.REPORT, now=now)
    if obligation.due_on is None:
        restart(session, obligation.id, WatchKind.SILENCE, now=now)
    emit(
        session,
        ProgressReported(subject_id=obligation.id, update_id=update.id, percent=percent),
        actor=actor,
        at=now,
    )
    return update


def submit(
    session: Session,
    actor: Actor,
    obligation_id: UUID,
    *,
    text: str,
    document: dict[str, Any] | None,
    file_ids: Sequence[UUID],
    version: int | None,
    now: datetime,
) -> Submission:
    """Propose that the duty is done. Reminders stop; the office's own clock starts.

    Raises:
        EvidenceRequired: Neither a document reference nor a file, and the item does not allow text alone.
        UnknownReference: A file that is not there.
    """
    obligation = find_obligation(session, actor, obligation_id, Action.SUBMIT, version=version)
    after(obligation.state, Move.SUBMIT)
    item = session.get_one(Item, obligation.item_id)
    if not document and not file_ids and not item.text_alone:
        raise EvidenceRequired
    known = require_files(session, file_ids)
    today = office_day(now)
    submission = Submission(
        id=new_id(now),
        obligation_id=obligation.id,
        text=text,
        document=document,
        submitted_on=today,
        submitted_by=actor.principal_id,
        submitted_at=now,
    )
    session.add(submission)
    session.flush()
    session.add_all(SubmissionFile(submission_id=submission.id, file_id=file_id) for file_id in known)
    acknowledged(session, actor, obligation, now=now)
    obligation.done_on = today
    obligation.reported_on = office_day(now)
    move(session, obligation, Move.SUBMIT, now=now)
    stop(session, obligation.id, WatchKind.DEADLINE, WatchKind.SILENCE, now=now)
    restart(session, obligation.id, WatchKind.ACCEPTANCE, now=now)
    fact = ObligationSubmitted(subject_id=obligation.id, submission_id=submission.id, submitted_on=today)
    emit(session, fact, actor=actor, at=now)
    return submission


def accept(
    session: Session,
    actor: Actor,
    obligation_id: UUID,
    *,
    comment: str,
    version: int | None,
    now: datetime,
) -> Obligation:
    """Agree that the duty is done, as of the day of the submission (R8, R10)."""
    obligation = find_obligation(session, actor, obligation_id, Action.ACCEPT, version=version)
    after(obligation.state, Move.ACCEPT)
    submission = _decide(session, actor, obligation, Decision.ACCEPTED, comment, now=now)
    move(session, obligation, Move.ACCEPT, now=now)
    stop(session, obligation.id, WatchKind.ACCEPTANCE, now=now)
    close_waiting(session, actor, duties.c.id == obligation.id, State.ACCEPTED, now=now)
    fact = ObligationAccepted(
        subject_id=obligation.id,
        submission_id=submission.id,
        done_on=submission.submitted_on,
        due_on=obligation.due_on,
    )
    emit(session, fact, actor=actor, at=now)
    parts_end(session, actor, duties.c.id == obligation.id, now=now)
    child_ended(session, actor, obligation, now=now)
    return obligation


def send_back(
    session: Session,
    actor: Actor,
    obligation_id: UUID,
    *,
    reason: str,
    version: int | None,
    now: datetime,
) -> Obligation:
    """Refuse a submission; the unit goes on, and a new round of reminders begins (R22)."""
    obligation = find_obligation(session, actor, obligation_id, Action.SEND_BACK, version=version)
    after(obligation.state, Move.SEND_BACK)
    submission = _decide(session, actor, obligation, Decision.SENT_BACK, reason, now=now)
    move(session, obligation, Move.SEND_BACK, now=now)
    work_again(session, obligation, now=now)
    fact = ObligationSentBack(subject_id=obligation.id, submission_id=submission.id, reason=reason)
    emit(session, fact, actor=actor, at=now)
    return obligation


def reopen(
    session: Session,
    actor: Actor,
    obligation_id: UUID,
    *,
    reason: str,
    version: int | None,
    now: datetime,
) -> Obligation:
    """Open an accepted duty again, on a stated basis.

    Raises:
        NotUnderWay: It is a part of a duty that is over.
        UnitEnded: Nobody would answer for it; a late assignment gives the item to the successor.
    """
    obligation = find_obligation(session, actor, obligation_id, Action.REOPEN, version=version)
    require_whole(session, obligation)
    after(obligation.state, Move.REOPEN)
    _require_living(session, obligation, now=now)
    move(session, obligation, Move.REOPEN, now=now)
    work_again(session, obligation, now=now)
    emit(session, ObligationReopened(subject_id=obligation.id, reason=reason), actor=actor, at=now)
    return obligation


def withdraw(
    session: Session,
    actor: Actor,
    obligation_id: UUID,
    *,
    reason: str,
    version: int | None,
    now: datetime,
) -> Obligation:
    """Take the duty back; every clock stops."""
    obligation = find_obligation(session, actor, obligation_id, Action.WITHDRAW, version=version)
    after(obligation.state, Move.WITHDRAW)
    emit(session, ObligationWithdrawn(subject_id=obligation.id, reason=reason), actor=actor, at=now)
    take_back(session, actor, obligation, now=now)
    return obligation


def _require_living(session: Session, obligation: Obligation, *, now: datetime) -> None:
    unit = session.get_one(Unit, obligation.unit_id)
    if unit.valid_to is not None and unit.valid_to <= office_day(now):
        raise UnitEnded(unit=unit.code)


def _decide(
    session: Session, actor: Actor, obligation: Obligation, decision: Decision, comment: str, *, now: datetime
) -> Submission:
    """Answer what was handed in, perhaps by several predecessors, and return the last of it."""
    query = (
        select(Submission)
        .where(Submission.obligation_id == obligation.id, col(Submission.decision).is_(None))
        .order_by(col(Submission.submitted_on), col(Submission.id))
    )
    waiting = session.exec(query).all()
    for submission in waiting:
        submission.decision = decision
        submission.comment = comment
        submission.decided_by = actor.principal_id
        submission.decided_at = now
    return waiting[-1]


def _tell_money(
    session: Session, update: ProgressUpdate, funding: Mapping[FundingSource, int], *, now: datetime
) -> None:
    """Keep what each source has given up to a progress update."""
    session.add_all(
        Funding(
            update_id=update.id,
            source=source,
            obligation_id=update.obligation_id,
            amount=amount,
            told_on=office_day(now),
            recorded_at=now,
        )
        for source, amount in funding.items()
    )
