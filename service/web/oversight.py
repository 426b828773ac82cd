"""Oversight of a conclusion, item by item: what was asked, of whom, by which documents it is answered."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from starlette.responses import HTMLResponse

from service.domain.calendar import office_day
from service.domain.figures import Figures
from service.domain.permissions import Action
from service.domain.reading import overseen_duties, oversight
from service.domain.reading.overseen_duties import DutyLine
from service.domain.reading.oversight import Overseen, Rolled
from service.edge import cursors
from service.web import board_shown as shown
from service.web.board_shown import Asked, Number
from service.web.page import pages
from service.web.visitor import CurrentVisitor, Visitor

router = pages()

ROWS_MAX = 50
ITEMS_MAX = 15
OUTCOMES = ("done", "in_time", "overdue", "undated", "paused")


@router.get("/oversight")
def list_overseen(visitor: CurrentVisitor) -> HTMLResponse:
    """Show the issued directives that the visitor oversees, the newest first."""
    after = cursors.just_id(visitor.request.query_params.get("after"))
    with visitor.reads() as connection:
        rows, last = oversight.directives(connection, visitor.actor, after=after, limit=ROWS_MAX)
    more = f"/oversight?after={cursors.encode(last)}" if last else ""
    return visitor.show("oversight_list.html", rows=rows, more=more)


@router.get("/oversight/{directive_id}")
def show_overseen(visitor: CurrentVisitor, directive_id: UUID) -> HTMLResponse:
    """Show item by item how a directive is carried out."""
    given = visitor.request.query_params
    after, asked = cursors.just_number(given.get("after")), Asked.of(given)
    cut_off = asked.cut_off or office_day(visitor.now)
    with visitor.snapshot() as connection:
        found = oversight.overseen(connection, visitor.actor, directive_id)
        rolled, last = oversight.page(
            connection, visitor.actor, directive_id, cut_off=cut_off, after=after, limit=ITEMS_MAX
        )
    return visitor.show(
        "oversight.html",
        frame="office.html",
        shares=visitor.may(Action.VIEW_OVERSIGHT_LINKS),
        file=_file(visitor, directive_id, cut_off.isoformat()),
        **whole(found, rolled, last, path=f"/oversight/{directive_id}", cut_off=cut_off),
    )


@router.get("/oversight/{directive_id}/items/{item_id}")
def show_overseen_item(visitor: CurrentVisitor, directive_id: UUID, item_id: UUID) -> HTMLResponse:
    """Show every duty that belongs to one item, unit by unit."""
    given = visitor.request.query_params
    after, asked = cursors.just_id(given.get("after")), Asked.of(given)
    cut_off = asked.cut_off or office_day(visitor.now)
    with visitor.snapshot() as connection:
        found = oversight.overseen(connection, visitor.actor, directive_id)
        rolled = oversight.one_item(connection, visitor.actor, directive_id, str(item_id), cut_off=cut_off)
        rows, last = overseen_duties.page(
            connection, visitor.actor, item_id, cut_off=cut_off, after=after, limit=ROWS_MAX
        )
    return visitor.show(
        "oversight_item.html",
        frame="office.html",
        **alone(found, rolled, rows, last, path=f"/oversight/{directive_id}", cut_off=cut_off),
    )


def whole(
    found: Overseen, rolled: Sequence[Rolled], last: int | None, *, path: str, cut_off: date
) -> dict[str, Any]:
    """Return what the page of a directive shows, under whichever address it is read."""
    return {
        "directive": found,
        "cut_off": cut_off,
        "path": path,
        "items": [(each, _outcomes(each.own, each.below)) for each in rolled],
        "more": f"{path}?cut_off={cut_off}&after={cursors.encode(last)}" if last is not None else "",
    }


def alone(
    found: Overseen,
    rolled: Rolled,
    rows: Sequence[DutyLine],
    last: UUID | None,
    *,
    path: str,
    cut_off: date,
) -> dict[str, Any]:
    """Return what the page of one item shows, under whichever address it is read."""
    here = f"{path}/items/{rolled.item.id}?cut_off={cut_off}"
    return {
        "directive": found,
        "rolled": rolled,
        "cut_off": cut_off,
        "path": path,
        "outcomes": _outcomes(rolled.own, rolled.below),
        "rows": rows,
        "more": f"{here}&after={cursors.encode(last)}" if last else "",
    }


def _outcomes(own: Figures, below: Figures) -> list[Number]:
    """Return how many duties of an item stand how, its own and those below together."""
    return [
        Number(
            name,
            shown.KINDS[name].label,
            shown.KINDS[name].tone,
            shown.count_of(own, name) + shown.count_of(below, name),
            "",
        )
        for name in OUTCOMES
    ]


def _file(visitor: Visitor, directive_id: UUID, day: str) -> str:
    """Return the address of the same as a file."""
    register = visitor.row.register_code
    asked = urlencode({"directive_id": directive_id, "cut_off": day, "register": register})
    return f"/v1/reports/oversight.xlsx?{asked}"
