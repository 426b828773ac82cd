"""One directive: which units answered, which say nothing and how they were told, how each item stands."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.engine import Connection
from starlette.responses import HTMLResponse

from service.domain.calendar import office_day
from service.domain.errors import NotFound
from service.domain.figures import total_of
from service.domain.permissions import Action
from service.domain.reading import coverage, delivery_report, directives, scoring, statistics
from service.domain.reading.coverage import Heard, UnitRow
from service.domain.reading.delivery_report import Sending
from service.domain.reading.statistics import By, Question
from service.domain.tables import DirectiveState
from service.edge import cursors
from service.web import board_shown as shown
from service.web.board_shown import KINDS, Asked
from service.web.change_deeds import may_change
from service.web.charts import shares
from service.web.language import marked
from service.web.page import pages
from service.web.visitor import CurrentVisitor, Visitor

router = pages()

UNITS_MAX = 50
HEARD = {
    Heard.ALL: marked("Đơn vị được giao"),
    Heard.ANSWERED: marked("Đơn vị đã phản hồi"),
    Heard.SILENT: marked("Đơn vị chưa phản hồi"),
    Heard.RECEIVED: marked("Đơn vị đã nhận, chưa báo cáo"),
    Heard.DONE: marked("Đơn vị đã hoàn thành"),
}
CHANNELS = {
    "email": marked("thư điện tử"),
    "console": marked("hộp thư thử nghiệm"),
    "zalo": "Zalo",
    "zalo-bot": "Zalo",
}


@router.get("/directives/{directive_id}")
def show_directive(visitor: CurrentVisitor, directive_id: UUID) -> HTMLResponse:
    """Show how far a directive came, and how its items stand today."""
    asked = Asked(directive=directive_id)
    today = office_day(visitor.now)
    with visitor.snapshot() as connection:
        whole = directives.one(connection, visitor.actor, directive_id)
        if whole.row.state is DirectiveState.DRAFT:
            raise NotFound(what="directive")
        reach = coverage.of_directive(connection, visitor.actor, directive_id, cut_off=today)
        silent, place = coverage.units(
            connection,
            visitor.actor,
            directive_id,
            Heard.SILENT,
            cut_off=today,
            after=None,
            limit=UNITS_MAX,
        )
        told = _told(connection, visitor, directive_id, silent)
        policy = scoring.current(connection, visitor.actor).policy
        wanted = Question(cut_off=today, directive_id=directive_id)
        lines = statistics.table_by(connection, visitor.actor, wanted, policy, By.ITEM)
    figures = {line.id: line.figures for line in lines}
    total = total_of(figures.values(), bounds=len(policy.overdue_days))
    columns = shown.columns_of(total)
    items = [
        (
            item,
            shown.numbers(Asked(directive=directive_id, item=item.id), figures[item.id], columns),
            shares([(name, shown.count_of(figures[item.id], name)) for name in shown.SHARES]),
        )
        for item in whole.items
        if item.id in figures
    ]
    return visitor.show(
        "coverage.html",
        directive=whole.row,
        asked=asked,
        reach=reach,
        rows=silent,
        told=told,
        tells=visitor.may(Action.VIEW_DELIVERIES),
        channels=CHANNELS,
        today=today,
        more=_address(directive_id, Heard.SILENT, place) if place else "",
        units_at={heard: _address(directive_id, heard) for heard in Heard},
        items=items,
        kinds=KINDS,
        columns=columns,
        may_change=may_change(visitor),
        oversees=visitor.may(Action.OVERSEE) or whole.row.issuer_id == visitor.actor.unit_id,
    )


@router.get("/directives/{directive_id}/units")
def show_units(visitor: CurrentVisitor, directive_id: UUID) -> HTMLResponse:
    """Show the units of a directive by name: all of them, or those of one kind."""
    given = visitor.request.query_params
    if (name := given.get("heard", Heard.ALL)) not in HEARD:
        raise NotFound(what="page")
    heard, after = Heard(name), cursors.text_and_id(given.get("after"))
    today = office_day(visitor.now)
    with visitor.snapshot() as connection:
        whole = directives.one(connection, visitor.actor, directive_id)
        rows, place = coverage.units(
            connection, visitor.actor, directive_id, heard, cut_off=today, after=after, limit=UNITS_MAX
        )
        told = _told(connection, visitor, directive_id, rows)
    return visitor.show(
        "coverage_units.html",
        directive=whole.row,
        asked=Asked(directive=directive_id),
        title=HEARD[heard],
        rows=rows,
        told=told,
        tells=visitor.may(Action.VIEW_DELIVERIES),
        channels=CHANNELS,
        today=today,
        more=_address(directive_id, heard, place) if place else "",
    )


def _told(
    connection: Connection, visitor: Visitor, directive_id: UUID, rows: Sequence[UnitRow]
) -> Mapping[UUID, Sending]:
    """Return how units were told last, for whoever may know it."""
    if not rows or not visitor.may(Action.VIEW_DELIVERIES):
        return {}
    ids = [row.id for row in rows]
    return delivery_report.last_of_units(connection, visitor.actor, directive_id, ids)


def _address(directive_id: UUID, heard: Heard, after: tuple[Any, ...] | None = None) -> str:
    query = f"heard={heard}" + (f"&after={cursors.encode(*after)}" if after else "")
    return f"/directives/{directive_id}/units?{query}"
