"""Obligations: what a unit has to do, how it stands, and every move of it."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from sqlmodel import Session

from service.api.bodies.base import Day
from service.api.bodies.obligations import (
    Acceptance,
    ObligationQuery,
    ProgressReport,
    Reason,
    SubmissionOfResult,
    plain,
)
from service.api.problems import problems
from service.api.strict import StrictRoute
from service.api.views.criteria import measure_view
from service.api.views.funding import funding_view
from service.api.views.obligations import (
    ObligationDetail,
    ObligationPage,
    ProgressUpdateView,
    SubmissionView,
    obligation_detail,
    obligation_view,
)
from service.domain import obligations as actions
from service.domain.calendar import office_day
from service.domain.errors import (
    EvidenceRequired,
    InvalidValue,
    MoveNotAllowed,
    NotFound,
    NotUnderWay,
    UnitEnded,
    UnknownReference,
)
from service.domain.people import Actor
from service.domain.reading import criteria, obligation_pages, obligations
from service.domain.reading.beside import beside
from service.domain.tables import ProgressUpdate
from service.edge import cursors
from service.edge.actor import CurrentActor
from service.edge.answers import answer
from service.edge.conditions import IfMatch
from service.edge.context import Now
from service.edge.reads import Reads
from service.edge.work import Work

router = APIRouter(prefix="/v1/obligations", tags=["obligations"], route_class=StrictRoute)
CUT_OFF = "The day judged; today where absent."
MOVED = problems(NotFound, MoveNotAllowed)
REPORTED = problems(NotFound, MoveNotAllowed, InvalidValue, UnknownReference)


@router.get("", response_model=ObligationPage)
def list_obligations(asked: Annotated[ObligationQuery, Query()], reads: Reads) -> Response:
    """List the obligations that concern you, filtered, a page at a time."""
    cut_off = asked.cut_off or office_day(reads.now)
    wanted = asked.filter()
    after = cursors.day_and_id(asked.after)
    with reads as connection:
        page = obligation_pages.page(
            connection, reads.actor, wanted, cut_off=cut_off, sort=asked.sort, after=after, limit=asked.limit
        )
        counted, capped = None, None
        if asked.total:
            counted, capped = obligation_pages.total(connection, reads.actor, wanted, cut_off=cut_off)
        moves = obligations.Moves(reads.actor)
        view: ObligationPage = {
            "items": [obligation_view(row, moves, cut_off) for row in page.rows],
            "next": cursors.encode(*page.next) if page.next else None,
            "cut_off": cut_off,
            "total": counted,
            "total_capped": capped,
        }
        return answer(ObligationPage, view)


@router.get("/{obligation_id}", response_model=ObligationDetail, responses=problems(NotFound))
def read_obligation(
    obligation_id: UUID, reads: Reads, cut_off: Annotated[Day | None, Query(description=CUT_OFF)] = None
) -> Response:
    """Return one obligation with its timeline."""
    cut_off = cut_off or office_day(reads.now)
    with reads as connection:
        row = obligations.one(connection, reads.actor, obligation_id, cut_off=cut_off)
        view = obligation_detail(
            row, beside(connection, reads.actor, obligation_id, cut_off=cut_off), reads.actor, cut_off
        )
        return answer(ObligationDetail, view, version=row.version)


@router.post("/{obligation_id}/acknowledge", response_model=ObligationDetail, responses=MOVED)
def acknowledge(obligation_id: UUID, actor: CurrentActor, version: IfMatch, work: Work, now: Now) -> Response:
    """Say that the unit has received the duty."""
    with work as session:
        actions.acknowledge(session, actor, obligation_id, version=version, now=now)
        view = moved(session, actor, obligation_id, now)
        return work.answer(ObligationDetail, view, version=view["version"])


@router.post(
    "/{obligation_id}/progress-updates",
    status_code=201,
    response_model=ProgressUpdateView,
    responses=REPORTED,
)
def report_progress(
    *,
    obligation_id: UUID,
    body: ProgressReport,
    actor: CurrentActor,
    version: IfMatch,
    work: Work,
    now: Now,
) -> Response:
    """Tell how far the unit is."""
    with work as session:
        update = reported(session, actor, obligation_id, body, version=version, now=now)
        told = criteria.measures_of_updates(session.connection(), [update.id], as_of=now)
        view: ProgressUpdateView = {
            "id": update.id,
            "obligation_id": update.obligation_id,
            "percent": update.percent,
            "text": update.text,
            "difficulties": update.difficulties,
            "document": update.document,
            "funding": funding_view(body.money()),
            "measures": [measure_view(each) for each in told.get(update.id, ())],
            "reported_by": update.reported_by,
            "reported_at": update.reported_at,
        }
        return work.answer(ProgressUpdateView, view, status=201)


@router.post(
    "/{obligation_id}/submit",
    status_code=201,
    response_model=SubmissionView,
    responses=problems(NotFound, MoveNotAllowed, EvidenceRequired, UnknownReference),
)
def submit(
    *,
    obligation_id: UUID,
    body: SubmissionOfResult,
    actor: CurrentActor,
    version: IfMatch,
    work: Work,
    now: Now,
) -> Response:
    """Propose that the duty is done, with evidence; reminders stop."""
    with work as session:
        submission = actions.submit(
            session,
            actor,
            obligation_id,
            text=body.text,
            document=plain(body.document),
            file_ids=body.file_ids,
            version=version,
            now=now,
        )
        view: SubmissionView = {
            "id": submission.id,
            "obligation_id": submission.obligation_id,
            "text": submission.text,
            "document": submission.document,
            "file_ids": list(body.file_ids),
            "submitted_on": submission.submitted_on,
            "submitted_by": submission.submitted_by,
            "submitted_at": submission.submitted_at,
        }
        return work.answer(SubmissionView, view, status=201)


@router.post("/{obligation_id}/accept", response_model=ObligationDetail, responses=MOVED)
def accept(
    *,
    obligation_id: UUID,
    body: Acceptance,
    actor: CurrentActor,
    version: IfMatch,
    work: Work,
    now: Now,
) -> Response:
    """Agree that the duty is done, as of the day of the submission."""
    with work as session:
        actions.accept(session, actor, obligation_id, comment=body.comment, version=version, now=now)
        view = moved(session, actor, obligation_id, now)
        return work.answer(ObligationDetail, view, version=view["version"])


@router.post("/{obligation_id}/send-back", response_model=ObligationDetail, responses=MOVED)
def send_back(
    *, obligation_id: UUID, body: Reason, actor: CurrentActor, version: IfMatch, work: Work, now: Now
) -> Response:
    """Refuse a submission; the unit goes on."""
    with work as session:
        actions.send_back(session, actor, obligation_id, reason=body.reason, version=version, now=now)
        view = moved(session, actor, obligation_id, now)
        return work.answer(ObligationDetail, view, version=view["version"])


@router.post(
    "/{obligation_id}/reopen",
    response_model=ObligationDetail,
    responses=problems(NotFound, MoveNotAllowed, NotUnderWay, UnitEnded),
)
def reopen(
    *, obligation_id: UUID, body: Reason, actor: CurrentActor, version: IfMatch, work: Work, now: Now
) -> Response:
    """Open an accepted duty again, on a stated basis."""
    with work as session:
        actions.reopen(session, actor, obligation_id, reason=body.reason, version=version, now=now)
        view = moved(session, actor, obligation_id, now)
        return work.answer(ObligationDetail, view, version=view["version"])


@router.post("/{obligation_id}/withdraw", response_model=ObligationDetail, responses=MOVED)
def withdraw(
    *, obligation_id: UUID, body: Reason, actor: CurrentActor, version: IfMatch, work: Work, now: Now
) -> Response:
    """Take the duty back; every clock stops."""
    with work as session:
        actions.withdraw(session, actor, obligation_id, reason=body.reason, version=version, now=now)
        view = moved(session, actor, obligation_id, now)
        return work.answer(ObligationDetail, view, version=view["version"])


def reported(
    session: Session,
    actor: Actor,
    obligation_id: UUID,
    body: ProgressReport,
    *,
    version: int | None,
    now: datetime,
) -> ProgressUpdate:
    """Tell what a body says about one obligation."""
    return actions.report_progress(
        session,
        actor,
        obligation_id,
        percent=body.percent,
        text=body.text,
        difficulties=body.difficulties,
        document=plain(body.document),
        funding=body.money(),
        measures=[each.order() for each in body.measures],
        version=version,
        now=now,
    )


def moved(session: Session, actor: Actor, obligation_id: UUID, now: Now) -> ObligationDetail:
    """Return the obligation as it stands now, before the commit."""
    session.flush()
    cut_off, connection = office_day(now), session.connection()
    row = obligations.one(connection, actor, obligation_id, cut_off=cut_off)
    return obligation_detail(row, beside(connection, actor, obligation_id, cut_off=cut_off), actor, cut_off)
