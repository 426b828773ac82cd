"""From the phrase to the day."""

from datetime import date, timedelta
from typing import Any

import pytest

from service.domain.deadlines import due_day
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


def read(deadline: dict[str, Any]) -> date | None:
    return due_day(deadline, signed_on=None, issued_on=ISSUED, add=weekdays)


def test_a_named_day_stays_as_the_letter_names_it() -> None:
    assert read({"kind": "date", "iso": "2024-05-15", "bound": "before"}) == date(2024, 5, 15)


def test_ten_working_days_from_receipt_start_when_the_letter_counts_as_received() -> None:
    # deemed received on Wednesday 1 May, three working days after issue
    assert read({"kind": "relative_working_days", "days": 10, "from": "receipt"}) == date(2024, 5, 15)


def test_a_term_that_ends_on_a_sunday_ends_on_monday() -> None:
    assert read({"kind": "relative_days", "days": 2, "from": "issue"}) == date(2024, 4, 29)


@pytest.mark.parametrize("kind", ["none", "ongoing", "recurring", "event"])
def test_no_deadline_is_an_ordinary_state(kind: str) -> None:
    assert read({"kind": kind}) is None


@pytest.mark.parametrize(
    "deadline",
    [
        {"kind": "soon"},
        {"kind": "date"},
        {"kind": "date", "iso": 20240515},
        {"kind": "date", "iso": "1024-05-15"},
        {"kind": "relative_days", "days": True},
        {"kind": "relative_days", "days": -1},
    ],
)
def test_a_reading_that_makes_no_sense_is_refused_not_guessed(deadline: dict[str, Any]) -> None:
    with pytest.raises(InvalidValue):
        read(deadline)
