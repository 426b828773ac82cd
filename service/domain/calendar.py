"""Days in Viet Nam: the office's zone, its opening hour, working days as whole numbers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
OPENS = time(7, 30)
QUIET_FROM = time(21, 0)
QUIET_UNTIL = time(6, 0)
FIRST_YEAR, LAST_YEAR = 2020, 2040


def office_day(now: datetime) -> date:
    """Return the day in the office at an instant: 17:01 UTC is already tomorrow there."""
    return now.astimezone(ZONE).date()


def opening(day: date) -> datetime:
    """Return the instant at which the office opens on a day."""
    return datetime.combine(day, OPENS, ZONE).astimezone(UTC)


def quiet_until(now: datetime) -> datetime:
    """Return when a message that can wait may go: now, or at the end of the quiet hours."""
    local = now.astimezone(ZONE)
    if QUIET_UNTIL <= local.time() < QUIET_FROM:
        return now
    day = local.date() if local.time() < QUIET_UNTIL else local.date() + timedelta(days=1)
    return datetime.combine(day, QUIET_UNTIL, ZONE).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a calendar.

    Attributes:
        day_no: Whole number that grows by one a day.
        ordinal: Working days up to and including this day, counted from the calendar's first day.
        opens_at: When the office opens, also on days off: then an alarm may ring, nobody need come.
    """

    day: date
    day_no: int
    is_working: bool
    ordinal: int
    opens_at: datetime
    note: str


def days(first_year: int, last_year: int, changes: Mapping[date, tuple[bool, str]]) -> Iterator[Day]:
    """Count the days of some years: Monday to Friday work, but for `changes` (day → works?, why)."""
    day, ordinal = date(first_year, 1, 1), 0
    while day.year <= last_year:
        works, note = changes.get(day, (day.weekday() < 5, ""))
        ordinal += works
        yield Day(day, day.toordinal(), works, ordinal, opening(day), note)
        day += timedelta(days=1)


def national_changes(first_year: int, last_year: int) -> dict[date, tuple[bool, str]]:
    """Return public holidays, compensations and swapped Saturdays of Viet Nam.

    Source: the package `holidays` (Labour Code 2019, article 112, and the yearly notices), with the
    decisions it lacks. Future years follow the rule until the yearly notice replaces them.
    """
    import holidays

    known = holidays.country_holidays("VN", years=range(first_year, last_year + 1), language="vi")
    changes = {day: (False, str(name)) for day, name in known.items()}
    for day in known.weekend_workdays:
        changes[day] = (True, "làm bù")
    return changes | DECISIONS


DECISIONS: dict[date, tuple[bool, str]] = {
    date(2026, 1, 2): (False, "hoán đổi với 10/1/2026 (Chính phủ đồng ý ngày 25/12/2025)"),
    date(2026, 1, 10): (True, "làm bù cho 2/1/2026"),
}
