"""The same for many obligations at once: each row succeeds or is refused by itself."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from fastapi import APIRouter, Request, Response

from service.api.bodies.batches import (
    AcceptanceBatch,
    AcknowledgementBatch,
    ObligationRow,
    ReportBatch,
    ReportRow,
    Row,
)
from service.api.routes.obligations import reported
from service.api.strict import StrictRoute
from service.api.views.batches import OutcomeList, OutcomeView, done_view, refused_view
from service.domain import obligations as actions
from service.domain.batches import each_by_itself
from service.domain.errors import DomainError
from service.domain.permissions import Action
from service.domain.tables import Obligation
from service.edge.actor import CurrentActor
from service.edge.context import Now
from service.edge.work import NamedWork

router = APIRouter(prefix="/v1", tags=["obligations"], route_class=StrictRoute)


@router.post("/obligations/acknowledge", response_model=OutcomeList)
def acknowledge_many(
    request: Request, body: AcknowledgementBatch, actor: CurrentActor, work: NamedWork, now: Now
) -> Response:
    """Say of many duties that their units have received them."""
    with work as session:

        def act(duty_id: UUID, row: ObligationRow) -> OutcomeView:
            duty = actions.acknowledge(session, actor, duty_id, version=row.version, now=now)
            return done_view(duty, 200)

        found = each_by_itself(session, actor, Action.ACKNOWLEDGE, _by_duty(body.rows), act)
        return work.answer(OutcomeList, _outcomes(request, body.rows, found))


@router.post("/obligations/accept", response_model=OutcomeList)
def accept_many(
    request: Request, body: AcceptanceBatch, actor: CurrentActor, work: NamedWork, now: Now
) -> Response:
    """Agree of many duties that they are done, each as of the day of its submission."""
    with work as session:

        def act(duty_id: UUID, row: ObligationRow) -> OutcomeView:
            duty = actions.accept(session, actor, duty_id, comment=body.comment, version=row.version, now=now)
            return done_view(duty, 200)

        found = each_by_itself(session, actor, Action.ACCEPT, _by_duty(body.rows), act)
        return work.answer(OutcomeList, _outcomes(request, body.rows, found))


@router.post("/progress-updates", response_model=OutcomeList)
def report_many(
    request: Request, body: ReportBatch, actor: CurrentActor, work: NamedWork, now: Now
) -> Response:
    """Tell how far units are with many duties."""
    with work as session:

        def act(duty_id: UUID, row: ReportRow) -> OutcomeView:
            update = reported(session, actor, duty_id, row, version=row.version, now=now)
            return done_view(session.get_one(Obligation, duty_id), 201, update.id)

        found = each_by_itself(session, actor, Action.REPORT_PROGRESS, _by_duty(body.rows), act)
        return work.answer(OutcomeList, _outcomes(request, body.rows, found))


def _by_duty(rows: Sequence[Row]) -> dict[UUID, Row]:
    return {row.obligation_id: row for row in rows}


def _outcomes(
    request: Request, rows: Sequence[ObligationRow], found: Mapping[UUID, OutcomeView | DomainError]
) -> OutcomeList:
    """Return what became of rows in the order they were sent."""
    outcomes = [
        refused_view(request, row.obligation_id, came) if isinstance(came, DomainError) else came
        for row, came in ((row, found[row.obligation_id]) for row in rows)
    ]
    return {"outcomes": outcomes, "done": sum(outcome["problem"] is None for outcome in outcomes)}
