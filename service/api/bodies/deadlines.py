"""Bodies about days that are counted, and about the calendars that they are counted in."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StrictBool, StrictInt

from service.api.bodies.base import Body, Day, FilledLine, Id, Line, Word
from service.api.bodies.obligations import DocumentReference
from service.domain.calendar import DayChange
from service.domain.deadlines import AHEAD_MAX, DAYS_MAX, OffDays

ItemNames = Annotated[tuple[Word, ...], Field(max_length=2_000)]
DayCount = Annotated[StrictInt, Field(ge=0, le=DAYS_MAX)]


class ReceiptBody(Body):
    """The day on which the unit received the letter; a correction needs a reason."""

    received_on: Day
    source: Literal["by_hand", "exchange"] = "by_hand"
    reason: Line = ""


class OccurrenceBody(Body):
    """What deadlines waited for has come. No items: every item of the directive that waits."""

    name: FilledLine
    happened_on: Day
    document: DocumentReference | None = None
    items: ItemNames = ()
    days: DayCount | None = Field(None, description="Due so long after, where the letter does not say.")
    pace: Literal["days", "working_days"] = "days"


class BasisReference(Body):
    """What a change rests on (exactly one): a directive of the register, or a document by name."""

    directive_id: Id | None = None
    document: Line = ""


class DeadlineChangeBody(Body):
    """A later decision gives items another deadline."""

    items: Annotated[ItemNames, Field(min_length=1)]
    due_on: Day
    basis: BasisReference
    reason: Line = ""


class DeadlineRulesBody(Body):
    """How terms of what is issued from now on are counted."""

    receipt_deemed_days: Annotated[StrictInt, Field(ge=0, le=60)]
    off_days: OffDays
    periods_ahead: Annotated[StrictInt, Field(ge=0, le=AHEAD_MAX)] = Field(
        1, description="Periods of a duty that comes again that are given beside the present one."
    )


class DayBody(Body):
    """A day that is not an ordinary one: a holiday, a compensation, a Saturday that is worked."""

    day: Day
    is_working: StrictBool
    note: Annotated[FilledLine, Field(max_length=200)]
    is_confirmed: StrictBool = True
    basis: Line = ""


def _distinct(days: tuple[DayBody, ...]) -> tuple[DayBody, ...]:
    if len({named.day for named in days}) < len(days):
        raise ValueError("a day is named twice")
    return days


class CalendarYearBody(Body):
    """What a calendar says of a year from now on; days that are not named are ordinary."""

    days: Annotated[tuple[DayBody, ...], Field(max_length=366), AfterValidator(_distinct)]
    source: FilledLine
    legal_basis: FilledLine

    def changes(self) -> dict[date, DayChange]:
        """Return the days as the domain has them."""
        return {
            of.day: DayChange(of.is_working, of.note, of.is_confirmed, of.basis or self.legal_basis)
            for of in self.days
        }
