"""One officer, one message: outages, late entries, many items, nights and two workers."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time

import pytest

from service.domain.calendar import ZONE
from service.domain.registers import TellingRules, set_telling_rules
from service.domain.tables import Message, Reminder
from tests.district import COMMUNES, District


def test_one_officer_with_fifty_new_items_gets_one_message(office: District) -> None:
    office.give(due="2024-03-29", items=50, groups=["cac-xa"])
    office.wait_until(date(2024, 3, 4), at=time(9, 0))
    assert office.inbox() == [("2024-03-04", f"{code}.officer") for code in COMMUNES]
    assert "(50 việc)" in office.mails()[0]["subject"]


def test_fifty_reminders_of_a_morning_are_one_digest(office: District) -> None:
    office.give(due=None, items=50, groups=["cac-xa"])
    office.wait_until(date(2024, 3, 6))
    assert [entry for entry in office.inbox() if entry[0] == "2024-03-06"] == [
        ("2024-03-06", f"{code}.officer") for code in COMMUNES
    ]


def test_an_outage_of_three_weeks_ends_in_one_message_a_person(office: District) -> None:
    office.give(due="2024-03-13", units=["xa-a"])
    office.acknowledge("xa-a")
    office.wait_until(date(2024, 3, 5))
    office.clock.at = datetime(2024, 3, 27, 9, 0, tzinfo=ZONE)  # the server was down since the 5th
    office.worker.round()
    caught_up = [who for day, who in office.inbox() if day == "2024-03-27"]
    assert caught_up == ["van-phong.office_chief", "van-phong.vice_chair", "xa-a.head", "xa-a.officer"]
    # seven days before the deadline lay before the letter; the other eight steps are all accounted for
    assert office.outcomes("xa-a") == {"skipped": 1, "told": 4, "merged": 3}


def test_a_letter_entered_late_does_not_storm(office: District) -> None:
    office.clock.at = datetime(2024, 5, 6, 9, 0, tzinfo=ZONE)
    office.give(due="2024-03-13", units=["xa-a"], on=date(2024, 3, 4), waive=["deadline-before-issue"])
    office.wait_until(date(2024, 5, 7), at=time(9, 0))
    assert office.inbox() == [("2024-05-06", "xa-a.officer")], "the announcement and nothing else"
    assert set(office.outcomes("xa-a")) == {"skipped"}


def test_nobody_is_written_to_at_night(office: District) -> None:
    office.clock.at = datetime(2024, 3, 4, 22, 30, tzinfo=ZONE)
    office.give(due="2024-03-29", units=["xa-a"])
    office.worker.round()
    assert office.inbox() == []
    office.clock.at = datetime(2024, 3, 5, 6, 1, tzinfo=ZONE)
    office.worker.round()
    assert office.inbox() == [("2024-03-05", "xa-a.officer")]


def test_at_night_what_would_be_too_late_in_the_morning_goes_at_once(office: District) -> None:
    office.clock.at = datetime(2024, 3, 4, 22, 30, tzinfo=ZONE)
    office.give(due="2024-03-04", units=["xa-a"])
    office.give(due="2024-03-05", units=["xa-b"])
    office.worker.round()
    assert office.inbox() == [("2024-03-04", "xa-a.officer")], "the other one has the whole next day"


def test_an_office_has_the_quiet_hours_that_it_decided(office: District) -> None:
    with office.database.write() as session:
        set_telling_rules(
            session, office.chair, TellingRules(17 * 60, 7 * 60 + 30, None), version=None, now=office.now()
        )
    office.clock.at = datetime(2024, 3, 4, 17, 30, tzinfo=ZONE)
    office.give(due="2024-03-29", units=["xa-a"])
    office.worker.round()
    office.clock.at = datetime(2024, 3, 5, 7, 29, tzinfo=ZONE)
    office.worker.round()
    assert office.inbox() == []
    office.clock.at = datetime(2024, 3, 5, 7, 30, tzinfo=ZONE)
    office.worker.round()
    assert office.inbox() == [("2024-03-05", "xa-a.officer")]


@pytest.mark.both_databases
def test_several_workers_at_once_tell_everybody_once(office: District) -> None:
    office.give(due="2024-03-29", items=20, groups=["cac-xa"])
    office.clock.at = datetime(2024, 3, 20, 9, 0, tzinfo=ZONE)
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda worker: worker.round(), [office.worker, *office.more_workers(2)]))
    office.worker.round()
    told = [
        entry for entry in office.inbox() if entry[1].endswith("officer") and entry[1] != "van-phong.officer"
    ]
    assert len(told) <= 2 * len(COMMUNES)
    assert office.told_twice() == 0
    assert office.count(Message) == len(office.mails())
    assert office.count(Reminder) > 0


def test_what_was_done_meanwhile_is_not_sent_any_more(office: District) -> None:
    office.give(due=None, units=["xa-a"])
    office.wait_until(date(2024, 3, 5))
    office.clock.at = datetime(2024, 3, 6, 7, 31, tzinfo=ZONE)
    office.worker.watch()
    office.acknowledge("xa-a")
    office.worker.deliver()
    assert office.inbox() == [("2024-03-04", "xa-a.officer")]
