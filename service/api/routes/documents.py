"""Documents of the office in the form of Nghị định 30/2020: the periodic report, and what is late."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from sqlalchemy.engine import Connection

from service.api.bodies.documents import DocumentQuery
from service.api.files import DOCX, document_answer
from service.api.strict import StrictRoute
from service.api.tables import table
from service.api.views.statistics import FiguresView
from service.domain.calendar import office_day
from service.domain.figures import Cell, Denominator
from service.domain.letter_rules import DocumentKind
from service.domain.lifecycle import Timeliness
from service.domain.people import Actor
from service.domain.reading import obligation_pages, register_lines
from service.domain.reading.letterheads import letterhead
from service.domain.reading.obligation_pages import Filter, Sort
from service.domain.reading.statistics import By, Question
from service.edge.reads import SnapshotReads
from service.reports.built_in import built_in
from service.reports.documents import filled
from service.reports.office_words import late_duties, late_list, progress

router = APIRouter(prefix="/v1", tags=["letters"], route_class=StrictRoute)

ROWS_MAX, COUNTED_MAX = 1_000, 1_000_000
"""Late duties of one document, the latest first; it says how many more there are."""


@router.get("/reports/late.docx", response_class=Response, responses=DOCX)
def report_late(asked: Annotated[DocumentQuery, Query()], reads: SnapshotReads) -> Response:
    """Return the late duties as a document for the weekly meeting, those that are due longest first."""
    cut_off, today = asked.cut_off or office_day(reads.now), office_day(reads.now)
    with reads as connection:
        values = _late(connection, reads.actor, cut_off, today)
    content = filled(built_in(DocumentKind.LATE_LIST), values)
    return document_answer(content, name=f"nhiem-vu-qua-han-{cut_off}")


@router.get("/reports/progress.docx", response_class=Response, responses=DOCX)
def report_periodic(asked: Annotated[DocumentQuery, Query()], reads: SnapshotReads) -> Response:
    """Return the periodic report: figures, units, and what is late; its number and date are left blank."""
    cut_off, today = asked.cut_off or office_day(reads.now), office_day(reads.now)
    with reads as connection:
        late = _late(connection, reads.actor, cut_off, today)
        question = Question(cut_off=cut_off)
        view = table(connection, reads.actor, question, By.UNIT, Denominator.ALL, now=reads.now)
    units = [(line["name"], _cells(line["figures"])) for line in view["items"]]
    content = filled(built_in(DocumentKind.PROGRESS), progress(late, _cells(view["total"]), units))
    return document_answer(content, name=f"bao-cao-{cut_off}")


def _late(connection: Connection, actor: Actor, cut_off: date, today: date) -> dict[str, Any]:
    head = letterhead(connection, actor, today=today)
    wanted = Filter(timeliness=Timeliness.OVERDUE)
    lines = register_lines.lines(connection, actor, wanted, cut_off=cut_off, sort=Sort.DUE_ON, limit=ROWS_MAX)
    total, _ = obligation_pages.total(connection, actor, wanted, cut_off=cut_off, most=COUNTED_MAX)
    return late_list(head, late_duties(list(lines)), total=total, cut_off=cut_off)


def _cells(figures: FiguresView) -> Mapping[Cell, int]:
    return {cell: figures[cell] for cell in Cell}  # type: ignore[literal-required]
