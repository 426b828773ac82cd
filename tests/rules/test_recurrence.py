"""For any rule, periods neither overlap nor leave gaps, and each names at most one day."""

from datetime import date, timedelta
from itertools import islice, pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.errors import InvalidValue
from service.domain.recurrence import (
    MONTHS,
    WEEKDAYS,
    Freq,
    Named,
    Recurrence,
    begin_of,
    in_words,
    is_settled,
    periods,
    recurrence_of,
)

pytestmark = pytest.mark.rules
DAYS = st.dates(date(2023, 1, 1), date(2030, 12, 31))
OFFICE_WEEK = list(WEEKDAYS[:5])


@st.composite
def rules(draw: st.DrawFn) -> dict[str, Any]:
    """Any rule that makes sense."""
    freq = draw(st.sampled_from(list(Freq)))
    rule: dict[str, Any] = {"freq": str(freq), "interval": draw(st.integers(1, 4))}
    if freq in MONTHS:
        rule["offset_months"] = draw(st.integers(0, 2))
        rule["by_month"] = draw(st.none() | st.lists(st.integers(1, 12), min_size=1, max_size=3))
        rule["first_day"] = draw(st.sampled_from([1, 1, 15, 28]))
    named = draw(st.sampled_from(["", "by_weekday", *(["by_month_day"] if freq in MONTHS else [])]))
    if named == "by_weekday":
        rule["by_weekday"] = draw(st.lists(st.sampled_from(WEEKDAYS), min_size=1, unique=True))
    if named == "by_month_day":
        days = st.sampled_from([-1, -3, 1, 14, 15, 28, 30, 31])
        most = 1 if rule["first_day"] > 1 else 3
        rule["by_month_day"] = draw(st.lists(days, min_size=1, max_size=most, unique=True))
    if named:
        rule["by_set_pos"] = draw(st.sampled_from([None, None, 1, -1, 2]))
        if rule["by_set_pos"] is None or (rule["first_day"] if freq in MONTHS else 1) > 1:
            del rule["by_set_pos"]
    if named == "by_weekday" and rule.get("first_day", 1) > 1:
        rule["first_day"] = 1
    return rule


@given(written=rules(), day=DAYS)
def test_periods_follow_one_another_without_gap_or_overlap(written: dict[str, Any], day: date) -> None:
    rule = recurrence_of(written)
    found = list(islice(periods(rule, day), 40))
    assert found[0].start_on == day
    for earlier, later in pairwise(found):
        assert earlier.start_on <= earlier.end_on
        assert later.start_on == earlier.end_on + timedelta(days=1)
    keys = [each.key for each in found]
    assert len(set(keys)) == len(keys), "no two periods are called the same"


@given(written=rules(), day=DAYS, skipped=st.integers(0, 20))
def test_it_does_not_matter_where_one_goes_on(written: dict[str, Any], day: date, skipped: int) -> None:
    rule = recurrence_of(written)
    found = list(islice(periods(rule, day), skipped + 10))
    place = min(skipped, len(found) - 1)
    again = list(islice(periods(rule, day, since=found[place].start_on), len(found) - place))
    assert again == found[place:]


@given(written=rules(), day=DAYS)
def test_a_period_begins_where_its_first_day_is(written: dict[str, Any], day: date) -> None:
    rule = recurrence_of(written)
    begins = begin_of(rule, day)
    assert begins <= day
    assert begin_of(rule, begins) == begins


def named(text: str, rule: dict[str, Any], on: str, count: int) -> list[tuple[str, str, str, str]]:
    """Return (period, first day, last day, due day and how) of the first periods."""
    del text
    read = recurrence_of(rule)
    day = begin_of(read, date.fromisoformat(on))
    return [
        (each.key, each.start_on.isoformat(), each.end_on.isoformat(), _said(each.named))
        for each in islice(periods(read, day), count)
    ]


def _said(day: Named | None) -> str:
    if day is None:
        return "-"
    if day.position == 0:
        return day.last_on.isoformat()
    since = day.after_on + timedelta(days=1)
    return f"working day {day.position} of {since}..{day.last_on}"


@pytest.mark.parametrize(
    ("text", "rule", "on", "expected"),
    [
        (
            "trước ngày 20 hằng tháng",
            {"freq": "monthly", "by_month_day": 20},
            "2024-05-22",
            [
                ("2024-05", "2024-05-01", "2024-05-31", "2024-05-20"),
                ("2024-06", "2024-06-01", "2024-06-30", "2024-06-20"),
            ],
        ),
        (
            "ngày 15, 30 hằng tháng",
            {"freq": "monthly", "by_month_day": [15, 30]},
            "2024-02-01",
            [
                ("2024-02.1", "2024-02-01", "2024-02-15", "2024-02-15"),
                ("2024-02.2", "2024-02-16", "2024-02-29", "2024-02-29"),
                ("2024-03.1", "2024-03-01", "2024-03-15", "2024-03-15"),
                ("2024-03.2", "2024-03-16", "2024-03-31", "2024-03-30"),
            ],
        ),
        (
            "ngày cuối cùng của tháng",
            {"freq": "monthly", "by_month_day": -1},
            "2024-02-10",
            [("2024-02", "2024-02-01", "2024-02-29", "2024-02-29")],
        ),
        (
            "ngày làm việc cuối cùng của tháng",
            {"freq": "monthly", "by_weekday": OFFICE_WEEK, "by_set_pos": -1},
            "2024-02-10",
            [("2024-02", "2024-02-01", "2024-02-29", "working day -1 of 2024-02-01..2024-02-29")],
        ),
        (
            "trước ngày 05 của tháng sau",
            {"freq": "monthly", "by_month_day": 5, "offset_months": 1},
            "2024-12-03",
            [("2024-12", "2024-12-01", "2024-12-31", "2025-01-05")],
        ),
        (
            "kỳ báo cáo từ ngày 15 tháng trước đến ngày 14, gửi trước ngày 20",
            {"freq": "monthly", "first_day": 15, "by_month_day": 20},
            "2024-05-15",
            [
                ("2024-06", "2024-05-15", "2024-06-14", "2024-06-20"),
                ("2024-07", "2024-06-15", "2024-07-14", "2024-07-20"),
            ],
        ),
        (
            "quý tính từ ngày 15 tháng cuối quý trước đến ngày 14 tháng cuối quý",
            {"freq": "quarterly", "first_day": 15},
            "2024-01-31",
            [("2024-Q1", "2023-12-15", "2024-03-14", "working day -1 of 2023-12-15..2024-03-14")],
        ),
        (
            "năm tính từ ngày 15/12 đến ngày 14/12",
            {"freq": "yearly", "first_day": 15},
            "2024-12-20",
            [("2025", "2024-12-15", "2025-12-14", "working day -1 of 2024-12-15..2025-12-14")],
        ),
        (
            "trước ngày 15 của tháng cuối quý",
            {"freq": "quarterly", "by_month_day": 15},
            "2024-05-02",
            [("2024-Q2", "2024-04-01", "2024-06-30", "2024-06-15")],
        ),
        (
            "6 tháng (trước 10/6): nửa năm sau có báo cáo năm",
            {"freq": "half_yearly", "by_month": 6, "by_month_day": 10},
            "2024-04-15",
            [
                ("2024-H1", "2024-01-01", "2024-06-30", "2024-06-10"),
                ("2024-H2", "2024-07-01", "2024-12-31", "-"),
                ("2025-H1", "2025-01-01", "2025-06-30", "2025-06-10"),
            ],
        ),
        (
            "trước ngày 15/6 và ngày 15/12 hằng năm",
            {"freq": "half_yearly", "by_month": [6, 12], "by_month_day": 15},
            "2024-04-15",
            [
                ("2024-H1", "2024-01-01", "2024-06-30", "2024-06-15"),
                ("2024-H2", "2024-07-01", "2024-12-31", "2024-12-15"),
            ],
        ),
        (
            "thứ Hai và thứ Năm hằng tuần",
            {"freq": "weekly", "by_weekday": ["TH", "MO"]},
            "2024-04-30",
            [
                ("2024-W18.1", "2024-04-29", "2024-04-29", "2024-04-29"),
                ("2024-W18.2", "2024-04-30", "2024-05-05", "2024-05-02"),
            ],
        ),
        (
            "02 tuần/lần, thứ Sáu",
            {"freq": "weekly", "interval": 2, "by_weekday": "FR"},
            "2024-05-01",
            [
                ("2024-W18", "2024-04-29", "2024-05-12", "2024-05-10"),
                ("2024-W20", "2024-05-13", "2024-05-26", "2024-05-24"),
            ],
        ),
        (
            "tuần đầu tiên của năm 2025 bắt đầu trong năm 2024",
            {"freq": "weekly"},
            "2024-12-31",
            [("2025-W01", "2024-12-30", "2025-01-05", "working day -1 of 2024-12-30..2025-01-05")],
        ),
        (
            "báo cáo hằng ngày trước 15 giờ",
            {"freq": "daily", "by_time": "15:00"},
            "2024-05-04",
            [
                ("2024-05-04", "2024-05-04", "2024-05-04", "2024-05-04"),
                ("2024-05-05", "2024-05-05", "2024-05-05", "2024-05-05"),
            ],
        ),
    ],
)
def test_the_periods_are_those_that_the_text_means(
    text: str, rule: dict[str, Any], on: str, expected: list[tuple[str, str, str, str]]
) -> None:
    assert named(text, rule, on, len(expected)) == expected


def test_a_rule_for_some_years_ends() -> None:
    rule = recurrence_of({"freq": "yearly", "by_month": 11, "by_month_day": 30, "until": "2025-12-31"})
    assert [each.key for each in periods(rule, date(2023, 1, 1))] == ["2023", "2024", "2025"]


@pytest.mark.parametrize(
    "rule",
    [
        None,
        {},
        {"freq": "unspecified"},
        {"freq": "hourly"},
        {"freq": ["monthly"]},
        {"freq": "monthly", "by_hour": 3},
        {"freq": "monthly", "interval": 0},
        {"freq": "monthly", "interval": True},
        {"freq": "monthly", "by_month_day": 0},
        {"freq": "monthly", "by_month_day": 32},
        {"freq": "monthly", "by_month_day": ["15"]},
        {"freq": "yearly", "by_month": 13},
        {"freq": "weekly", "by_weekday": "XX"},
        {"freq": "weekly", "by_month_day": 3},
        {"freq": "daily", "offset_months": 1},
        {"freq": "weekly", "first_day": 15},
        {"freq": "monthly", "first_day": 29},
        {"freq": "monthly", "first_day": 15, "by_month_day": [15, 30]},
        {"freq": "monthly", "by_month_day": 1, "by_weekday": "MO"},
        {"freq": "monthly", "by_set_pos": 1},
        {"freq": "weekly", "by_time": "25:00"},
        {"freq": "weekly", "by_time": 15},
        {"freq": "yearly", "until": "never"},
        {"freq": "yearly", "start": "2025-01-01", "until": "2024-01-01"},
    ],
)
def test_a_rule_that_nobody_could_follow_is_refused(rule: Any) -> None:
    with pytest.raises(InvalidValue):
        recurrence_of(rule)


def test_a_text_that_does_not_say_how_often_is_not_settled() -> None:
    assert not is_settled({"kind": "recurring", "rule": {"freq": "unspecified"}})
    assert not is_settled({"kind": "date", "iso": "2024-05-01"})
    assert is_settled({"kind": "recurring", "rule": {"freq": "monthly"}})


def test_the_shape_of_a_rule_is_what_was_written() -> None:
    written = {"freq": "weekly", "by_weekday": ["MO", "FR"], "by_time": "16:00"}
    assert recurrence_of(written) == Recurrence(Freq.WEEKLY, weekdays=(0, 4), minute=960)


@pytest.mark.parametrize(
    ("key", "called"),
    [
        ("2024", "năm 2024"),
        ("2024/2", "năm 2024"),
        ("2024-H1", "6 tháng đầu năm 2024"),
        ("2024-H2", "6 tháng cuối năm 2024"),
        ("2024-Q2", "quý II/2024"),
        ("2024-05", "tháng 5/2024"),
        ("2024-05.2", "tháng 5/2024 (lần 2)"),
        ("2024-W05.1/2", "tuần 5/2024 (lần 1)"),
        ("2024-05-04", "ngày 04/05/2024"),
    ],
)
def test_a_period_is_called_as_people_call_it(key: str, called: str) -> None:
    assert in_words(key) == called


@given(written=rules(), day=DAYS)
def test_every_period_has_a_name_in_words(written: dict[str, Any], day: date) -> None:
    rule = recurrence_of(written)
    for each in islice(periods(rule, day), 20):
        assert each.key[:4] in in_words(each.key)
