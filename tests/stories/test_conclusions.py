"""The council concluded, the committee wrote a letter, communes made plans: who can say where it stands?"""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from service.domain.changes import Basis
from service.domain.figures import Cell
from service.domain.implementing import Origin, link_items
from service.domain.reading import oversight
from service.domain.reading.oversight import Rolled
from service.domain.replacing import ItemDecision, replace
from service.domain.tables import Event, Implementation, ItemOutcome, table
from tests.district import District

event = table(Event)


def give(office: District, number: str, due: list[str], units: list[str], **facts: Any) -> UUID:
    """Issue a directive whose items all have the same leads; return its id."""
    items = [
        {"label": str(n), "text": f"Việc số {n}", "due_on": day, "deadline": None}
        for n, day in enumerate(due, start=1)
    ]
    named = {"number": number, "symbol": "TB-HĐND", "doc_type": "Thông báo", "issuing_body": "HĐND huyện"}
    letter = office.draft({"subject": "Nông thôn mới", "items": items, **named, **facts})
    for n in range(1, len(items) + 1):
        office.assign(letter, str(n), units=units)
    office.issue(letter, issuer="van-phong", on=date(2024, 3, 4))
    office.clock.at += timedelta(minutes=1)
    return letter


def carry_out(office: District, below: UUID, item: str, above: UUID, origin: str) -> None:
    """A clerk confirms that an item of one directive carries out an item of another."""
    with office.database.write() as session:
        origins = [Origin(above, origin)]
        link_items(session, office.chair, below, item, origins, version=None, now=office.now())


def rolled(office: District, directive_id: UUID, item: str, day: date) -> Rolled:
    """Return how an item stands at the end of a day."""
    with office.database.read() as connection:
        return oversight.one_item(connection, office.chair, directive_id, item, cut_off=day)


def test_what_communes_report_to_the_district_reaches_the_conclusion_of_the_council(office: District) -> None:
    conclusion = give(office, "144", ["2024-06-28", "2024-06-28"], ["van-phong"])
    letter = give(office, "12", ["2024-03-15"], ["xa-a", "xa-b"], symbol="UBND-VP")
    plan = give(office, "3", ["2024-03-13", "2024-03-14"], ["xa-c"], symbol="KH-UBND")
    carry_out(office, letter, "1", conclusion, "1")
    carry_out(office, plan, "2", letter, "1")
    office.wait_until(date(2024, 3, 12))
    office.submit("xa-c", "2", "Đã rà soát", "9")
    office.accept("xa-c", "2")

    top = rolled(office, conclusion, "1", date(2024, 3, 18))
    assert top.below.cells[Cell.DONE_ON_TIME] == 1, "the plan of the commune, through the letter"
    assert top.below.cells[Cell.OPEN_OVERDUE] == 2, "the two communes of the letter are late"
    assert top.own.total() == 1
    assert top.result is not None
    assert (top.result.unit_code, top.result.text) == ("xa-c", "Đã rà soát")
    assert [document.symbol for document in top.documents] == ["UBND-VP", "KH-UBND"]
    assert (top.latest_due_on, top.later) == (date(2024, 3, 15), 0)
    assert rolled(office, conclusion, "2", date(2024, 3, 18)).below.total() == 0, "nobody carries item 2 out"
    assert rolled(office, letter, "1", date(2024, 3, 18)).below.total() == 1


def test_an_extension_below_that_outlasts_the_conclusion_is_seen_above(office: District) -> None:
    conclusion = give(office, "144", ["2024-03-20"], ["van-phong"])
    letter = give(office, "12", ["2024-03-29"], ["xa-a"], symbol="UBND-VP")
    carry_out(office, letter, "1", conclusion, "1")
    top = rolled(office, conclusion, "1", date(2024, 3, 5))
    assert (top.item.due_on, top.latest_due_on, top.later) == (date(2024, 3, 20), date(2024, 3, 29), 1)


def test_the_doctor_finds_two_directives_that_wait_for_each_other(office: District) -> None:
    conclusion = give(office, "144", ["2024-06-28"], ["van-phong"])
    letter = give(office, "12", ["2024-03-15"], ["xa-a"], symbol="UBND-VP")
    carry_out(office, letter, "1", conclusion, "1")
    assert office.examine() == []
    link = table(Implementation)
    with office.database.write() as session:
        made = session.connection().execute(sa.select(link)).one()._mapping
        back = {"id": conclusion, "item_id": made["origin_id"], "origin_id": made["item_id"]}
        session.connection().execute(sa.insert(link).values({**made, **back}))
    assert [check.check for check in office.examine()] == ["chain-circular"]


def test_the_conclusion_says_in_its_journal_which_letter_carries_it_out(office: District) -> None:
    conclusion = give(office, "144", ["2024-06-28"], ["van-phong"])
    letter = give(office, "12", ["2024-03-15"], ["xa-a"], symbol="UBND-VP", doc_type="Công văn")
    carry_out(office, letter, "1", conclusion, "1")
    carry_out(office, letter, "1", conclusion, "1")
    query = sa.select(event.c.payload).where(
        event.c.subject_id == conclusion, event.c.kind == "directive.carried_out.v1"
    )
    with office.database.read() as connection:
        (told,) = connection.execute(query).scalars()
    assert told == {"items": ["1"], "directive": "Công văn số 12/UBND-VP ngày 04/03/2024"}


def test_a_conclusion_does_not_lose_the_duties_of_a_letter_that_was_replaced(office: District) -> None:
    conclusion = give(office, "144", ["2024-06-28"], ["van-phong"])
    letter = give(office, "12", ["2024-03-29"], ["xa-a", "xa-b"], symbol="UBND-VP")
    carry_out(office, letter, "1", conclusion, "1")
    newer = give(office, "30", ["2024-04-26"], ["xa-a", "xa-b"], symbol="UBND-VP")
    basis = Basis(newer, "", "", None, date(2024, 3, 4), "thay thế")
    decided = [ItemDecision("1", ItemOutcome.CARRY_OVER, "1")]
    with office.database.write() as session:
        replace(session, office.chair, letter, basis, decided, version=None, now=office.now())
    top = rolled(office, conclusion, "1", date(2024, 3, 5))
    assert top.below.total() == 2, "nobody had to link the new letter"
    assert top.latest_due_on == date(2024, 4, 26)
    assert [document.number for document in top.documents] == ["12", "30"]
