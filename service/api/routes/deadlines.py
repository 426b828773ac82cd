"""Deadlines that are counted: receipts, events they wait for, later decisions, the register's rules."""

from uuid import UUID

from fastapi import APIRouter, Response

from service.api.bodies.deadlines import DeadlineChangeBody, DeadlineRulesBody, OccurrenceBody, ReceiptBody
from service.api.bodies.obligations import plain
from service.api.problems import problems
from service.api.strict import StrictRoute
from service.api.views.deadlines import (
    DeadlineChangeView,
    DeadlineRulesView,
    DeadlineView,
    OccurrenceView,
    ReceiptView,
    change_view,
    deadline_view,
    occurrence_view,
    receipt_view,
    rules_view,
)
from service.domain import errors
from service.domain import registers as register_actions
from service.domain.calendar import office_day
from service.domain.deadline_changes import ChangeOrder, change_deadlines
from service.domain.deadlines import DeadlineRules, ReceiptSource
from service.domain.escalation import Pace
from service.domain.moves import find_obligation
from service.domain.occurrences import OccurrenceOrder, record_occurrence
from service.domain.permissions import Action
from service.domain.reading import deadlines, obligations, registers
from service.domain.receipts import enter_receipt, show_receipt
from service.edge.actor import CurrentActor
from service.edge.answers import answer
from service.edge.conditions import IfMatch, IfMatchRequired
from service.edge.context import Now
from service.edge.reads import Reads
from service.edge.work import RehearsedWork, Work

router = APIRouter(prefix="/v1", tags=["obligations"], route_class=StrictRoute)
REFUSED = problems(errors.NotFound, errors.InvalidValue)


@router.get("/obligations/{obligation_id}/deadline", response_model=DeadlineView, responses=REFUSED)
def read_deadline(obligation_id: UUID, reads: Reads) -> Response:
    """Explain the due day of an obligation: its rule, receipts, events and later decisions."""
    with reads as connection:
        row = obligations.one(connection, reads.actor, obligation_id, cut_off=office_day(reads.now))
        view = deadline_view(row, deadlines.explained(connection, obligation_id))
        return answer(DeadlineView, view, version=row.version)


@router.post(
    "/obligations/{obligation_id}/receipts", status_code=201, response_model=ReceiptView, responses=REFUSED
)
def enter_letter_receipt(
    *,
    obligation_id: UUID,
    body: ReceiptBody,
    actor: CurrentActor,
    version: IfMatch,
    work: RehearsedWork,
    now: Now,
) -> Response:
    """Enter or correct when the unit received the letter; its duties that count from receipt follow."""
    with work as session:
        duty = find_obligation(session, actor, obligation_id, Action.ENTER_RECEIPT, version=version)
        row = enter_receipt(
            session,
            actor,
            duty,
            received_on=body.received_on,
            source=ReceiptSource(body.source),
            reason=body.reason,
            now=now,
        )
        return work.answer(ReceiptView, receipt_view(row), status=201)


@router.post("/obligations/{obligation_id}/open", response_model=DeadlineView, responses=REFUSED)
def open_letter(obligation_id: UUID, actor: CurrentActor, version: IfMatch, work: Work, now: Now) -> Response:
    """Tell that somebody of the unit has opened the letter, signed in: it counts as received today."""
    with work as session:
        duty = find_obligation(session, actor, obligation_id, Action.OPEN_LETTER, version=version)
        show_receipt(session, actor, duty, ReceiptSource.OPENED, now=now)
        session.flush()
        row = obligations.one(session.connection(), actor, obligation_id, cut_off=office_day(now))
        view = deadline_view(row, deadlines.explained(session.connection(), obligation_id))
        return work.answer(DeadlineView, view, version=row.version)


@router.post(
    "/directives/{directive_id}/occurrences",
    status_code=201,
    response_model=OccurrenceView,
    responses=problems(errors.NotFound, errors.InvalidValue, errors.AlreadyExists),
    tags=["directives"],
)
def record_awaited_event(
    *,
    directive_id: UUID,
    body: OccurrenceBody,
    actor: CurrentActor,
    version: IfMatch,
    work: RehearsedWork,
    now: Now,
) -> Response:
    """Record that what deadlines waited for has come: their duties get a day, and its clocks run."""
    order = OccurrenceOrder(
        name=body.name,
        happened_on=body.happened_on,
        document=plain(body.document),
        items=body.items,
        days=body.days,
        pace=Pace(body.pace),
    )
    with work as session:
        done = record_occurrence(session, actor, directive_id, order, version=version, now=now)
        return work.answer(OccurrenceView, occurrence_view(done), status=201)


@router.post(
    "/directives/{directive_id}/deadline-changes",
    status_code=201,
    response_model=DeadlineChangeView,
    responses=problems(
        errors.NotFound, errors.InvalidValue, errors.UnknownReference, errors.DueBeforeAssigned
    ),
    tags=["directives"],
)
def change_deadline(
    *,
    directive_id: UUID,
    body: DeadlineChangeBody,
    actor: CurrentActor,
    version: IfMatch,
    work: RehearsedWork,
    now: Now,
) -> Response:
    """Give every open duty of some items another deadline, on the basis of a later document."""
    order = ChangeOrder(
        items=body.items,
        due_on=body.due_on,
        basis_directive_id=body.basis.directive_id,
        basis=body.basis.document,
        reason=body.reason,
    )
    with work as session:
        done = change_deadlines(session, actor, directive_id, order, version=version, now=now)
        return work.answer(DeadlineChangeView, change_view(done), status=201)


@router.get("/deadline-rules", response_model=DeadlineRulesView, tags=["registers"])
def read_deadline_rules(reads: Reads) -> Response:
    """Return how the register counts terms."""
    with reads as connection:
        row = registers.deadline_rules(connection, reads.actor)
        return answer(DeadlineRulesView, rules_view(row), version=row.version)


@router.put("/deadline-rules", response_model=DeadlineRulesView, tags=["registers"])
def set_deadline_rules(
    body: DeadlineRulesBody, actor: CurrentActor, version: IfMatchRequired, work: Work, now: Now
) -> Response:
    """Decide how terms of what the register issues from now on are counted."""
    rules = DeadlineRules(body.receipt_deemed_days, body.off_days, body.periods_ahead)
    with work as session:
        row = register_actions.set_deadline_rules(session, actor, rules, version=version, now=now)
        return work.answer(DeadlineRulesView, rules_view(row), version=row.version)
