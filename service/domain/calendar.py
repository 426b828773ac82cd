"""Days in Viet Nam: the office's zone, its opening hour, working days as whole numbers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
OPENS = time(7, 30)
QUIET_FROM, QUIET_UNTIL = 21 * 60, 6 * 60
"""Minutes of the day; a register may have others."""

FIRST_YEAR, LAST_YEAR = 2020, 2040


def office_day(now: datetime) -> date:
    """Return the day in the office at an instant: 17:01 UTC is already tomorrow there."""
    return now.astimezone(ZONE).date()


def opening(day: date) -> datetime:
    """Return the instant at which the office opens on a day."""
    return datetime.combine(day, OPENS, ZONE).astimezone(UTC)


def clock_words(minute: int) -> str:
    """Return a minute of the day as HH:MM."""
    return f"{minute // 60:02}:{minute % 60:02}"


def minute_of_day(words: str) -> int:
    """Return what HH:MM says as a minute of the day."""
    hour, minute = words.split(":")
    return int(hour) * 60 + int(minute)


def midnight(day: date) -> datetime:
    """Return the instant at which a day begins in the office."""
    return datetime.combine(day, time(), ZONE).astimezone(UTC)


def quiet_until(now: datetime, begins: int = QUIET_FROM, ends: int = QUIET_UNTIL) -> datetime:
    """Return when a message that can wait may go: now, or at the end of the quiet hours.

    Args:
        now: When it could go.
        begins: Minute of the day from which it is quiet; the same as `ends` where it never is.
        ends: Minute of the day at which it may go again; it may be one of the next day.
    """
    local = now.astimezone(ZONE)
    minute = local.hour * 60 + local.minute
    is_quiet = begins <= minute < ends if begins <= ends else minute >= begins or minute < ends
    if not is_quiet:
        return now
    day = local.date() if minute < ends else local.date() + timedelta(days=1)
    return datetime.combine(day, time(ends // 60, ends % 60), ZONE).astimezone(UTC)


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


class DayChange(NamedTuple):
    """What a calendar says of a day: worked or not, why, on which basis, and whether that is settled."""

    is_working: bool
    note: str
    is_confirmed: bool = True
    basis: str = ""


def days(first_year: int, last_year: int, changes: Mapping[date, DayChange]) -> Iterator[Day]:
    """Count the days of some years: Monday to Friday work, but for `changes`."""
    day, ordinal = date(first_year, 1, 1), 0
    while day.year <= last_year:
        change = changes.get(day) or DayChange(day.weekday() < 5, "")
        ordinal += change.is_working
        yield Day(day, day.toordinal(), change.is_working, ordinal, opening(day), change.note)
        day += timedelta(days=1)


def national_changes(first_year: int, last_year: int) -> dict[date, DayChange]:
    """Return public holidays, compensations and swapped Saturdays of Viet Nam.

    Source: the package `holidays` (Labour Code 2019, article 112, and the yearly notices), with the
    decisions it lacks. Years whose notice is not out follow the rule and are to be confirmed.
    """
    import holidays

    known = holidays.country_holidays("VN", years=range(first_year, last_year + 1), language="vi")
    changes = {day: DayChange(False, str(name), _is_settled(day), LABOUR_CODE) for day, name in known.items()}
    for day in known.weekend_workdays:
        changes[day] = DayChange(True, "làm bù", _is_settled(day), YEARLY_NOTICE)
    within = {day: change for day, change in DECISIONS.items() if first_year <= day.year <= last_year}
    return {day: change for day, change in changes.items() if first_year <= day.year <= last_year} | within


def _is_settled(day: date) -> bool:
    return day.year <= LAST_NOTICE


LAST_NOTICE = 2026
"""The last year whose notice of holidays was known when this was written."""
LABOUR_CODE = "Bộ luật Lao động 2019, điều 112"
YEARLY_NOTICE = "thông báo nghỉ lễ hằng năm"
TET_2026 = "thông báo nghỉ Tết Bính Ngọ 14–22/2/2026"
SWAP_2026 = "12729/VPCP-KGVX ngày 25/12/2025"
CULTURE_DAY = "Nghị quyết 80-NQ/TW; Nghị quyết 30/NQ-CP giao sửa điều 112; chưa có luật sửa đổi"

DECISIONS: dict[date, DayChange] = {
    date(2026, 1, 2): DayChange(False, "hoán đổi với 10/1/2026", True, SWAP_2026),
    date(2026, 1, 10): DayChange(True, "làm bù cho 2/1/2026", True, SWAP_2026),
    date(2026, 2, 19): DayChange(False, "Mùng ba Tết Nguyên Đán", True, TET_2026),
    date(2026, 2, 20): DayChange(False, "Mùng bốn Tết Nguyên Đán", True, TET_2026),
    date(2026, 8, 22): DayChange(True, "làm bù cho 31/8/2026", False, YEARLY_NOTICE),
    date(2026, 8, 31): DayChange(False, "hoán đổi với 22/8/2026", False, YEARLY_NOTICE),
    date(2026, 11, 24): DayChange(False, "Ngày Văn hóa Việt Nam", False, CULTURE_DAY),
    date(2027, 11, 24): DayChange(False, "Ngày Văn hóa Việt Nam", False, CULTURE_DAY),
}
"""What the yearly notices say beyond the rule, and what is announced but not yet settled."""
