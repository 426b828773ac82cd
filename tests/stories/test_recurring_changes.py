"""Reports that come again are stopped, changed, given to others, and survive the reform."""

from datetime import date, timedelta
from typing import Any

import pytest

from service.domain import changes, obligations, returns
from service.domain.deadline_changes import ChangeOrder, change_deadlines
from service.domain.errors import DirectiveNotInForce, InvalidValue, ItemsWithoutLead, NotFound, SeriesEnded
from tests.district import District
from tests.recurring import (
    HALF_YEARLY,
    MONTHLY,
    YEARLY,
    basis,
    begin_now,
    change_from,
    due_days,
    duty_for,
    give,
    journal,
    let_months_pass,
    periods_of,
    report,
    series_of,
    stop_from,
)
from tests.stories.test_afterthoughts import give_late
from tests.stories.test_reorganisation import carry_out, decide, found, merge, plan


def test_a_report_that_is_no_longer_wanted_stops_from_a_month_on(office: District) -> None:
    (monthly,) = series_of(office, give(office, MONTHLY, units=["xa-a", "xa-b"]))
    done = stop_from(office, monthly.id, "2024-04")
    assert (done.obligations, done.withdrawn) == (0, 2)
    assert done.series.until_on == date(2024, 3, 31)
    let_months_pass(office, date(2024, 7, 2))
    assert due_days(office, "xa-a") == {"2024-03": date(2024, 3, 20)}
    assert journal(office, duty_for(office, "xa-a", "2024-04").id)[-1].startswith("Thu hồi")
    assert office.examine() == []
    with pytest.raises(SeriesEnded):
        stop_from(office, monthly.id, "2024-03")


def test_a_stop_that_lies_ahead_lets_the_months_before_it_come(office: District) -> None:
    (monthly,) = series_of(office, give(office, MONTHLY))
    stop_from(office, monthly.id, "2024-06")
    let_months_pass(office, date(2024, 8, 1))
    assert list(due_days(office, "xa-a")) == ["2024-03", "2024-04", "2024-05"]


def test_a_month_that_the_series_does_not_have_is_refused(office: District) -> None:
    (monthly,) = series_of(office, give(office, MONTHLY))
    for wrong in ("2024-02", "2024-Q2", "tháng 4"):
        with pytest.raises(InvalidValue):
            stop_from(office, monthly.id, wrong)
    with pytest.raises(NotFound):
        stop_from(office, monthly.item_id, "2024-04")


def test_from_april_on_the_report_is_due_five_days_earlier_and_march_is_left_alone(office: District) -> None:
    (monthly,) = series_of(office, give(office, MONTHLY, units=["xa-a", "xa-b"]))
    office.worker.round()
    done = change_from(office, monthly.id, "2024-04", rule={"freq": "monthly", "by_month_day": 15})
    assert (done.obligations, done.moved, done.withdrawn) == (0, 2, 0)
    assert done.series.predecessor_id == monthly.id
    assert due_days(office, "xa-a") == {"2024-03": date(2024, 3, 20), "2024-04": date(2024, 4, 15)}
    moved = duty_for(office, "xa-a", "2024-04")
    assert "Đổi hạn tháng 4/2024 thành 15/04/2024" in journal(office, moved.id)[-1]
    let_months_pass(office, date(2024, 5, 2))
    told = [day for day, role, _ in office.told("xa-a") if role == "head" and day > date(2024, 4, 15)]
    assert told, "the clock rings after the new day"
    assert due_days(office, "xa-a")["2024-06"] == date(2024, 6, 15)
    assert office.examine() == []


def test_monthly_becomes_quarterly_and_months_that_were_made_ahead_go(office: District) -> None:
    (monthly,) = series_of(office, give(office, MONTHLY))
    done = change_from(office, monthly.id, "2024-04", rule={"freq": "quarterly", "by_month_day": 20})
    assert (done.obligations, done.moved, done.withdrawn) == (1, 0, 1)
    assert due_days(office, "xa-a") == {"2024-03": date(2024, 3, 20), "2024-Q2": date(2024, 6, 20)}
    let_months_pass(office, date(2024, 7, 2))
    assert list(due_days(office, "xa-a")) == ["2024-03", "2024-Q2", "2024-Q3", "2024-Q4"]
    assert office.examine() == []


def test_from_april_on_another_unit_reports(office: District) -> None:
    (monthly,) = series_of(office, give(office, MONTHLY, units=["xa-a", "xa-b"]))
    done = change_from(office, monthly.id, "2024-04", units=["xa-b", "xa-c"])
    assert (done.obligations, done.moved, done.withdrawn) == (1, 0, 1)
    let_months_pass(office, date(2024, 5, 2))
    assert list(due_days(office, "xa-a")) == ["2024-03"]
    assert list(due_days(office, "xa-b")) == ["2024-03", "2024-04", "2024-05", "2024-06"]
    assert list(due_days(office, "xa-c")) == ["2024-04", "2024-05", "2024-06"]
    assert office.examine() == []


def test_a_unit_that_is_dropped_and_taken_back_has_its_month_again(office: District) -> None:
    (monthly,) = series_of(office, give(office, MONTHLY, units=["xa-a", "xa-b"]))
    without = change_from(office, monthly.id, "2024-04", units=["xa-b"])
    change_from(office, without.series.id, "2024-04", units=["xa-a", "xa-b"])
    april = [state for period, _, _, state in periods_of(office, "xa-a") if period == "2024-04"]
    assert april == ["withdrawn", "assigned"]
    office.worker.round()
    assert office.examine() == []


def test_nobody_is_made_late_by_a_change(office: District) -> None:
    (monthly,) = series_of(office, give(office, MONTHLY))
    office.wait_until(date(2024, 3, 18))
    with pytest.raises(InvalidValue):
        change_from(office, monthly.id, "2024-03", rule={"freq": "monthly", "by_month_day": 5})
    assert due_days(office, "xa-a")["2024-03"] == date(2024, 3, 20)


def test_what_was_handed_in_early_stays_when_the_day_changes(office: District) -> None:
    (monthly,) = series_of(office, give(office, MONTHLY))
    report(office, "xa-a", "2024-04")
    done = change_from(office, monthly.id, "2024-04", rule={"freq": "monthly", "by_month_day": 15})
    assert (done.moved, done.withdrawn) == (0, 0)
    assert due_days(office, "xa-a")["2024-04"] == date(2024, 4, 20)


def test_one_of_two_series_of_an_item_changes_and_the_other_does_not(office: District) -> None:
    letter = give(office, HALF_YEARLY, YEARLY)
    yearly = next(one for one in series_of(office, letter) if one.rule == YEARLY)
    change_from(office, yearly.id, "2025", rule={"freq": "yearly", "by_month": 11, "by_month_day": 30})
    assert due_days(office, "xa-a") == {
        "2024-H1": date(2024, 6, 10),
        "2024": date(2024, 12, 10),
        "2025": date(2025, 11, 30),
    }


def test_a_series_without_a_unit_is_refused(office: District) -> None:
    (monthly,) = series_of(office, give(office, MONTHLY))
    with pytest.raises(ItemsWithoutLead):
        change_from(office, monthly.id, "2024-04", units=[])
    assert list(due_days(office, "xa-a")) == ["2024-03", "2024-04"]


def test_a_text_that_only_says_periodically_is_settled_by_the_clerk_after_the_issue(office: District) -> None:
    letter = give(office, {"freq": "unspecified"}, units=["xa-a", "xa-b"])
    assert due_days(office, "xa-a") == {"": None}
    office.wait_until(date(2024, 3, 6))
    (done,) = begin_now(office, letter, MONTHLY)
    assert (done.obligations, done.withdrawn) == (4, 2)
    assert list(due_days(office, "xa-a")) == ["2024-03", "2024-04"]
    office.worker.round()
    assert office.examine() == []


def test_a_forgotten_unit_joins_the_reports_that_come_again(office: District) -> None:
    letter = give(office, MONTHLY)
    office.wait_until(date(2024, 3, 12))
    assert give_late(office, letter, "1", "xa-b") == 2
    assert periods_of(office, "xa-b") == [
        ("2024-03", date(2024, 3, 12), date(2024, 3, 20), "assigned"),
        ("2024-04", date(2024, 4, 1), date(2024, 4, 20), "assigned"),
    ]
    let_months_pass(office, date(2024, 5, 2))
    assert list(due_days(office, "xa-b")) == list(due_days(office, "xa-a"))
    assert office.examine() == []


@pytest.mark.parametrize("way", ["revoke", "amend"])
def test_a_directive_that_ends_gives_no_more_periods(office: District, way: str) -> None:
    letter = give(office, MONTHLY)
    office.wait_until(date(2024, 3, 21))
    (monthly,) = series_of(office, letter)
    with office.database.write() as session:
        order = {"version": None, "now": office.now()}
        if way == "revoke":
            count = changes.revoke(session, office.chair, letter, basis(office), **order)
        else:
            gone = [changes.Removal("1", None)]
            count = changes.amend(session, office.chair, letter, basis(office), gone, **order)
    assert count == 2
    let_months_pass(office, date(2024, 6, 3))
    assert due_days(office, "xa-a") == {}
    assert office.examine() == []
    with pytest.raises((SeriesEnded, DirectiveNotInForce)):
        stop_from(office, monthly.id, "2024-04")


def test_one_day_for_all_periods_is_no_deadline(office: District) -> None:
    letter = give(office, MONTHLY)
    order = ChangeOrder(["1"], date(2024, 5, 31), None, "Công văn 77", "")
    with pytest.raises(InvalidValue), office.database.write() as session:
        change_deadlines(session, office.chair, letter, order, version=None, now=office.now())


def test_communes_that_merge_go_on_with_the_monthly_report(office: District) -> None:
    give(office, MONTHLY, units=["xa-a", "xa-b"])
    day = date(2024, 4, 15)
    found(office, "xa-moi", "UBND xã Mới", since=day)
    let_months_pass(office, day)
    carry_out(office, plan(office, merge(["xa-a", "xa-b"], "xa-moi"), on=day))
    office.hire("xa-moi", "officer", since=day)
    let_months_pass(office, date(2024, 7, 2))
    assert list(due_days(office, "xa-moi")) == [f"2024-{month:02}" for month in range(3, 9)]
    assert due_days(office, "xa-a") == {}
    assert [row.check for row in office.examine() if row.check != "nobody-to-tell"] == []


def test_a_month_that_an_outage_delayed_past_the_reform_goes_to_the_heir(office: District) -> None:
    give(office, MONTHLY, units=["xa-a"])
    day = date(2024, 6, 3)
    found(office, "xa-moi", "UBND xã Mới", since=day)
    carry_out(office, plan(office, merge(["xa-a"], "xa-moi"), on=day))
    office.skip_to(date(2024, 8, 5))
    assert list(due_days(office, "xa-moi")) == [f"2024-{month:02}" for month in range(3, 10)]
    assert due_days(office, "xa-a") == {}


def test_an_heir_is_found_though_everything_was_handed_in_before_the_reform(office: District) -> None:
    give(office, MONTHLY, units=["xa-a"])
    day = date(2024, 3, 18)
    found(office, "xa-moi", "UBND xã Mới", since=day)
    report(office, "xa-a", "2024-03")
    report(office, "xa-a", "2024-04")
    let_months_pass(office, day)
    carry_out(office, plan(office, merge(["xa-a"], "xa-moi"), on=day))
    let_months_pass(office, date(2024, 5, 2))
    assert list(due_days(office, "xa-moi")) == ["2024-05", "2024-06"]


def test_the_doctor_misses_nobody_on_the_day_after_the_reform(office: District) -> None:
    give(office, YEARLY, units=["xa-a", "xa-b"])
    day = date(2024, 3, 18)
    found(office, "xa-moi", "UBND xã Mới", since=day)
    let_months_pass(office, day)
    carry_out(office, plan(office, merge(["xa-a", "xa-b"], "xa-moi"), on=day))
    assert [row.check for row in office.examine() if row.check != "nobody-to-tell"] == []


def test_the_doctor_names_a_unit_that_ended_and_nobody_goes_on_for(office: District) -> None:
    from service.domain.reorganisations import UnitChange
    from service.domain.tables import SuccessionKind

    give(office, MONTHLY, units=["xa-a", "xa-b"])
    report(office, "xa-a", "2024-03")
    report(office, "xa-a", "2024-04")
    day = date(2024, 4, 15)
    let_months_pass(office, day)
    ends = UnitChange(kind=SuccessionKind.DISSOLVE, old=["xa-a"], new=[])
    plan_id = plan(office, ends, on=day)
    decide(office, plan_id, "xa-a")
    carry_out(office, plan_id)
    office.wait_until(day + timedelta(days=1))
    (found_by_doctor,) = [row for row in office.examine() if row.check == "series-without-unit"]
    assert found_by_doctor.count == 1


def test_a_forgotten_item_that_comes_again_does_so_from_now_on(office: District) -> None:
    again = {"kind": "recurring", "rule": MONTHLY, "text": "trước ngày 20 hằng tháng"}
    below = {"label": "a", "text": "Bị quên", "tracked": False, "task": False, "deadline": again}
    item = {"label": "1", "text": "Việc", "due_on": "2024-05-15", "items": [below]}
    facts = {"subject": "Chế độ báo cáo", "symbol": "UBND-VP", "issuing_body": "UBND huyện"}
    letter = office.draft({**facts, "items": [item]})
    office.assign(letter, "1", units=["xa-a"])
    office.issue(letter, issuer="van-phong", on=date(2024, 3, 4))
    office.wait_until(date(2024, 3, 12))
    assert give_late(office, letter, "1.a") == 2
    assert due_days(office, "xa-a") == {
        "2024-03": date(2024, 3, 20),
        "2024-04": date(2024, 4, 20),
        "": date(2024, 5, 15),
    }
    let_months_pass(office, date(2024, 4, 2))
    assert due_days(office, "xa-a")["2024-05"] == date(2024, 5, 20)
    assert office.examine() == []


def test_the_only_reporter_of_a_month_cannot_give_it_back_to_nobody(office: District) -> None:
    give(office, MONTHLY)
    march = duty_for(office, "xa-a", "2024-03").id
    with office.database.write() as session:
        returns.give_back(
            session,
            office.officer("xa-a"),
            march,
            reason="không phải việc của xã",
            proposed_unit_code=None,
            version=None,
            now=office.now(),
        )
    with pytest.raises(ItemsWithoutLead), office.database.write() as session:
        returns.accept_return(
            session,
            office.chair,
            march,
            reason="đồng ý",
            unit_code=None,
            due_on=None,
            version=None,
            now=office.now(),
        )


def give_on(office: District, unit: str, period: str, to: str, due_on: date | None = None) -> None:
    """A unit gives a period back, and the office gives it to another one."""
    duty = duty_for(office, unit, period).id
    with office.database.write() as session:
        said: dict[str, Any] = {"reason": "việc của đơn vị khác", "version": None, "now": office.now()}
        returns.give_back(session, office.officer(unit), duty, proposed_unit_code=to, **said)
        returns.accept_return(session, office.chair, duty, unit_code=to, due_on=due_on, **said)


def test_a_month_given_away_on_the_day_of_the_merger_makes_nobody_an_heir(office: District) -> None:
    give(office, MONTHLY, units=["xa-a"])
    day = date(2024, 4, 15)
    found(office, "xa-moi", "UBND xã Mới", since=day)
    let_months_pass(office, day)
    give_on(office, "xa-a", "2024-05", "xa-c")
    carry_out(office, plan(office, merge(["xa-a", "xa-b"], "xa-moi"), on=day))
    let_months_pass(office, date(2024, 7, 2))
    assert list(due_days(office, "xa-c")) == ["2024-05"], "one month was given to it, not the report"
    assert list(due_days(office, "xa-moi")) == ["2024-03", "2024-04", "2024-06", "2024-07", "2024-08"]


def test_a_month_that_another_reporter_took_over_once_does_not_end_the_report(office: District) -> None:
    give(office, MONTHLY, units=["xa-a", "xa-b"])
    give_on(office, "xa-a", "2024-04", "xa-b")
    report(office, "xa-a", "2024-03")
    day = date(2024, 3, 18)
    found(office, "xa-moi", "UBND xã Mới", since=day)
    let_months_pass(office, day)
    carry_out(office, plan(office, merge(["xa-a", "xa-c"], "xa-moi"), on=day))
    let_months_pass(office, date(2024, 5, 2))
    assert list(due_days(office, "xa-moi")) == ["2024-05", "2024-06"]


def test_a_day_that_the_office_gave_stays_when_a_document_moves_the_others(office: District) -> None:
    letter = give(office, MONTHLY, units=["xa-a", "xa-b"])
    office.wait_until(date(2024, 3, 25))
    with office.database.write() as session:
        duty = duty_for(office, "xa-b", "2024-04").id
        obligations.withdraw(
            session, office.chair, duty, reason="xã a làm thay", version=None, now=office.now()
        )
    give_on(office, "xa-a", "2024-04", "xa-b", date(2024, 4, 26))
    (series,) = series_of(office, letter)
    changed = change_from(office, series.id, "2024-04", rule={"freq": "monthly", "by_month_day": 15})
    assert due_days(office, "xa-b")["2024-04"] == date(2024, 4, 26), "the office gave it this day"
    assert changed.moved == 0
    let_months_pass(office, date(2024, 5, 2))
    assert due_days(office, "xa-b")["2024-05"] == date(2024, 5, 15)
    assert office.examine() == []
