"""Documents of the office in the form of Nghị định 30/2020: the periodic report, and what is late."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from service.api.bodies.documents import DocumentQuery
from service.api.files import DOCX_OR_PDF, written_answer
from service.api.problems import problems
from service.api.strict import StrictRoute
from service.domain.calendar import office_day
from service.domain.letter_rules import DocumentKind
from service.domain.reading import document_templates
from service.domain.template_refusals import PdfNotMade, TemplateRefused
from service.edge.context import context
from service.edge.reads import SnapshotReads
from service.reports import made

router = APIRouter(prefix="/v1", tags=["letters"], route_class=StrictRoute)
ANSWERS = {**problems(TemplateRefused, PdfNotMade), **DOCX_OR_PDF}


@router.get("/reports/late.docx", response_class=Response, responses=ANSWERS)
def report_late(asked: Annotated[DocumentQuery, Query()], request: Request, reads: SnapshotReads) -> Response:
    """Return the late duties as a document for the weekly meeting, those that are due longest first."""
    today = office_day(reads.now)
    cut_off = asked.cut_off or today
    with reads as connection:
        values = made.late(connection, reads.actor, cut_off=cut_off, today=today)
        row = document_templates.one(connection, reads.actor, DocumentKind.LATE_LIST)
    room = context(request).writing_room
    return written_answer(room, room.write(row, values), asked.format, name=f"nhiem-vu-qua-han-{cut_off}")


@router.get("/reports/progress.docx", response_class=Response, responses=ANSWERS)
def report_periodic(
    asked: Annotated[DocumentQuery, Query()], request: Request, reads: SnapshotReads
) -> Response:
    """Return the periodic report: figures, units, and what is late; its number and date are left blank."""
    today = office_day(reads.now)
    cut_off = asked.cut_off or today
    with reads as connection:
        values = made.periodic(connection, reads.actor, cut_off=cut_off, today=today)
        row = document_templates.one(connection, reads.actor, DocumentKind.PROGRESS)
    room = context(request).writing_room
    return written_answer(room, room.write(row, values), asked.format, name=f"bao-cao-{cut_off}")
