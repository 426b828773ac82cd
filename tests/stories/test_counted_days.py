"""Days that are counted: from receipt, from an event, in a calendar that changes, moved by a later letter."""

from datetime import date, time

import pytest

from service.domain.calendar import DayChange
from service.domain.errors import AlreadyExists, InvalidValue
from tests.deadlines import (
    AFTER_EVENT,
    FROM_RECEIPT,
    announce,
    calendars_in_use,
    counted_from_scratch,
    duty,
    give,
    happen,
    move_deadline,
    receive,
)
from tests.district import District
from tests.stories.test_reorganisation import DAY, carry_out, found, merge, plan

HOLIDAY = DayChange(False, "nghỉ theo thông báo")


def test_five_working_days_from_receipt_count_from_when_each_unit_opened_the_letter(office: District) -> None:
    give(office, FROM_RECEIPT, "xa-a", "xa-b")
    # deemed received on Wednesday the 6th, two working days after issue
    assert duty(office, "xa-a").due_on == date(2024, 3, 13)
    office.wait_until(date(2024, 3, 7))
    office.acknowledge("xa-a")
    opened_late, silent = duty(office, "xa-a"), duty(office, "xa-b")
    assert (opened_late.due_on, opened_late.original_due_on) == (date(2024, 3, 14), date(2024, 3, 14))
    assert silent.due_on == date(2024, 3, 13)
    office.worker.round()
    assert office.examine() == []


def test_the_reminders_follow_the_day_on_which_the_letter_was_opened(office: District) -> None:
    give(office, FROM_RECEIPT, "xa-a")
    office.wait_until(date(2024, 3, 7))
    office.acknowledge("xa-a")
    office.wait_until(date(2024, 3, 15))
    told = [entry for entry in office.told("xa-a") if entry[0] > date(2024, 3, 7)]
    assert told == [
        (date(2024, 3, 11), "officer", "1"),
        (date(2024, 3, 11), "head", "1"),
        (date(2024, 3, 13), "officer", "1"),
        (date(2024, 3, 14), "officer", "1"),
        (date(2024, 3, 15), "head", "1"),
    ]


def test_a_letter_counts_from_its_own_receipt_and_not_from_that_of_another(office: District) -> None:
    give(office, FROM_RECEIPT, "xa-a")
    office.wait_until(date(2024, 3, 7))
    office.acknowledge("xa-a")
    office.wait_until(date(2024, 3, 18))
    give(office, FROM_RECEIPT, "xa-b", on=date(2024, 3, 18))
    assert duty(office, "xa-b").due_on == date(2024, 3, 27), "deemed received on the 20th"
    assert office.examine() == []


def test_nobody_wins_time_by_leaving_the_letter_unopened(office: District) -> None:
    give(office, FROM_RECEIPT, "xa-a")
    office.wait_until(date(2024, 3, 20))
    office.acknowledge("xa-a")
    assert duty(office, "xa-a").due_on == date(2024, 3, 13)


def test_the_clerk_enters_the_day_on_the_stamp_and_corrects_it_with_a_reason(office: District) -> None:
    give(office, FROM_RECEIPT, "xa-a")
    office.wait_until(date(2024, 3, 8))
    receive(office, "xa-a", date(2024, 3, 8))
    assert duty(office, "xa-a").due_on == date(2024, 3, 15)
    with pytest.raises(InvalidValue):
        receive(office, "xa-a", date(2024, 3, 5))
    receive(office, "xa-a", date(2024, 3, 5), reason="nhầm ngày trên dấu đến")
    assert duty(office, "xa-a").due_on == date(2024, 3, 12)
    for impossible in (date(2024, 3, 1), date(2024, 3, 11)):
        with pytest.raises(InvalidValue):
            receive(office, "xa-a", impossible, reason="x")


def test_a_unit_with_a_day_of_its_own_keeps_it(office: District) -> None:
    give(office, {"kind": "date", "iso": "2024-03-29"}, "xa-a")
    receive(office, "xa-a", date(2024, 3, 4))
    assert duty(office, "xa-a").due_on == date(2024, 3, 29)


def test_a_holiday_announced_a_week_ahead_moves_what_is_open_and_leaves_what_happened(
    office: District,
) -> None:
    give(office, FROM_RECEIPT, "xa-a", "xa-b")
    office.wait_until(date(2024, 3, 7))
    office.submit("xa-b", "1", "Xong", "5")
    settled = duty(office, "xa-b")
    office.wait_until(date(2024, 3, 8), at=office.evening)
    before = office.told("xa-a")
    done = announce(office, 2024, {date(2024, 3, 13): HOLIDAY})
    assert (done.due_days, done.told, done.calendar.version) == (1, 1, 1)
    assert done.clocks >= 2
    assert duty(office, "xa-a").due_on == date(2024, 3, 14)
    assert duty(office, "xa-b").due_on == settled.due_on
    assert office.told("xa-a") == before
    office.wait_until(date(2024, 3, 15))
    days = [day for day, role, _ in office.told("xa-a") if day > date(2024, 3, 8)]
    assert date(2024, 3, 13) not in days, "nobody is reminded on the holiday"
    assert date(2024, 3, 14) in days
    assert office.examine() == []


def test_the_nations_calendar_moves_under_what_a_register_says_itself(office: District) -> None:
    give(office, FROM_RECEIPT, "xa-a")
    announce(office, 2024, {date(2024, 3, 11): DayChange(False, "ngày truyền thống của huyện")})
    assert duty(office, "xa-a").due_on == date(2024, 3, 14)
    announce(office, 2024, {date(2024, 3, 12): HOLIDAY}, scope="national")
    assert duty(office, "xa-a").due_on == date(2024, 3, 15)
    present, reckoned, running = calendars_in_use(office)
    assert reckoned == running == {present}
    assert all(stored == again for stored, again in counted_from_scratch(office))


def test_a_worked_saturday_is_a_working_day(office: District) -> None:
    give(office, FROM_RECEIPT, "xa-a")
    announce(office, 2024, {date(2024, 3, 9): DayChange(True, "làm bù")})
    assert duty(office, "xa-a").due_on == date(2024, 3, 12)


def test_a_duty_waits_for_the_guidance_and_then_its_clock_runs(office: District) -> None:
    directive_id = give(office, AFTER_EVENT, "xa-a", "xa-b")
    office.acknowledge("xa-a")
    assert duty(office, "xa-a").due_on is None
    office.wait_until(date(2024, 3, 18))
    came = happen(office, directive_id, "hướng dẫn của tỉnh", date(2024, 3, 15))
    assert came.obligations == 2
    # ten days later, the 25th, is a Monday
    assert duty(office, "xa-a").due_on == date(2024, 3, 25)
    office.wait_until(date(2024, 3, 26))
    assert [(day.day, role) for day, role, _ in office.told("xa-a") if day > date(2024, 3, 18)] == [
        (20, "officer"),
        (20, "head"),
        (22, "officer"),
        (25, "officer"),
        (26, "head"),
    ]
    with pytest.raises(InvalidValue):
        happen(office, directive_id, "lần nữa", date(2024, 3, 15))
    assert office.examine() == []


def test_an_event_without_a_term_needs_somebody_to_say_how_long(office: District) -> None:
    directive_id = give(office, {"kind": "event", "text": "sau khi có kinh phí"}, "xa-a")
    with pytest.raises(InvalidValue):
        happen(office, directive_id, "kinh phí", date(2024, 3, 4))
    happen(office, directive_id, "kinh phí", date(2024, 3, 4), days=7)
    assert duty(office, "xa-a").due_on == date(2024, 3, 11)


def test_communes_that_merged_while_they_waited_for_an_event_get_their_day_when_it_comes(
    office: District,
) -> None:
    directive_id = give(office, AFTER_EVENT, "xa-a", "xa-c")
    found(office, "xa-moi", "UBND xã Mới")
    carry_out(office, plan(office, merge(["xa-a", "xa-b"], "xa-moi")))
    office.wait_until(DAY)
    assert duty(office, "xa-moi").due_on is None
    assert happen(office, directive_id, "hướng dẫn của tỉnh", DAY).obligations == 2
    assert duty(office, "xa-moi").due_on == duty(office, "xa-c").due_on
    assert duty(office, "xa-c").due_on is not None
    assert [row for row in office.examine() if row.check != "nobody-to-tell"] == []


def test_a_later_letter_moves_the_programme_and_the_first_day_stays_visible(office: District) -> None:
    directive_id = office.give(due="2024-03-29", groups=["cac-xa"])
    office.wait_until(date(2024, 3, 11))
    office.submit("xa-c", "1", "Xong", "5")
    changed = move_deadline(office, directive_id, date(2024, 4, 12), "Công văn 77/UBND-VP")
    assert (changed.obligations, changed.undated_before, changed.told) == (2, 0, 2)
    moved, settled = duty(office, "xa-a"), duty(office, "xa-c")
    assert (moved.due_on, moved.original_due_on) == (date(2024, 4, 12), date(2024, 3, 29))
    assert settled.due_on == date(2024, 3, 29)
    office.wait_until(date(2024, 4, 2))
    days = [day for day, _, _ in office.told("xa-a")]
    assert date(2024, 3, 29) not in days, "nobody is reminded of the old day"
    assert office.examine() == []


def test_a_counted_day_that_a_later_letter_overruled_no_longer_follows_the_calendar(office: District) -> None:
    directive_id = give(office, FROM_RECEIPT, "xa-a")
    move_deadline(office, directive_id, date(2024, 3, 13), "Công văn 77/UBND-VP")
    announce(office, 2024, {date(2024, 3, 13): HOLIDAY})
    assert duty(office, "xa-a").due_on == date(2024, 3, 13)


def test_a_duty_due_before_ten_o_clock_alarms_at_eleven_not_in_the_evening(office: District) -> None:
    deadline = {
        "kind": "date",
        "iso": "2024-03-06",
        "bound": "before",
        "time": "10:00",
        "text": "trước 10 giờ",
    }
    item = {"label": "1", "text": "Báo cáo nhanh", "deadline": deadline}
    facts = {"subject": "Bão", "symbol": "CĐ-UBND", "issuing_body": "UBND huyện", "urgency": "hỏa tốc"}
    directive_id = office.draft({**facts, "items": [item]})
    office.assign(directive_id, "1", units=["xa-a"])
    office.issue(directive_id, issuer="van-phong", on=date(2024, 3, 4))
    office.acknowledge("xa-a")
    office.wait_until(date(2024, 3, 6), at=time(10, 59))
    assert office.told("xa-a")[-1][1] == "head"
    office.wait_until(date(2024, 3, 6), at=time(11, 1))
    assert office.told("xa-a")[-1][1] == "office_chief"


def test_an_event_is_recorded_once(office: District) -> None:
    directive_id = give(office, AFTER_EVENT, "xa-a")
    from service.domain.escalation import Pace
    from service.domain.occurrences import OccurrenceOrder, record_occurrence

    happen(office, directive_id, "hướng dẫn", date(2024, 3, 4))
    order = OccurrenceOrder("hướng dẫn", date(2024, 3, 4), None, ("1",), None, Pace.DAYS)
    with pytest.raises(AlreadyExists), office.database.write() as session:
        record_occurrence(session, office.chair, directive_id, order, version=None, now=office.now())
