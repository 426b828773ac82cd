"""Bodies and questions about duties that come again."""

from typing import Annotated, Any

from pydantic import Field

from service.api.bodies.base import Body, FilledLine, Id, Line, PageQuery, Word
from service.api.bodies.directive_changes import ChangeBody
from service.api.bodies.directives import AssignmentBody

PeriodKey = Annotated[Word, Field(min_length=1, max_length=20)]
RULE = (
    "As the intake reads it: freq, interval, by_weekday, by_month_day, …; first_day 15 for the 15th to 14th."
)


class RecurrenceBody(Body):
    """A rule by which duties come again, and the words for it."""

    rule: dict[str, Any] = Field(description=RULE)
    text: FilledLine


class SeriesBody(ChangeBody):
    """An item of an issued directive comes again from now on; it is named by its id or locator."""

    directive_id: Id
    item: Word
    deadlines: tuple[RecurrenceBody, ...] = Field(min_length=1, max_length=10)


class SeriesStopBody(ChangeBody):
    """The first period that is not any more."""

    from_period: PeriodKey


class SeriesChangeBody(ChangeBody):
    """What is other from a period on; what is absent stays. `assignments` names every lead from then on."""

    from_period: PeriodKey
    rule: dict[str, Any] | None = Field(None, description=RULE)
    text: Line | None = None
    assignments: tuple[AssignmentBody, ...] | None = Field(None, max_length=1_000)


class SeriesQuery(PageQuery):
    """Which series."""

    directive_id: Id | None = None
