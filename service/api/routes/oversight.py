"""How a directive is carried out, item by item: for its keeper and for the body that issued it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from service.api.bodies.directives import ITEMS_MAX
from service.api.bodies.implementing import OversightQuery, OversightReportQuery
from service.api.files import FILE, FileKind, file_answer
from service.api.problems import problems
from service.api.routes.items import ItemName
from service.api.strict import StrictRoute
from service.api.tables import oversight_sheet
from service.api.views.oversight import (
    ItemOversight,
    OversightPage,
    item_line,
    overseen_duty,
    overseen_view,
)
from service.domain.calendar import office_day
from service.domain.errors import NotFound
from service.domain.reading import overseen_duties, oversight
from service.edge import cursors
from service.edge.answers import answer
from service.edge.reads import SnapshotReads

router = APIRouter(prefix="/v1", tags=["oversight"], route_class=StrictRoute)


@router.get(
    "/directives/{directive_id}/oversight", response_model=OversightPage, responses=problems(NotFound)
)
def read_oversight(
    directive_id: UUID, asked: Annotated[OversightQuery, Query()], reads: SnapshotReads
) -> Response:
    """Return, item by item, which documents carry a directive out and how their duties stand."""
    after, cut_off = cursors.just_number(asked.after), asked.cut_off or office_day(reads.now)
    with reads as connection:
        found = oversight.overseen(connection, reads.actor, directive_id)
        rolled, last = oversight.page(
            connection, reads.actor, directive_id, cut_off=cut_off, after=after, limit=asked.limit
        )
        view: OversightPage = {
            "directive": overseen_view(found),
            "cut_off": cut_off,
            "items": [item_line(each) for each in rolled],
            "next": None if last is None else cursors.encode(last),
        }
        return answer(OversightPage, view)


@router.get(
    "/directives/{directive_id}/items/{item}/oversight",
    response_model=ItemOversight,
    responses=problems(NotFound),
)
def read_item_oversight(
    directive_id: UUID, item: ItemName, asked: Annotated[OversightQuery, Query()], reads: SnapshotReads
) -> Response:
    """Return one item and the duties that belong to it through any depth, unit by unit."""
    after, cut_off = cursors.just_id(asked.after), asked.cut_off or office_day(reads.now)
    with reads as connection:
        found = oversight.overseen(connection, reads.actor, directive_id)
        rolled = oversight.one_item(connection, reads.actor, directive_id, item, cut_off=cut_off)
        rows, last = overseen_duties.page(
            connection, reads.actor, rolled.item.id, cut_off=cut_off, after=after, limit=asked.limit
        )
        view: ItemOversight = {
            "directive": overseen_view(found),
            "cut_off": cut_off,
            "item": item_line(rolled),
            "items": [overseen_duty(row) for row in rows],
            "next": None if last is None else cursors.encode(last),
        }
        return answer(ItemOversight, view)


@router.get("/reports/oversight.{kind}", response_class=Response, responses={**problems(NotFound), **FILE})
def report_oversight(
    kind: FileKind, asked: Annotated[OversightReportQuery, Query()], reads: SnapshotReads
) -> Response:
    """Return the oversight of a directive, a row an item, as a file for office programs."""
    cut_off = asked.cut_off or office_day(reads.now)
    with reads as connection:
        found = oversight.overseen(connection, reads.actor, asked.directive_id)
        rolled, _ = oversight.page(
            connection, reads.actor, found.id, cut_off=cut_off, after=None, limit=ITEMS_MAX
        )
    return file_answer(
        oversight_sheet(overseen_view(found), [item_line(each) for each in rolled], cut_off),
        kind,
        name=f"giam-sat-{cut_off}",
    )
