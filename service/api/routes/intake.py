"""Intake: a document comes in, a draft with findings goes out. The one route that takes long."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from service.api.problems import leaves, problems
from service.api.routes.directives import whole_view
from service.api.strict import StrictRoute
from service.api.views.directives import DirectiveView
from service.domain.errors import AlreadyExists
from service.domain.people import Actor
from service.domain.permissions import Action
from service.edge.actor import CurrentActor
from service.edge.context import Now, context
from service.edge.taking_in import take_in as take_in_document
from service.edge.upload import FILE_BODY, Received, Upload, UploadWork
from service.edge.work import Writing
from service.intake.refusals import IntakeRefused

router = APIRouter(prefix="/v1/directives", tags=["directives"], route_class=StrictRoute)


@router.post(
    "/intake",
    status_code=201,
    response_model=DirectiveView,
    responses={
        200: {"model": DirectiveView, "description": "The message was delivered before: its directive."},
        **problems(AlreadyExists, *leaves(IntakeRefused)),
    },
    openapi_extra=FILE_BODY,
)
async def take_in(
    request: Request, actor: CurrentActor, upload: Received, work: UploadWork, now: Now
) -> Response:
    """Read a document (DOCX, PDF, XLSX, plain text, DOC, edXML) into a draft with what it proposes.

    An edXML message with a DocumentId that the register holds already answers 200 with that directive. Where
    it says the same, nothing is written; where it says something else, or revokes, updates or replaces the
    document, the directive stays as it is and a finding says so. A message with a DocumentId of its own makes
    a draft, and such a finding in every directive that it revokes, updates or replaces.

    The file is read by a process of its own while the request waits without a thread; then the draft is
    written by one of the threads that all requests share.
    """
    actor.require(Action.DRAFT_DIRECTIVE)
    proposal = await context(request).reading_room.read(upload.path, upload.name)
    return await run_in_threadpool(_write, actor, upload, work, proposal, now)


def _write(actor: Actor, upload: Upload, work: Writing, proposal: dict[str, Any], now: datetime) -> Response:
    with work as session:
        directive, is_new = take_in_document(session, actor, upload, proposal, now=now)
        view = whole_view(session, actor, directive.id)
        return work.answer(DirectiveView, view, status=201 if is_new else 200, version=view["version"])
