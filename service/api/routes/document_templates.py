"""Templates that an office edits in Word: tried on its own duties before they hold, taken back at will."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from service.api.bodies.documents import TemplateFileQuery, TemplateHistoryQuery
from service.api.files import DOCX, document_answer
from service.api.problems import problems
from service.api.strict import StrictRoute
from service.api.views.document_templates import (
    DocumentTemplateList,
    DocumentTemplatePage,
    DocumentTemplateView,
    template_view,
    version_view,
)
from service.domain import document_templates as actions
from service.domain.calendar import office_day
from service.domain.errors import NotFound
from service.domain.letter_rules import DocumentKind
from service.domain.permissions import Action
from service.domain.reading import document_templates
from service.domain.template_refusals import TemplateRefused
from service.edge import cursors
from service.edge.actor import CurrentActor
from service.edge.answers import answer
from service.edge.conditions import IfMatch, IfMatchRequired
from service.edge.context import Now, context
from service.edge.reads import Reads, SnapshotReads
from service.edge.upload import FILE_BODY, Received, UploadWork
from service.edge.work import Work
from service.reports import made

router = APIRouter(prefix="/v1/document-templates", tags=["letters"], route_class=StrictRoute)


@router.get("", response_model=DocumentTemplateList)
def list_document_templates(reads: Reads) -> Response:
    """Return the template that holds for each kind of document, and the names that it may use."""
    with reads as connection:
        rows = document_templates.held(connection, reads.actor)
        view: DocumentTemplateList = {"items": [template_view(row) for row in rows]}
        return answer(DocumentTemplateList, view)


@router.get("/{kind}/history", response_model=DocumentTemplatePage)
def list_document_template_versions(
    kind: DocumentKind, asked: Annotated[TemplateHistoryQuery, Query()], reads: Reads
) -> Response:
    """List the versions of the template of a kind, the newest first: who set it or took it back, and when."""
    with reads as connection:
        rows, last = document_templates.history(
            connection, reads.actor, kind, before=cursors.just_number(asked.after), limit=asked.limit
        )
        view: DocumentTemplatePage = {
            "items": [version_view(row) for row in rows],
            "next": cursors.encode(last) if last is not None else None,
        }
        return answer(DocumentTemplatePage, view)


@router.get("/{kind}/template.docx", response_class=Response, responses={**problems(NotFound), **DOCX})
def read_document_template(
    kind: DocumentKind, asked: Annotated[TemplateFileQuery, Query()], request: Request, reads: Reads
) -> Response:
    """Return a template for Word: the one that holds, an earlier one, or (0) the form of the service."""
    with reads as connection:
        row = document_templates.one(connection, reads.actor, kind, version=asked.version)
    content = context(request).writing_room.template(row)
    return document_answer(content, name=f"mau-{kind}-{row.version}")


@router.put(
    "/{kind}",
    response_model=DocumentTemplateView,
    responses=problems(TemplateRefused),
    openapi_extra=FILE_BODY,
)
def set_document_template(
    *,
    kind: DocumentKind,
    request: Request,
    upload: Received,
    version: IfMatchRequired,
    reads: SnapshotReads,
    work: UploadWork,
) -> Response:
    """Write a kind of document by a DOCX template from now on; `If-Match: "v0"` where there was none.

    It is filled in first, with values made up and with those of today; one that cannot be is refused.
    """
    actor = reads.actor
    _try(request, kind, upload.path.read_bytes(), reads)
    with work as session:
        blob = upload.keep(session, actor, reads.now)
        actions.set_template(session, actor, kind, blob.id, version=version, now=reads.now)
        row = document_templates.one(session.connection(), actor, kind)
        return work.answer(DocumentTemplateView, template_view(row), version=row.version)


@router.post(
    "/{kind}/preview",
    response_class=Response,
    responses={**problems(TemplateRefused), **DOCX},
    openapi_extra=FILE_BODY,
)
def preview_document_template(
    kind: DocumentKind, request: Request, upload: Received, reads: SnapshotReads
) -> Response:
    """Return the document of today as a DOCX template makes it; nothing is kept."""
    content = _try(request, kind, upload.path.read_bytes(), reads)
    return document_answer(content, name=f"xem-thu-{kind}")


@router.post("/{kind}/take-back", response_model=DocumentTemplateView)
def take_back_document_template(
    *, kind: DocumentKind, actor: CurrentActor, version: IfMatch, work: Work, now: Now
) -> Response:
    """Write a kind of document in the form of the service again; the office's versions stay to be read."""
    with work as session:
        actions.take_back_template(session, actor, kind, version=version, now=now)
        row = document_templates.one(session.connection(), actor, kind)
        return work.answer(DocumentTemplateView, template_view(row), version=row.version)


def _try(request: Request, kind: DocumentKind, template: bytes, reads: Any) -> bytes:
    reads.actor.require(Action.SET_TEMPLATES)
    with reads as connection:
        today = made.of_today(connection, reads.actor, kind, today=office_day(reads.now))
    return context(request).writing_room.attempt(kind, template, today)
