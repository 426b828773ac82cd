"""A new letter takes the place of an old one: nobody starts from nothing, and nobody answers twice."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from service.domain.changes import Basis
from service.domain.deadline_changes import ChangeOrder, change_deadlines
from service.domain.lifecycle import State
from service.domain.reading import timeline
from service.domain.reading.sentences import sentence
from service.domain.replacing import ItemDecision, Replaced, replace
from service.domain.tables import Event, Item, ItemOutcome, Obligation, ReplacedItem, Unit, Watch, table
from tests.deadlines import AFTER_EVENT, give, happen
from tests.district import District

obligation, unit, item, watch = table(Obligation), table(Unit), table(Item), table(Watch)
event, replaced = table(Event), table(ReplacedItem)
CARRY, KEEP, END = ItemOutcome.CARRY_OVER, ItemOutcome.KEEP, ItemOutcome.END
TWELFTH = date(2024, 3, 12)


def decide(outcome: ItemOutcome, old: str, into: str | None = None) -> ItemDecision:
    return ItemDecision(old, outcome, into)


def let_it_replace(office: District, new: UUID, old: UUID, *decisions: ItemDecision) -> Replaced:
    """The office lets one issued letter take the place of another."""
    basis = Basis(new, "", "", None, TWELFTH, "thay thế")
    with office.database.write() as session:
        return replace(session, office.chair, old, basis, decisions, version=None, now=office.now())


def give_later(office: District, *, due: str | None, units: Sequence[str], items: int = 1) -> UUID:
    """Issue the new letter on 12 March; return its id."""
    office.wait_until(TWELFTH)
    office.clock.at += timedelta(minutes=1)
    return office.give(due=due, units=units, items=items)


def standing(office: District) -> dict[tuple[str, UUID, str], Any]:
    """Return every duty by its unit, letter and item."""
    query = (
        sa.select(obligation, unit.c.code, item.c.locator)
        .join(unit, unit.c.id == obligation.c.unit_id)
        .join(item, item.c.id == obligation.c.item_id)
    )
    with office.database.read() as connection:
        return {(r.code, r.directive_id, r.locator): r for r in connection.execute(query)}


def running(office: District, duty: UUID) -> dict[str, Any]:
    """Return the clocks of a duty that will ring, by kind, with the day that they count from."""
    query = sa.select(watch.c.kind, watch.c.anchor_on).where(
        watch.c.obligation_id == duty, watch.c.next_action_at.is_not(None)
    )
    with office.database.read() as connection:
        return {str(kind): anchor for kind, anchor in connection.execute(query)}


def journal(office: District, duty: UUID) -> list[str]:
    """Return the lines of a duty's page."""
    with office.database.read() as connection:
        lines = timeline.of_obligation(connection, duty).lines
    return [sentence(line.kind, line.facts) for line in lines]


def test_a_duty_goes_on_under_the_new_letter_with_its_history_and_the_new_day(office: District) -> None:
    old = office.give(due="2024-03-29", units=["xa-a", "xa-b"])
    office.wait_until(date(2024, 3, 11))
    office.report("xa-a", "1", 60, "Đã rà soát 12 thôn")
    new = give_later(office, due="2024-04-26", units=["xa-a", "xa-b"])
    assert let_it_replace(office, new, old, decide(CARRY, "1", "1")) == Replaced(0, 2, 0, 0)
    duties = standing(office)
    before, after = duties["xa-a", old, "1"], duties["xa-a", new, "1"]
    assert (before.state, after.state) == (State.TRANSFERRED, State.ASSIGNED)
    assert after.due_on == date(2024, 4, 26)
    assert running(office, before.id) == {}, "the old letter asks nobody any more"
    assert running(office, after.id)["deadline"] == date(2024, 4, 26)
    told = journal(office, after.id)
    assert "Đơn vị báo cáo tiến độ: 60%" in told, "what was reported is seen from the new duty"
    words = "thay thế (theo văn bản số …/UBND-VP ngày 12/03/2024)"
    assert f"Tiếp tục nhiệm vụ của văn bản được thay thế: {words}" in told
    assert f"Thay bằng nhiệm vụ theo văn bản mới: {words}" in journal(office, before.id)
    assert office.examine() == []


@pytest.mark.parametrize("first", ["2024-04-26", None])
def test_a_duty_goes_on_by_the_day_that_a_later_document_gave_the_new_letter(
    office: District, first: str | None
) -> None:
    old = office.give(due="2024-03-29", units=["xa-a", "xa-b"])
    office.wait_until(date(2024, 3, 11))
    new = give_later(office, due=first, units=["xa-a"])
    order = ChangeOrder(["1"], date(2024, 5, 31), None, "Công văn 77", "")
    with office.database.write() as session:
        change_deadlines(session, office.chair, new, order, version=None, now=office.now())
    let_it_replace(office, new, old, decide(CARRY, "1", "1"))
    assert [standing(office)[unit, new, "1"].due_on for unit in ("xa-a", "xa-b")] == [date(2024, 5, 31)] * 2
    assert office.examine() == []


def test_a_new_item_without_a_day_keeps_the_old_one(office: District) -> None:
    old = office.give(due="2024-03-29", units=["xa-a"])
    new = give_later(office, due=None, units=["xa-a"])
    let_it_replace(office, new, old, decide(CARRY, "1", "1"))
    duty = standing(office)["xa-a", new, "1"]
    assert (duty.due_on, duty.original_due_on) == (date(2024, 3, 29), date(2024, 3, 29))
    clocks = running(office, duty.id)
    assert clocks["deadline"] == date(2024, 3, 29)
    assert "silence" not in clocks
    assert any("29/03/2024" in line for line in journal(office, duty.id)), (
        "the journal says where the day is from"
    )
    assert office.examine() == []


@pytest.mark.parametrize("came_before", [False, True], ids=["the event is to come", "the event came"])
def test_an_old_day_does_not_hold_under_an_item_that_is_counted_from_an_event(
    office: District, came_before: bool
) -> None:
    """One unit has the new letter too, the other was forgotten by it: both have ten days after the event."""
    old = office.give(due="2024-03-29", units=["xa-a", "xa-b"])
    office.wait_until(TWELFTH)
    new = give(office, AFTER_EVENT, "xa-a", on=TWELFTH)
    if came_before:
        happen(office, new, "có hướng dẫn", TWELFTH)
    let_it_replace(office, new, old, decide(CARRY, "1", "1"))
    units = ("xa-a", "xa-b")
    expected = date(2024, 3, 22) if came_before else None
    assert [standing(office)[unit, new, "1"].due_on for unit in units] == [expected] * 2
    assert office.examine() == []
    if not came_before:
        office.wait_until(date(2024, 3, 18))
        happen(office, new, "có hướng dẫn", date(2024, 3, 18))
    duties = [standing(office)[unit, new, "1"] for unit in units]
    day = expected or date(2024, 3, 28)
    assert [(duty.due_on, duty.original_due_on) for duty in duties] == [(day, day)] * 2
    assert [running(office, duty.id)["deadline"] for duty in duties] == [day] * 2
    assert office.examine() == []


def test_a_unit_that_the_new_letter_forgot_still_has_its_duty(office: District) -> None:
    old = office.give(due="2024-03-29", units=["xa-a", "xa-b"])
    new = give_later(office, due="2024-04-26", units=["xa-a"])
    let_it_replace(office, new, old, decide(CARRY, "1", "1"))
    duty = standing(office)["xa-b", new, "1"]
    assert (duty.state, duty.due_on) == (State.ASSIGNED, date(2024, 4, 26))
    assert running(office, duty.id)["deadline"] == date(2024, 4, 26)
    assert office.examine() == []


def test_two_old_items_become_one_new_duty_with_the_earlier_day(office: District) -> None:
    office.wait_until(date(2024, 3, 5))
    old = office.give(due="2024-03-29", units=["xa-a"], items=2)
    new = give_later(office, due=None, units=["xa-b"])
    assert (
        let_it_replace(office, new, old, decide(CARRY, "1", "1"), decide(CARRY, "2", "1")).carried_over == 2
    )
    duties = standing(office)
    assert duties["xa-a", new, "1"].due_on == date(2024, 3, 29)
    assert duties["xa-b", new, "1"].due_on is None, (
        "whoever had nothing before keeps what the new letter says"
    )
    assert len([key for key in duties if key[:2] == ("xa-a", new)]) == 1
    assert office.examine() == []


def test_item_by_item_one_goes_on_one_stays_and_one_ends(office: District) -> None:
    old = office.give(due="2024-03-29", units=["xa-a"], items=3)
    office.submit("xa-a", "3", "Chờ xác nhận", "5")
    new = give_later(office, due="2024-04-26", units=["xa-a"])
    done = let_it_replace(office, new, old, decide(CARRY, "1", "1"), decide(KEEP, "2"))
    assert done == Replaced(withdrawn=1, carried_over=1, kept=1, waiting=1)
    duties = standing(office)
    assert [duties["xa-a", old, n].state for n in "123"] == [
        State.TRANSFERRED,
        State.ASSIGNED,
        State.WITHDRAWN,
    ]
    assert running(office, duties["xa-a", old, "2"].id)["deadline"] == date(2024, 3, 29)
    assert office.examine() == [], "the doctor knows which duties were kept"
    query = sa.select(item.c.locator, replaced.c.outcome).join(item, item.c.id == replaced.c.item_id)
    with office.database.read() as connection:
        found = {row.locator: row.outcome for row in connection.execute(query)}
    assert found == {"1": CARRY, "2": KEEP, "3": END}


def test_what_was_done_under_the_old_letter_stays_done(office: District) -> None:
    old = office.give(due="2024-03-29", units=["xa-a"])
    office.submit("xa-a", "1", "Đã xong", "5")
    office.accept("xa-a", "1")
    new = give_later(office, due="2024-04-26", units=["xa-a"])
    assert let_it_replace(office, new, old, decide(CARRY, "1", "1")) == Replaced(0, 0, 0, 0)
    assert standing(office)["xa-a", old, "1"].state is State.ACCEPTED


def test_the_unit_is_asked_once_for_what_two_letters_wanted(office: District) -> None:
    old = office.give(due="2024-03-29", units=["xa-a"])
    new = give_later(office, due="2024-04-26", units=["xa-a"])
    let_it_replace(office, new, old, decide(CARRY, "1", "1"))
    office.wait_until(date(2024, 4, 29))
    later = [line for line in office.told("xa-a") if line[0] > date(2024, 3, 20)]
    assert later
    duties = standing(office)
    query = sa.text("SELECT count(*) FROM reminder WHERE obligation_id = :duty AND taken_at > '2024-03-13'")
    key = duties["xa-a", old, "1"].id
    bound = query.bindparams(sa.bindparam("duty", key, type_=sa.Uuid()))
    with office.database.read() as connection:
        assert connection.execute(bound).scalar_one() == 0
    assert office.told_twice() == 0


@pytest.mark.parametrize("keep", [True, False])
def test_the_doctor_finds_an_open_duty_that_nobody_decided_to_keep(office: District, keep: bool) -> None:
    old = office.give(due="2024-03-29", units=["xa-a"])
    new = give_later(office, due="2024-04-26", units=["xa-b"])
    let_it_replace(office, new, old, decide(KEEP, "1"))
    if not keep:
        with office.database.write() as session:
            session.connection().execute(sa.update(replaced).values(outcome=END.value))
    found = {check.check for check in office.examine()}
    assert ("ended-but-open" in found) is not keep
