"""An official answers from the phone, by the link in the message, without an account."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from http import HTTPStatus

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from service.api.delivery_sheets import delivery_sheet
from service.api.views.implementing import CitedDirective
from service.domain.checks import examine
from service.domain.lifecycle import State
from service.domain.reading import delivery_report, telling, timeline
from service.domain.reading.sentences import sentence
from service.domain.tables import ActionLink, Extension, LinkUse, ProgressUpdate, Return, table
from tests.district import District
from tests.web.phone import Phone, open_site


@pytest.fixture
def site(office: District) -> Iterator[TestClient]:
    """The pages over the office's database."""
    with open_site(office) as client:
        yield client


def journal(office: District) -> list[str]:
    with office.database.read() as connection:
        lines = timeline.of_obligation(connection, office.duty("xa-a", "1").id).lines
    return [sentence(line.kind, line.facts) for line in lines]


def test_one_tap_says_that_the_unit_has_it_and_the_journal_knows_by_which_message(
    office: District, site: TestClient
) -> None:
    office.give(due="2024-03-29", units=["xa-a"])
    office.wait_until(date(2024, 3, 4))
    phone = Phone.of(office, site, "xa-a.officer")
    page = phone.open()
    assert "Việc số 1" in page.text
    assert "29/03/2024" in page.text
    done = phone.tap("received")
    assert "Đã ghi nhận: đã nhận, 08:" in done.text
    assert "đã nhận" in done.text
    assert office.duty("xa-a", "1").state is State.ACKNOWLEDGED
    told = journal(office)
    assert told[-2] == "Đơn vị đã nhận nhiệm vụ"
    assert re.fullmatch(r"Thao tác trên \(đã nhận\) qua liên kết trong tin nhắn [0-9a-f-]{36}", told[-1])
    with office.database.read() as connection:
        who = timeline.of_obligation(connection, office.duty("xa-a", "1").id).lines[-1].actor_name
        assert who == "officer xa-a"
        assert examine(connection, now=office.now()) == []


def test_the_office_sees_who_answered_a_message_and_who_only_got_it(
    office: District, site: TestClient
) -> None:
    directive_id = office.give(due="2024-03-29", units=["xa-a", "xa-b"])
    office.wait_until(date(2024, 3, 4))
    phone, other = (Phone.of(office, site, f"{unit}.officer") for unit in ("xa-a", "xa-b"))
    other.open()
    phone.tap("received")
    at = office.now()
    office.clock.at += timedelta(minutes=5)
    phone.tap("progress", text="Đang làm")
    with office.database.read() as connection:
        rows, _ = telling.deliveries(connection, office.chair, telling.Which(), after=None, limit=50)
        found = {row.person_code.split(".")[0]: row.proof for row in rows}
        told, _ = delivery_report.page(connection, office.chair, directive_id, after=None, limit=50)
        lines = delivery_report.units(connection, office.chair, directive_id)
    assert (found["xa-a"].answered_at, found["xa-a"].seen_at) == (at, None)
    assert found["xa-b"].answered_at is None, "a page that was opened proves nothing"
    assert {each.row.unit_code: each.sendings[0].proof.answered_at for each in told} == {
        "xa-a": at,
        "xa-b": None,
    }
    cited: CitedDirective = {
        "id": directive_id, "doc_type": "Công văn", "number": None, "symbol": "UBND-VP",
        "issued_on": None, "subject": "x",
    }  # fmt: skip
    sheet = delivery_sheet(cited, lines, told, is_whole=True, now=office.now())
    assert {row[1]: row[8] for row in sheet.rows} == {
        "xa-a": "Đã trả lời lúc 08:00 04/03/2024",
        "xa-b": "Đã gửi",
    }


def test_an_officer_reports_asks_for_time_and_is_still_at_work(office: District, site: TestClient) -> None:
    office.give(due="2024-03-29", units=["xa-a"])
    office.wait_until(date(2024, 3, 4))
    phone = Phone.of(office, site, "xa-a.officer")
    told = phone.tap("progress", text="Đã rà soát 3 thôn", percent="40")
    assert "Đã ghi nhận: báo cáo tiến độ" in told.text
    asked = phone.tap("extension", text="Chờ số liệu của thôn", wanted_on="2024-04-05")
    assert "Đã ghi nhận: xin gia hạn" in asked.text
    assert "không phải việc" not in asked.text.split("<form")[0].lower()
    duty = office.duty("xa-a", "1")
    assert (duty.state, duty.percent, duty.due_on) == (State.IN_PROGRESS, 40, date(2024, 3, 29))
    with office.database.read() as connection:
        assert connection.execute(sa.select(table(ProgressUpdate).c.text)).scalar_one() == "Đã rà soát 3 thôn"
        assert connection.execute(sa.select(table(Extension).c.wanted_on)).scalar_one() == date(2024, 4, 5)


def test_what_is_another_units_goes_back_to_the_office_which_decides(
    office: District, site: TestClient
) -> None:
    office.give(due="2024-03-29", units=["xa-a", "xa-b"])
    office.wait_until(date(2024, 3, 4))
    page = Phone.of(office, site, "xa-a.officer").tap("not_ours", text="Việc của xã khác")
    assert "đơn vị trả lại, chờ quyết định" in page.text
    assert office.duty("xa-a", "1").state is State.RETURNED
    assert office.duty("xa-b", "1").state is State.ASSIGNED
    with office.database.read() as connection:
        assert connection.execute(sa.select(table(Return).c.reason)).scalar_one() == "Việc của xã khác"


def test_the_second_tap_shows_what_the_first_did(office: District, site: TestClient) -> None:
    office.give(due="2024-03-29", units=["xa-a"])
    office.wait_until(date(2024, 3, 4))
    phone = Phone.of(office, site, "xa-a.officer")
    form = phone.form("progress") | {"text": "Đã làm", "percent": "10"}
    for _ in range(2):
        assert "Đã ghi nhận: báo cáo tiến độ" in phone.send("progress", form).text
    with office.database.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(table(ProgressUpdate))).scalar() == 1
        assert connection.execute(sa.select(sa.func.count()).select_from(table(LinkUse))).scalar() == 1


def test_who_left_the_unit_answers_for_it_no_more(office: District, site: TestClient) -> None:
    office.give(due="2024-03-29", units=["xa-a"])
    office.wait_until(date(2024, 3, 4))
    phone = Phone.of(office, site, "xa-a.officer")
    form = phone.form("received")
    office.dismiss("xa-a", "officer")
    for page in (phone.send("received", form), phone.open()):
        assert "không còn giữ vị trí" in page.text
        assert "Việc số 1" not in page.text
        assert "<form" not in page.text
    assert office.duty("xa-a", "1").state is State.ASSIGNED


def test_a_message_of_before_does_not_undo_what_happened_since(office: District, site: TestClient) -> None:
    office.give(due="2024-03-29", units=["xa-a"])
    office.wait_until(date(2024, 3, 4))
    phone = Phone.of(office, site, "xa-a.officer")
    form = phone.form("not_ours") | {"text": "Không phải"}
    office.report("xa-a", "1", text="Đã làm", percent=50)
    refused = phone.send("not_ours", form)
    assert refused.status_code == HTTPStatus.CONFLICT
    assert "Nhiệm vụ đã thay đổi" in refused.text
    assert office.duty("xa-a", "1").state is State.IN_PROGRESS


def test_a_link_ends_with_its_days(office: District, site: TestClient) -> None:
    office.give(due="2024-03-29", units=["xa-a"])
    office.wait_until(date(2024, 3, 4))
    phone = Phone.of(office, site, "xa-a.officer")
    office.clock.at = office.now() + timedelta(days=8)
    assert "hết hạn" in phone.open().text
    assert "<form" not in phone.open().text


def test_only_those_who_answer_for_a_duty_get_a_link(office: District) -> None:
    """The office's leaders are told of what is late, and the coordinators of what they share, to know it."""
    office.give(due="2024-03-06", units=["xa-a"])
    office.wait_until(date(2024, 3, 18))
    told = {(mail["to"].split(".20")[0], "/l/" in mail["link"]) for mail in office.mails()}
    assert ("xa-a.officer", True) in told
    assert ("xa-a.head", True) in told
    assert ("van-phong.office_chief", False) in told
    with office.database.read() as connection:
        kept = connection.execute(sa.select(table(ActionLink).c.token_sha256)).scalars().all()
    assert all(len(hash_) == 64 for hash_ in kept)
    links = "".join(mail["link"] for mail in office.mails())
    assert not any(hash_ in links for hash_ in kept)
