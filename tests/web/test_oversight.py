"""Oversight: the council sees item by item what became of its conclusion; nobody sees what is not theirs."""

import re
from datetime import date, timedelta
from html import unescape
from io import BytesIO
from uuid import UUID

import pytest
from openpyxl import load_workbook

from service.domain.implementing import Origin, link_items
from service.domain.permissions import KeyRole
from tests.district import District
from tests.plays import Plays
from tests.web.desk import Desk, read


def give(office: District, number: str, issuer: str, units: list[str], items: int = 1) -> UUID:
    """Issue a directive whose items all have the same leads."""
    texts = [{"label": str(n), "text": f"Việc số {n}", "due_on": "2024-03-15", "deadline": None}
             for n in range(1, items + 1)]  # fmt: skip
    facts = {"doc_type": "Thông báo", "number": number, "symbol": "TB", "subject": f"Giám sát {number}"}
    letter = office.draft({**facts, "issuing_body": "HĐND huyện", "items": texts})
    for n in range(1, items + 1):
        office.assign(letter, str(n), units=units)
    office.issue(letter, issuer=issuer, on=date(2024, 3, 4))
    office.clock.at += timedelta(minutes=1)
    return letter


@pytest.fixture
def conclusion(office: District, plays: Plays) -> UUID:
    """Return a conclusion of xa-c that a letter of the office carries out; xa-a answered, xa-b is late."""
    return plays.after(carry_out, office, on=office.stage)


def carry_out(office: District) -> UUID:
    """Let a conclusion be carried out; return it."""
    above = give(office, "144", "xa-c", ["van-phong"])
    letter = give(office, "12", "van-phong", ["xa-a", "xa-b"])
    with office.database.write() as session:
        origins = [Origin(above, "1")]
        link_items(session, office.chair, letter, "1", origins, version=None, now=office.now())
    office.wait_until(date(2024, 3, 12))
    office.submit("xa-a", "1", "Đã khắc phục", "9")
    office.accept("xa-a", "1")
    office.wait_until(date(2024, 3, 20))
    return above


def test_who_made_the_conclusion_reads_of_each_item_who_answered_by_which_document(
    office: District, conclusion: UUID
) -> None:
    desk = Desk.of(office, KeyRole.READER, "xa-c")
    listed = desk.open("/oversight")
    assert "Giám sát 144" in read(listed)
    assert "Giám sát 12" not in read(listed), "what the office issued is not theirs to oversee"
    words = read(desk.open(f"/oversight/{conclusion}"))
    assert "Thông báo số 12/TB ngày 04/03/2024: Giám sát 12" in words
    assert "Văn bản số 9/BC-UBND ngày 12/03/2024: Đã khắc phục nộp 12/03/2024" in words
    assert "xa-b 12/TB, mục 1 15/03/2024 Mới giao Quá hạn trễ 5 ngày chưa có" in words
    assert "Đã hoàn thành: 1 Quá hạn: 2" in words


def test_a_day_of_the_past_is_judged_as_of_that_day(office: District, conclusion: UUID) -> None:
    desk = Desk.of(office, KeyRole.LEADER)
    words = read(desk.open(f"/oversight/{conclusion}?cut_off=2024-03-11"))
    assert "tính đến hết ngày 11/03/2024" in words
    assert "Đang làm, trong hạn: 3" in words


def test_the_file_beside_the_page_is_of_the_same_day(office: District, conclusion: UUID) -> None:
    desk = Desk.of(office, KeyRole.READER, "xa-c")
    page = desk.open(f"/oversight/{conclusion}?cut_off=2024-03-11")
    (address,) = re.findall(r'href="(/v1/reports/[^"]+)"', page)
    sheet = load_workbook(BytesIO(desk.site.get(unescape(address)).content)).active
    said = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert any("11/03/2024" in text for text in said)


def test_an_item_of_many_duties_leads_to_all_of_them(office: District) -> None:
    above = give(office, "144", "van-phong", ["xa-a", "xa-b", "xa-c"], items=9)
    for n in range(9):
        letter = give(office, str(n), "van-phong", ["xa-a", "xa-b", "xa-c"])
        with office.database.write() as session:
            origins = [Origin(above, "1")]
            link_items(session, office.chair, letter, "1", origins, version=None, now=office.now())
    desk = Desk.of(office, KeyRole.LEADER)
    page = desk.open(f"/oversight/{above}")
    (address,) = re.findall(r'href="(/oversight/[^"]+/items/[^"]+)">Xem đủ 30 nhiệm vụ', page)
    assert desk.open(unescape(address)).count('<th scope="row">') == 30


@pytest.mark.parametrize("unit", ["xa-a", "xa-b"])
def test_whoever_answers_an_item_does_not_oversee_it(office: District, conclusion: UUID, unit: str) -> None:
    desk = Desk.of(office, KeyRole.READER, unit)
    assert "Chưa có văn bản nào" in read(desk.open("/oversight"))
    desk.open(f"/oversight/{conclusion}", 404)


def test_the_pages_of_a_draft_are_not_there(office: District) -> None:
    draft = office.draft({"subject": "Dự thảo", "items": [], "issuing_body": "UBND huyện"})
    desk = Desk.of(office, KeyRole.LEADER)
    desk.open(f"/directives/{draft}", 404)
    assert "Dự thảo" not in read(desk.open("/oversight"))
