"""A unit ends: what that does is seen first, nobody's duty is lost, and what was typed stays."""

import re
from datetime import date

import pytest
import sqlalchemy as sa

from service.domain.lifecycle import State
from service.domain.permissions import KeyRole
from service.domain.tables import Obligation, Reorganisation, table
from tests.district import District
from tests.web.desk import FROM_A_PAGE, Desk, Forms, read, session_of

ENDING = "/admin/units/xa-a/ending"
TERMS = {"name": "Sắp xếp xã A", "basis": "Nghị quyết 1/NQ-HĐND", "effective_on": "2024-03-04"}
ALL = {"unit.0": "xa-a", "to.0": ""}
"""What a browser sends of the fields for all duties of a unit, left as they were."""

obligation, reorganisation = table(Obligation), table(Reorganisation)


@pytest.fixture
def desk(office: District) -> Desk:
    """The desk of an administrator of the office that keeps the register."""
    return Desk.of(office, KeyRole.ADMINISTRATOR)


def states(office: District) -> list[tuple[str, str]]:
    """Return the unit and the state of every duty of the communes, by unit."""
    names = {office.unit(code).id: code for code in ("xa-a", "xa-b", "xa-c")}
    with office.database.read() as connection:
        rows = connection.execute(sa.select(obligation.c.unit_id, obligation.c.state)).all()
    return sorted((names[unit_id], str(state)) for unit_id, state in rows)


def plans(office: District) -> list[str]:
    with office.database.read() as connection:
        return [str(state) for state in connection.execute(sa.select(reorganisation.c.state)).scalars()]


def entered(desk: Desk, **terms: str) -> str:
    """Enter how the unit ends; return the address of the page that follows."""
    page = desk.send(ENDING, ENDING, **TERMS | terms)
    return re.findall(r'action="(/admin/reorganisations/[0-9a-f-]+)/undo"', page)[0]


def test_what_the_end_of_a_unit_does_is_seen_before_anything_is_entered(desk: Desk, office: District) -> None:
    person = office.hire("xa-a", "officer")
    office.give(due="2024-04-26", items=2, units=["xa-a", "xa-b"])
    before = states(office)
    page = desk.send(ENDING, ENDING, **TERMS, kind="merge", new="xa-b", only_look="1")
    seen = read(page)
    assert "Nếu thực hiện vào ngày 04/03/2024" in seen
    assert "2 nhiệm vụ đang mở 2 có nơi tiếp nhận 0 hết hiệu lực 0 chưa có nơi tiếp nhận" in seen
    assert "Vị trí kết thúc theo đơn vị: 2" in seen
    assert f"/admin/people/{person}" in page
    assert "Rời khỏi các nhóm: các xã" in seen
    assert "mỗi đơn vị một lần cho mỗi văn bản: 1 lượt" in seen
    assert 'value="Sắp xếp xã A"' in page
    assert (states(office), plans(office)) == (before, [])


def test_what_does_not_end_with_a_unit_is_named(desk: Desk, office: District) -> None:
    session_of(office, KeyRole.OFFICER, "xa-a")
    below = {"code": "thon-a", "name": "Thôn A", "kind": "thon", "parent_code": "xa-a"}
    desk.send("/admin/units/new", "/admin/units", **below)
    key = {"name": "Cổng của xã", "role": "officer", "unit_code": "xa-a"}
    desk.send("/admin/keys/new", "/admin/keys", **key)
    seen = read(desk.send(ENDING, ENDING, **TERMS, kind="merge", new="xa-b", only_look="1"))
    assert "1 đơn vị trực thuộc còn hoạt động; xin ghi đơn vị cấp trên mới: Thôn A" in seen
    assert "1 tài khoản không tự ngừng; ngừng tài khoản" in seen
    assert "1 khóa truy cập không tự ngừng; thu hồi khóa" in seen


def test_a_unit_that_merges_passes_its_duties_on_when_that_is_confirmed(desk: Desk, office: District) -> None:
    office.give(due="2024-04-26", units=["xa-a", "xa-c"])
    path = entered(desk, kind="merge", new="xa-b")
    assert states(office) == [("xa-a", State.ASSIGNED), ("xa-c", State.ASSIGNED)]
    looked = read(desk.send(path, f"{path}/carry-out", only_look="1"))
    assert "Chưa có gì được ghi" in looked
    assert plans(office) == ["draft"]
    done = read(desk.send(path, f"{path}/carry-out"))
    assert "Đã thực hiện" in done
    assert states(office) == [("xa-a", "transferred"), ("xa-b", "assigned"), ("xa-c", "assigned")]
    assert "đã thực hiện" in read(desk.open("/admin/reorganisations"))
    desk.open("/admin/units/xa-a", 404)


def test_a_unit_cannot_end_with_a_duty_that_nobody_answers_for(desk: Desk, office: District) -> None:
    office.give(due="2024-04-26", items=2, units=["xa-a"])
    path = entered(desk, kind="dissolve", new="")
    refused = read(desk.send(path, f"{path}/carry-out", status=409))
    assert "Còn nhiệm vụ chưa có đơn vị tiếp nhận" in refused
    assert plans(office) == ["draft"]
    desk.open("/admin/units/xa-a")
    page = desk.open(path)
    assert "2 nhiệm vụ chưa có nơi tiếp nhận" in read(page)
    half = read(desk.send(path, f"{path}/heirs", **ALL | {"to.1": "xa-b", "to.2": ""}))
    assert "1 nhiệm vụ chưa có nơi tiếp nhận" in half
    desk.send(path, f"{path}/carry-out", status=409)
    assert "Đã ghi nơi tiếp nhận" in read(desk.send(path, f"{path}/heirs", **ALL | {"lapse.1": "1"}))
    desk.send(path, f"{path}/carry-out")
    assert states(office) == [("xa-a", "transferred"), ("xa-a", "withdrawn"), ("xa-b", "assigned")]


def test_all_duties_of_a_unit_are_given_on_at_once(desk: Desk, office: District) -> None:
    office.give(due="2024-04-26", items=3, units=["xa-a"])
    path = entered(desk, kind="split", new="xa-b\nxa-c")
    assert "3 chưa có nơi tiếp nhận" in read(desk.open(path))
    page = desk.send(path, f"{path}/heirs", **{"unit.0": "xa-a", "to.0": "xa-b, xa-c"})
    assert "3 có nơi tiếp nhận 0 hết hiệu lực 0 chưa có nơi tiếp nhận" in read(page)


def test_what_is_wrong_is_named_and_what_was_typed_stays(desk: Desk, office: District) -> None:
    office.give(due="2024-04-26", units=["xa-a"])
    two = desk.send(ENDING, ENDING, status=422, **TERMS, kind="merge", new="xa-b\nxa-c")
    assert "Đơn vị kế tiếp: Có giá trị không phù hợp" in read(two)
    assert "xa-b\nxa-c" in two
    assert 'value="Nghị quyết 1/NQ-HĐND"' in two
    strange = desk.send(ENDING, ENDING, status=422, **TERMS, kind="merge", new="xa-moi")
    assert "(xa-moi)" in read(strange)
    path = entered(desk, kind="dissolve")
    nowhere = desk.send(path, f"{path}/heirs", status=422, **ALL | {"to.1": "xa-moi"})
    assert "(xa-moi)" in read(nowhere)
    assert nowhere.count('value="xa-moi"') == 1
    both = desk.send(path, f"{path}/heirs", status=422, **ALL | {"to.1": "xa-b", "lapse.1": "1"})
    assert "Đơn vị tiếp nhận: Có giá trị không phù hợp" in read(both)
    assert "Đơn vị tiếp nhận: Có giá trị không phù hợp" in read(
        desk.send(path, f"{path}/heirs", status=422, **ALL)
    )


def test_whoever_decides_later_than_another_loses_nothing_of_what_they_typed(
    desk: Desk, office: District
) -> None:
    office.give(due="2024-04-26", items=2, units=["xa-a"])
    path = entered(desk, kind="dissolve")
    action = f"{path}/heirs"
    form = dict(Forms(desk.open(path)).found)[action]
    desk.send(path, action, **ALL | {"to.1": "xa-b"})
    late = desk.site.post(action, data=form | ALL | {"to.2": "xa-c"}, headers=FROM_A_PAGE)
    assert late.status_code == 412
    assert "Có người vừa sửa đợt sắp xếp này" in read(late.text)
    assert re.search(r'name="to.1"[^>]* value="xa-c"', late.text), "the duty is the first of those left now"


def test_a_unit_that_ends_later_goes_on_until_its_day_and_may_be_kept(desk: Desk, office: District) -> None:
    office.give(due="2024-04-26", units=["xa-a"])
    path = entered(desk, kind="merge", new="xa-b", effective_on="2024-03-18")
    assert "tự thực hiện vào ngày có hiệu lực" in read(desk.send(path, f"{path}/carry-out"))
    assert plans(office) == ["scheduled"]
    assert states(office) == [("xa-a", "assigned")]
    assert "Đã hủy" in read(desk.send(path, f"{path}/undo", reason="Hoãn sang năm sau"))
    office.wait_until(date(2024, 3, 19))
    assert states(office) == [("xa-a", "assigned")]


def test_a_register_is_not_left_without_a_keeper(desk: Desk, office: District) -> None:
    form = "/admin/units/van-phong/ending"
    terms = TERMS | {"kind": "dissolve"}
    assert "Đơn vị này đang giữ sổ" in read(desk.open(form))
    looked = read(desk.send(form, form, **terms, only_look="1"))
    assert "Còn nhiệm vụ hoặc sổ chưa có nơi tiếp nhận" in looked
    page = desk.send(form, form, **terms)
    path = re.findall(r'action="(/admin/reorganisations/[0-9a-f-]+)/undo"', page)[0]
    assert "không còn đơn vị giữ" in read(desk.send(path, f"{path}/carry-out", status=409))


def test_a_unit_is_renamed_by_a_decision_on_its_day(desk: Desk, office: District) -> None:
    looked = read(desk.send(ENDING, ENDING, **TERMS, kind="rename", new_name="Xã Hòa Bình", only_look="1"))
    assert "Không đơn vị nào thôi hoạt động" in looked
    assert "không mở được nữa" not in looked
    path = entered(desk, kind="rename", new_name="Xã Hòa Bình")
    desk.send(path, f"{path}/carry-out")
    assert "Xã Hòa Bình" in read(desk.open("/admin/units/xa-a"))


@pytest.mark.parametrize("role", [KeyRole.CLERK, KeyRole.LEADER])
def test_who_does_not_administer_ends_no_unit(office: District, role: KeyRole) -> None:
    desk = Desk.of(office, role)
    for path in (ENDING, "/admin/reorganisations"):
        desk.open(path, 403)
