"""Duties that come again: a rule, the periods it cuts time into, and the days it names in each (R14)."""

import calendar
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from service.domain.calendar import LAST_YEAR
from service.domain.errors import InvalidValue

ONE_DAY = timedelta(days=1)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
OFFICE_WEEK = (0, 1, 2, 3, 4)
INTERVAL_MAX = 24
FIRST_DAY_MAX = 28
"""Every month has such a day."""


class Freq(StrEnum):
    """How often a duty comes again."""

    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    HALF_YEARLY = "half_yearly"
    YEARLY = "yearly"


UNSPECIFIED = "unspecified"
"""The text says that a duty comes again and not how often; a clerk settles it."""

QUARTERS = ("I", "II", "III", "IV")
MONTHS = {Freq.MONTHLY: 1, Freq.QUARTERLY: 3, Freq.HALF_YEARLY: 6, Freq.YEARLY: 12}
KNOWN = frozenset(
    {
        *("freq", "interval", "by_weekday", "by_month_day", "by_month", "by_set_pos", "by_time"),
        *("offset_months", "start", "until", "first_day"),
    }
)


class Named(NamedTuple):
    """The day on which a period's duty is due, before a calendar has its say.

    `position` 0: the day `last_on` itself. 1, 2, …: that working day after the day `after_on`; −1, −2, …:
    that working day counted back from `last_on`. Where there is none after `after_on`, the next one.
    """

    after_on: date
    last_on: date
    position: int


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time for which one duty is done. Its `key` sorts in time within one frequency.

    Where `named` is None nothing is due for it: a rule for some months of the year has such periods.
    """

    key: str
    start_on: date
    end_on: date
    named: Named | None


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A rule as the intake reads it, checked.

    Attributes:
        freq: How long a period is.
        interval: How many weeks, months, … make one period.
        weekdays: 0 is Monday.
        month_days: 1 to 31, or −1 for the last day of the month; 31 is the last day of a shorter month.
        months: Months of the year in which something is due; none: the last month of every period.
        set_pos: Which of the named days; −1 is the last. With Monday to Friday it counts working days.
        minute: Until when on the due day, in minutes from midnight.
        offset_months: The duty of a period is due so many months later.
        first_day: Day of the month on which a period begins: 15 for periods from the 15th to the 14th,
            which are called after the month in which they end.
        start_on: Nothing before this day.
        until_on: Nothing that begins after this day.
    """

    freq: Freq
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    set_pos: int | None = None
    minute: int | None = None
    offset_months: int = 0
    first_day: int = 1
    start_on: date | None = None
    until_on: date | None = None


def is_settled(deadline: Mapping[str, Any]) -> bool:
    """Return if a reading comes again at a known frequency."""
    if deadline.get("kind") != "recurring":
        return False
    rule = deadline.get("rule")
    return not isinstance(rule, Mapping) or rule.get("freq", UNSPECIFIED) != UNSPECIFIED


def recurrence_of(rule: Any) -> Recurrence:
    """Return the rule that a reading gives.

    Raises:
        InvalidValue: It is not of a known form.
    """
    if not isinstance(rule, Mapping) or not set(rule) <= KNOWN:
        _refuse("", f"must have only {', '.join(sorted(KNOWN))}")
    if rule.get("freq") not in tuple(Freq):
        _refuse("freq", f"must be one of {', '.join(Freq)}")
    found = Recurrence(
        freq=Freq(rule["freq"]),
        interval=_number(rule, "interval", 1, INTERVAL_MAX, default=1),
        weekdays=_weekdays(rule.get("by_weekday")),
        month_days=_numbers(rule, "by_month_day", -28, 31),
        months=_numbers(rule, "by_month", 1, 12),
        set_pos=_number(rule, "by_set_pos", -31, 31, default=0) or None,
        minute=_minute(rule.get("by_time")),
        offset_months=_number(rule, "offset_months", 0, 12, default=0),
        first_day=_number(rule, "first_day", 1, FIRST_DAY_MAX, default=1),
        start_on=_day(rule, "start"),
        until_on=_day(rule, "until"),
    )
    _require_sense(found)
    return found


def _require_sense(rule: Recurrence) -> None:
    short = rule.freq not in MONTHS
    if short and (rule.month_days or rule.months or rule.offset_months or rule.first_day > 1):
        _refuse("freq", "days and months of the year need periods of months")
    if rule.month_days and rule.weekdays:
        _refuse("by_weekday", "names days of the month or of the week, not both")
    if rule.set_pos is not None and not (rule.month_days or rule.weekdays):
        _refuse("by_set_pos", "needs the days that it counts")
    if rule.first_day > 1 and len(rule.month_days) > 1:
        _refuse("by_month_day", "a period that begins within a month has one due day")
    if rule.start_on and rule.until_on and rule.until_on < rule.start_on:
        _refuse("until", "lies before start")


def periods(rule: Recurrence, from_on: date, *, since: date | None = None) -> Iterator[Period]:
    """Give the periods of a rule, each beginning the day after the one before ends.

    With several named days a period has as many parts, each of them a period of its own.

    Args:
        rule: The rule.
        from_on: The day on which the first one begins, however late that is; `interval` counts from there.
        since: Only periods from the one that begins on this day.
    """
    day = since or from_on
    while True:
        for part in _parts(rule, *_span(rule, from_on, day)):
            if part.end_on < day:
                continue
            if day.year >= LAST_YEAR or (rule.until_on is not None and day > rule.until_on):
                return
            yield replace(part, start_on=max(part.start_on, day))
            day = part.end_on + ONE_DAY


def begin_of(rule: Recurrence, day: date) -> date:
    """Return the first day of the period in which a day lies."""
    return _span(rule, day, day)[1]


def _span(rule: Recurrence, from_on: date, day: date) -> tuple[str, date, date]:
    """Return the key, first and last day of the whole period in which a day lies."""
    if rule.freq is Freq.DAILY:
        start = day - ONE_DAY * ((day - from_on).days % rule.interval)
        return start.isoformat(), start, start + ONE_DAY * (rule.interval - 1)
    if rule.freq is Freq.WEEKLY:
        monday = day - ONE_DAY * day.weekday()
        weeks = (monday - (from_on - ONE_DAY * from_on.weekday())).days // 7
        start = monday - ONE_DAY * 7 * (weeks % rule.interval)
        year, week, _ = start.isocalendar()
        return f"{year}-W{week:02}", start, start + ONE_DAY * (7 * rule.interval - 1)
    size = MONTHS[rule.freq]
    here, first = (_month_no(rule, each) // size for each in (day, from_on))
    number = (here - (here - first) % rule.interval) * size
    following = number + size * rule.interval
    return _key(rule.freq, number), _starts(rule, number), _starts(rule, following) - ONE_DAY


def _month_no(rule: Recurrence, day: date) -> int:
    """Return the month of a day, counted from year 0; a month may begin on its `first_day`."""
    number = day.year * 12 + day.month - 1
    return number + (rule.first_day > 1 and day.day >= rule.first_day)


def _starts(rule: Recurrence, number: int) -> date:
    year, month = divmod(number - (rule.first_day > 1), 12)
    return date(year, month + 1, rule.first_day)


def _key(freq: Freq, number: int) -> str:
    year, month = divmod(number, 12)
    match freq:
        case Freq.QUARTERLY:
            return f"{year}-Q{month // 3 + 1}"
        case Freq.HALF_YEARLY:
            return f"{year}-H{month // 6 + 1}"
        case Freq.YEARLY:
            return f"{year}"
    return f"{year}-{month + 1:02}"


def in_words(key: str) -> str:
    """Return a period as people call it: "2024-Q2" is quý II/2024, "2024-05.2" tháng 5/2024 (lần 2)."""
    whole, _, part = key.partition("/")[0].partition(".")
    year, _, rest = whole.partition("-")
    match rest[:1]:
        case "":
            called = f"năm {year}"
        case "W":
            called = f"tuần {int(rest[1:])}/{year}"
        case "Q":
            called = f"quý {QUARTERS[int(rest[1:]) - 1]}/{year}"
        case "H":
            called = f"6 tháng {'đầu' if rest == 'H1' else 'cuối'} năm {year}"
        case _ if "-" in rest:
            called = f"ngày {date.fromisoformat(whole):%d/%m/%Y}"
        case _:
            called = f"tháng {int(rest)}/{year}"
    return f"{called} (lần {part})" if part else called


def _parts(rule: Recurrence, key: str, start_on: date, end_on: date) -> list[Period]:
    """Cut a period after each named day but the last one."""
    if not rule.weekdays and not rule.month_days:
        return [Period(key, start_on, end_on, _end(rule, start_on, end_on))]
    if rule.freq is Freq.DAILY:
        named = [end_on] if end_on.weekday() in rule.weekdays else []
    elif rule.freq is Freq.WEEKLY:
        week = end_on - ONE_DAY * 6
        named = [week + ONE_DAY * day for day in rule.weekdays]
    else:
        months = _due_months(rule, end_on)
        if rule.set_pos is not None and rule.weekdays == OFFICE_WEEK:
            return [Period(key, start_on, end_on, _working_day(rule, months))]
        named = sorted({day for month in months for day in _days_of(rule, month)})
    if rule.set_pos is not None:
        picked = rule.set_pos - 1 if rule.set_pos > 0 else rule.set_pos
        named = named[picked : picked + 1 or None]
    if not named:
        return [Period(key, start_on, end_on, None)]
    parts, begins = [], start_on
    for number, day in enumerate(named, start=1):
        last = number == len(named)
        ends = end_on if last else day
        suffix = "" if len(named) == 1 else f".{number}"
        due = _later(day, rule.offset_months)
        parts.append(Period(key + suffix, begins, ends, Named(due - ONE_DAY, due, 0)))
        begins = ends + ONE_DAY
    return parts


def _end(rule: Recurrence, start_on: date, end_on: date) -> Named | None:
    """Return the last working day of a period, or of the months in which it is due; daily: that day."""
    if rule.freq is Freq.DAILY:
        return Named(end_on - ONE_DAY, end_on, 0)
    if not rule.months and not rule.offset_months:
        return Named(start_on - ONE_DAY, end_on, -1)
    months = _due_months(rule, end_on)
    if not months:
        return None
    first = _later(months[-1], rule.offset_months)
    last = _later(end_on, rule.offset_months) if rule.first_day > 1 and not rule.months else _month_end(first)
    return Named(first - ONE_DAY, last, -1)


def _due_months(rule: Recurrence, end_on: date) -> list[date]:
    """Return the first days of the months of a period in which something is due."""
    last = end_on.year * 12 + end_on.month - 1
    if not rule.months:
        return [_first_of(last)]
    count = MONTHS[rule.freq] * rule.interval
    return [
        first for first in map(_first_of, range(last - count + 1, last + 1)) if first.month in rule.months
    ]


def _working_day(rule: Recurrence, months: list[date]) -> Named | None:
    """Return the n-th working day of the months in which something is due."""
    if not months or rule.set_pos is None:
        return None
    first, last = _later(months[0], rule.offset_months), _later(months[-1], rule.offset_months)
    return Named(first - ONE_DAY, _month_end(last), rule.set_pos)


def _days_of(rule: Recurrence, first: date) -> Iterator[date]:
    length = calendar.monthrange(first.year, first.month)[1]
    for day in rule.month_days:
        yield first.replace(day=min(day, length) if day > 0 else length + 1 + day)
    for number in range(1, length + 1) if rule.weekdays else ():
        if first.replace(day=number).weekday() in rule.weekdays:
            yield first.replace(day=number)


def _first_of(number: int) -> date:
    year, month = divmod(number, 12)
    return date(year, month + 1, 1)


def _month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _later(day: date, months: int) -> date:
    """Return the same day so many months later; the last day of a month stays one."""
    if not months:
        return day
    there = _first_of(day.year * 12 + day.month - 1 + months)
    length = calendar.monthrange(there.year, there.month)[1]
    return there.replace(day=length if day == _month_end(day) else min(day.day, length))


def _refuse(name: str, detail: str) -> None:
    raise InvalidValue(field=f"rule.{name}" if name else "rule", detail=detail)


def _number(rule: Mapping[str, Any], name: str, least: int, most: int, *, default: int) -> int:
    value = rule.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        _refuse(name, f"must be a whole number from {least} to {most}")
    return int(value)


def _numbers(rule: Mapping[str, Any], name: str, least: int, most: int) -> tuple[int, ...]:
    value = rule.get(name)
    if value is None:
        return ()
    found = value if isinstance(value, list | tuple) else [value]
    for each in found:
        if not isinstance(each, int) or isinstance(each, bool) or not least <= each <= most or not each:
            _refuse(name, f"must be whole numbers from {least} to {most}, not 0")
    return tuple(sorted(set(found)))


def _weekdays(value: Any) -> tuple[int, ...]:
    if value is None:
        return ()
    found = value if isinstance(value, list | tuple) else [value]
    if not found or any(each not in WEEKDAYS for each in found):
        _refuse("by_weekday", f"must be of {', '.join(WEEKDAYS)}")
    return tuple(sorted({WEEKDAYS.index(each) for each in found}))


def _minute(value: Any) -> int | None:
    if value is None:
        return None
    try:
        ends = time.fromisoformat(value)
    except (TypeError, ValueError):
        raise InvalidValue(field="rule.by_time", detail="must be a time, HH:MM") from None
    return ends.hour * 60 + ends.minute


def _day(rule: Mapping[str, Any], name: str) -> date | None:
    value = rule.get(name)
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise InvalidValue(field=f"rule.{name}", detail="must be a day, YYYY-MM-DD") from None
