"""The office's document templates, as a clerk without scripts changes them."""

import io
import re
from typing import Any

import pytest
from docx import Document

from service.domain.permissions import KeyRole
from service.reports.package import WORD
from tests.district import District
from tests.small_docx import docx
from tests.web.desk import FROM_A_PAGE, Desk, read

LIST = "/admin/templates/late_list"
OURS = docx("Giao ban {{ ngay }}: {{ so_nhiem_vu }} việc chậm")


def send(desk: Desk, content: bytes, *, preview: bool = False, name: str = "giao-ban.docx") -> Any:
    """Fill the form of the page in with a file and press one of its buttons."""
    mark = "formaction" if preview else "action"
    (action,) = re.findall(rf' {mark}="({LIST}[^"]*csrf=[^"]+)"', desk.open(LIST))
    file = {"file": (name, content, WORD)}
    return desk.site.post(action.replace("&amp;", "&"), files=file, headers=FROM_A_PAGE)


def words(content: bytes) -> list[str]:
    return [each.text for each in Document(io.BytesIO(content)).paragraphs]


def test_a_clerk_gives_the_list_a_form_of_its_own_and_goes_back(office: District) -> None:
    desk = Desk.of(office)
    assert 'href="/admin/templates"' in desk.open("/account")
    tried = send(desk, OURS, preview=True)
    assert words(tried.content) == ["Giao ban 04/03/2024: 0 việc chậm"]
    assert "Chưa thay mẫu lần nào" in read(desk.open(LIST)), "trying keeps nothing"
    page = read(send(desk, OURS).text)
    assert "Đã dùng mẫu mới" in page
    assert "Đang dùng mẫu giao-ban.docx, do clerk van-phong gửi lúc" in page
    assert words(desk.site.get("/v1/reports/late.docx").content) == ["Giao ban 04/03/2024: 0 việc chậm"]
    page = read(desk.send(LIST, f"{LIST}/take-back"))
    assert "Đang dùng mẫu có sẵn" in page
    assert "Độc lập" in str(Document(io.BytesIO(desk.site.get("/v1/reports/late.docx").content)).tables[0]
                            .rows[0].cells[1].text)  # fmt: skip
    assert words(desk.site.get("/v1/document-templates/late_list/template.docx?version=1").content) == [
        "Giao ban {{ ngay }}: {{ so_nhiem_vu }} việc chậm"
    ]


@pytest.mark.parametrize("preview", [True, False])
def test_what_is_wrong_in_a_file_is_said_in_one_sentence(office: District, preview: bool) -> None:
    desk = Desk.of(office)
    refused = send(desk, docx("{{ so_nhiem_vu }} {{ ten_don_vi }}"), preview=preview)
    assert refused.status_code == 422
    assert "Tệp mẫu chưa dùng được. Mẫu dùng tên không có. (ten_don_vi)" in read(refused.text)
    refused = send(desk, b"xin chao", preview=preview)
    assert "Tệp không phải DOCX" in read(refused.text)
    assert "Chưa thay mẫu lần nào" in read(desk.open(LIST))


def test_a_clerk_who_was_slower_is_told_and_changes_nothing(office: District) -> None:
    desk, other = Desk.of(office), Desk.of(office, KeyRole.LEADER)
    (action,) = re.findall(rf' action="({LIST}\?csrf=[^"]+)"', desk.open(LIST))
    assert send(other, OURS).status_code == 200
    file = {"file": ("muon.docx", docx("muộn"), WORD)}
    late = desk.site.post(action.replace("&amp;", "&"), files=file, headers=FROM_A_PAGE)
    assert late.status_code == 412
    assert "Đang dùng mẫu giao-ban.docx" in read(late.text)


def test_who_writes_no_letters_sees_no_form_and_a_unit_sees_no_page(office: District) -> None:
    officer = Desk.of(office, KeyRole.OFFICER)
    assert "Gửi mẫu đã sửa" not in read(officer.open(LIST))
    assert "/admin/units" not in officer.open("/admin/templates"), "the rest of administration is not named"
    Desk.of(office, KeyRole.CLERK, "xa-a").open("/admin/templates", 403)


def test_every_name_that_a_template_may_use_is_on_its_page(office: District) -> None:
    page = read(Desk.of(office).open("/admin/templates/progress"))
    for name in ("{{ co_quan }}", "{{ tong.qua_han }}", "{{ dong.noi_dung }}", "{%p for dong in nhiem_vu %}"):
        assert name in page


def test_pdf_is_offered_only_where_it_can_be_made(office: District, monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[str] = []
    monkeypatch.setattr("service.edge.writing_room.found", lambda _program: found[0] if found else None)
    desk = Desk.of(office)
    assert "format=pdf" not in desk.open("/admin/templates")
    found.append("/usr/bin/soffice")
    assert "format=pdf" in desk.open("/admin/templates")
