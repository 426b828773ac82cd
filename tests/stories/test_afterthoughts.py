"""A unit or an item was forgotten when the letter was issued, and is given later."""

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

import pytest

from service.domain.afterthoughts import assign_late
from service.domain.assignments import AssignmentOrder
from service.domain.calendar import ZONE, office_day
from service.domain.changes import Basis
from service.domain.errors import DueBeforeAssigned, InvalidValue, ItemsWithoutLead
from service.domain.tables import AssignmentRole
from tests.deadlines import FROM_RECEIPT, duty, move_deadline
from tests.deadlines import give as give_counted
from tests.district import District

BASIS = Basis(None, "12", "UBND-VP", date(2024, 3, 11), date(2024, 3, 12), "bổ sung đơn vị")
TWELFTH = datetime(2024, 3, 12, 9, 0, tzinfo=ZONE)


def give_late(
    office: District,
    letter: UUID,
    item: str,
    *units: str,
    role: str = "lead",
    due: date | None = None,
    on: date = BASIS.effective_on,
) -> int:
    orders = [AssignmentOrder(role=AssignmentRole(role), unit_code=code, due_on=due) for code in units]
    with office.database.write() as session:
        return assign_late(
            session, office.chair, letter, item, replace(BASIS, effective_on=on),
            orders=orders, version=None, now=office.now(),
        )  # fmt: skip


def test_a_forgotten_unit_gets_its_duty_and_nobody_else_hears_of_it(office: District) -> None:
    letter = office.give(due="2024-03-29", units=["xa-a"])
    office.wait_until(date(2024, 3, 11))
    office.clock.at = TWELFTH
    told_before = len(office.inbox())
    assert give_late(office, letter, "1", "xa-b") == 1
    assert [item for item, _ in office.duties("xa-b")] == ["1"]
    office.worker.round()
    assert office.inbox()[told_before:] == [("2024-03-12", "xa-b.officer")]
    assert office.timeliness("xa-b", "1", date(2024, 3, 30)) == "overdue"
    assert office.examine() == []


def test_a_forgotten_item_is_followed_from_now_on(office: District) -> None:
    facts = {"subject": "Việc của huyện", "symbol": "UBND-VP", "issuing_body": "UBND huyện"}
    items = [{"label": "1", "text": "Việc"}, {"label": "2", "text": "Quên", "task": False, "tracked": False}]
    letter = office.draft({**facts, "items": items})
    office.assign(letter, "1", units=["xa-a"])
    office.issue(letter, issuer="van-phong", on=office_day(office.now()))
    office.clock.at = TWELFTH
    with pytest.raises(ItemsWithoutLead):
        give_late(office, letter, "2")
    assert give_late(office, letter, "2", "xa-b", "xa-c") == 2
    assert [item for item, _ in office.duties("xa-c")] == ["2"]
    assert [item for item, _ in office.duties("xa-a")] == ["1"]
    office.worker.round()
    assert office.examine() == []


def test_a_unit_is_not_given_twice_what_it_has(office: District) -> None:
    letter = office.give(due="2024-03-29", units=["xa-a"])
    office.clock.at = TWELFTH
    with pytest.raises(InvalidValue, match="xa-a"):
        give_late(office, letter, "1", "xa-a", "xa-b")
    assert give_late(office, letter, "1", "xa-b", role="coordinate") == 0
    with pytest.raises(InvalidValue, match="xa-b"):
        give_late(office, letter, "1", "xa-b", role="coordinate")
    assert office.duties("xa-b") == []


def test_a_forgotten_unit_has_as_many_days_from_its_receipt_as_the_others_had(office: District) -> None:
    letter = give_counted(office, FROM_RECEIPT, "xa-a")
    assert duty(office, "xa-a").due_on == date(2024, 3, 13)
    office.wait_until(date(2024, 3, 20))
    assert give_late(office, letter, "1", "xa-b", on=date(2024, 3, 20)) == 1
    assert duty(office, "xa-b").due_on == date(2024, 3, 29), "deemed received on the 22nd"
    office.worker.round()
    assert office.examine() == []


def test_a_forgotten_unit_is_not_given_a_counted_day_that_has_passed(office: District) -> None:
    letter = give_counted(office, FROM_RECEIPT | {"from": "issue"}, "xa-a")
    assert duty(office, "xa-a").due_on == date(2024, 3, 11)
    office.clock.at = TWELFTH
    with pytest.raises(DueBeforeAssigned):
        give_late(office, letter, "1", "xa-b")
    assert office.duties("xa-b") == []


def test_the_day_that_a_later_letter_gave_everybody_holds_for_a_forgotten_unit_too(office: District) -> None:
    """It happens to be the day that was counted at the issue: it is decided now, and not counted anew."""
    letter = give_counted(office, FROM_RECEIPT, "xa-a")
    move_deadline(office, letter, date(2024, 3, 13), "Công văn số 9/UBND-VP")
    office.clock.at = TWELFTH
    give_late(office, letter, "1", "xa-b")
    assert duty(office, "xa-b").due_on == date(2024, 3, 13)


def test_nobody_is_given_a_deadline_that_has_passed(office: District) -> None:
    letter = office.give(due="2024-03-08", units=["xa-a"])
    office.clock.at = TWELFTH
    with pytest.raises(DueBeforeAssigned):
        give_late(office, letter, "1", "xa-b")
    assert give_late(office, letter, "1", "xa-b", due=date(2024, 3, 20)) == 1
    assert office.timeliness("xa-b", "1", date(2024, 3, 12)) in {"on_track", "due_soon"}
