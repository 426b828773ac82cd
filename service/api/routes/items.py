"""Items of a draft: what is tracked, by when, and who answers. An item is named by its id or locator."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Path, Response
from sqlmodel import Session

from service.api.bodies.directives import AssignmentBody, ItemChange, JoinBody, SplitBody
from service.api.problems import problems
from service.api.routes.directives import changes_of
from service.api.strict import StrictRoute
from service.api.views.directives import ItemView, SplitView, item_view
from service.domain import directives as actions
from service.domain import recutting
from service.domain.assignments import AssignmentOrder, assign
from service.domain.errors import DirectiveNotDraft, InvalidValue, NotFound, UnknownReference
from service.domain.people import Actor
from service.domain.reading import directives
from service.edge.actor import CurrentActor
from service.edge.conditions import IfMatch, IfMatchRequired
from service.edge.context import Now
from service.edge.refusals import InvalidRequest
from service.edge.work import Work

router = APIRouter(prefix="/v1/directives", tags=["directives"], route_class=StrictRoute)
LOCATED = 'Id or locator: "2", "2.-2", "II.1.a".'
ItemName = Annotated[str, Path(max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$", description=LOCATED)]
UNCLEARED: frozenset[str] = frozenset()


@router.patch(
    "/{directive_id}/items/{item}",
    response_model=ItemView,
    responses=problems(NotFound, DirectiveNotDraft, InvalidValue),
)
def change_item(
    *,
    directive_id: UUID,
    item: ItemName,
    body: ItemChange,
    actor: CurrentActor,
    version: IfMatchRequired,
    work: Work,
    now: Now,
) -> Response:
    """Decide about an item of a draft; its text is the document's and stays."""
    changes = changes_of(body, UNCLEARED)
    with work as session:
        row = actions.change_item(session, actor, directive_id, item, changes, version=version, now=now)
        view, present = _item(session, actor, directive_id, row.id)
        return work.answer(ItemView, view, version=present)


@router.put(
    "/{directive_id}/items/{item}/assignments",
    response_model=ItemView,
    responses=problems(NotFound, DirectiveNotDraft, UnknownReference, InvalidValue),
)
def assign_item(
    *,
    directive_id: UUID,
    item: ItemName,
    body: Annotated[list[AssignmentBody], Body(max_length=1_000)],
    actor: CurrentActor,
    version: IfMatchRequired,
    work: Work,
    now: Now,
) -> Response:
    """Say who answers for an item; replaces what was said before, an empty list clears it."""
    orders = [order_of(number, wanted) for number, wanted in enumerate(body)]
    with work as session:
        directive = assign(session, actor, directive_id, item, orders, version=version, now=now)
        row = actions.find_item(session, directive, item)
        view, present = _item(session, actor, directive_id, row.id)
        return work.answer(ItemView, view, version=present)


@router.post(
    "/{directive_id}/items/{item}/split",
    response_model=SplitView,
    responses=problems(NotFound, DirectiveNotDraft, InvalidValue),
)
def split_item(
    *,
    directive_id: UUID,
    item: ItemName,
    body: SplitBody,
    actor: CurrentActor,
    version: IfMatch,
    work: Work,
    now: Now,
) -> Response:
    """Make one item of a draft two; each part has the units and deadlines that stand in its words.

    Where that is not clear both have them, and nothing is issued before a person has decided.
    """
    with work as session:
        both = recutting.split_item(
            session, actor, directive_id, item, body.at, children=body.children, version=version, now=now
        )
        whole = directives.one(session.connection(), actor, directive_id)
        first, second = (item_view(whole, each.id) for each in both)
        return work.answer(SplitView, {"first": first, "second": second}, version=whole.row.version)


@router.post(
    "/{directive_id}/items/{item}/join",
    response_model=ItemView,
    responses=problems(NotFound, DirectiveNotDraft, InvalidValue),
)
def join_items(
    *,
    directive_id: UUID,
    item: ItemName,
    body: JoinBody,
    actor: CurrentActor,
    version: IfMatch,
    work: Work,
    now: Now,
) -> Response:
    """Make an item of a draft and the next one under the same parent one.

    Where their deadlines or units cannot both hold, nothing is issued before a person has decided.
    """
    with work as session:
        row = recutting.join_items(session, actor, directive_id, item, body.next, version=version, now=now)
        view, present = _item(session, actor, directive_id, row.id)
        return work.answer(ItemView, view, version=present)


def order_of(number: int, wanted: AssignmentBody) -> AssignmentOrder:
    """Return the domain's order.

    Raises:
        InvalidRequest: It names not exactly one of unit and group.
    """
    if (wanted.unit_code is None) == (wanted.group_code is None):
        detail = "exactly one of unit_code and group_code"
        raise InvalidRequest(errors=[{"in": "body", "pointer": f"/{number}", "detail": detail}])
    return AssignmentOrder(
        role=wanted.role,
        unit_code=wanted.unit_code,
        group_code=wanted.group_code,
        exceptions=wanted.exceptions,
        due_on=wanted.due_on,
        remember=wanted.remember,
    )


def _item(session: Session, actor: Actor, directive_id: UUID, item_id: UUID) -> tuple[ItemView, int]:
    session.flush()
    whole = directives.one(session.connection(), actor, directive_id)
    return item_view(whole, item_id), whole.row.version
