"""Duties that come again, as they go out."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from typing_extensions import TypedDict

from service.domain.reading.series import SeriesRow, Whole


class SeriesLineView(TypedDict):
    """A series as a list shows it. `next_on`: the first day of the next period that will be made."""

    id: UUID
    version: int
    directive_id: UUID
    item: str
    text: str
    rule: dict[str, Any]
    from_on: date
    until_on: date | None
    next_on: date | None
    predecessor_id: UUID | None
    ended_by: UUID | None
    made_at: datetime


class SeriesPage(TypedDict):
    """Some series, the oldest first."""

    items: list[SeriesLineView]
    next: str | None


class SeriesUnitView(TypedDict):
    """A unit that has the duties due from a day on; since `until_on` another one goes on in its place."""

    code: str
    name: str
    from_on: date
    until_on: date | None


class SeriesPeriodView(TypedDict):
    """A period, and how many of its duties there are, were accepted, are overdue today.

    One that does not `hold` was stopped or changed before its time came.
    """

    period: str
    start_on: date
    end_on: date
    due_on: date
    due_time: str | None
    holds: bool
    duties: int
    accepted: int
    overdue: int


class SeriesView(SeriesLineView):
    """A series with its units and its latest periods, the latest first."""

    units: list[SeriesUnitView]
    periods: list[SeriesPeriodView]


class SeriesChangedView(TypedDict):
    """The series that goes on, and how many duties were given, moved to another day, withdrawn."""

    series: SeriesView
    obligations: int
    moved: int
    withdrawn: int


class SeriesBegunView(TypedDict):
    """The series of an item that comes again from now on."""

    items: list[SeriesChangedView]


def series_line(row: SeriesRow) -> SeriesLineView:
    """Return a line of a list."""
    return {
        "id": row.id,
        "version": row.version,
        "directive_id": row.directive_id,
        "item": row.locator,
        "text": row.text,
        "rule": row.rule,
        "from_on": row.from_on,
        "until_on": row.until_on,
        "next_on": row.next_on,
        "predecessor_id": row.predecessor_id,
        "ended_by": row.ended_by,
        "made_at": row.made_at,
    }


def series_view(found: Whole) -> SeriesView:
    """Return a series with its units and periods."""
    return {
        **series_line(found.row),
        "units": [
            {"code": one.code, "name": one.name, "from_on": one.from_on, "until_on": one.until_on}
            for one in found.members
        ],
        "periods": [
            {
                "period": one.period,
                "start_on": one.start_on,
                "end_on": one.end_on,
                "due_on": one.due_on,
                "due_time": None
                if one.due_minute is None
                else f"{one.due_minute // 60:02}:{one.due_minute % 60:02}",
                "holds": one.holds,
                "duties": one.duties,
                "accepted": one.accepted,
                "overdue": one.overdue,
            }
            for one in found.periods
        ],
    }
