"""The working calendar: the days of a year that are not ordinary, and what another calendar would change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import Path, Query
from starlette.responses import HTMLResponse, Response

from service.domain.calendar import FIRST_YEAR, LAST_YEAR, DayChange, office_day
from service.domain.calendars import CalendarOrder, CalendarScope, Recount, change_calendar
from service.domain.errors import DomainError, InvalidValue, StaleVersion
from service.domain.reading import calendars, recounts
from service.domain.reading.calendars import DayRow
from service.domain.reading.recounts import DutyRow
from service.web.admin.fields import Filled
from service.web.admin.shared import ROWS, WRITTEN_ANEW, Administrator, refused_form, rows_of, show
from service.web.language import marked
from service.web.page import pages
from service.web.visitor import Visitor

router = pages()
Year = Annotated[int, Path(ge=FIRST_YEAR, le=LAST_YEAR)]
Scope = Annotated[CalendarScope, Query()]
DAY_FIELDS = ("day", "works", "note", "confirmed")
NOTE_MAX = 200
SPARE_ROWS = 3
WORKS = (("off", marked("được nghỉ")), ("work", marked("làm việc")))
LABELS = {
    "day": marked("Ngày"),
    "days": marked("Ngày"),
    "works": marked("Tình trạng"),
    "note": marked("Nội dung"),
    "source": marked("Nguồn"),
    "legal_basis": marked("Căn cứ"),
}


@dataclass(frozen=True, slots=True)
class Consequences:
    """What a calendar would change: the count of everything, and the first duties with old and new day."""

    done: Recount
    duties: Sequence[tuple[DutyRow, date | None]]


@router.get("/admin/calendar")
def show_this_year(visitor: Administrator) -> Response:
    """Lead to the calendar of this year."""
    return visitor.go(f"/admin/calendar/{office_day(visitor.now).year}")


@router.get("/admin/calendar/{year}")
def show_calendar(visitor: Administrator, year: Year, scope: Scope = CalendarScope.REGISTER) -> HTMLResponse:
    """Show a year of the register's calendar, or of the national one, with the form that changes it."""
    return _calendar_page(visitor, year, scope)


@router.post("/admin/calendar/{year}")
def change_year(visitor: Administrator, year: Year, scope: Scope = CalendarScope.REGISTER) -> Response:
    """Make a new version of the calendar, or only show which duties it would give another day."""
    only_look = "only_look" in visitor.form
    try:
        order, version = _order(Filled(visitor.form), scope, year), Filled(visitor.form).version()
        with visitor.writes() as session:
            done = change_calendar(session, visitor.actor, order, version=version, now=visitor.now)
            days: dict[Any, date | None] = {}
            if only_look:
                days = recounts.moved(session.connection(), visitor.actor, done.calendar.id, limit=ROWS)
                session.expunge_all()
                session.rollback()
    except DomainError as refused:
        return _calendar_page(visitor, year, scope, refused)
    if not only_look:
        return visitor.go(f"/admin/calendar/{year}?scope={scope}", WRITTEN_ANEW)
    with visitor.reads() as connection:
        before = recounts.duties(connection, visitor.actor, list(days))
    changed = [(before[each], day) for each, day in days.items() if each in before]
    return _calendar_page(visitor, year, scope, would=Consequences(done, changed))


def _order(said: Filled, scope: CalendarScope, year: int) -> CalendarOrder:
    basis = said.needed("legal_basis")
    days: dict[date, DayChange] = {}
    for row in said.rows(*DAY_FIELDS):
        day = row.needed_day("day")
        if day in days:
            raise InvalidValue(field="day", detail="a day is named twice")
        note = row.needed("note", NOTE_MAX)
        days[day] = DayChange(row.line("works") == "work", note, row.ticked("confirmed"), basis)
    return CalendarOrder(scope, year, days, said.needed("source"), basis)


def _calendar_page(
    visitor: Visitor,
    year: int,
    scope: CalendarScope,
    refused: DomainError | None = None,
    *,
    would: Consequences | None = None,
) -> HTMLResponse:
    national = scope is CalendarScope.NATIONAL
    with visitor.snapshot() as connection:
        row, days, versions = calendars.year(connection, visitor.actor, year, national=national)
        own = calendars.said(connection, visitor.actor, year, national=national)
    values = visitor.form if visitor.form else _written(own)
    facts: dict[str, Any] = {
        "year": year,
        "years": [each for each in (year - 1, year + 1) if FIRST_YEAR <= each <= LAST_YEAR],
        "scope": scope.value,
        "national": national,
        "may_change": not national or visitor.actor.unit_id is None,
        "row": row,
        "special": [day for day in days if day.is_confirmed is not None],
        "versions": versions,
        "values": values,
        "rows": rows_of(values, "day", SPARE_ROWS),
        "works": WORKS,
        "would": would,
        "is_stale": isinstance(refused, StaleVersion),
    }
    if refused is None:
        return show(visitor, "calendar.html", **facts)
    return refused_form(visitor, "calendar.html", refused, LABELS, **facts)


def _written(days: Sequence[DayRow]) -> Mapping[str, str]:
    """Return the days that a calendar names itself as the fields of the form have them."""
    values: dict[str, str] = {}
    for number, row in enumerate(days):
        values |= {
            f"day.{number}": row.day.isoformat(),
            f"works.{number}": "work" if row.is_working else "off",
            f"note.{number}": row.note,
            f"confirmed.{number}": "1" if row.is_confirmed else "",
        }
    return values
