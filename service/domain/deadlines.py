"""From the phrase in the letter to the day on which a duty is due (R16)."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from service.domain.calendar import FIRST_YEAR, LAST_YEAR
from service.domain.errors import InvalidValue

RECEIPT_DEEMED_DAYS = 3
"""Working days after issue on which a letter counts as received when nothing else shows it."""

UNDATED: dict[str, Any] = {"kind": "none", "text": ""}
KINDS = frozenset(
    {"date", "period", "relative_days", "relative_working_days", "recurring", "ongoing", "event", "none"}
)

AddWorkingDays = Callable[[date, int], date]
"""Returns the n-th working day after a day; for 0 the day itself, or the next working day after a day off."""


def due_day(
    deadline: Mapping[str, Any], *, signed_on: date | None, issued_on: date, add: AddWorkingDays
) -> date | None:
    """Return the last day on which a duty is on time; None for a duty without one.

    "trước ngày 15/5" counts the 15th as on time. A relative term that ends on a day off ends on the next
    working day; a date that the letter names stays as it is.

    Args:
        deadline: A reading in the form of the intake: `kind` and what that kind needs.
        signed_on: Day of the signature; the issue date stands in for it.
        issued_on: Day of issue.
        add: The register's working calendar.

    Raises:
        InvalidValue: The reading is not of a known form, or lies outside the calendar.
    """
    kind = deadline.get("kind", "none")
    if kind not in KINDS:
        raise InvalidValue(field="deadline", detail=f"unknown kind {kind!r}")
    if kind == "date":
        return checked(_day(deadline, "iso"))
    if kind == "period":
        return checked(_day(deadline, "end"))
    if not kind.startswith("relative"):
        return None
    starts = {"signing": signed_on or issued_on, "issue": issued_on}
    start = starts.get(deadline.get("from", "issue")) or add(issued_on, RECEIPT_DEEMED_DAYS)
    count = deadline.get("days")
    if not isinstance(count, int) or isinstance(count, bool) or not 0 <= count <= 3660:
        raise InvalidValue(field="deadline", detail="days must be a whole number from 0 to 3660")
    if kind == "relative_working_days":
        return checked(add(start, count))
    return checked(add(start + timedelta(days=count), 0))


def checked(day: date) -> date:
    """Return a day that the calendar knows.

    Raises:
        InvalidValue: It lies outside; no reminder could ever be due.
    """
    if not FIRST_YEAR < day.year < LAST_YEAR:
        raise InvalidValue(field="due_on", detail=f"must lie between {FIRST_YEAR + 1} and {LAST_YEAR - 1}")
    return day


def _day(deadline: Mapping[str, Any], name: str) -> date:
    try:
        return date.fromisoformat(deadline[name])
    except (KeyError, TypeError, ValueError):
        raise InvalidValue(field=f"deadline.{name}", detail="must be a day, YYYY-MM-DD") from None
