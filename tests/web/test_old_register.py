"""The older register from its Excel file: seen before it is entered, doubtful rows named, nothing twice."""

import io
from typing import Any

import pytest
from openpyxl import load_workbook

from service.domain.permissions import KeyRole
from service.domain.tables import Obligation, OpeningBalance
from tests.district import District
from tests.web.desk import FROM_A_PAGE, Desk, Forms, read

PATH = "/intake/register"
HEADING = "STT;Văn bản giao;Ngày;Nội dung nhiệm vụ;Đơn vị chủ trì;Thời hạn;Tình trạng;Phòng\n"
DONE = "1;Công văn số 9/UBND-VP;1/2/2024;Rà soát;xa-a;29/2/2024;Hoàn thành ngày 27/2/2024;x\n"
OPEN = "2;Công văn số 9/UBND-VP;1/2/2024;Báo cáo;các xã;30/4/2024;Đang thực hiện;\n"
LOST = "3;Công văn số 9/UBND-VP;1/2/2024;Làm đường;Xã Lạ;30/6;Đang thực hiện;\n"
MENDED = LOST.replace("Xã Lạ", "xa-b").replace("30/6", "30/6/2024")


def drop(desk: Desk, text: str, *, status: int = 200) -> Any:
    """Send a file by the form of the page; return the answer that follows."""
    forms = [action for action, _ in Forms(desk.open(PATH)).found if "?csrf=" in action]
    sent = desk.site.post(forms[0], files={"file": ("so-cu.csv", text.encode())}, headers=FROM_A_PAGE)
    assert sent.status_code == status, (sent.status_code, read(sent.text))
    return sent


def test_a_file_is_seen_before_it_is_entered_and_is_not_chosen_a_second_time(office: District) -> None:
    desk = Desk.of(office)
    assert PATH in desk.open("/intake")
    page = drop(desk, HEADING + DONE + OPEN + LOST)
    words = read(page.text)
    assert "chưa có gì được ghi" in words
    assert "Sẽ nhập 4 nhiệm vụ của 3 đơn vị, theo 1 văn bản" in words
    assert "Dòng sẽ nhập 2 Nhiệm vụ chưa xong 3 Thời hạn sớm nhất 29/02/2024, muộn nhất 30/04/2024" in words
    assert "Cột không đọc Phòng" in words
    assert "không có đơn vị “Xã Lạ” (1 dòng)" in words
    assert "4 3 Làm đường Thời hạn : “30/6” không rõ ngày" in words
    assert office.count(Obligation) == office.count(OpeningBalance) == 0
    at = page.url.path
    after = read(desk.send(at, at))
    assert "Đã nhập 2 dòng: 4 nhiệm vụ của 1 văn bản." in after
    assert "không có đơn vị “Xã Lạ”" in after, "what is left to mend is still said"
    assert office.count(Obligation) == 4


def test_the_mended_file_brings_only_what_was_left_out(office: District) -> None:
    desk = Desk.of(office)
    at = drop(desk, HEADING + OPEN + LOST).url.path
    desk.send(at, at)
    page = drop(desk, HEADING + OPEN + MENDED)
    assert "Sẽ nhập 1 nhiệm vụ của 1 đơn vị" in read(page.text)
    assert "Dòng đã có trong sổ 1" in read(page.text)
    desk.send(page.url.path, page.url.path)
    assert office.count(Obligation) == 4


def test_what_was_entered_is_found_in_the_book(office: District) -> None:
    desk = Desk.of(office)
    at = drop(desk, HEADING + DONE + OPEN).url.path
    page = desk.send(at, at)
    (found,) = {part.split('"')[0] for part in page.split('href="')[1:] if "source=" in part}
    assert "Báo cáo" in read(desk.open(found))


def test_a_button_pressed_twice_enters_once_and_leaves_one_import(office: District) -> None:
    desk = Desk.of(office)
    at = drop(desk, HEADING + OPEN).url.path
    form = dict(Forms(desk.open(at)).found)[at]
    sent = [desk.site.post(at, data=form, headers=FROM_A_PAGE) for _ in range(2)]
    assert "Không có dòng nào mới để nhập." in read(sent[1].text)
    assert (office.count(Obligation), office.count(OpeningBalance)) == (3, 1)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Tên;Mã\n1;2\n", "không có cột Văn bản giao, Nội dung nhiệm vụ, Đơn vị chủ trì"),
        (HEADING, "không có dòng nhiệm vụ nào"),
    ],
)
def test_a_file_that_is_no_register_says_what_it_lacks(office: District, text: str, why: str) -> None:
    page = drop(Desk.of(office), text, status=422)
    assert f"Tệp chưa nhập được: không đọc được bảng: {why}." in read(page.text)


def test_the_blank_form_filled_in_is_read(office: District) -> None:
    desk = Desk.of(office)
    book = load_workbook(io.BytesIO(desk.site.get(f"{PATH}/so-theo-doi-mau.xlsx").content))
    sheet = book.active
    assert sheet is not None
    given = {
        "Văn bản giao": "Kế hoạch số 3/KH-UBND", "Ngày": "1/2/2024", "Nội dung nhiệm vụ": "Trồng rừng",
        "Đơn vị chủ trì": "xa-a; xa-b", "Tình trạng/kết quả": "đang thực hiện, 40%",
    }  # fmt: skip
    headings = [cell.value for cell in sheet[sheet.max_row]]
    sheet.append([given.get(str(name), "") for name in headings])
    content = io.BytesIO()
    book.save(content)
    forms = [action for action, _ in Forms(desk.open(PATH)).found if "?csrf=" in action]
    file = {"file": ("so.xlsx", content.getvalue())}
    words = read(desk.site.post(forms[0], files=file, headers=FROM_A_PAGE).text)
    assert "Sẽ nhập 2 nhiệm vụ của 2 đơn vị" in words
    assert "Dòng chưa rõ, để lại 0" in words
    assert "Đang thực hiện 40%" in words


def test_who_does_not_keep_the_register_enters_nothing(office: District) -> None:
    clerk = Desk.of(office)
    at = drop(clerk, HEADING + OPEN).url.path
    form = dict(Forms(clerk.open(at)).found)[at]
    for role, unit in ((KeyRole.LEADER, "van-phong"), (KeyRole.CLERK, "xa-a")):
        desk = Desk.of(office, role, unit)
        for path in (PATH, at, f"{PATH}/so-theo-doi-mau.xlsx"):
            desk.open(path, 403)
        token = dict(Forms(desk.open("/account")).found)["/sign-out"]["csrf"]
        assert desk.site.post(at, data=form | {"csrf": token}, headers=FROM_A_PAGE).status_code == 403
    assert "Nhập sổ cũ" not in read(Desk.of(office, KeyRole.LEADER).open("/intake"))
    assert office.count(Obligation) == 0


def test_a_file_is_shown_to_whoever_sent_it_alone(office: District) -> None:
    at = drop(Desk.of(office), HEADING + OPEN).url.path
    Desk.of(office, KeyRole.ADMINISTRATOR).open(at, 404)
