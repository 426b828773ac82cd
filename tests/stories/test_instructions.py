"""A leader says it at a meeting, or writes it on a letter; no document follows, and nobody may forget it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest

from service.domain.assignments import AssignmentOrder
from service.domain.calendar import ZONE
from service.domain.changes import Basis
from service.domain.errors import AlreadyExists, DueBeforeAssigned, InvalidValue, ItemsWithoutLead
from service.domain.instructions import Instruction, InstructionKind, instruct, put_in_writing
from service.domain.lifecycle import State
from service.domain.reading.sentences import sentence
from service.domain.reading.timeline import of_obligation
from service.domain.tables import AssignmentRole, Directive, Obligation
from tests.district import COMMUNES, District

MONDAY = date(2024, 3, 4)
LETTER = {
    "doc_type": "Công văn",
    "number": "45",
    "symbol": "SNV-CCHC",
    "date": date(2024, 3, 1),
    "issuer": "Sở Nội vụ",
}
CONCLUSION = Basis(None, "15", "TB-UBND", date(2024, 3, 8), date(2024, 3, 8), "kết luận giao ban")


def say(
    office: District,
    *,
    due: str | None = "2024-03-29",
    units: Sequence[str] = ("xa-a",),
    groups: Sequence[str] = (),
    document: dict[str, Any] | None = None,
    on: date = MONDAY,
) -> UUID:
    lead = AssignmentRole.LEAD
    said = Instruction(
        kind=InstructionKind.VERBAL if document is None else InstructionKind.NOTE,
        said_by="Chủ tịch UBND huyện",
        said_on=on,
        meeting="giao ban tuần 10" if document is None else "",
        document=document,
        item={"text": "Báo cáo tình hình hạn hán", "due_on": due},
        facts={},
    )
    orders = [AssignmentOrder(role=lead, unit_code=code) for code in units]
    orders += [AssignmentOrder(role=lead, group_code=code) for code in groups]
    with office.database.write() as session:
        made = instruct(
            session, office.chair, said, orders, issuer_code="van-phong", waive=[], now=office.now()
        )
        return made.directive.id


def journal(office: District, unit: str) -> list[str]:
    _, duty = office.duties(unit)[0]
    with office.database.read() as connection:
        return [sentence(line.kind, line.facts) for line in of_obligation(connection, duty).lines]


def test_what_was_said_at_a_meeting_is_a_duty_before_everybody_has_left_it(office: District) -> None:
    say(office, groups=["cac-xa"], units=())
    office.worker.round()
    assert office.inbox() == [("2024-03-04", f"{code}.officer") for code in COMMUNES]
    told = office.told_of("2024-03-04", "xa-a")
    assert "Chỉ đạo miệng ngày 04/03/2024, mục 1: Báo cáo tình hình hạn hán" in told
    assert journal(office, "xa-a") == [
        "Giao nhiệm vụ",
        "Giao theo: Chỉ đạo miệng của Chủ tịch UBND huyện ngày 04/03/2024 tại giao ban tuần 10",
    ]
    assert office.examine() == []


def test_a_duty_by_word_of_mouth_is_chased_like_any_other(office: District) -> None:
    say(office, due="2024-03-13")
    office.wait_until(date(2024, 3, 15))
    assert office.timeliness("xa-a", "1", date(2024, 3, 15)) == "overdue"
    assert (date(2024, 3, 14), "head", "1") in office.told("xa-a")


def test_a_note_on_a_letter_says_on_which_letter_it_was_written(office: District) -> None:
    letter = say(office, document=LETTER)
    assert journal(office, "xa-a")[1] == (
        "Giao theo: Bút phê của Chủ tịch UBND huyện ngày 04/03/2024"
        " trên văn bản đến số 45/SNV-CCHC ngày 01/03/2024 của Sở Nội vụ"
    )
    with office.database.write() as session:
        kept = session.get_one(Directive, letter)
        assert (kept.doc_type, kept.source, kept.number) == ("Bút phê", "bút phê", None)
        assert kept.basis[0]["date"] == "2024-03-01"


def test_an_instruction_to_nobody_is_refused_and_leaves_nothing_behind(office: District) -> None:
    with pytest.raises(ItemsWithoutLead):
        say(office, units=())
    assert (office.count(Directive), office.count(Obligation)) == (0, 0)


def test_nobody_is_told_on_monday_what_was_due_on_friday_nor_what_will_be_said(office: District) -> None:
    with pytest.raises(DueBeforeAssigned):
        say(office, due="2024-03-01")
    with pytest.raises(InvalidValue, match="future"):
        say(office, on=date(2024, 3, 5))
    assert office.count(Directive) == 0


def test_an_instruction_entered_a_month_late_does_not_storm(office: District) -> None:
    office.clock.at = datetime(2024, 4, 8, 9, 0, tzinfo=ZONE)
    say(office, due="2024-03-13")
    office.wait_until(date(2024, 4, 9))
    assert office.inbox() == [("2024-04-08", "xa-a.officer")]
    assert set(office.outcomes("xa-a")) == {"skipped"}


def test_the_conclusion_that_comes_on_friday_makes_no_second_duty(office: District) -> None:
    letter = say(office, units=("xa-a", "xa-b"))
    office.submit("xa-b", "1", "Đã báo cáo", "9")
    office.accept("xa-b", "1")
    office.wait_until(date(2024, 3, 8))
    with office.database.write() as session:
        put_in_writing(session, office.chair, letter, CONCLUSION, version=None, now=office.now())
    assert office.count(Obligation) == 2
    assert office.duty("xa-b", "1").state is State.ACCEPTED
    written = "Chỉ đạo được văn bản hóa: văn bản số 15/TB-UBND ngày 08/03/2024"
    assert (journal(office, "xa-a").count(written), journal(office, "xa-b").count(written)) == (1, 1)
    office.wait_until(date(2024, 3, 9))
    assert "15/TB-UBND, mục 1" in office.told_of("2024-03-09", "xa-a.officer")
    with pytest.raises(AlreadyExists), office.database.write() as session:
        put_in_writing(session, office.chair, letter, CONCLUSION, version=None, now=office.now())


def test_a_letter_with_a_number_of_its_own_is_no_instruction(office: District) -> None:
    letter = office.give(due="2024-03-29", units=["xa-a"])
    office.wait_until(date(2024, 3, 8))
    with pytest.raises(InvalidValue, match="document itself"), office.database.write() as session:
        put_in_writing(session, office.chair, letter, CONCLUSION, version=None, now=office.now())
