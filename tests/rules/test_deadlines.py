"""From the phrase to the day."""

from datetime import date, timedelta
from typing import Any

import pytest

from service.domain.deadlines import DeadlineRules, OffDays, due_day, due_minute
from service.domain.errors import InvalidValue

ISSUED = date(2024, 4, 26)  # a Friday


def weekdays(start: date, count: int) -> date:
    day = start
    while day.weekday() > 4:
        day += timedelta(days=1)
    for _ in range(count):
        day += timedelta(days=1)
        while day.weekday() > 4:
            day += timedelta(days=1)
    return day


def read(deadline: dict[str, Any], rules: DeadlineRules = DeadlineRules()) -> date | None:  # noqa: B008
    return due_day(deadline, signed_on=None, issued_on=ISSUED, add=weekdays, rules=rules)


def test_a_named_day_stays_as_the_letter_names_it() -> None:
    assert read({"kind": "date", "iso": "2024-05-15", "bound": "before"}) == date(2024, 5, 15)


def test_ten_working_days_from_receipt_start_when_the_letter_counts_as_received() -> None:
    # deemed received on Tuesday 30 April, two working days after issue
    term = {"kind": "relative_working_days", "days": 10, "from": "receipt"}
    assert read(term) == date(2024, 5, 14)
    assert read(term, DeadlineRules(receipt_deemed_days=3)) == date(2024, 5, 15)


def test_a_term_that_ends_on_a_sunday_ends_on_monday() -> None:
    assert read({"kind": "relative_days", "days": 2, "from": "issue"}) == date(2024, 4, 29)


def test_what_moves_off_a_day_off_is_the_registers_choice() -> None:
    sunday = {"kind": "relative_days", "days": 2, "from": "issue"}
    named = {"kind": "date", "iso": "2024-04-28"}
    for off_days, counted, written in (
        (OffDays.NEVER, date(2024, 4, 28), date(2024, 4, 28)),
        (OffDays.RELATIVE, date(2024, 4, 29), date(2024, 4, 28)),
        (OffDays.ALWAYS, date(2024, 4, 29), date(2024, 4, 29)),
    ):
        assert read(sunday, DeadlineRules(off_days=off_days)) == counted
        assert read(named, DeadlineRules(off_days=off_days)) == written


@pytest.mark.parametrize("kind", ["none", "ongoing", "recurring", "event"])
def test_no_deadline_is_an_ordinary_state(kind: str) -> None:
    assert read({"kind": kind}) is None


@pytest.mark.parametrize(
    "deadline",
    [
        {"kind": "soon"},
        {"kind": ["date"]},
        {"kind": "relative_days", "days": 5, "from": ["issue"]},
        {"kind": "date"},
        {"kind": "date", "iso": 20240515},
        {"kind": "date", "iso": "1024-05-15"},
        {"kind": "relative_days", "days": True},
        {"kind": "relative_days", "days": -1},
        {"kind": "event", "days": "5"},
        {"kind": "event", "days": 5, "pace": "weeks"},
    ],
)
def test_a_reading_that_makes_no_sense_is_refused_not_guessed(deadline: dict[str, Any]) -> None:
    with pytest.raises(InvalidValue):
        read(deadline)


def test_a_time_of_day_is_kept_and_a_wrong_one_refused() -> None:
    assert due_minute({"kind": "date", "time": "16:30"}) == 990
    assert due_minute({"kind": "date"}) is None
    with pytest.raises(InvalidValue):
        due_minute({"kind": "date", "time": "chiều"})
