"""Issue: nobody is forgotten, nobody is counted twice, and it happens once."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import select

from service.domain.assignments import AssignmentOrder, assign
from service.domain.calendar_store import national_calendar
from service.domain.errors import (
    AlreadyExists,
    DirectiveIncomplete,
    DirectiveNotDraft,
    DueBeforeAssigned,
    ItemsWithoutLead,
    UnknownReference,
)
from service.domain.tables import (
    AssignmentRole,
    Coordination,
    Event,
    Obligation,
    ObligationSource,
    ObligationVersion,
    Outbox,
    Unit,
    Watch,
    table,
)
from tests.district import District

TODAY = date(2024, 3, 4)
FACTS = {"subject": "Việc của huyện", "symbol": "UBND-VP", "issuing_body": "UBND huyện"}


def item(label: str, *children: dict[str, Any], **facts: Any) -> dict[str, Any]:
    return {"label": label, "text": f"Việc {label}", "items": list(children), **facts}


def order(role: str = "lead", **target: Any) -> AssignmentOrder:
    return AssignmentOrder(role=AssignmentRole(role), **target)


def assign_all(office: District, directive_id: UUID, where: str, orders: Sequence[AssignmentOrder]) -> None:
    with office.database.write() as session:
        assign(session, office.chair, directive_id, where, orders, version=None, now=office.now())


def end_unit(office: District, code: str, day: date) -> None:
    with office.database.write() as session:
        session.exec(select(Unit).where(Unit.code == code)).one().valid_to = day


def leads(office: District) -> list[tuple[str, str, date | None]]:
    """Return (unit, item, due day) of every obligation."""
    duty, unit = table(Obligation), table(Unit)
    locator = sa.literal_column("item.locator")
    query = (
        sa.select(unit.c.code, locator, duty.c.due_on)
        .select_from(
            duty.join(unit, unit.c.id == duty.c.unit_id).join(
                sa.text("item"), sa.text("item.id = obligation.item_id")
            )
        )
        .order_by(unit.c.code, locator)
    )
    with office.database.read() as connection:
        return [tuple(row) for row in connection.execute(query)]  # type: ignore[misc]


def counts(office: District) -> dict[str, int]:
    models = (Obligation, ObligationVersion, ObligationSource, Coordination, Watch, Event, Outbox)
    with office.database.read() as connection:
        return {
            model.__name__: connection.execute(
                sa.select(sa.func.count()).select_from(table(model))
            ).scalar_one()
            for model in models
        }


def issue(office: District, directive_id: UUID, **facts: Any) -> int:
    return office.issue(directive_id, issuer="van-phong", on=TODAY, **facts)


def test_every_item_without_a_lead_is_named_and_nothing_is_made(office: District) -> None:
    directive_id = office.draft({**FACTS, "items": [item("1"), item("2"), item("3")]})
    office.assign(directive_id, "2", units=["xa-a"])
    before = counts(office)
    with pytest.raises(ItemsWithoutLead) as refused:
        issue(office, directive_id)
    assert refused.value.items == ["1", "3"]
    assert counts(office) == before


def test_a_unit_that_only_coordinates_does_not_answer_for_the_item(office: District) -> None:
    directive_id = office.draft({**FACTS, "items": [item("1")]})
    assign_all(office, directive_id, "1", [order("coordinate", unit_code="xa-a")])
    with pytest.raises(ItemsWithoutLead):
        issue(office, directive_id)


def test_a_task_that_nobody_follows_stops_the_issue(office: District) -> None:
    directive_id = office.draft({**FACTS, "items": [item("1"), item("2", tracked=False)]})
    office.assign(directive_id, "1", units=["xa-a"])
    with pytest.raises(ItemsWithoutLead) as refused:
        issue(office, directive_id)
    assert refused.value.items == ["2"]


def test_a_unit_that_ended_before_the_issue_answers_for_nothing(office: District) -> None:
    directive_id = office.draft({**FACTS, "items": [item("1")]})
    office.assign(directive_id, "1", units=["xa-a"])
    end_unit(office, "xa-a", date(2024, 3, 1))
    with pytest.raises(ItemsWithoutLead):
        issue(office, directive_id)


def test_a_group_whose_members_are_all_excepted_answers_for_nothing(office: District) -> None:
    directive_id = office.draft({**FACTS, "items": [item("1")]})
    everyone = ("xa-a", "xa-b", "xa-c")
    assign_all(office, directive_id, "1", [order(group_code="cac-xa", exceptions=everyone)])
    with pytest.raises(ItemsWithoutLead):
        issue(office, directive_id)


def test_an_exception_leaves_one_unit_out(office: District) -> None:
    directive_id = office.draft({**FACTS, "items": [item("1")]})
    assign_all(office, directive_id, "1", [order(group_code="cac-xa", exceptions=("xa-b",))])
    assert issue(office, directive_id) == 2
    assert [unit for unit, _, _ in leads(office)] == ["xa-a", "xa-c"]


def test_a_unit_named_twice_has_one_obligation_with_two_sources(office: District) -> None:
    directive_id = office.draft({**FACTS, "items": [item("1")]})
    both = [
        order(unit_code="xa-a", due_on=date(2024, 5, 2)),
        order(group_code="cac-xa", due_on=date(2024, 4, 2)),
    ]
    assign_all(office, directive_id, "1", both)
    assert issue(office, directive_id) == 3
    assert counts(office)["ObligationSource"] == 4
    assert leads(office)[0] == ("xa-a", "1", date(2024, 4, 2)), "the earlier of two days holds"


def test_a_coordinator_is_one_for_all_leads_and_a_lead_is_no_coordinator(office: District) -> None:
    directive_id = office.draft({**FACTS, "items": [item("1")]})
    assign_all(
        office,
        directive_id,
        "1",
        [order(unit_code="xa-a"), order(unit_code="xa-b"), order("coordinate", group_code="cac-xa")],
    )
    issue(office, directive_id)
    assert counts(office)["Coordination"] == 1


def test_a_part_inherits_units_and_day_from_the_item_above(office: District) -> None:
    by = {"kind": "date", "iso": "2024-04-10", "bound": "by", "text": "trước 10/4"}
    own = {"kind": "date", "iso": "2024-03-20", "bound": "by", "text": "trước 20/3"}
    top = item("1", item("a"), item("b", deadline=own), tracked=False, deadline=by)
    directive_id = office.draft({**FACTS, "items": [top]})
    office.assign(directive_id, "1", units=["xa-a"])
    issue(office, directive_id)
    assert leads(office) == [("xa-a", "1.a", date(2024, 4, 10)), ("xa-a", "1.b", date(2024, 3, 20))]


def test_a_second_issue_is_refused_and_makes_nothing(office: District) -> None:
    directive_id = office.give(due=None, units=["xa-a"])
    before = counts(office)
    with pytest.raises(DirectiveNotDraft):
        issue(office, directive_id)
    assert counts(office) == before


@pytest.mark.both_databases
def test_two_clerks_who_press_at_once_issue_once(office: District) -> None:
    directive_id = office.draft({**FACTS, "items": [item("1")]})
    office.assign(directive_id, "1", groups=["cac-xa"])

    def press(_: int) -> int | None:
        try:
            return issue(office, directive_id)
        except DirectiveNotDraft:
            return None

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(press, range(2)), key=bool) == [None, 3]
    assert counts(office)["Obligation"] == 3


def test_what_is_issued_has_a_history_a_clock_and_a_journal(office: District) -> None:
    office.give(due="2024-03-29", groups=["cac-xa"])
    made = counts(office)
    assert (made["Obligation"], made["ObligationVersion"]) == (3, 3)
    assert made["Watch"] == 2 * 3, "one waits for the acknowledgement, one for the deadline"
    assert made["Outbox"] == 3
    assert office.examine() == []


def test_a_deadline_before_the_letter_needs_somebody_who_knows(office: District) -> None:
    early = {"kind": "date", "iso": "2024-02-01", "bound": "by", "text": "trước 1/2"}
    directive_id = office.draft({**FACTS, "items": [item("1", deadline=early)]})
    office.assign(directive_id, "1", units=["xa-a"])
    warned = [warning.code for warning in office.readiness(directive_id).warnings]
    assert warned == ["deadline-before-issue"]
    with pytest.raises(DueBeforeAssigned) as refused:
        issue(office, directive_id)
    assert refused.value.items == ["1"]
    assert issue(office, directive_id, waive=[("deadline-before-issue", "việc đã làm xong")]) == 1


def test_working_days_from_issue_are_counted_in_the_offices_calendar(office: District) -> None:
    relative = {
        "kind": "relative_working_days",
        "days": 33,
        "from": "issue",
        "text": "trong 33 ngày làm việc",
    }
    directive_id = office.draft({**FACTS, "items": [item("1", deadline=relative)]})
    office.assign(directive_id, "1", units=["xa-a"])
    issue(office, directive_id)
    assert leads(office) == [("xa-a", "1", date(2024, 4, 19))], "18/4 is Giỗ Tổ"


def test_a_letter_without_a_subject_or_with_an_unknown_issuer_is_not_issued(office: District) -> None:
    nameless = office.draft({**FACTS, "subject": "", "items": [item("1")]})
    office.assign(nameless, "1", units=["xa-a"])
    with pytest.raises(DirectiveIncomplete):
        issue(office, nameless)
    office.change(nameless, subject="Có trích yếu")
    with pytest.raises(UnknownReference):
        office.issue(nameless, issuer="so-nao-do", on=TODAY)


def test_the_same_letter_is_one_directive_and_its_number_may_come_later(office: District) -> None:
    facts = {**FACTS, "number": "12", "issued_on": "2024-03-04", "items": [item("1")]}
    office.draft(facts)
    with pytest.raises(AlreadyExists):
        office.draft(facts)
    unnumbered = office.give(due=None, units=["xa-a"])
    office.change(unnumbered, number="13")
    other = office.draft({**FACTS, "items": [item("1")]})
    office.assign(other, "1", units=["xa-a"])
    with pytest.raises(AlreadyExists):
        issue(office, other, number="13")


def test_a_group_is_expanded_as_of_the_issue_date(office: District) -> None:
    end_unit(office, "xa-c", date(2024, 6, 1))
    directive_id = office.draft({**FACTS, "items": [item("1")]})
    office.assign(directive_id, "1", groups=["cac-xa"])
    assert office.issue(directive_id, issuer="van-phong", on=date(2024, 6, 1)) == 2


def test_the_national_calendar_is_made_once(office: District) -> None:
    with office.database.write() as session:
        assert national_calendar(session, now=office.now()) == national_calendar(session, now=office.now())
