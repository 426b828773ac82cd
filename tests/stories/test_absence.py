"""The officer was on leave, and nobody had told the deputy."""

from datetime import date, time

from service.domain.absences import end_absence, record_absence
from service.domain.tables import Absence
from tests.district import District

OFFICER, CLERK, HEAD = "xa-a.officer", "xa-a.clerk", "xa-a.head"


def away(
    office: District, who: str, *, until: date | None, deputy: str | None = None, at: str = "xa-a"
) -> Absence:
    """The unit's head enters that somebody is away from today on."""
    with office.database.write() as session:
        return record_absence(
            session,
            office.chair,
            f"{who}.20240101",
            unit_code=at,
            from_on=office.now().date(),
            until_on=until,
            deputy_code=f"{deputy}.20240101" if deputy else None,
            reason="nghỉ phép",
            now=office.now(),
        )


def test_the_deputy_is_told_in_place_of_the_officer_and_knows_for_whom(office: District) -> None:
    office.hire("xa-a", "clerk")
    away(office, OFFICER, until=date(2024, 3, 8), deputy=CLERK)
    office.give(due="2024-03-12", units=["xa-a"])
    office.acknowledge("xa-a")
    office.wait_until(date(2024, 3, 12))
    ours = [entry for entry in office.inbox() if entry[1].startswith("xa-a")]
    assert ours == [
        ("2024-03-04", CLERK),
        ("2024-03-07", CLERK),
        ("2024-03-07", HEAD),
        ("2024-03-11", OFFICER),
        ("2024-03-12", OFFICER),
    ], "from the day after the last day away the officer is told again"
    assert "(thay cán bộ đầu mối vắng mặt)" in office.told_of("2024-03-07", CLERK)
    assert "thay" not in office.told_of("2024-03-07", HEAD)
    assert "thay" not in office.told_of("2024-03-11", OFFICER)


def test_without_a_deputy_the_next_rank_is_told_at_once(office: District) -> None:
    away(office, OFFICER, until=None)
    office.give(due=None, units=["xa-a"])
    office.wait_until(date(2024, 3, 6))
    assert office.inbox() == [("2024-03-04", HEAD), ("2024-03-06", HEAD)]


def test_a_deputy_who_is_away_as_well_stands_in_for_nobody(office: District) -> None:
    office.hire("xa-a", "clerk")
    away(office, OFFICER, until=None, deputy=CLERK)
    away(office, CLERK, until=None)
    office.give(due=None, units=["xa-a"])
    office.wait_until(date(2024, 3, 4), at=time(9, 0))
    assert office.inbox() == [("2024-03-04", HEAD)]


def test_the_vice_chair_is_deputised_at_the_keeper(office: District) -> None:
    away(office, "van-phong.vice_chair", until=None, deputy="van-phong.chair", at="van-phong")
    office.give(due=None, units=["xa-a"])
    office.wait_until(date(2024, 3, 18))
    assert ("2024-03-18", "van-phong.chair") in office.inbox()
    assert "thay phó chủ tịch" in office.told_of("2024-03-18", "van-phong.chair")
    assert all(who != "van-phong.vice_chair" for _, who in office.inbox())


def test_whoever_is_both_is_told_once_and_not_as_a_deputy(office: District) -> None:
    second = office.hire("xa-a", "officer", since=date(2024, 1, 2))
    with office.database.write() as session:
        record_absence(
            session, office.chair, f"{OFFICER}.20240101", unit_code="xa-a", from_on=date(2024, 3, 4),
            until_on=None, deputy_code=second, reason="", now=office.now(),
        )  # fmt: skip
    office.give(due=None, units=["xa-a"])
    office.wait_until(date(2024, 3, 4), at=time(9, 0))
    assert [mail["to"] for mail in office.mails()] == [f"{second}@cao-loc.test"]
    assert "thay" not in office.told_of("2024-03-04", "xa-a.officer")


def test_what_was_told_to_somebody_is_not_sent_again_when_they_leave(office: District) -> None:
    office.hire("xa-a", "clerk")
    office.give(due="2024-03-29", units=["xa-a"])
    office.worker.watch()
    away(office, OFFICER, until=None, deputy=CLERK)
    office.wait_until(date(2024, 3, 5))
    assert office.inbox() == [("2024-03-04", OFFICER)]


def test_an_absence_that_is_ended_holds_no_longer(office: District) -> None:
    office.hire("xa-a", "clerk")
    entered = away(office, OFFICER, until=None, deputy=CLERK)
    office.give(due=None, units=["xa-a"])
    office.wait_until(date(2024, 3, 5))
    with office.database.write() as session:
        end_absence(session, office.chair, f"{OFFICER}.20240101", entered.id, version=None, now=office.now())
    office.wait_until(date(2024, 3, 6))
    assert office.inbox() == [("2024-03-04", CLERK), ("2024-03-06", OFFICER)]
