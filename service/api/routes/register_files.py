"""The office's book of duties as a file."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from service.api.bodies.obligations import RegisterReportQuery
from service.api.files import FILE, FileKind, file_answer
from service.api.strict import StrictRoute
from service.domain.calendar import office_day
from service.edge.reads import SnapshotReads
from service.reports import made

router = APIRouter(prefix="/v1", tags=["obligations"], route_class=StrictRoute)

LINES_MAX = {FileKind.XLSX: 20_000, FileKind.CSV: 100_000}
"""Lines of a file, which says so where there are more: a line of a workbook takes a millisecond to write."""


@router.get("/reports/register.{kind}", response_class=Response, responses=FILE)
def report_register(
    kind: FileKind, asked: Annotated[RegisterReportQuery, Query()], reads: SnapshotReads
) -> Response:
    """Return the duties that concern you as the office's book: the filters are those of the list."""
    most = LINES_MAX[kind]
    cut_off, wanted = asked.cut_off or office_day(reads.now), asked.filter()
    with reads as connection:
        sheet = made.register(connection, reads.actor, wanted, cut_off=cut_off, sort=asked.sort, most=most)
        return file_answer(sheet, kind, name=f"so-theo-doi-{cut_off}")
