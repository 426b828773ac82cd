"""Reports that come again: every period is a duty of its own, and a skipped month is seen."""

from datetime import date
from typing import Any

import pytest

from service.domain.calendar import DayChange
from service.domain.returns import accept_return, give_back
from tests.deadlines import announce
from tests.district import District
from tests.recurring import (
    HALF_YEARLY,
    MONTHLY,
    YEARLY,
    due_days,
    duty_for,
    give,
    journal,
    let_months_pass,
    periods_of,
    report,
    series_of,
)


def test_the_present_month_and_the_next_stand_there_from_the_first_day(office: District) -> None:
    give(office, MONTHLY, units=["xa-a", "xa-b"])
    assert periods_of(office, "xa-a") == [
        ("2024-03", date(2024, 3, 4), date(2024, 3, 20), "assigned"),
        ("2024-04", date(2024, 4, 1), date(2024, 4, 20), "assigned"),
    ]
    assert periods_of(office, "xa-b") == periods_of(office, "xa-a")
    office.worker.round()
    assert office.examine() == []


def test_a_skipped_month_is_a_red_cell_and_the_next_one_comes_all_the_same(office: District) -> None:
    give(office, MONTHLY)
    office.wait_until(date(2024, 3, 19))
    report(office, "xa-a", "2024-03")
    let_months_pass(office, date(2024, 6, 3))
    assert "Nhiệm vụ định kỳ: tháng 6/2024" in journal(office, duty_for(office, "xa-a", "2024-06").id)
    assert [(period, state) for period, _, _, state in periods_of(office, "xa-a")] == [
        ("2024-03", "accepted"),
        ("2024-04", "assigned"),
        ("2024-05", "assigned"),
        ("2024-06", "assigned"),
        ("2024-07", "assigned"),
    ]
    late = [day for day, role, _ in office.told("xa-a") if role == "head" and day > date(2024, 4, 20)]
    assert late, "the head hears that April is missing"
    assert office.examine() == []


def test_after_an_outage_of_months_no_period_is_lost_and_no_storm_breaks_loose(office: District) -> None:
    give(office, MONTHLY)
    office.wait_until(date(2024, 3, 5))
    before = len(office.mails())
    office.skip_to(date(2024, 8, 5))
    assert list(due_days(office, "xa-a")) == [f"2024-{month:02}" for month in range(3, 10)]
    told = len(office.mails()) - before
    assert told <= 5, "every person hears once of what piled up"
    assert office.told_twice() == 0
    office.worker.round()
    assert len(office.mails()) - before == told
    assert office.examine() == []


def test_the_month_is_made_once_however_many_workers_come_round(office: District) -> None:
    give(office, MONTHLY)
    office.more_workers(2)
    office.clock.at = office.clock.at.replace(month=5)
    for worker in (office.worker, *office.workers):
        worker.watch()
        worker.watch()
    assert list(due_days(office, "xa-a")) == ["2024-03", "2024-04", "2024-05", "2024-06"]


def test_six_months_and_the_year_are_two_series_of_one_item(office: District) -> None:
    letter = give(office, HALF_YEARLY, YEARLY)
    assert {one.rule["freq"] for one in series_of(office, letter)} == {"half_yearly", "yearly"}
    assert due_days(office, "xa-a") == {
        "2024-H1": date(2024, 6, 10),
        "2024": date(2024, 12, 10),
        "2025": date(2025, 12, 10),
    }
    let_months_pass(office, date(2024, 7, 2))
    assert due_days(office, "xa-a")["2025-H1"] == date(2025, 6, 10)


def test_two_days_a_year_read_as_two_rules_do_not_swallow_each_other(office: District) -> None:
    june, december = ({"freq": "yearly", "by_month": month, "by_month_day": 15} for month in (6, 12))
    give(office, june, december)
    assert due_days(office, "xa-a") == {
        "2024": date(2024, 6, 15),
        "2024/2": date(2024, 12, 15),
        "2025": date(2025, 6, 15),
        "2025/2": date(2025, 12, 15),
    }


def test_the_15th_and_the_30th_are_two_duties_a_month(office: District) -> None:
    give(office, {"freq": "monthly", "by_month_day": [15, 30]})
    assert due_days(office, "xa-a") == {"2024-03.1": date(2024, 3, 15), "2024-03.2": date(2024, 3, 30)}
    office.wait_until(date(2024, 3, 18))
    assert list(due_days(office, "xa-a")) == ["2024-03.1", "2024-03.2", "2024-04.1"]


def test_the_last_working_day_is_a_working_day(office: District) -> None:
    last = {"freq": "monthly", "by_weekday": ["MO", "TU", "WE", "TH", "FR"], "by_set_pos": -1}
    give(office, last)
    # 30 and 31 March are a weekend; 30 April is a holiday and the 29th is swapped away
    assert due_days(office, "xa-a") == {"2024-03": date(2024, 3, 29), "2024-04": date(2024, 4, 26)}


def test_a_week_of_holidays_moves_its_report_behind_them(office: District) -> None:
    office.clock.at = office.clock.at.replace(month=2, day=1)
    give(office, {"freq": "weekly"}, on=date(2024, 2, 1))
    assert due_days(office, "xa-a") == {"2024-W05": date(2024, 2, 2), "2024-W06": date(2024, 2, 7)}
    office.wait_until(date(2024, 2, 8))
    # Tết 2024: from the 8th to the 14th nobody works
    assert due_days(office, "xa-a")["2024-W07"] == date(2024, 2, 16)


def test_a_named_day_on_a_day_off_stays_unless_the_office_lets_it_move(office: District) -> None:
    from service.domain.deadlines import DeadlineRules, OffDays
    from service.domain.registers import set_deadline_rules

    give(office, {"freq": "monthly", "by_month_day": 14, "first_day": 15}, units=["xa-a"])
    with office.database.write() as session:
        always = DeadlineRules(off_days=OffDays.ALWAYS)
        set_deadline_rules(session, office.chair, always, version=None, now=office.now())
    give(office, {"freq": "monthly", "by_month_day": 14, "first_day": 15}, units=["xa-b"])
    # 14 April 2024 is a Sunday
    assert due_days(office, "xa-a") == {"2024-03": date(2024, 3, 14), "2024-04": date(2024, 4, 14)}
    assert due_days(office, "xa-b") == {"2024-03": date(2024, 3, 14), "2024-04": date(2024, 4, 15)}


def test_a_month_whose_day_has_passed_when_the_letter_is_issued_is_nobodys_fault(office: District) -> None:
    office.wait_until(date(2024, 3, 25))
    give(office, MONTHLY, on=date(2024, 3, 25))
    assert list(due_days(office, "xa-a")) == ["2024-04"]


def test_a_weekly_report_by_four_o_clock_alarms_after_four(office: District) -> None:
    rule = {"freq": "weekly", "by_weekday": "FR", "by_time": "16:00"}
    give(office, rule)
    from service.domain.tables import Watch, table

    watch = table(Watch)
    with office.database.read() as connection:
        ends = connection.execute(watch.select().where(watch.c.kind == "deadline")).all()
    assert {one.anchor_at.strftime("%H:%M") for one in ends} == {"09:00"}, "16:00 in the office"


def test_the_calendar_moves_the_report_that_is_still_to_come(office: District) -> None:
    give(office, {"freq": "monthly", "by_weekday": ["MO", "TU", "WE", "TH", "FR"], "by_set_pos": -1})
    done = announce(office, 2024, {date(2024, 3, 29): DayChange(False, "nghỉ theo thông báo")})
    assert (done.due_days, done.told) == (1, 1)
    assert due_days(office, "xa-a") == {"2024-03": date(2024, 3, 28), "2024-04": date(2024, 4, 26)}
    office.worker.round()
    assert office.examine() == []


def test_an_item_below_inherits_that_its_duty_comes_again(office: District) -> None:
    again: dict[str, Any] = {"kind": "recurring", "rule": MONTHLY, "text": "trước ngày 20 hằng tháng"}
    below = [
        {"label": "a", "text": "Báo cáo thu"},
        {"label": "b", "text": "Việc khác", "due_on": "2024-05-15"},
    ]
    item = {"label": "1", "text": "Chế độ", "tracked": False, "deadline": again, "items": below}
    facts = {"subject": "Chế độ báo cáo", "symbol": "UBND-VP", "issuing_body": "UBND huyện"}
    letter = office.draft({**facts, "items": [item]})
    office.assign(letter, "1", units=["xa-a"])
    assert office.issue(letter, issuer="van-phong", on=date(2024, 3, 4)) == 3
    assert due_days(office, "xa-a") == {
        "2024-03": date(2024, 3, 20),
        "2024-04": date(2024, 4, 20),
        "": date(2024, 5, 15),
    }


def test_a_unit_with_a_day_of_its_own_reports_once(office: District) -> None:
    from service.domain.assignments import AssignmentOrder, assign
    from service.domain.tables import AssignmentRole

    item = {"label": "1", "text": "Báo cáo", "deadline": {"kind": "recurring", "rule": MONTHLY, "text": "x"}}
    letter = office.draft(
        {"subject": "x", "symbol": "UBND-VP", "issuing_body": "UBND huyện", "items": [item]}
    )
    orders = [
        AssignmentOrder(role=AssignmentRole.LEAD, unit_code="xa-a", due_on=date(2024, 5, 2)),
        AssignmentOrder(role=AssignmentRole.LEAD, unit_code="xa-b"),
        AssignmentOrder(role=AssignmentRole.COORDINATE, unit_code="xa-c"),
    ]
    with office.database.write() as session:
        assign(session, office.chair, letter, "1", orders, version=None, now=office.now())
    office.issue(letter, issuer="van-phong", on=date(2024, 3, 4))
    assert due_days(office, "xa-a") == {"": date(2024, 5, 2)}
    assert list(due_days(office, "xa-b")) == ["2024-03", "2024-04"]
    office.worker.round()
    assert office.examine() == []


@pytest.mark.parametrize(("ahead", "expected"), [(0, 1), (3, 4)])
def test_how_far_ahead_is_the_offices_own_decision(office: District, ahead: int, expected: int) -> None:
    from service.domain.deadlines import DeadlineRules
    from service.domain.registers import set_deadline_rules

    with office.database.write() as session:
        rules = DeadlineRules(periods_ahead=ahead)
        set_deadline_rules(session, office.chair, rules, version=None, now=office.now())
    give(office, MONTHLY)
    assert len(due_days(office, "xa-a")) == expected


def test_the_message_says_which_month_is_meant(office: District) -> None:
    give(office, MONTHLY)
    office.worker.round()
    text = office.told_of("2024-03-04", "xa-a.officer")
    assert "mục 1, tháng 3/2024" in text
    assert "mục 1, tháng 4/2024" in text


def test_a_day_that_the_office_gave_stays_when_the_calendar_moves_the_others(office: District) -> None:
    give(office, {"freq": "monthly", "by_weekday": ["MO", "TU", "WE", "TH", "FR"], "by_set_pos": -1})
    march = duty_for(office, "xa-a", "2024-03").id
    with office.database.write() as session:
        now = office.now()
        given: dict[str, Any] = {"reason": "việc của xã b", "version": None, "now": now}
        give_back(session, office.officer("xa-a"), march, proposed_unit_code="xa-b", **given)
        accept_return(session, office.chair, march, unit_code="xa-b", due_on=date(2024, 3, 25), **given)
    done = announce(office, 2024, {date(2024, 3, 29): DayChange(False, "nghỉ theo thông báo")})
    assert (done.due_days, due_days(office, "xa-b")) == (0, {"2024-03": date(2024, 3, 25)})
    assert due_days(office, "xa-a") == {"2024-04": date(2024, 4, 26)}
