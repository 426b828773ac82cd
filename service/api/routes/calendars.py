"""Working calendars: years with their versions, and a changed year that is counted again."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from service.api.bodies.base import IN_DIGITS
from service.api.bodies.deadlines import CalendarYearBody
from service.api.problems import problems
from service.api.strict import StrictRoute
from service.api.views.deadlines import RecountView, YearView, recount_view, year_view
from service.domain import errors
from service.domain.calendar import FIRST_YEAR, LAST_YEAR
from service.domain.calendars import CalendarOrder, CalendarScope, change_calendar
from service.domain.reading import calendars
from service.edge.actor import CurrentActor
from service.edge.answers import answer
from service.edge.conditions import IfMatchRequired
from service.edge.context import Now
from service.edge.reads import Reads
from service.edge.work import RehearsedWork

router = APIRouter(prefix="/v1/calendars", tags=["registers"], route_class=StrictRoute)
Year = Annotated[int, Path(ge=FIRST_YEAR, le=LAST_YEAR), IN_DIGITS]
WHOSE = "The register's own, on top of the national one, or the national one itself."
Scope = Annotated[CalendarScope, Query(description=WHOSE)]


@router.get("/{year}", response_model=YearView, responses=problems(errors.NotFound))
def read_calendar(
    year: Annotated[int, Path(ge=1900, le=2100), IN_DIGITS],
    reads: Reads,
    scope: Scope = CalendarScope.REGISTER,
) -> Response:
    """Return a year of the working calendar that the register goes by, or of the national one."""
    national = scope is CalendarScope.NATIONAL
    with reads as connection:
        row, days, versions = calendars.year(connection, reads.actor, year, national=national)
        return answer(YearView, year_view(year, row, days, versions), version=row.version)


@router.put("/{year}", response_model=RecountView, responses=problems(errors.InvalidValue))
def change_calendar_year(
    *,
    year: Year,
    body: CalendarYearBody,
    actor: CurrentActor,
    version: IfMatchRequired,
    work: RehearsedWork,
    now: Now,
    scope: Scope = CalendarScope.REGISTER,
) -> Response:
    """Make a new version in which a year is as given; what is open and unsent is counted again."""
    order = CalendarOrder(scope, year, body.changes(), body.source, body.legal_basis)
    with work as session:
        done = change_calendar(session, actor, order, version=version, now=now)
        return work.answer(RecountView, recount_view(done), version=done.calendar.version)
