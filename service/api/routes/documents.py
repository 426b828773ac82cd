"""Documents of the office in the form of Nghị định 30/2020: the periodic report, and what is late."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from service.api.bodies.documents import DocumentQuery
from service.api.files import DOCX, document_answer
from service.api.strict import StrictRoute
from service.domain.calendar import office_day
from service.domain.letter_rules import DocumentKind
from service.edge.reads import SnapshotReads
from service.reports import made
from service.reports.built_in import built_in
from service.reports.documents import filled

router = APIRouter(prefix="/v1", tags=["letters"], route_class=StrictRoute)


@router.get("/reports/late.docx", response_class=Response, responses=DOCX)
def report_late(asked: Annotated[DocumentQuery, Query()], reads: SnapshotReads) -> Response:
    """Return the late duties as a document for the weekly meeting, those that are due longest first."""
    cut_off, today = asked.cut_off or office_day(reads.now), office_day(reads.now)
    with reads as connection:
        values = made.late(connection, reads.actor, cut_off=cut_off, today=today)
    content = filled(built_in(DocumentKind.LATE_LIST), values)
    return document_answer(content, name=f"nhiem-vu-qua-han-{cut_off}")


@router.get("/reports/progress.docx", response_class=Response, responses=DOCX)
def report_periodic(asked: Annotated[DocumentQuery, Query()], reads: SnapshotReads) -> Response:
    """Return the periodic report: figures, units, and what is late; its number and date are left blank."""
    cut_off, today = asked.cut_off or office_day(reads.now), office_day(reads.now)
    with reads as connection:
        values = made.periodic(connection, reads.actor, cut_off=cut_off, today=today)
    content = filled(built_in(DocumentKind.PROGRESS), values)
    return document_answer(content, name=f"bao-cao-{cut_off}")
