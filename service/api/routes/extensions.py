"""Later deadlines: asked for by units, granted or refused by the office."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service.api.bodies.obligations import Reason, plain
from service.api.bodies.requests import ExtensionBody, ExtensionGrant, RequestQuery
from service.api.problems import problems
from service.api.routes.returns import wanted
from service.api.strict import StrictRoute
from service.api.views.requests import ExtensionPage, ExtensionView, extension_view
from service.domain import errors, extensions
from service.domain.reading.requests import EXTENSIONS
from service.edge import cursors
from service.edge.actor import CurrentActor
from service.edge.answers import answer
from service.edge.conditions import IfMatch
from service.edge.context import Now
from service.edge.reads import Reads
from service.edge.work import RehearsedWork, Work

router = APIRouter(prefix="/v1", tags=["obligations"], route_class=StrictRoute)


@router.get("/extensions", response_model=ExtensionPage)
def list_extensions(asked: Annotated[RequestQuery, Query()], reads: Reads) -> Response:
    """List the requests for a later deadline, the oldest first."""
    with reads as connection:
        rows, last = EXTENSIONS.page(connection, reads.actor, wanted(asked), asked.limit)
        view: ExtensionPage = {
            "items": [extension_view(row) for row in rows],
            "next": cursors.encode(last) if last else None,
        }
        return answer(ExtensionPage, view)


@router.post(
    "/obligations/{obligation_id}/extensions",
    status_code=201,
    response_model=ExtensionView,
    responses=problems(
        errors.NotFound,
        errors.MoveNotAllowed,
        errors.InvalidValue,
        errors.AlreadyExists,
        errors.UnknownReference,
    ),
)
def request_extension(
    *, obligation_id: UUID, body: ExtensionBody, actor: CurrentActor, version: IfMatch, work: Work, now: Now
) -> Response:
    """Ask for a later deadline. After the due day the request is marked late, and is not refused for it."""
    with work as session:
        row = extensions.request_extension(
            session,
            actor,
            obligation_id,
            wanted_on=body.wanted_on,
            reason=body.reason,
            document=plain(body.document),
            file_ids=body.file_ids,
            version=version,
            now=now,
        )
        session.flush()
        view = extension_view(EXTENSIONS.one(session.connection(), actor, row.id))
        return work.answer(ExtensionView, view, status=201)


@router.post(
    "/extensions/{extension_id}/grant",
    response_model=ExtensionView,
    responses=problems(
        errors.NotFound,
        errors.AlreadyAnswered,
        errors.NoMoreExtensions,
        errors.InvalidValue,
        errors.MoveNotAllowed,
    ),
)
def grant_extension(
    extension_id: UUID, body: ExtensionGrant, actor: CurrentActor, work: RehearsedWork, now: Now
) -> Response:
    """Move the deadline, to the day that was asked for or to another; the old one stays on record."""
    with work as session:
        extensions.grant_extension(
            session, actor, extension_id, due_on=body.due_on, reason=body.reason, now=now
        )
        session.flush()
        view = extension_view(EXTENSIONS.one(session.connection(), actor, extension_id))
        return work.answer(ExtensionView, view)


@router.post(
    "/extensions/{extension_id}/refuse",
    response_model=ExtensionView,
    responses=problems(errors.NotFound, errors.AlreadyAnswered),
)
def refuse_extension(extension_id: UUID, body: Reason, actor: CurrentActor, work: Work, now: Now) -> Response:
    """Leave the deadline as it is."""
    with work as session:
        extensions.refuse_extension(session, actor, extension_id, reason=body.reason, now=now)
        session.flush()
        view = extension_view(EXTENSIONS.one(session.connection(), actor, extension_id))
        return work.answer(ExtensionView, view)
