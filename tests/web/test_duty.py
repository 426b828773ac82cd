"""One duty's page: what it tells, whom it lets do what, and that a refusal loses nothing that was typed."""

import re
from datetime import date

import pytest

from service.domain import coordination
from service.domain.lifecycle import State
from service.domain.permissions import KeyRole
from tests.district import District
from tests.web.desk import FROM_A_PAGE, Desk, Forms, read

UPLOAD = re.compile(r'action="(/duties/[^"]+/files[^"]*deed=submit[^"]*)"')


@pytest.fixture
def path(office: District) -> str:
    """The address of the only duty of a commune."""
    office.give(due="2024-03-29", units=["xa-a"])
    return f"/duties/{office.duties('xa-a')[0][1]}"


def officer(office: District, unit: str = "xa-a") -> Desk:
    return Desk.of(office, KeyRole.OFFICER, unit)


def test_the_page_tells_what_happened_who_was_told_and_what_comes_next(office: District, path: str) -> None:
    office.wait_until(date(2024, 3, 8))
    office.report("xa-a", "1", 40, "Đã khảo sát xong")
    told = read(Desk.of(office).open(path))
    for words in (
        "Đang thực hiện",
        "Đã khảo sát xong",
        "Đã nhắc cán bộ đầu mối",
        "officer xa-a",
        "nhắc thời hạn, cán bộ đầu mối xa-a",
        "Văn bản ghi: “2024-03-29”.",
    ):
        assert words in told
    assert "Đã báo cho ai" not in read(officer(office).open(path))


def test_nobody_else_learns_that_there_is_such_a_duty(office: District, path: str) -> None:
    officer(office, "xa-b").open(path, status=404)
    page = dict(Forms(officer(office).open(path)).found)
    assert f"{path}/deeds/acknowledge" in page
    assert f"{path}/deeds/accept" not in page
    assert f"{path}/deeds/withdraw" not in page


def test_a_unit_receives_reports_hands_in_a_file_and_the_office_accepts(office: District, path: str) -> None:
    unit = officer(office)
    assert "Đã ghi nhận là đã nhận" in unit.send(path, f"{path}/deeds/acknowledge")
    reported = unit.send(path, f"{path}/deeds/report", text="Đang làm", percent="60", difficulties="")
    assert "60%" in read(reported)
    (target,) = UPLOAD.findall(unit.open(path))
    sent = {"file": ("bao-cao.pdf", b"%PDF-1.7 ket qua", "application/pdf")}
    page = unit.site.post(target.replace("&amp;", "&"), files=sent, headers=FROM_A_PAGE)
    assert "Đã đính kèm: bao-cao.pdf" in read(page.text)
    where = f"{page.url.path}?{page.url.query.decode()}"
    unit.send(where, f"{path}/deeds/submit", text="Đã xong", number="")
    clerk = Desk.of(office)
    (file,) = re.findall(r'href="(/v1/files/[^"]+)"', clerk.open(path))
    assert clerk.site.get(file).content == b"%PDF-1.7 ket qua"
    assert "Hoàn thành đúng hạn" in read(clerk.send(path, f"{path}/deeds/accept", comment="Tốt"))
    assert office.duty("xa-a", "1").state is State.ACCEPTED


def test_a_refusal_says_why_and_keeps_what_was_typed(office: District, path: str) -> None:
    unit = officer(office)
    deed = f"{path}/deeds/submit"
    page = unit.send(path, deed, status=422, text="Đã xong từ tuần trước")
    assert "cần số văn bản hoặc tệp" in read(page)
    assert "Đã xong từ tuần trước</textarea>" in page
    page = unit.send(path, f"{path}/deeds/report", status=422, text="Đang làm", percent="101")
    assert "Đang làm</textarea>" in page
    stale = dict(Forms(unit.open(path)).found)[f"{path}/deeds/report"]
    office.acknowledge("xa-a")
    page = unit.site.post(f"{path}/deeds/report", data=stale | {"text": "Viết dài"}, headers=FROM_A_PAGE).text
    assert "đã thay đổi sau khi bạn mở trang" in read(page)
    assert "Viết dài</textarea>" in page


def test_an_extension_is_asked_for_and_granted_alone_or_with_others(office: District, path: str) -> None:
    unit, chair = officer(office), Desk.of(office, KeyRole.LEADER)
    unit.send(path, f"{path}/deeds/extension", wanted_on="2024-04-10", reason="Chờ số liệu")
    assert f"{path}/deeds/extension" not in dict(Forms(unit.open(path)).found)
    fields = dict(Forms(chair.open("/duties")).found)["/duties/bulk"]
    box = f"{path.removeprefix('/duties/')}.{office.duty('xa-a', '1').version}"
    answer = {"duty": box, "deed": "extend"}
    said = chair.site.post("/duties/bulk", data=fields | answer, headers=FROM_A_PAGE).text
    assert "Đã gia hạn đến ngày đơn vị đề nghị" in said
    again = chair.site.post("/duties/bulk", data=fields | answer, headers=FROM_A_PAGE).text
    assert "không có đề nghị gia hạn nào đang chờ" in again
    assert office.duty("xa-a", "1").due_on == date(2024, 4, 10)


def test_a_duty_is_given_back_and_the_office_lets_it_stay(office: District, path: str) -> None:
    unit, chair = officer(office), Desk.of(office, KeyRole.LEADER)
    unit.send(path, f"{path}/deeds/return", reason="Việc của xã B", proposed_unit_code="xa-b")
    page = chair.send(path, f"{path}/deeds/refuse-return", reason="Đúng việc của xã A")
    assert "Không nhận lại" in read(page)
    assert office.duty("xa-a", "1").state is State.ACKNOWLEDGED
    chair.send(path, f"{path}/deeds/withdraw", reason="Không cần nữa")
    assert office.duty("xa-a", "1").state is State.WITHDRAWN


def test_a_part_is_handed_to_somebody_of_the_unit(office: District, path: str) -> None:
    person = "person:xa-a.officer.20240101"
    page = officer(office).send(
        path, f"{path}/deeds/delegate", heir=person, instruction="Soạn báo cáo", due_on=""
    )
    assert "Việc giao lại" in read(page)


def test_a_deed_that_is_none_does_nothing(office: District, path: str) -> None:
    unit = officer(office)
    fields = dict(Forms(unit.open(path)).found)[f"{path}/deeds/report"]
    assert unit.site.post(f"{path}/deeds/burn", data=fields, headers=FROM_A_PAGE).status_code == 404
    assert unit.site.post(f"{path}/deeds/report", data={"text": "x"}, headers=FROM_A_PAGE).status_code == 403


def test_what_the_office_decided_can_be_decided_otherwise(office: District, path: str) -> None:
    unit, chair = officer(office), Desk.of(office, KeyRole.LEADER)
    chair.send(path, f"{path}/deeds/suspend", reason="Chờ hướng dẫn của tỉnh")
    assert office.duty("xa-a", "1").state is State.SUSPENDED
    chair.send(path, f"{path}/deeds/resume", reason="Đã có hướng dẫn")
    unit.send(path, f"{path}/deeds/submit", text="Đã xong", number="7", symbol="BC-UBND")
    chair.send(path, f"{path}/deeds/accept", comment="")
    chair.send(path, f"{path}/deeds/reopen", reason="Số liệu chưa khớp")
    assert office.duty("xa-a", "1").state is State.IN_PROGRESS


def test_a_wish_for_more_time_is_refused_with_a_reason(office: District, path: str) -> None:
    unit, chair = officer(office), Desk.of(office, KeyRole.LEADER)
    unit.send(path, f"{path}/deeds/extension", wanted_on="2024-04-10", reason="Chờ số liệu")
    chair.send(path, f"{path}/deeds/refuse-extension", reason="Tỉnh không lùi tiến độ")
    assert office.duty("xa-a", "1").due_on == date(2024, 3, 29)
    assert "Tỉnh không lùi tiến độ" in read(unit.open(path))


def test_a_duty_that_was_given_back_goes_to_whose_it_is(office: District, path: str) -> None:
    unit, chair = officer(office), Desk.of(office, KeyRole.LEADER)
    unit.send(path, f"{path}/deeds/return", reason="Việc của xã B", proposed_unit_code="xa-b")
    chair.send(path, f"{path}/deeds/accept-return", reason="Đúng vậy", unit_code="xa-b", due_on="")
    assert office.duty("xa-a", "1").state is State.TRANSFERRED
    assert office.duty("xa-b", "1").due_on == date(2024, 3, 29)


def test_a_unit_asks_another_which_answers_on_the_page(office: District, path: str) -> None:
    with office.database.write() as session:
        coordination.add_coordinator(
            session,
            office.chair,
            office.duty("xa-a", "1").id,
            unit_code="xa-b",
            reason="Liên xã",
            now=office.now(),
        )
    asked = {"unit_code": "xa-b", "question": "Đề nghị cung cấp số liệu", "due_on": "2024-03-20"}
    officer(office).send(path, f"{path}/deeds/ask", **asked)
    other = officer(office, "xa-b")
    assert "Đề nghị cung cấp số liệu" in read(other.open("/work"))
    other.send(path, f"{path}/deeds/answer", text="Xã gửi bảng thống kê 4,2 km", number="")
    assert "Xã gửi bảng thống kê 4,2 km" in read(officer(office).open(path))
