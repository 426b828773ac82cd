"""Instructions without a document: entered and given in one call, put in writing later."""

from uuid import UUID

from fastapi import APIRouter, Response

from service.api.bodies.instructions import InstructionBody, PutInWritingBody
from service.api.problems import problems
from service.api.routes.directives import whole_view
from service.api.routes.items import order_of
from service.api.strict import StrictRoute
from service.api.views.directives import DirectiveView, IssuedView, issued_view
from service.domain import errors, instructions
from service.domain.reading.expected import expected
from service.edge.actor import CurrentActor
from service.edge.conditions import IfMatch
from service.edge.context import Now
from service.edge.work import RehearsedWork

router = APIRouter(prefix="/v1", tags=["directives"], route_class=StrictRoute)


@router.post(
    "/instructions",
    status_code=201,
    response_model=IssuedView,
    responses=problems(
        errors.ItemsWithoutLead,
        errors.DueBeforeAssigned,
        errors.UnknownReference,
        errors.InvalidValue,
    ),
)
def give_instruction(body: InstructionBody, actor: CurrentActor, work: RehearsedWork, now: Now) -> Response:
    """Enter what a leader said or noted, and give its duties at once."""
    orders = [order_of(number, wanted) for number, wanted in enumerate(body.assignments)]
    with work as session:
        issued = instructions.instruct(
            session,
            actor,
            body.to_instruction(),
            orders,
            issuer_code=body.issuer_code,
            waive=[(waiver.code, waiver.reason) for waiver in body.waive],
            now=now,
        )
        whole = whole_view(session, actor, issued.directive.id)
        foreseen = expected(session.connection(), issued.directive.id, now=now) if work.is_rehearsal else None
        view = issued_view(whole, issued, foreseen=foreseen)
        return work.answer(IssuedView, view, status=201, version=whole["version"])


@router.post(
    "/directives/{directive_id}/put-in-writing",
    response_model=DirectiveView,
    responses=problems(
        errors.NotFound,
        errors.DirectiveNotInForce,
        errors.AlreadyExists,
        errors.UnknownReference,
        errors.InvalidValue,
    ),
)
def put_in_writing(
    *,
    directive_id: UUID,
    body: PutInWritingBody,
    actor: CurrentActor,
    version: IfMatch,
    work: RehearsedWork,
    now: Now,
) -> Response:
    """Attach the document that confirms an instruction; its duties go on as they are."""
    with work as session:
        instructions.put_in_writing(session, actor, directive_id, body.to_basis(), version=version, now=now)
        view = whole_view(session, actor, directive_id)
        return work.answer(DirectiveView, view, version=view["version"])
