"""The delivery report of a directive: who was told what, when, by which channel, and who never got it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service.api.bodies.base import PageQuery
from service.api.bodies.telling import DeliveryReportQuery
from service.api.delivery_sheets import LINES_MAX, delivery_sheet
from service.api.files import FILE, FileKind, file_answer
from service.api.problems import problems
from service.api.strict import StrictRoute
from service.api.views.telling import DeliveryReport, reach_summary, reported_view, told_view
from service.domain.calendar import office_day
from service.domain.errors import NotFound
from service.domain.reading import delivery_report
from service.edge import cursors
from service.edge.answers import answer
from service.edge.reads import SnapshotReads

router = APIRouter(prefix="/v1", tags=["messages"], route_class=StrictRoute)


@router.get(
    "/directives/{directive_id}/delivery-report",
    response_model=DeliveryReport,
    responses=problems(NotFound),
)
def read_delivery_report(
    directive_id: UUID, asked: Annotated[PageQuery, Query()], reads: SnapshotReads
) -> Response:
    """Return who was told what of a directive, from its issue on, and which units were never reached."""
    after = cursors.just_id(asked.after)
    with reads as connection:
        found = delivery_report.reported(connection, reads.actor, directive_id)
        lines = delivery_report.units(connection, reads.actor, found.id)
        told, last = delivery_report.page(connection, reads.actor, found.id, after=after, limit=asked.limit)
        view: DeliveryReport = {
            "directive": reported_view(found),
            "as_of": reads.now,
            "summary": reach_summary(lines),
            "items": [told_view(each) for each in told],
            "next": cursors.encode(last) if last else None,
        }
        return answer(DeliveryReport, view)


@router.get("/reports/deliveries.{kind}", response_class=Response, responses={**problems(NotFound), **FILE})
def report_deliveries(
    kind: FileKind, asked: Annotated[DeliveryReportQuery, Query()], reads: SnapshotReads
) -> Response:
    """Return the delivery report of a directive as a file: first whom nobody reached, then what was told."""
    with reads as connection:
        found = delivery_report.reported(connection, reads.actor, asked.directive_id)
        lines = delivery_report.units(connection, reads.actor, found.id)
        told, last = delivery_report.page(connection, reads.actor, found.id, after=None, limit=LINES_MAX)
    sheet = delivery_sheet(reported_view(found), lines, told, is_whole=last is None, now=reads.now)
    return file_answer(sheet, kind, name=f"gui-nhan-{office_day(reads.now)}")
