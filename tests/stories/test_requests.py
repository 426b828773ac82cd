"""Whoever has to answer is reminded, the unit and the office alike, and silence has a meaning."""

from datetime import date

import pytest
import sqlalchemy as sa

from service.domain import delegation, explanations, extensions, returns, suspensions
from service.domain.calendar import office_day
from service.domain.errors import ItemsWithoutLead
from service.domain.registers import change_rules
from service.domain.tables import Obligation, Return, Silence, table
from service.domain.transfer import pass_on
from service.domain.units import register_unit
from tests.district import District

OFFICER, HEAD, CHIEF = "xa-a.officer", "xa-a.head", "van-phong.office_chief"
KEEPER = "van-phong.officer"


def told_since(office: District, day: str) -> list[tuple[str, str]]:
    return [entry for entry in office.inbox() if entry[0] >= day]


def give_back(office: District, unit: str = "xa-a") -> None:
    with office.database.write() as session:
        returns.give_back(
            session,
            office.officer(unit),
            office.duty(unit, "1").id,
            reason="Không phải việc của xã",
            proposed_unit_code=None,
            version=None,
            now=office.now(),
        )


def test_a_duty_given_back_is_a_matter_of_the_office_and_no_delay_of_the_unit(office: District) -> None:
    office.give(due="2024-03-12", units=["xa-a"])
    give_back(office)
    office.wait_until(date(2024, 3, 11))
    assert told_since(office, "2024-03-05") == [("2024-03-06", KEEPER), ("2024-03-11", CHIEF)]


def test_nobody_decided_so_the_duty_stays_and_is_urged_again(office: District) -> None:
    office.give(due="2024-03-20", units=["xa-a"])
    give_back(office)
    office.wait_until(date(2024, 3, 14))
    with office.database.read() as connection:
        row = connection.execute(sa.select(table(Return))).one()
    assert (row.answer_by, row.decision, row.decision_reason) == (
        date(2024, 3, 11),
        "refused",
        "quá thời hạn trả lời",
    )
    assert office.duty("xa-a", "1").state == "acknowledged"
    assert told_since(office, "2024-03-12") == [("2024-03-12", OFFICER), ("2024-03-15", OFFICER)][:1]


def test_silence_takes_a_duty_back_only_where_others_answer_for_the_item(office: District) -> None:
    office.give(due="2024-03-29", units=["xa-a", "xa-b"])
    with office.database.write() as session:
        change_rules(
            session,
            office.chair,
            return_days=2,
            silent_return=Silence.ACCEPTED,
            extensions_max=2,
            version=None,
            now=office.now(),
        )
    give_back(office)
    office.wait_until(date(2024, 3, 7))
    assert office.duty("xa-a", "1").state == "withdrawn"
    give_back(office, "xa-b")
    office.wait_until(date(2024, 3, 13))
    assert office.duty("xa-b", "1").state == "acknowledged"
    assert office.examine() == []


def test_nobody_is_urged_while_the_clock_stands(office: District) -> None:
    office.give(due="2024-03-13", units=["xa-a"])
    office.acknowledge("xa-a")
    duty = office.duty("xa-a", "1").id
    with office.database.write() as session:
        suspensions.suspend(session, office.chair, duty, reason="Chờ", version=None, now=office.now())
    office.wait_until(date(2024, 3, 25))
    assert told_since(office, "2024-03-06") == []
    with office.database.write() as session:
        suspensions.resume(
            session, office.chair, duty, reason="Đi tiếp", due_on=None, version=None, now=office.now()
        )
    assert office.duty("xa-a", "1").due_on == date(2024, 4, 3)
    office.wait_until(date(2024, 4, 4))
    assert told_since(office, "2024-03-28") == [
        ("2024-03-29", HEAD),
        ("2024-03-29", OFFICER),
        ("2024-04-02", OFFICER),
        ("2024-04-03", OFFICER),
        ("2024-04-04", HEAD),
    ]


def test_a_duty_that_stood_stands_at_its_heir_too_and_goes_on_there(office: District) -> None:
    office.give(due="2024-03-13", units=["xa-a"])
    duty, heir = office.duty("xa-a", "1").id, office.unit("xa-b").id
    with office.database.write() as session:
        suspensions.suspend(session, office.chair, duty, reason="Chờ", version=None, now=office.now())
        pair = sa.select(
            sa.literal(duty, sa.Uuid()).label("obligation_id"), sa.literal(heir, sa.Uuid()).label("unit_id")
        )
        day = office_day(office.now())
        pass_on(session, office.chair, pair.subquery(), on=day, basis="Nhập xã", now=office.now())
    office.wait_until(date(2024, 3, 14))
    passed = office.duty("xa-b", "1")
    assert passed.state == "suspended"
    with office.database.write() as session:
        suspensions.resume(
            session, office.chair, passed.id, reason="Tiếp", due_on=None, version=None, now=office.now()
        )
    resumed = office.duty("xa-b", "1")
    assert (resumed.state, resumed.due_on) == ("assigned", date(2024, 3, 25))
    office.wait_until(date(2024, 3, 15))
    assert office.examine() == []


def test_an_office_that_does_not_answer_a_request_is_reminded_too(office: District) -> None:
    office.give(due="2024-03-29", units=["xa-a"])
    with office.database.write() as session:
        row = extensions.request_extension(
            session,
            office.officer("xa-a"),
            office.duty("xa-a", "1").id,
            wanted_on=date(2024, 4, 12),
            reason="Chờ số liệu",
            document=None,
            file_ids=[],
            version=None,
            now=office.now(),
        )
    office.wait_until(date(2024, 3, 12))
    assert told_since(office, "2024-03-06") == [("2024-03-06", KEEPER), ("2024-03-11", CHIEF)]
    with office.database.write() as session:
        extensions.grant_extension(session, office.chair, row.id, due_on=None, reason="", now=office.now())
    office.wait_until(date(2024, 4, 3))
    # the unit learns of it; then the new deadline speaks, seven days before, and the old one is silent
    assert told_since(office, "2024-03-13") == [("2024-03-13", OFFICER), ("2024-04-03", OFFICER)]


def test_a_question_goes_to_the_head_of_the_unit_and_comes_back_until_answered(
    office: District,
) -> None:
    office.give(due=None, units=["xa-a"])
    office.acknowledge("xa-a")
    with office.database.write() as session:
        row = explanations.ask_explanation(
            session,
            office.chair,
            office.duty("xa-a", "1").id,
            question="Vì sao im lặng?",
            due_on=date(2024, 3, 8),
            version=None,
            now=office.now(),
        )
    office.wait_until(date(2024, 3, 11))
    assert ("2024-03-04", HEAD) in office.inbox()
    assert told_since(office, "2024-03-05") == [
        ("2024-03-07", OFFICER),
        ("2024-03-08", OFFICER),
        ("2024-03-11", HEAD),
    ]
    with office.database.write() as session:
        explanations.explain(
            session,
            office.officer("xa-a"),
            row.id,
            text="Cán bộ nghỉ",
            document=None,
            file_ids=[],
            now=office.now(),
        )
    office.wait_until(date(2024, 3, 25))
    assert told_since(office, "2024-03-12") == [("2024-03-12", KEEPER)]


def test_what_was_passed_on_is_counted_once_and_explained(office: District) -> None:
    office.give(due="2024-03-29", units=["xa-a"])
    give_back(office)
    with office.database.write() as session:
        returns.accept_return(
            session,
            office.chair,
            office.duty("xa-a", "1").id,
            reason="Giao lại",
            unit_code="xa-c",
            due_on=None,
            version=None,
            now=office.now(),
        )
    assert office.examine() == []
    with office.database.read() as connection:
        states = connection.execute(
            sa.select(table(Obligation).c.state).order_by(table(Obligation).c.state)
        ).scalars()
        assert list(states) == ["assigned", "transferred"]
    office.wait_until(date(2024, 3, 6))
    assert [who for day, who in office.inbox() if who.startswith("xa-c")] == ["xa-c.officer"] * 2


def test_a_commune_that_gave_its_duty_back_is_not_answered_for_by_its_own_hamlet(office: District) -> None:
    office.give(due="2024-03-29", units=["xa-a"])
    with office.database.write() as session:
        register_unit(
            session, office.chair, code="thon-a", name="thon-a", kind="thon", parent_code="xa-a",
            valid_from=date(2000, 1, 1), now=office.now(),
        )  # fmt: skip
    duty = office.duty("xa-a", "1").id
    with office.database.write() as session:
        delegation.delegate(
            session, office.officer("xa-a"), duty, unit_code="thon-a", person_code=None, due_on=None,
            instruction="Lập danh sách", version=None, now=office.now(),
        )  # fmt: skip
    give_back(office)
    with pytest.raises(ItemsWithoutLead), office.database.write() as session:
        returns.accept_return(
            session, office.chair, duty, reason="Đồng ý", unit_code=None, due_on=None, version=None,
            now=office.now(),
        )  # fmt: skip
