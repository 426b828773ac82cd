"""Issue, stay silent, watch the policy climb."""

from datetime import date, time

from tests.district import District

OFFICER, HEAD = "xa-a.officer", "xa-a.head"
CHIEF, VICE, CHAIR = "van-phong.office_chief", "van-phong.vice_chair", "van-phong.chair"


def since_issue(office: District) -> list[tuple[str, str]]:
    """Everything but the message that announced the duty."""
    return [entry for entry in office.inbox() if entry[0] != "2024-03-04"]


def test_silence_climbs_the_policy_one_step_at_a_time(office: District) -> None:
    office.give(due="2024-03-29", units=["xa-a"])
    office.wait_until(date(2024, 3, 22))
    assert office.inbox()[0] == ("2024-03-04", OFFICER)
    # nobody acknowledges: 2, 4, 7 and 10 working days later; the deadline speaks from 7 days before
    assert since_issue(office) == [
        ("2024-03-06", OFFICER),
        ("2024-03-08", HEAD),
        ("2024-03-13", CHIEF),
        ("2024-03-18", VICE),
        ("2024-03-20", OFFICER),
    ]


def test_a_missed_deadline_reaches_the_vice_chair_and_then_comes_back_every_week(office: District) -> None:
    office.give(due="2024-03-13", units=["xa-a"])
    office.acknowledge("xa-a")
    office.wait_until(date(2024, 4, 12))
    assert since_issue(office) == [
        ("2024-03-08", HEAD),
        ("2024-03-08", OFFICER),
        ("2024-03-12", OFFICER),
        ("2024-03-13", OFFICER),
        ("2024-03-14", HEAD),
        ("2024-03-18", CHIEF),
        ("2024-03-22", VICE),
        ("2024-03-29", CHIEF),
        ("2024-03-29", HEAD),
        ("2024-04-05", CHIEF),
        ("2024-04-05", HEAD),
        ("2024-04-12", CHIEF),
        ("2024-04-12", HEAD),
    ]


def test_a_unit_that_reports_spares_its_head_the_early_warning(office: District) -> None:
    office.give(due="2024-03-13", units=["xa-a"])
    office.report("xa-a", "1", 40, "Đang làm")
    office.wait_until(date(2024, 3, 12))
    assert [who for _, who in since_issue(office)] == [OFFICER, OFFICER]


def test_reminders_stop_on_submission_and_begin_again_when_it_is_sent_back(office: District) -> None:
    office.give(due="2024-03-20", units=["xa-a"])
    office.acknowledge("xa-a")
    office.wait_until(date(2024, 3, 14))
    office.submit("xa-a", "1", "Xong", "5")
    office.wait_until(date(2024, 3, 18), at=time(8, 0))
    assert [who for day, who in since_issue(office) if day > "2024-03-14"] == ["van-phong.officer"] * 2
    office.send_back("xa-a", "1", "Thiếu số liệu")
    office.wait_until(date(2024, 3, 21))
    after = [
        entry for entry in since_issue(office) if entry[0] >= "2024-03-18" and entry[1].startswith("xa-a")
    ]
    # told at once that it came back; then the day before, the day itself, and the head one day late:
    # what was due before the new round began is skipped
    assert after == [
        ("2024-03-18", OFFICER),
        ("2024-03-19", OFFICER),
        ("2024-03-20", OFFICER),
        ("2024-03-21", HEAD),
    ]


def test_a_duty_without_a_deadline_is_nudged_after_thirty_silent_days(office: District) -> None:
    office.give(due=None, units=["xa-a"])
    office.acknowledge("xa-a")
    office.wait_until(date(2024, 4, 3))
    assert since_issue(office) == [("2024-04-03", OFFICER)]


def test_a_report_on_an_undated_duty_starts_the_thirty_days_anew(office: District) -> None:
    office.give(due=None, units=["xa-a"])
    office.wait_until(date(2024, 3, 5))
    office.report("xa-a", "1", 10, "Bắt đầu")
    office.wait_until(date(2024, 3, 25))
    office.report("xa-a", "1", 30, "Tiếp tục")
    office.wait_until(date(2024, 4, 23))
    assert since_issue(office) == []
    office.wait_until(date(2024, 4, 24))
    assert since_issue(office) == [("2024-04-24", OFFICER)]


def test_an_empty_post_passes_on_at_once(office: District) -> None:
    office.dismiss("xa-a", "officer")
    office.give(due=None, units=["xa-a"])
    office.wait_until(date(2024, 3, 7))
    assert office.inbox() == [("2024-03-04", HEAD), ("2024-03-06", HEAD)]


def test_whoever_holds_the_post_today_is_told_not_last_years_name(office: District) -> None:
    office.give(due=None, units=["xa-a"])
    office.wait_until(date(2024, 3, 5))
    office.dismiss("xa-a", "officer")
    successor = office.hire("xa-a", "officer", since=date(2024, 3, 5))
    office.wait_until(date(2024, 3, 6))
    assert office.mails()[-1]["to"] == f"{successor}@cao-loc.test"


def test_the_vice_chair_in_charge_of_the_field_is_told_not_another_one(office: District) -> None:
    office.hire("van-phong", "vice_chair", field="nông thôn mới")
    office.give(due=None, units=["xa-a"], field="nông thôn mới")
    office.wait_until(date(2024, 3, 18))
    assert "nông thôn mới" in office.mails()[-1]["to"] or office.mails()[-1]["to"].startswith(
        "van-phong.vice_chair."
    )


def test_hoa_toc_does_not_wait_for_the_morning(office: District) -> None:
    office.give(due=None, units=["xa-a"], urgency="hỏa tốc")
    office.wait_until(date(2024, 3, 4), at=time(16, 5))
    assert [who for _, who in office.inbox()] == [CHIEF, VICE, HEAD, OFFICER, OFFICER]
