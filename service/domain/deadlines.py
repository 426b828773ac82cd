"""From the phrase in the letter to the day on which a duty is due (R16)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from typing import Any

from service.domain.calendar import FIRST_YEAR, LAST_YEAR
from service.domain.errors import InvalidValue
from service.domain.escalation import Pace

UNDATED: dict[str, Any] = {"kind": "none", "text": ""}
KINDS = frozenset(
    {"date", "period", "relative_days", "relative_working_days", "recurring", "ongoing", "event", "none"}
)
SETS_DAY = KINDS - {"recurring", "ongoing", "none"}
"""Kinds of readings that give one due day, now or when their event comes."""
DAYS_MAX = 3660
AHEAD_MAX = 12

AddWorkingDays = Callable[[date, int], date]
"""Returns the n-th working day after a day; for 0 the day itself, or the next working day after a day off."""


class Start(StrEnum):
    """What a term counts from."""

    SIGNING = "signing"
    ISSUE = "issue"
    RECEIPT = "receipt"
    EVENT = "event"
    DAY = "day"


class OffDays(StrEnum):
    """Which deadlines move to the next working day when they fall on a day off."""

    NEVER = "never"
    RELATIVE = "relative"
    ALWAYS = "always"


class ReceiptSource(StrEnum):
    """What shows that a unit has the letter."""

    ACKNOWLEDGEMENT = "acknowledgement"
    EXCHANGE = "exchange"
    OPENED = "opened"
    BY_HAND = "by_hand"


@dataclass(frozen=True, slots=True)
class DeadlineRules:
    """What a register decides about terms.

    Attributes:
        receipt_deemed_days: Working days after issue on which a letter counts as received when nothing
            else shows it.
        off_days: Which deadlines move off a day off; terms in working days never end on one.
        periods_ahead: How many periods of a duty that comes again are given beside the present one.
    """

    receipt_deemed_days: int = 2
    off_days: OffDays = OffDays.RELATIVE
    periods_ahead: int = 1


@dataclass(frozen=True, slots=True)
class Rule:
    """How a due day is counted.

    Attributes:
        start: What it counts from.
        from_on: The day it counts from; None for a receipt, which differs per unit, and for an event to come.
        pace: Days or working days.
        days: How many; None where the letter does not say and whoever records the event must.
        rolls: Whether it moves to the next working day.
    """

    start: Start
    from_on: date | None
    pace: Pace
    days: int | None
    rolls: bool

    def is_counted(self) -> bool:
        """Return if the day depends on the calendar, on a receipt or on an event."""
        return self.start is not Start.DAY or self.rolls


def rule_of(
    deadline: Mapping[str, Any], *, signed_on: date | None, issued_on: date, rules: DeadlineRules
) -> Rule | None:
    """Return how the due day of a reading is counted; None for a duty without one.

    Args:
        deadline: A reading in the form of the intake: `kind` and what that kind needs.
        signed_on: Day of the signature; the issue date stands in for it.
        issued_on: Day of issue.
        rules: What the register decides.

    Raises:
        InvalidValue: The reading is not of a known form.
    """
    kind = deadline.get("kind", "none")
    if not isinstance(kind, str) or kind not in KINDS:
        raise InvalidValue(field="deadline", detail=f"unknown kind {kind!r}")
    if kind in ("date", "period"):
        named = _day(deadline, "iso" if kind == "date" else "end")
        return Rule(Start.DAY, named, Pace.DAYS, 0, rules.off_days is OffDays.ALWAYS)
    rolls = rules.off_days is not OffDays.NEVER
    if kind == "event":
        counted = _pace(deadline.get("pace", "days"))
        return Rule(Start.EVENT, None, counted, _count(deadline, needed=False), rolls)
    if not kind.startswith("relative"):
        return None
    known = {"signing": signed_on or issued_on, "issue": issued_on}
    word = deadline.get("from", "issue")
    if not isinstance(word, str):
        raise InvalidValue(field="deadline.from", detail="must be signing, issue or receipt")
    start = Start(word) if word in known else Start.RECEIPT
    pace = Pace.WORKING_DAYS if kind == "relative_working_days" else Pace.DAYS
    return Rule(start, known.get(word), pace, _count(deadline, needed=True), rolls)


def day_of(rule: Rule, start_on: date, *, add: AddWorkingDays) -> date:
    """Return the last day on which a duty is on time, counted from a day.

    Raises:
        InvalidValue: It lies outside the calendar.
    """
    days = rule.days or 0
    if rule.pace is Pace.WORKING_DAYS:
        return checked(add(start_on, days))
    ends = start_on + timedelta(days=days)
    return checked(add(ends, 0) if rule.rolls else ends)


def due_day(
    deadline: Mapping[str, Any],
    *,
    signed_on: date | None,
    issued_on: date,
    add: AddWorkingDays,
    rules: DeadlineRules,
) -> date | None:
    """Return the day that holds at issue; None for a duty without one, or while its event is to come.

    "trước ngày 15/5" counts the 15th as on time. A term from receipt counts from the day on which the
    letter is deemed received.

    Args:
        deadline: A reading in the form of the intake.
        signed_on: Day of the signature; the issue date stands in for it.
        issued_on: Day of issue.
        add: The register's working calendar.
        rules: What the register decides.

    Raises:
        InvalidValue: The reading is not of a known form, or lies outside the calendar.
    """
    rule = rule_of(deadline, signed_on=signed_on, issued_on=issued_on, rules=rules)
    return first_day(rule, issued_on=issued_on, add=add, rules=rules)


def first_day(
    rule: Rule | None, *, issued_on: date, add: AddWorkingDays, rules: DeadlineRules
) -> date | None:
    """Return the day that a rule gives at issue; see `due_day`."""
    if rule is None or rule.start is Start.EVENT:
        return None
    return day_of(rule, rule.from_on or add(issued_on, rules.receipt_deemed_days), add=add)


def due_minute(deadline: Mapping[str, Any]) -> int | None:
    """Return the minute of the due day at which a reading ends ("trước 16 giờ"), counted from midnight.

    Raises:
        InvalidValue: The time is not written HH:MM.
    """
    written = deadline.get("time")
    if written is None:
        return None
    try:
        ends = time.fromisoformat(written)
    except (TypeError, ValueError):
        raise InvalidValue(field="deadline.time", detail="must be a time, HH:MM") from None
    return ends.hour * 60 + ends.minute


def checked(day: date, *, field: str = "due_on") -> date:
    """Return a day that the calendar knows; `field` is where it was named.

    Raises:
        InvalidValue: It lies outside; no reminder could ever be due.
    """
    if not FIRST_YEAR < day.year < LAST_YEAR:
        raise InvalidValue(field=field, detail=f"must lie between {FIRST_YEAR + 1} and {LAST_YEAR - 1}")
    return day


def _count(deadline: Mapping[str, Any], *, needed: bool) -> int | None:
    count = deadline.get("days")
    if count is None and not needed:
        return None
    if not isinstance(count, int) or isinstance(count, bool) or not 0 <= count <= DAYS_MAX:
        raise InvalidValue(field="deadline", detail=f"days must be a whole number from 0 to {DAYS_MAX}")
    return count


def _pace(word: object) -> Pace:
    if word not in (Pace.DAYS, Pace.WORKING_DAYS):
        raise InvalidValue(field="deadline.pace", detail="must be days or working_days")
    return Pace(str(word))


def _day(deadline: Mapping[str, Any], name: str) -> date:
    try:
        return date.fromisoformat(deadline[name])
    except (KeyError, TypeError, ValueError):
        raise InvalidValue(field=f"deadline.{name}", detail="must be a day, YYYY-MM-DD") from None
