"""A commune had no official for a month; what the office told it was told nobody, and nobody knew."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import pytest

from service.domain import untold as actions
from service.domain.absences import record_absence
from service.domain.calendar import ZONE, DayChange
from service.domain.errors import DomainError, InvalidValue, MoveNotAllowed, NobodyToTell, NothingToTell
from service.domain.escalation import Role
from service.domain.events.telling import ToldWithoutMessage
from service.domain.linking import link, make_code
from service.domain.obligations import withdraw
from service.domain.people_registry import PostOrder, import_people, register_person
from service.domain.reading import delivery_report, untold
from service.domain.reading.delivery_report import Reach, UnitLine
from service.domain.reading.untold import UntoldRow, Which
from service.domain.registry_file import PersonRow
from service.domain.tables import ChannelContact, Event, Means, Untold, UntoldEnding, table
from tests.deadlines import announce, give
from tests.district import LEADERS, District

OFFICER, HEAD = "xa-a.officer", "xa-a.head"
KEEPER_OFFICER = "van-phong.officer"
TEN_DAYS = {"kind": "relative_working_days", "days": 10, "from": "issue", "text": "10 ngày làm việc"}


@pytest.fixture
def deserted(office: District) -> District:
    """A district in which neither commune a nor the office that keeps the register has anybody."""
    for role in ("officer", "head"):
        office.dismiss("xa-a", role)
    for role in LEADERS:
        office.dismiss("van-phong", role)
    return office


def waiting(office: District, **asked: object) -> list[UntoldRow]:
    """Return what waits for somebody, the oldest first."""
    which = Which(**({"is_open": True} | asked))
    with office.database.read() as connection:
        return untold.page(connection, office.chair, which, after=None, limit=200)[0]


def causes(rows: Sequence[UntoldRow]) -> list[tuple[str, str, str]]:
    """Return (unit, role, what was to be told) of rows."""
    return sorted((row.unit_code, row.role.value, row.event or str(row.watch)) for row in rows)


def tell_by_hand(office: District, untold_id: UUID, told_on: date | None = None) -> None:
    with office.database.write() as session:
        actions.tell_by_hand(
            session, office.chair, untold_id, means=Means.PHONE, told_on=told_on, note="gặp văn thư",
            now=office.now(),
        )  # fmt: skip


def tell_again(office: District, untold_id: UUID) -> None:
    with office.database.write() as session:
        actions.tell_again(session, office.chair, untold_id, now=office.now())


def refused(reason: type[DomainError], office: District, untold_id: UUID) -> None:
    """Nobody is told again, for a reason."""
    with pytest.raises(reason):
        tell_again(office, untold_id)


def faults(office: District) -> dict[str, int]:
    return {each.check: each.count for each in office.examine()}


def reach(office: District, directive_id: UUID) -> UnitLine:
    with office.database.read() as connection:
        (line,) = delivery_report.units(connection, office.chair, directive_id)
        return line


def test_whatever_found_nobody_is_listed_with_its_duty_and_who_was_looked_for(deserted: District) -> None:
    directive_id = deserted.give(due="2024-03-29", units=["xa-a"])
    deserted.wait_until(date(2024, 3, 13))
    rows = waiting(deserted)
    assert causes(rows) == [
        ("van-phong", "office_chief", "acknowledgement"),
        ("xa-a", "head", "acknowledgement"),
        ("xa-a", "officer", "acknowledgement"),
        ("xa-a", "officer", "obligation.assigned.v1"),
    ]
    assert {(row.lead_code, row.locator, row.directive_id) for row in rows} == {("xa-a", "1", directive_id)}
    assert rows[0].found_at.astimezone(ZONE) == datetime(2024, 3, 4, 16, 0, tzinfo=ZONE)
    assert waiting(deserted, unit="van-phong") == [rows[-1]]
    assert waiting(deserted, directive_id=directive_id) == rows
    assert waiting(deserted, is_open=False) == []
    assert faults(deserted) == {"nobody-to-tell": 3}
    line = reach(deserted, directive_id)
    assert (line.reach, line.untold, line.is_unreached) == (Reach.NOBODY, 3, True)


def test_a_new_official_gets_everything_that_waited_in_one_message(deserted: District) -> None:
    for _ in range(3):
        deserted.give(due="2024-03-29", units=["xa-a"])
    deserted.wait_until(date(2024, 3, 11))
    assert len(waiting(deserted)) == 9
    deserted.hire("xa-a", "officer", since=date(2024, 3, 11))
    assert causes(waiting(deserted)) == [("xa-a", "head", "acknowledgement")] * 3, "an officer is no head"
    deserted.worker.round()
    assert deserted.inbox() == [("2024-03-11", OFFICER)]
    assert deserted.told_of("2024-03-11", OFFICER).count("Việc số 1") == 6, "the letters, and the reminders"
    deserted.hire("xa-a", "head", since=date(2024, 3, 11))
    deserted.worker.round()
    assert deserted.inbox() == [("2024-03-11", HEAD), ("2024-03-11", OFFICER)]
    assert waiting(deserted) == []
    assert {row.ending for row in waiting(deserted, is_open=False)} == {UntoldEnding.TOLD_AGAIN}
    assert (faults(deserted), deserted.told_twice()) == ({}, 0)


def test_whoever_takes_office_later_is_told_on_the_first_day(deserted: District) -> None:
    deserted.give(due="2024-03-29", units=["xa-a"])
    deserted.wait_until(date(2024, 3, 7))
    deserted.hire("xa-a", "officer", since=date(2024, 3, 11))
    deserted.wait_until(date(2024, 3, 10))
    assert (len(waiting(deserted)), deserted.inbox()) == (3, [])
    deserted.wait_until(date(2024, 3, 11))
    assert deserted.inbox() == [("2024-03-11", OFFICER)]
    assert causes(waiting(deserted)) == [("xa-a", "head", "acknowledgement")]


def test_the_registry_file_brings_somebody_as_well(deserted: District) -> None:
    deserted.give(due="2024-03-29", units=["xa-a"])
    deserted.worker.round()
    row = PersonRow(
        code="xa-a.moi", name="officer xa-a", unit_code="xa-a", role="officer",
        addresses=(("email", f"{OFFICER}.20240304@cao-loc.test"),),
    )  # fmt: skip
    with deserted.database.write() as session:
        import_people(session, deserted.chair, [row], now=deserted.now())
    deserted.worker.round()
    assert deserted.inbox() == [("2024-03-04", OFFICER)]
    assert waiting(deserted) == []


def test_an_official_without_any_address_is_told_once_an_account_is_linked(deserted: District) -> None:
    post = PostOrder(unit_code="xa-a", role=Role.OFFICER)
    with deserted.database.write() as session:
        register_person(
            session, deserted.chair, code="xa-a.moi", name="officer xa-a", posts=[post], addresses=[],
            now=deserted.now(),
        )  # fmt: skip
    deserted.give(due="2024-03-29", units=["xa-a"])
    deserted.worker.round()
    assert len(waiting(deserted)) == 1, "whoever has no address is nobody"
    with deserted.database.write() as session:
        made = make_code(session, deserted.chair, "xa-a.moi", channel="zalo", now=deserted.now())
        contact = ChannelContact(register_id=deserted.register_id, channel="zalo", sender="7001")
        session.add(contact)
        assert link(session, contact, made.code, now=deserted.now()) == "linked"
    assert waiting(deserted) == []
    deserted.worker.round()
    assert (waiting(deserted), deserted.messages_to("xa-a")) == ([], 1)


def test_what_the_keeper_must_know_waits_for_somebody_at_the_keeper(deserted: District) -> None:
    deserted.give(due="2024-03-29", units=["xa-a"])
    deserted.acknowledge("xa-a")
    deserted.submit("xa-a", "1", "Xong", "1")
    deserted.wait_until(date(2024, 3, 7))
    at_office = waiting(deserted, unit="van-phong")
    assert causes(at_office) == [
        ("van-phong", "officer", "acceptance"),
        ("van-phong", "officer", "obligation.submitted.v1"),
    ]
    deserted.hire("van-phong", "officer", since=date(2024, 3, 7))
    deserted.worker.round()
    assert deserted.inbox() == [("2024-03-07", KEEPER_OFFICER)]
    assert waiting(deserted, unit="van-phong") == []


def test_what_somebody_told_by_telephone_is_told(deserted: District) -> None:
    directive_id = deserted.give(due="2024-03-29", units=["xa-a"])
    deserted.wait_until(date(2024, 3, 7))
    letter, reminder = waiting(deserted)
    with pytest.raises(InvalidValue):
        tell_by_hand(deserted, letter.id, told_on=date(2024, 3, 3))
    tell_by_hand(deserted, letter.id, told_on=date(2024, 3, 6))
    line = reach(deserted, directive_id)
    assert (line.reach, line.reached_at, line.untold) == (Reach.REACHED, deserted.now(), 1)
    tell_by_hand(deserted, reminder.id)
    assert (waiting(deserted), faults(deserted)) == ([], {})
    told = waiting(deserted, is_open=False)
    assert [(row.ending, row.means, row.told_on, row.note) for row in told] == [
        (UntoldEnding.TOLD_BY_HAND, Means.PHONE, date(2024, 3, 6), "gặp văn thư"),
        (UntoldEnding.TOLD_BY_HAND, Means.PHONE, date(2024, 3, 7), "gặp văn thư"),
    ]
    with deserted.database.read() as connection:
        said = connection.execute(
            table(Event).select().where(table(Event).c.kind == ToldWithoutMessage.kind)
        ).all()
    assert [UUID(fact.payload["untold_id"]) for fact in said] == [letter.id, reminder.id]
    with pytest.raises(MoveNotAllowed):
        tell_by_hand(deserted, letter.id)
    refused(MoveNotAllowed, deserted, letter.id)
    deserted.hire("xa-a", "officer", since=date(2024, 3, 7))
    deserted.worker.round()
    assert deserted.inbox() == [], "what was told by hand is not told again"


def test_nothing_is_told_again_while_there_is_nobody_or_nothing_to_tell(deserted: District) -> None:
    deserted.give(due="2024-03-29", units=["xa-a"])
    deserted.worker.round()
    (letter,) = waiting(deserted)
    refused(NobodyToTell, deserted, letter.id)
    deserted.hire("van-phong", "officer", since=date(2024, 3, 4))
    refused(NobodyToTell, deserted, letter.id)
    ((_, duty),) = deserted.duties("xa-a")
    with deserted.database.write() as session:
        withdraw(session, deserted.chair, duty, reason="thôi", version=None, now=deserted.now())
    refused(NothingToTell, deserted, letter.id)
    kinds = [row.event for row in waiting(deserted)]
    assert "obligation.assigned.v1" not in kinds, "of what was settled nobody need be told"
    assert [row.is_open for row in waiting(deserted, is_open=False)] == [False]


def test_a_leader_of_the_keeper_can_be_told_in_the_units_place(deserted: District) -> None:
    deserted.give(due="2024-03-29", units=["xa-a"])
    deserted.worker.round()
    (letter,) = waiting(deserted)
    deserted.hire("van-phong", "office_chief", since=date(2024, 3, 4))
    assert waiting(deserted) == [letter], "what waits for the unit does not pour over the office"
    tell_again(deserted, letter.id)
    deserted.worker.round()
    assert deserted.inbox() == [("2024-03-04", "van-phong.office_chief")]


def test_a_row_is_open_anew_when_the_new_official_is_away(deserted: District) -> None:
    deserted.give(due="2024-03-29", units=["xa-a"])
    deserted.wait_until(date(2024, 3, 6))
    before = waiting(deserted)
    deserted.hire("xa-a", "officer", since=date(2024, 3, 6))
    with deserted.database.write() as session:
        record_absence(
            session, deserted.chair, f"{OFFICER}.20240306", unit_code="xa-a", from_on=date(2024, 3, 6),
            until_on=None, deputy_code=None, reason="nghỉ phép", now=deserted.now(),
        )  # fmt: skip
    assert waiting(deserted) == []
    deserted.worker.round()
    assert waiting(deserted) == before, "nothing was lost"
    assert faults(deserted) == {"nobody-to-tell": 1}
    assert deserted.inbox() == []


def test_a_step_that_was_put_off_to_a_day_on_which_there_is_nobody_is_listed(office: District) -> None:
    give(office, TEN_DAYS, "xa-a", urgency="hỏa tốc")
    office.acknowledge("xa-a")
    office.wait_until(date(2024, 3, 15))
    office.clock.at = datetime(2024, 3, 17, 17, 5, tzinfo=ZONE)
    office.worker.watch()  # a day before
    announce(office, 2024, {date(2024, 3, 18): DayChange(False, "nghỉ bù")})
    office.worker.deliver()  # it is put off: the day has moved
    office.worker.round()
    for unit, role in (("xa-a", "officer"), ("xa-a", "head"), *(("van-phong", role) for role in LEADERS)):
        office.dismiss(unit, role)
    office.clock.at = datetime(2024, 3, 18, 17, 5, tzinfo=ZONE)
    office.worker.round()
    assert causes(waiting(office)) == [
        ("xa-a", "officer", "deadline"),
        ("xa-a", "officer", "obligation.due_day_counted_again.v1"),
    ]
    assert faults(office) == {"nobody-to-tell": 1}


def test_a_row_is_one_for_each_cause_however_often_it_is_told_again(deserted: District) -> None:
    deserted.give(due="2024-03-29", units=["xa-a"])
    deserted.wait_until(date(2024, 3, 6))
    for _ in range(3):
        deserted.hire("xa-a", "officer", since=date(2024, 3, 6))
        deserted.dismiss("xa-a", "officer")
        deserted.worker.round()
    with deserted.database.read() as connection:
        rows = connection.execute(table(Untold).select()).all()
    assert len(rows) == 2
    assert all(row.ended_at is None for row in rows)
