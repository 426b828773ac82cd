"""What was forgotten when a directive was issued, given later."""

from uuid import UUID

from fastapi import APIRouter, Response

from service.api.bodies.directive_changes import LateAssignmentBody
from service.api.problems import problems
from service.api.routes.directives import whole_view
from service.api.routes.items import ItemName, order_of
from service.api.strict import StrictRoute
from service.api.views.directives import ExtendedView
from service.domain import errors
from service.domain.afterthoughts import assign_late as give_late
from service.edge.actor import CurrentActor
from service.edge.conditions import IfMatch
from service.edge.context import Now
from service.edge.work import RehearsedWork

router = APIRouter(prefix="/v1/directives", tags=["directives"], route_class=StrictRoute)


@router.post(
    "/{directive_id}/items/{item}/late-assignments",
    response_model=ExtendedView,
    responses=problems(
        errors.NotFound,
        errors.DirectiveNotInForce,
        errors.ItemsWithoutLead,
        errors.DueBeforeAssigned,
        errors.UnknownReference,
        errors.InvalidValue,
    ),
)
def assign_late(
    *,
    directive_id: UUID,
    item: ItemName,
    body: LateAssignmentBody,
    actor: CurrentActor,
    version: IfMatch,
    work: RehearsedWork,
    now: Now,
) -> Response:
    """Give an item of an issued directive to units that were forgotten, or track a forgotten item."""
    orders = [order_of(number, wanted) for number, wanted in enumerate(body.assignments)]
    with work as session:
        count = give_late(
            session, actor, directive_id, item, body.to_basis(), orders=orders, version=version, now=now
        )
        whole = whole_view(session, actor, directive_id)
        view: ExtendedView = {"directive": whole, "obligations": count}
        return work.answer(ExtendedView, view, version=whole["version"])
