"""Days in Viet Nam: what goes wrong when a server thinks that it is in London."""

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from service.domain.calendar import days, national_changes, office_day, opening, quiet_until

YEARS = (2024, 2026)
CALENDAR = {day.day: day for day in days(*YEARS, national_changes(*YEARS))}


def test_one_minute_past_five_in_the_evening_utc_is_tomorrow_in_the_office() -> None:
    assert office_day(datetime(2024, 3, 31, 17, 1, tzinfo=UTC)) == date(2024, 4, 1)


def test_holidays_and_swapped_days_of_2024_are_counted() -> None:
    assert not CALENDAR[date(2024, 4, 18)].is_working, "Giỗ Tổ"
    assert not CALENDAR[date(2024, 4, 29)].is_working, "hoán đổi"
    assert CALENDAR[date(2024, 5, 4)].is_working, "làm bù thứ Bảy"


def test_the_swap_of_january_2026_that_the_package_lacks_is_counted() -> None:
    assert not CALENDAR[date(2026, 1, 2)].is_working
    assert CALENDAR[date(2026, 1, 10)].is_working


@given(st.sampled_from(sorted(CALENDAR)[1:]))
def test_working_days_grow_by_one_on_working_days_only(day: date) -> None:
    today = CALENDAR[day]
    before = CALENDAR[date.fromordinal(day.toordinal() - 1)]
    assert today.ordinal - before.ordinal == today.is_working
    assert today.day_no - before.day_no == 1
    assert office_day(opening(day)) == day


def test_nobody_is_woken_at_night() -> None:
    late = datetime(2024, 5, 15, 22, 5, tzinfo=UTC)  # 5:05 in the office
    assert quiet_until(late) == datetime(2024, 5, 15, 23, 0, tzinfo=UTC)
    evening = datetime(2024, 5, 15, 14, 30, tzinfo=UTC)  # 21:30 in the office
    assert quiet_until(evening) == datetime(2024, 5, 15, 23, 0, tzinfo=UTC)
    noon = datetime(2024, 5, 15, 5, 0, tzinfo=UTC)
    assert quiet_until(noon) == noon
    assert quiet_until(noon, 11 * 60, 13 * 60) == datetime(2024, 5, 15, 6, 0, tzinfo=UTC), "a quiet noon"
    assert quiet_until(late, 480, 480) == late, "never quiet"
