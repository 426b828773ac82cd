"""Units merge, split and end; nobody's duty is lost, and nobody who is gone is told of it."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import select

from service.domain import carrying_out, obligations, reorganisations
from service.domain.errors import HeirsUndecided, ReorganisationNotOpen, UnitEnded
from service.domain.lifecycle import State
from service.domain.people import lives_on
from service.domain.reading import reorganisations as reading
from service.domain.reading import timeline
from service.domain.reading.sentences import sentence
from service.domain.reorganisations import HeirDecision, UnitChange
from service.domain.tables import (
    Obligation,
    ObligationVersion,
    RegisterKeeper,
    Reorganisation,
    ReorganisationState,
    SuccessionKind,
    Unit,
    table,
)
from service.domain.units import register_unit
from tests.district import District

DAY = date(2024, 3, 18)
BASIS = "Nghị quyết 1672/NQ-UBTVQH15"


def found(office: District, code: str, name: str, since: date = DAY) -> None:
    """Register a unit that begins on a day."""
    with office.database.write() as session:
        register_unit(
            session, office.chair, code=code, name=name, kind="xa", valid_from=since, now=office.now()
        )


def plan(office: District, *changes: UnitChange, on: date = DAY, keeper: str | None = None) -> UUID:
    """Enter a reorganisation."""
    with office.database.write() as session:
        return reorganisations.draft(
            session, office.chair, name="Sắp xếp", basis=BASIS, effective_on=on,
            changes=changes, keeper_code=keeper, now=office.now(),
        ).id  # fmt: skip


def merge(old: Sequence[str], new: str) -> UnitChange:
    return UnitChange(kind=SuccessionKind.MERGE, old=old, new=[new])


def decide(office: District, plan_id: UUID, unit: str, *heirs: str) -> None:
    with office.database.write() as session:
        decision = HeirDecision(unit_code=unit, heirs=heirs)
        reorganisations.decide(session, office.chair, plan_id, [decision], version=None, now=office.now())


def carry_out(office: District, plan_id: UUID) -> tuple[int, int]:
    with office.database.write() as session:
        done = carrying_out.carry_out(session, office.chair, plan_id, version=None, now=office.now())
        return done.passed_on, done.lapsed


def preview(office: District, plan_id: UUID) -> reading.Preview:
    with office.database.read() as connection:
        return reading.preview(connection, office.chair, plan_id)


def test_a_reform_that_lacks_an_heir_on_its_day_is_told_once_and_goes_on_when_it_is_decided(
    office: District,
) -> None:
    office.hire("van-phong", "clerk")
    plan_id = plan(office, UnitChange(kind=SuccessionKind.DISSOLVE, old=["xa-a"], new=[]))
    assert carry_out(office, plan_id) == (0, 0), "nothing is open: it waits for its day"
    office.give(due="2024-04-26", units=["xa-a"])
    office.wait_until(DAY)
    for _ in range(3):
        office.clock.at += timedelta(hours=1)
        office.worker.round()
    told = office.told_of(DAY.isoformat(), "van-phong.clerk")
    assert told.count("chưa thực hiện được ngày 18/03/2024: 1 việc chưa có nơi nhận") == 1
    assert f"/v1/reorganisations/{plan_id}/undecided" in told
    assert [(row.state, row.held_up_at is not None) for row in plans(office)] == [("scheduled", True)]
    decide(office, plan_id, "xa-a", "xa-b")
    office.worker.round()
    assert [row.state for row in plans(office)] == ["carried_out"]
    assert [duty.state for duty in duties(office, "xa-b")] == [State.ASSIGNED]
    assert office.examine() == []


def plans(office: District) -> list[Reorganisation]:
    with office.database.write() as session:
        return list(session.exec(select(Reorganisation)))


def duties(office: District, code: str) -> list[Obligation]:
    with office.database.write() as session:
        mine = select(Obligation).join(Unit, table(Unit).c.id == Obligation.unit_id)
        return list(session.exec(mine.where(Unit.code == code).order_by(table(Obligation).c.id)))


def test_communes_that_merge_on_a_coming_day_give_one_duty_an_item_with_all_of_them_before_it(
    office: District,
) -> None:
    found(office, "xa-moi", "UBND xã Mới")
    office.give(due="2024-04-12", items=2, groups=["cac-xa"])
    plan_id = plan(office, merge(["xa-a", "xa-b", "xa-c"], "xa-moi"))
    assert carry_out(office, plan_id) == (0, 0)
    assert preview(office, plan_id).row.state is ReorganisationState.SCHEDULED
    office.wait_until(DAY - timedelta(days=1))
    assert [row.state for row in duties(office, "xa-a")] == [State.ASSIGNED] * 2
    office.wait_until(DAY)
    new = duties(office, "xa-moi")
    assert [(row.state, row.assigned_on, row.due_on) for row in new] == [
        (State.ASSIGNED, DAY, date(2024, 4, 12))
    ] * 2
    with office.database.read() as connection:
        before = timeline.of_obligation(connection, new[0].id).predecessors
    assert [row.unit_code for row in before] == ["xa-a", "xa-b", "xa-c"]
    after = preview(office, plan_id)
    assert (after.row.state, after.obligations, after.with_heir) == (ReorganisationState.CARRIED_OUT, 6, 6)
    assert [row for row in office.examine() if row.check != "nobody-to-tell"] == []


def test_a_unit_that_ended_is_told_nothing_and_its_people_are_not_taken_over(office: District) -> None:
    found(office, "xa-moi", "UBND xã Mới")
    office.give(due="2024-03-22", units=["xa-a"])
    plan_id = plan(office, merge(["xa-a"], "xa-moi"))
    shown = preview(office, plan_id)
    assert shown.nobody_to_tell == ["xa-moi"]
    assert {(row.from_unit_code, row.role) for row in shown.contacts} == {
        ("xa-a", "officer"),
        ("xa-a", "head"),
    }
    office.hire("xa-moi", "officer", since=DAY)
    assert preview(office, plan_id).nobody_to_tell == []
    carry_out(office, plan_id)
    office.wait_until(date(2024, 4, 5))
    late = [who for day, who in office.inbox() if day >= str(DAY)]
    assert "xa-moi.officer" in late
    assert not [who for who in late if who.startswith("xa-a")]


def test_nothing_is_carried_out_while_a_duty_of_a_divided_unit_is_nobodys(office: District) -> None:
    for code in ("xa-dong", "xa-tay"):
        found(office, code, f"UBND {code}")
    office.give(due="2024-03-29", items=3, units=["xa-a"])
    office.wait_until(DAY)
    plan_id = plan(office, UnitChange(kind=SuccessionKind.SPLIT, old=["xa-a"], new=["xa-dong", "xa-tay"]))
    assert preview(office, plan_id).undecided == 3
    with pytest.raises(HeirsUndecided) as refused:
        carry_out(office, plan_id)
    assert (refused.value.obligations, refused.value.registers) == (3, [])
    first, second, third = duties(office, "xa-a")
    with office.database.write() as session:
        decisions = [
            HeirDecision(unit_code="xa-a", heirs=["xa-dong"]),
            HeirDecision(unit_code="xa-a", item_ids=[second.item_id], heirs=["xa-dong", "xa-tay"]),
            HeirDecision(unit_code="xa-a", obligation_ids=[third.id]),
        ]
        reorganisations.decide(session, office.chair, plan_id, decisions, version=None, now=office.now())
    assert carry_out(office, plan_id) == (2, 1)
    assert {row.item_id for row in duties(office, "xa-dong")} == {first.item_id, second.item_id}
    assert [row.item_id for row in duties(office, "xa-tay")] == [second.item_id]
    lapsed = duties(office, "xa-a")[2]
    assert lapsed.state is State.WITHDRAWN
    assert [found for found in office.examine() if found.check == "withdrawn-unexplained"] == []
    with office.database.read() as connection:
        lines = timeline.of_obligation(connection, lapsed.id).lines
    told = [sentence(line.kind, line.facts) for line in lines]
    assert f"Hết hiệu lực do sắp xếp: {BASIS}" in told


def test_what_the_old_keeper_issued_can_be_accepted_by_its_successor(office: District) -> None:
    found(office, "phuong", "UBND phường")
    office.give(due="2024-03-29", units=["xa-a"])
    office.submit("xa-a", "1", "Xong", "7")
    office.wait_until(DAY)
    ending = UnitChange(kind=SuccessionKind.DISSOLVE, old=["van-phong"])
    plan_id = plan(office, ending)
    assert preview(office, plan_id).registers_without_keeper == ["chinh"]
    with pytest.raises(HeirsUndecided) as refused:
        carry_out(office, plan_id)
    assert refused.value.registers == ["chinh"]
    carry_out(office, plan(office, ending, keeper="phuong"))
    with office.database.read() as connection:
        kept = sa.select(table(RegisterKeeper).c.unit_id).where(lives_on(DAY, table(RegisterKeeper)))
        assert connection.execute(kept).scalar_one() == office.unit("phuong").id
    office.act_for("phuong")
    office.accept("xa-a", "1")


def test_a_reform_entered_late_holds_from_its_day_and_old_figures_stay_with_the_old_unit(
    office: District,
) -> None:
    found(office, "xa-moi", "UBND xã Mới")
    office.give(due="2024-03-15", units=["xa-a"])
    office.wait_until(date(2024, 3, 25))
    carry_out(office, plan(office, merge(["xa-a", "xa-b"], "xa-moi")))
    (new,), (old,) = duties(office, "xa-moi"), duties(office, "xa-a")
    assert (new.assigned_on, office.unit("xa-a").valid_to) == (DAY, DAY)
    with office.database.write() as session:
        versions = session.exec(
            select(ObligationVersion)
            .where(ObligationVersion.obligation_id == old.id)
            .order_by(table(ObligationVersion).c.version)
        ).all()
    assert [(each.state, each.effective_on) for each in versions] == [
        (State.ASSIGNED, date(2024, 3, 4)),
        (State.TRANSFERRED, DAY),
    ]
    assert versions[0].recorded_to == versions[1].recorded_from


def test_a_plan_may_be_given_up_before_its_day_but_not_after(office: District) -> None:
    found(office, "xa-moi", "UBND xã Mới")
    office.give(due="2024-04-12", units=["xa-a"])
    plan_id = plan(office, merge(["xa-a"], "xa-moi"))
    carry_out(office, plan_id)
    with office.database.write() as session:
        reorganisations.undo(
            session, office.chair, plan_id, reason="Chưa đủ hồ sơ", version=None, now=office.now()
        )
    office.wait_until(DAY)
    assert [row.state for row in duties(office, "xa-a")] == [State.ASSIGNED]
    again = plan(office, merge(["xa-a"], "xa-moi"))
    carry_out(office, again)
    with office.database.write() as session, pytest.raises(ReorganisationNotOpen):
        reorganisations.undo(session, office.chair, again, reason="Nhầm", version=None, now=office.now())


def test_a_duty_given_after_the_plan_was_settled_makes_the_plan_wait_and_not_the_duty_vanish(
    office: District,
) -> None:
    found(office, "xa-moi", "UBND xã Mới")
    plan_id = plan(office, UnitChange(kind=SuccessionKind.DISSOLVE, old=["xa-a"]))
    carry_out(office, plan_id)
    office.give(due="2024-04-12", units=["xa-a"])
    office.wait_until(DAY)
    with office.database.write() as session:
        assert session.get_one(Reorganisation, plan_id).state is ReorganisationState.SCHEDULED
    decide(office, plan_id, "xa-a", "xa-moi")
    office.wait_until(DAY + timedelta(days=1))
    assert [row.state for row in duties(office, "xa-moi")] == [State.ASSIGNED]


def test_a_function_that_moves_takes_its_duties_and_leaves_the_unit(office: District) -> None:
    office.give(due="2024-03-29", items=2, units=["xa-a"])
    office.wait_until(DAY)
    moving, staying = duties(office, "xa-a")
    plan_id = plan(office, UnitChange(kind=SuccessionKind.TRANSFER, old=["xa-a"], new=["xa-b"]))
    with office.database.write() as session:
        decision = HeirDecision(unit_code="xa-a", item_ids=[moving.item_id], heirs=["xa-b"])
        reorganisations.decide(session, office.chair, plan_id, [decision], version=None, now=office.now())
    assert carry_out(office, plan_id) == (1, 0)
    assert office.unit("xa-a").valid_to is None
    assert [row.state for row in duties(office, "xa-a")] == [State.TRANSFERRED, State.ASSIGNED]
    assert [row.item_id for row in duties(office, "xa-b")] == [moving.item_id]
    assert staying.item_id != moving.item_id


def test_a_renamed_unit_is_the_same_unit_and_keeps_its_duties(office: District) -> None:
    office.give(due="2024-03-29", units=["xa-a"])
    office.wait_until(DAY)
    rename = UnitChange(kind=SuccessionKind.RENAME, old=["xa-a"], name="UBND xã Tên Mới")
    assert carry_out(office, plan(office, rename)) == (0, 0)
    assert office.unit("xa-a").name == "UBND xã Tên Mới"
    assert [row.state for row in duties(office, "xa-a")] == [State.ASSIGNED]


def test_what_a_commune_that_is_gone_had_done_is_not_opened_again_for_nobody(office: District) -> None:
    found(office, "xa-moi", "UBND xã Mới", since=date(2024, 3, 4))
    office.give(due="2024-03-29", units=["xa-a"])
    office.submit("xa-a", "1", "Đã xong", "7")
    office.accept("xa-a", "1")
    done = office.duty("xa-a", "1").id
    carry_out(office, plan(office, merge(["xa-a"], "xa-moi"), on=date(2024, 3, 4)))
    with pytest.raises(UnitEnded) as refused, office.database.write() as session:
        obligations.reopen(session, office.chair, done, reason="Chưa đạt", version=None, now=office.now())
    assert refused.value.unit == "xa-a"
    assert [row.check for row in office.examine()] == []
