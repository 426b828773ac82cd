"""The intake desk: from a file to a draft that a clerk has checked, without a script."""

import re
from uuid import UUID

from service.domain.permissions import KeyRole
from service.domain.tables import Directive
from tests.district import District
from tests.web.desk import FROM_A_PAGE, Desk, Forms, read

LETTER = """ỦY BAN NHÂN DÂN
HUYỆN A
Số: 12/UBND-VP
V/v rà soát hộ nghèo
A, ngày 4 tháng 3 năm 2024
Kính gửi: UBND các xã.
UBND huyện yêu cầu:
1. Các xã chủ trì rà soát hộ nghèo, báo cáo trước ngày 15/3/2024.
2. Xã-A phối hợp với các cơ quan liên quan tuyên truyền.
Nơi nhận:
- Như trên;
- Lưu: VT.
CHỦ TỊCH
"""


def drop(desk: Desk, text: str = LETTER, name: str = "cong-van.txt", *, status: int = 200) -> str:
    """Drop a file into the form of the list; return the page that follows."""
    forms = [action for action, _ in Forms(desk.open("/intake")).found if action.startswith("/intake?csrf=")]
    sent = desk.site.post(forms[0], files={"file": (name, text.encode())}, headers=FROM_A_PAGE)
    assert sent.status_code == status, (sent.status_code, read(sent.text))
    return str(sent.url.path) if status == 200 else sent.text


def answer(desk: Desk, path: str, item: str, *, status: int = 200, **fields: str) -> str:
    """Fill in the form of an item's units; what is not named stays as the page shows it."""
    return desk.send(path, f"{path}/items/{item}/units", status=status, **fields)


def kept(office: District, path: str) -> Directive:
    """Return the draft behind a page."""
    with office.database.write() as session:
        found = session.get_one(Directive, UUID(path.rsplit("/", 1)[-1]))
        session.expunge(found)
        return found


def test_a_dropped_file_is_shown_with_the_words_that_were_read_and_asks_what_it_does_not_know(
    office: District,
) -> None:
    desk = Desk.of(office)
    path = drop(desk)
    page = desk.open(path)
    for mark in ('<mark class="unit">Các xã</mark>', '<mark class="deadline">trước ngày 15/3/2024</mark>'):
        assert mark in page
    targets = set(re.findall(r'href="#([^"]+)"', page))
    assert targets <= set(re.findall(r'id="([^"]+)"', page))
    words = read(page)
    assert "Chưa ban hành được còn 2 việc phải làm" in words
    assert words.index("Câu hỏi") < words.index("Không có đơn vị nào mang tên các cơ quan liên quan")
    assert "“Các xã” chủ trì → các xã nhóm" in words
    listed = read(desk.open("/intake"))
    assert "rà soát hộ nghèo" in listed
    assert "2 2 3" in listed


def test_a_draft_that_cannot_be_issued_says_why_until_every_item_has_somebody(office: District) -> None:
    desk = Desk.of(office)
    path = drop(desk)
    answer(desk, path, "1", **{"role.0": "lead", "target.0": "group:cac-xa"})
    page = read(desk.open(path))
    assert "còn 1 việc phải làm" in page
    assert "chủ trì các xã nhóm, 3 đơn vị" in page
    rows = {"role.0": "", "role.1": "lead", "target.1": "", "other.1": "xa-a"}
    answer(desk, path, "2", **rows)
    assert "Đủ điều kiện ban hành" in read(desk.open(path))


def test_a_phrase_that_was_remembered_is_certain_in_the_next_document(office: District) -> None:
    desk = Desk.of(office)
    path = drop(desk)
    rows = {"role.0": "coordinate", "other.0": "xa-b", "remember.0": "1"}
    answer(desk, path, "2", **rows)
    again = drop(desk, LETTER.replace("12/UBND", "13/UBND"))
    assert "“các cơ quan liên quan” phối hợp → xa-b" in read(desk.open(again))


def test_units_that_nobody_knows_are_asked_for_again_and_what_was_typed_stays(office: District) -> None:
    desk = Desk.of(office)
    path = drop(desk)
    rows = {"role.0": "lead", "other.0": "Sở không có", "due_on.0": "2024-03-20"}
    page = answer(desk, path, "1", status=422, **rows)
    assert "Không có đơn vị hoặc nhóm nào mang tên" in read(page)
    assert 'value="Sở không có"' in page
    assert 'value="2024-03-20"' in page
    empty = answer(desk, path, "2", status=422, **{"role.0": "lead", "target.0": ""})
    assert "Xin chọn đơn vị cho mỗi cụm từ" in read(empty)


def test_of_two_clerks_on_one_draft_the_second_is_told_and_loses_nothing(office: District) -> None:
    first, second = Desk.of(office), Desk.of(office)
    path = drop(first)
    stale = dict(Forms(second.open(path)).found)[f"{path}/head"]
    first.send(path, f"{path}/head", subject="Trích yếu của người thứ nhất")
    typed = stale | {"subject": "Trích yếu của người thứ hai", "number": "12", "urgency": "khẩn"}
    told = second.site.post(f"{path}/head", data=typed, headers=FROM_A_PAGE)
    assert told.status_code == 412
    assert "Người khác vừa sửa dự thảo này" in read(told.text)
    assert "Trích yếu của người thứ nhất" in read(told.text)
    form = told.text[told.text.index(f'action="{path}/head"') :]
    assert "Trích yếu của người thứ hai</textarea>" in form
    assert kept(office, path).subject == "Trích yếu của người thứ nhất"
    version = dict(Forms(told.text).found)[f"{path}/head"]["version"]
    again = second.site.post(f"{path}/head", data=typed | {"version": version}, headers=FROM_A_PAGE)
    assert again.status_code == 200
    assert (kept(office, path).subject, kept(office, path).urgency) == ("Trích yếu của người thứ hai", "khẩn")


def test_a_deadline_that_a_person_decides_keeps_the_words_of_the_document(office: District) -> None:
    desk = Desk.of(office)
    path = drop(desk)
    form = f"{path}/items/1/decisions"
    refused = desk.send(path, form, status=422, tracked="1", task="1", kind="relative_days", days="mười")
    assert "Xin ghi số ngày." in read(refused)
    desk.send(
        path, form, tracked="1", task="1", kind="relative_working_days", days="10", **{"from": "receipt"}
    )
    assert "10 ngày làm việc kể từ ngày nhận được văn bản trước ngày 15/3/2024" in read(desk.open(path))
    desk.send(path, f"{path}/items/2/decisions", kind="as_read")
    assert "Mục 2 không theo dõi riêng" in read(desk.open(path))


def test_everything_that_was_read_with_certainty_is_confirmed_in_one_go(office: District) -> None:
    desk = Desk.of(office)
    path = drop(desk)
    desk.send(path, f"{path}/confirm")
    page = read(desk.open(path))
    assert "chủ trì các xã nhóm, 3 đơn vị" in page
    assert "“các cơ quan liên quan” phối hợp → không có trong danh mục" in page


def test_a_file_that_cannot_be_read_is_refused_in_words_and_nothing_is_kept(office: District) -> None:
    desk = Desk.of(office)
    assert "Tệp không có nội dung" in read(drop(desk, "", status=422))
    assert "Văn bản mật" in read(drop(desk, "MẬT\n" + LETTER, status=422))
    assert "Không có dự thảo nào" in read(desk.open("/intake"))


def test_strangers_see_neither_drafts_nor_the_desk(office: District) -> None:
    path = drop(Desk.of(office))
    officer = Desk.of(office, KeyRole.OFFICER, "xa-a")
    officer.open("/intake", status=403)
    officer.open(path, status=404)
    assert "Nhập văn bản" not in read(officer.open("/account"))
    Desk.of(office, KeyRole.CLERK, "xa-a").open(path, status=404)
    nobody = Desk.of(office)
    nobody.site.cookies.clear()
    assert nobody.site.get(path).url.path == "/sign-in"
    forged = nobody.site.post("/intake", files={"file": ("a.txt", b"x")}, headers=FROM_A_PAGE)
    assert forged.url.path == "/sign-in"
    theirs = Desk.of(office).site.post("/intake", files={"file": ("a.txt", b"x")}, headers=FROM_A_PAGE)
    assert theirs.status_code == 403
