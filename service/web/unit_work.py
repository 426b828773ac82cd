"""The work of one's own unit: what is new, what is late, what is due this week, and who is waited for."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy.engine import Connection
from starlette.responses import HTMLResponse

from service.domain.calendar import office_day
from service.domain.lifecycle import State, Timeliness
from service.domain.permissions import Relation
from service.domain.reading import coordination, obligation_pages
from service.domain.reading.coordination import RequestRow
from service.domain.reading.obligation_pages import Filter, Sort, Stage
from service.domain.reading.obligations import Moves
from service.domain.reading.timeliness import standing
from service.domain.tables import RequestState
from service.web.duties_shown import origin
from service.web.duty_filter import as_query
from service.web.language import marked
from service.web.page import pages
from service.web.visitor import CurrentVisitor, Visitor

router = pages()
ROWS, COUNTED_MAX = 10, 1_000
LATE, NEW, WEEK, DOING, WAITING = "late", "new", "week", "doing", "waiting"
LABELS = {
    NEW: marked("Mới giao, chưa nhận"),
    LATE: marked("Quá hạn"),
    WEEK: marked("Đến hạn trong tuần"),
    DOING: marked("Đã nhận, đang làm"),
    WAITING: marked("Đang chờ người khác"),
}


@dataclass(frozen=True, slots=True)
class Group:
    """Some duties of the unit: how many there are, at most so many were counted, and the first of them."""

    name: str
    label: str
    count: int
    is_capped: bool
    rows: list[tuple[Any, Timeliness | None]]
    query: str


@router.get("/work")
def show_work(visitor: CurrentVisitor) -> HTMLResponse:
    """Show what a person's unit has to do now."""
    today = office_day(visitor.now)
    with visitor.snapshot() as connection:
        groups = [_group(connection, visitor, name, wanted, today) for name, wanted in _wanted(today).items()]
        asked_of_us = _questions(connection, visitor, unit_code=visitor.row.unit_code)
        asked_by_us = _questions(connection, visitor, lead_id=visitor.actor.unit_id)
    return visitor.show(
        "work.html",
        groups=groups,
        asked_of_us=asked_of_us,
        asked_by_us=asked_by_us,
        moves=Moves(visitor.actor),
        origin=origin,
        today=today,
    )


def _wanted(today: date) -> dict[str, Filter]:
    """Return what each part of the page holds; a week ends on Sunday."""
    monday = today + timedelta(days=7 - today.weekday())
    lead = Relation.LEAD
    return {
        NEW: Filter(relation=lead, state=State.ASSIGNED),
        LATE: Filter(relation=lead, stage=Stage.WORKING, timeliness=Timeliness.OVERDUE),
        WEEK: Filter(relation=lead, stage=Stage.WORKING, due_from=today, due_before=monday),
        DOING: Filter(relation=lead, stage=Stage.DOING),
        WAITING: Filter(relation=lead, stage=Stage.WAITING),
    }


def _group(connection: Connection, visitor: Visitor, name: str, wanted: Filter, today: date) -> Group:
    actor = visitor.actor
    page = obligation_pages.page(connection, actor, wanted, cut_off=today, sort=Sort.DUE_ON, limit=ROWS)
    rows = list(page.rows)
    if len(rows) < ROWS and page.next is not None:
        undated = obligation_pages.page(
            connection,
            actor,
            wanted,
            cut_off=today,
            sort=Sort.DUE_ON,
            after=page.next,
            limit=ROWS - len(rows),
        )
        rows += undated.rows
    count, is_capped = obligation_pages.total(connection, actor, wanted, cut_off=today, most=COUNTED_MAX)
    shown = [(row, standing(row, today)) for row in rows]
    return Group(name, LABELS[name], count, is_capped, shown, as_query(wanted, Sort.DUE_ON))


def _questions(connection: Connection, visitor: Visitor, **whose: Any) -> list[RequestRow]:
    """Return what was asked between units and is not answered yet."""
    if visitor.actor.unit_id is None:
        return []
    rows, _ = coordination.page(
        connection, visitor.actor, state=RequestState.WAITING, limit=ROWS * 2, **whose
    )
    return rows
