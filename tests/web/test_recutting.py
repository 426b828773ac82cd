"""At the intake desk an item that holds two duties is cut, and two items that are one are joined."""

import re

from service.domain.tables import Item, table
from tests.district import District
from tests.web.desk import FROM_A_PAGE, Desk, Forms, read
from tests.web.test_intake import answer, drop

LETTER = """ỦY BAN NHÂN DÂN
HUYỆN A
Số: 12/UBND-VP
V/v rà soát hộ nghèo
A, ngày 4 tháng 3 năm 2024
Kính gửi: UBND các xã.
UBND huyện yêu cầu:
1. Các xã chủ trì rà soát hộ nghèo; báo cáo trước ngày 15/3/2024. Lập danh sách hộ mới thoát nghèo.
2. Các xã chủ trì tuyên truyền trước ngày 30/4/2024.
CHỦ TỊCH
"""
FIRST = "Các xã chủ trì rà soát hộ nghèo; báo cáo trước ngày 15/3/2024."
SECOND = "Lập danh sách hộ mới thoát nghèo."


def item(page: str, locator: str) -> str:
    """Return the HTML of one item of the desk, with those below it."""
    begin = page.index(f'<li id="i-{locator}"')
    return page[begin : page.find('<li id="i-', begin + 1)]


def places(page: str, locator: str) -> dict[str, str]:
    """Return where an item may be cut, by the words on either side."""
    found = re.findall(r'name="at" value="(\d+)"[^>]*>(.*?)</label>', item(page, locator), re.DOTALL)
    return {read(words): at for at, words in found}


def test_a_clerk_cuts_an_item_gives_the_second_part_its_unit_and_may_issue(office: District) -> None:
    desk = Desk.of(office)
    path = drop(desk, LETTER)
    desk.send(path, f"{path}/confirm")
    offered = places(desk.open(path), "1")
    assert [words.partition(" ‖ ")[2][:9] for words in offered] == ["báo cáo t", "Lập danh "]
    at = offered[next(words for words in offered if "‖ Lập" in words)]
    page = desk.send(path, f"{path}/items/1/split", at=at)
    words = read(page)
    assert "Đã tách mục." in words
    assert "Mục 1a phải làm Chưa có đơn vị nào chủ trì" in words
    assert "chủ trì các xã" in read(item(page, "1"))
    assert SECOND in read(item(page, "1a"))
    assert page.index('id="t-1"') < page.index('id="t-1a"') < page.index('id="t-2"')
    answer(desk, path, "1a", **{"role.0": "lead", "other.0": "xa-c"})
    assert "Đủ điều kiện ban hành" in read(desk.open(path))


def test_the_items_below_go_with_the_part_that_the_clerk_says(office: District) -> None:
    desk = Desk.of(office)
    path = drop(desk, LETTER.replace("\n2.", "\na) Hộ có người già.\n2."))
    page = desk.send(path, f"{path}/items/1/split", at=str(len(FIRST)))
    assert page.index('id="i-1.a"') < page.index('id="i-1a"')
    assert page.index('id="t-1a"') < page.index('id="t-1.a"'), "as they stand in the document"
    desk.send(path, f"{path}/items/1/join")
    page = desk.send(path, f"{path}/items/1/split", at=str(len(FIRST)), children="second")
    assert page.index('id="i-1a"') < page.index('id="i-1.a"')
    page = desk.send(path, f"{path}/items/1/join")
    assert 'id="i-1a"' not in page
    assert f"{FIRST} {SECOND}" in read(page)


def test_two_deadlines_are_a_question_and_the_clerk_chooses_one(office: District) -> None:
    desk = Desk.of(office)
    path = drop(desk, LETTER)
    desk.send(path, f"{path}/confirm")
    page = desk.send(path, f"{path}/items/1/join")
    assert "Mục 1 phải làm Mục vừa tách hoặc gộp, chưa rõ thời hạn: xin chọn." in read(page)
    choices = re.findall(r'<option value="(choice\.\d)"[^>]*>([^<]*)<', item(page, "1"))
    assert [" ".join(words.split()) for _, words in choices] == [
        "đến hạn 15/03/2024 trước ngày 15/3/2024",
        "đến hạn 30/04/2024 trước ngày 30/4/2024",
    ]
    form = f"{path}/items/1/decisions"
    kept = {"tracked": "1", "task": "1"}
    assert "chưa rõ thời hạn" in read(desk.send(path, form, kind="as_read", **kept))
    assert "Xin chọn thời hạn." in read(desk.send(path, form, status=422, kind="choice.7", **kept))
    page = desk.send(path, form, kind="choice.1", **kept)
    assert "Đủ điều kiện ban hành" in read(page)
    assert "đến hạn 30/04/2024" in read(item(page, "1"))


def test_units_that_are_not_clear_are_asked_and_kept_until_the_clerk_says(office: District) -> None:
    desk = Desk.of(office)
    path = drop(desk, LETTER.replace("Các xã chủ trì r", "R"))
    answer(desk, path, "1", **{"role.0": "lead", "other.0": "xa-c"})
    desk.send(path, f"{path}/confirm")
    page = desk.send(path, f"{path}/items/1/split", at=str(len("Rà soát hộ nghèo;")))
    assert read(page).count("chưa rõ đơn vị: xin xác nhận") == 2
    for locator in ("1", "1a"):
        assert "chủ trì xa-c" in read(item(page, locator))
        page = answer(desk, path, locator, **{"role.0": "lead", "target.0": "unit:xa-c"})
    assert "Đủ điều kiện ban hành" in read(page)


def test_a_form_that_says_no_place_is_answered_in_words_and_nothing_is_cut(office: District) -> None:
    desk = Desk.of(office)
    path = drop(desk, LETTER)
    before = kept(office)
    for fields in ({}, {"at": "mười"}, {"at": "9999"}, {"at": "1"}):
        page = desk.send(path, f"{path}/items/1/split", status=422, **fields)
        assert "Xin chọn chỗ tách." in read(item(page, "1"))
    page = desk.send(path, f"{path}/items/1/join", status=422, next="1")
    assert "Chỉ gộp được với mục liền sau" in read(item(page, "1"))
    assert f'action="{path}/items/2/join"' not in page, "nothing follows the last item"
    assert kept(office) == before


def test_of_two_clerks_the_second_is_told_and_her_choice_stays(office: District) -> None:
    first, second = Desk.of(office), Desk.of(office)
    path = drop(first, LETTER)
    form = f"{path}/items/1/split"
    stale = dict(Forms(second.open(path)).found)[form]
    first.send(path, f"{path}/items/2/decisions", kind="as_read")
    at = str(len(FIRST))
    told = second.site.post(form, data=stale | {"at": at}, headers=FROM_A_PAGE)
    assert told.status_code == 412
    assert "Người khác vừa sửa dự thảo này" in read(told.text)
    assert f'name="at" value="{at}" required checked' in told.text


def test_an_issued_directive_offers_neither(office: District) -> None:
    directive_id = office.give(due=None, items=2, units=["xa-a"])
    page = Desk.of(office).open(f"/intake/{directive_id}")
    assert "/split" not in page
    assert "/join" not in page


def kept(office: District) -> list[tuple[object, ...]]:
    """Return the items that there are."""
    with office.database.read() as connection:
        rows = connection.execute(table(Item).select().order_by(table(Item).c.position))
        return [tuple(row) for row in rows]
