"""The lead says that it waits for another unit: who was asked, when, and who was late."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from service.domain import coordination
from service.domain.assignments import AssignmentOrder, assign
from service.domain.calendar import office_day
from service.domain.errors import LeadCoordinates
from service.domain.reading.coordination import coordinators, of_obligation
from service.domain.reorganisations import UnitChange
from service.domain.returns import accept_return, give_back
from service.domain.tables import AssignmentRole, CoordinationRequest, RequestState, SuccessionKind, Watch
from tests.district import District
from tests.stories.test_reorganisation import carry_out, found, merge, plan

LEAD, HELPER, HELPERS_HEAD = "xa-a.officer", "xa-b.officer", "xa-b.head"


def give_together(office: District, *, leads: tuple[str, ...] = ("xa-a",)) -> None:
    """Issue one item that some communes lead and commune b coordinates."""
    text = {"kind": "date", "iso": "2024-03-29", "bound": "by", "text": "29/3"}
    item = {"label": "1", "text": "Việc chung", "deadline": text}
    letter = office.draft(
        {"subject": "Việc chung", "symbol": "UBND-VP", "issuing_body": "UBND huyện", "items": [item]}
    )
    orders = [AssignmentOrder(role=AssignmentRole.LEAD, unit_code=code) for code in leads]
    orders.append(AssignmentOrder(role=AssignmentRole.COORDINATE, unit_code="xa-b"))
    with office.database.write() as session:
        assign(session, office.chair, letter, "1", orders, version=None, now=office.now())
    office.issue(letter, issuer="van-phong", on=office_day(office.now()))


def ask(office: District, lead: str, *, due: date) -> UUID:
    """Commune b is asked by a lead; return the request."""
    duty = dict(office.duties(lead))["1"]
    with office.database.write() as session:
        return coordination.ask(
            session,
            office.officer(lead),
            duty,
            unit_code="xa-b",
            question="Số liệu?",
            due_on=due,
            now=office.now(),
        ).id


def reply(office: District, request: UUID, unit: str = "xa-b") -> None:
    """The unit that was asked answers."""
    with office.database.write() as session:
        coordination.answer(
            session,
            office.officer(unit),
            request,
            text="Số liệu đây",
            document=None,
            file_ids=[],
            version=None,
            now=office.now(),
        )


def since(office: District, day: str, who: str) -> list[str]:
    """Return the days on which somebody was written to after a day."""
    return [on for on, name in office.inbox() if on > day and name == who]


def test_the_lead_cannot_be_blamed_alone_when_the_coordinator_was_silent(office: District) -> None:
    give_together(office)
    office.acknowledge("xa-a")
    office.wait_until(date(2024, 3, 5))
    request = ask(office, "xa-a", due=date(2024, 3, 13))
    office.wait_until(date(2024, 3, 15))
    # told at once; the day before, on the day, and the head one working day late
    assert since(office, "2024-03-04", HELPER) == ["2024-03-05", "2024-03-12", "2024-03-13"]
    assert since(office, "2024-03-04", HELPERS_HEAD) == ["2024-03-14"]
    assert "cần trả lời, hạn 13/03/2024" in office.told_of("2024-03-05", HELPER)
    reply(office, request)
    office.wait_until(date(2024, 3, 22))
    assert since(office, "2024-03-15", HELPERS_HEAD) == []
    assert "2024-03-16" in since(office, "2024-03-15", LEAD), "the lead is told that the answer is there"
    with office.database.read() as connection:
        (row,) = of_obligation(connection, dict(office.duties("xa-a"))["1"])
    assert (row.unit_code, row.due_on, row.ended_on) == ("xa-b", date(2024, 3, 13), date(2024, 3, 15))
    assert row.is_late(date(2024, 3, 22))
    assert not row.is_late(date(2024, 3, 13)), "as it stood on the due day it was not late yet"


def test_two_hundred_leads_share_one_coordinator_without_a_clock_until_somebody_asks(
    office: District,
) -> None:
    give_together(office, leads=("xa-a", "xa-c"))
    before = office.count(Watch)
    ask(office, "xa-a", due=date(2024, 3, 13))
    assert office.count(Watch) == before + 1


def test_a_duty_that_is_accepted_asks_nobody_any_more(office: District) -> None:
    give_together(office)
    ask(office, "xa-a", due=date(2024, 3, 13))
    office.submit("xa-a", "1", "Xong", "5")
    office.accept("xa-a", "1")
    office.wait_until(date(2024, 3, 20))
    assert since(office, "2024-03-04", HELPER) == since(office, "2024-03-04", HELPERS_HEAD) == []
    with office.database.write() as session:
        (request,) = session.exec(select(CoordinationRequest))
    assert (request.state, request.reason) == (RequestState.CLOSED, "accepted")


def test_a_unit_that_is_both_is_lead(office: District) -> None:
    give_together(office, leads=("xa-a", "xa-b"))
    with office.database.read() as connection:
        assert coordinators(connection, dict(office.duties("xa-a"))["1"]) == []


def test_communes_that_merge_do_not_coordinate_with_themselves(office: District) -> None:
    give_together(office, leads=("xa-a", "xa-c"))
    found(office, "xa-moi", "UBND xã Mới", since=date(2024, 3, 4))
    carry_out(office, plan(office, merge(["xa-a", "xa-b"], "xa-moi"), on=date(2024, 3, 4)))
    duty = dict(office.duties("xa-c"))["1"]
    with office.database.read() as connection:
        assert [row.code for row in coordinators(connection, duty)] == ["xa-b"], "the new commune is a lead"


def test_a_coordinator_to_whom_the_duty_passed_does_not_ask_itself(office: District) -> None:
    give_together(office)
    duty = dict(office.duties("xa-a"))["1"]
    with office.database.write() as session:
        now = office.now()
        returned: dict[str, Any] = {"reason": "việc của xã b", "version": None, "now": now}
        give_back(session, office.officer("xa-a"), duty, proposed_unit_code="xa-b", **returned)
        accept_return(session, office.chair, duty, unit_code="xa-b", due_on=None, **returned)
    with pytest.raises(LeadCoordinates):
        ask(office, "xa-b", due=date(2024, 3, 13))


def requests_of(office: District, lead: str) -> list[tuple[str, str]]:
    """Return (unit asked, state) of what a lead asked for."""
    with office.database.read() as connection:
        rows = of_obligation(connection, dict(office.duties(lead))["1"])
    return [(row.unit_code, str(row.state)) for row in rows]


def test_the_successor_answers_what_its_predecessor_was_asked(office: District) -> None:
    give_together(office)
    request = ask(office, "xa-a", due=date(2024, 3, 13))
    office.wait_until(date(2024, 3, 8))
    found(office, "xa-moi", "UBND xã Mới", since=date(2024, 3, 8))
    office.hire("xa-moi", "officer", since=date(2024, 3, 8))
    carry_out(office, plan(office, merge(["xa-b", "xa-c"], "xa-moi"), on=date(2024, 3, 8)))
    assert requests_of(office, "xa-a") == [("xa-moi", "waiting")]
    office.wait_until(date(2024, 3, 13))
    assert since(office, "2024-03-08", HELPER) == [], "nobody there is asked any more"
    assert since(office, "2024-03-07", "xa-moi.officer") == ["2024-03-08", "2024-03-12", "2024-03-13"]
    assert "thay đơn vị đã thôi hoạt động" in office.told_of("2024-03-08", "xa-moi.officer")
    reply(office, request, "xa-moi")
    assert requests_of(office, "xa-a") == [("xa-moi", "answered")]
    assert office.examine() == []


@pytest.mark.parametrize("way", ["nobody", "the lead itself", "one of two"])
def test_a_lead_learns_that_nobody_will_answer_because_the_unit_ended(office: District, way: str) -> None:
    give_together(office)
    ask(office, "xa-a", due=date(2024, 3, 13))
    office.wait_until(date(2024, 3, 8))
    today, change = date(2024, 3, 8), UnitChange(kind=SuccessionKind.DISSOLVE, old=["xa-b"], new=[])
    lead = "xa-a"
    if way != "nobody":
        found(office, "xa-moi", "UBND xã Mới", since=today)
        found(office, "xa-moi-2", "UBND xã Mới 2", since=today)
        for code in ("xa-moi", "xa-moi-2"):
            office.hire(code, "officer", since=today)
    if way == "the lead itself":
        change = merge(["xa-a", "xa-b"], "xa-moi")
        lead = "xa-moi"
    elif way == "one of two":
        change = UnitChange(kind=SuccessionKind.SPLIT, old=["xa-b"], new=["xa-moi", "xa-moi-2"])
    carry_out(office, plan(office, change, on=today))
    office.wait_until(date(2024, 3, 20))
    assert since(office, "2024-03-08", HELPER) == since(office, "2024-03-08", HELPERS_HEAD) == []
    if way != "the lead itself":
        assert requests_of(office, lead) == [("xa-b", "closed")]
        assert "cần hỏi đơn vị khác" in office.told_of("2024-03-09", LEAD)
    with office.database.write() as session:
        (request,) = session.exec(select(CoordinationRequest))
    assert request.state is RequestState.CLOSED
    assert office.examine() == []
