"""The pages of administration, as somebody without scripts uses them."""

import re

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from service.domain.permissions import KeyRole
from service.domain.tables import Event, Unit, table
from tests.district import District
from tests.web.desk import FROM_A_PAGE, Desk, read, session_of

CODE = re.compile(r'<output class="code">([^<]+)</output>')
unit, event = table(Unit), table(Event)


@pytest.fixture
def desk(office: District) -> Desk:
    """The desk of an administrator of the office that keeps the register."""
    return Desk.of(office, KeyRole.ADMINISTRATOR)


def kinds(office: District) -> list[str]:
    """Return the kinds of everything that happened, in order."""
    with office.database.read() as connection:
        return list(connection.execute(sa.select(event.c.kind).order_by(event.c.seq)).scalars())


@pytest.mark.parametrize("role", [KeyRole.CLERK, KeyRole.LEADER, KeyRole.READER])
def test_who_does_not_administer_sees_no_administration(office: District, role: KeyRole) -> None:
    desk = Desk.of(office, role)
    assert "Quản trị" not in read(desk.open("/account"))
    for path in ("/admin", "/admin/units", "/admin/people", "/admin/channels", "/admin/keys", "/admin/audit"):
        assert "không làm được việc này" in read(desk.open(path, 403))


def test_a_clerk_cannot_enter_a_unit_by_posting_the_form(office: District) -> None:
    desk, csrf = Desk.of(office), re.compile('name="csrf" value="([^"]+)"')
    token = csrf.findall(desk.open("/account"))[0]
    sent = {"csrf": token, "code": "x", "name": "X", "kind": "xa"}
    assert desk.site.post("/admin/units", data=sent, headers=FROM_A_PAGE).status_code == 403
    assert "unit.registered.v1" not in kinds(office)[-1:]


def test_a_unit_is_found_without_accents_and_renamed_without_losing_its_old_name(desk: Desk) -> None:
    new = {"code": "phong-tc", "name": "Phòng Tài chính", "kind": "phong", "parent_code": "van-phong"}
    assert "Đã thêm đơn vị" in read(desk.send("/admin/units/new", "/admin/units", **new, aliases="P. TC"))
    assert "Phòng Tài chính" in read(desk.open("/admin/units?q=tai+chinh"))
    assert "xa-a" not in read(desk.open("/admin/units?q=tai+chinh"))
    renamed = new | {"name": "Phòng Tài chính - Kế hoạch"}
    page = read(desk.send("/admin/units/phong-tc", "/admin/units/phong-tc", **renamed))
    assert "Đã lưu" in page
    assert "Tên cũ Phòng Tài chính" in page


def test_a_list_goes_on_where_the_page_before_ended(desk: Desk) -> None:
    rows = "".join(f"don-vi-{number:03},Đơn vị {number},xa\n" for number in range(60))
    file = {"file": ("units.csv", f"Mã,Tên,Loại\n{rows}".encode(), "text/csv")}
    csrf = re.findall(r'action="(/admin/units/import\?csrf=[^"]+)"', desk.open("/admin/units"))[0]
    looked = desk.site.post(f"{csrf}&only_look=1", files=file, headers=FROM_A_PAGE)
    assert "Thêm mới 60" in read(looked.text)
    assert "don-vi-000" not in desk.open("/admin/units")
    assert "Thêm mới 60" in read(desk.site.post(csrf, files=file, headers=FROM_A_PAGE).text)
    first = desk.open("/admin/units?kind=xa")
    following = re.findall(r'href="(/admin/units\?[^"]+after=[^"]+)"', first)[0].replace("&amp;", "&")
    assert "don-vi-059" not in first
    assert "don-vi-059" in desk.open(following)


def test_what_is_wrong_in_a_form_is_named_and_what_was_written_stays(desk: Desk) -> None:
    wrong = {"code": "xa-d", "name": "Xã D", "kind": "xa", "parent_code": "khong-co"}
    page = desk.send("/admin/units/new", "/admin/units", status=422, **wrong)
    assert "Đơn vị cấp trên: Có mã chưa được đăng ký. (khong-co)" in read(page)
    assert 'value="Xã D"' in page
    twice = desk.send(
        "/admin/units/new", "/admin/units", status=409, **wrong | {"code": "xa-a", "parent_code": ""}
    )
    assert "Mã hoặc số này đã có" in read(twice)


def test_two_who_change_a_unit_at_once_do_not_undo_each_other(desk: Desk, office: District) -> None:
    other, path = Desk.of(office, KeyRole.ADMINISTRATOR), "/admin/units/xa-a"
    form = dict(re.findall(r'name="(csrf|version)" value="([^"]+)"', desk.open(path)))
    other.send(path, path, name="Xã A mới", kind="xa")
    mine = form | {"name": "Xã A của tôi", "kind": "xa"}
    late = desk.site.post(path, data=mine, headers=FROM_A_PAGE)
    assert late.status_code == 412
    assert "Hiện nay hệ thống đang ghi: Xã A mới" in read(late.text)
    assert 'value="Xã A của tôi"' in late.text


def test_a_person_gets_a_post_and_an_address_and_loses_the_post_when_its_row_is_emptied(desk: Desk) -> None:
    new = {
        "code": "can-bo", "name": "Cán bộ mới", "unit_code.0": "xa-a", "role.0": "officer",
        "address.0": "can-bo@xa-a.example.vn", "channel.0": "email",
    }  # fmt: skip
    page = desk.send("/admin/people/new", "/admin/people", **new)
    assert "Đã thêm cán bộ" in read(page)
    assert "cán bộ đầu mối, xa-a" in read(desk.open("/admin/people?unit=xa-a"))
    again = desk.send("/admin/people/new", "/admin/people", status=409, **new)
    assert "đã có" in read(again)
    path = "/admin/people/can-bo"
    gone = desk.send(path, path, **new | {"unit_code.0": ""})
    assert "Vị trí đã thôi giữ cán bộ đầu mối, xa-a" in read(gone)


def test_somebody_away_is_stood_in_for_until_they_are_back(desk: Desk, office: District) -> None:
    person = office.hire("xa-b", "clerk")
    deputy = office.hire("xa-b", "deputy")
    path = f"/admin/people/{person}"
    away = {"unit_code": "xa-b", "from_on": "2024-03-04", "until_on": "2024-03-08", "deputy_code": deputy}
    page = desk.send(path, f"{path}/absences", **away)
    assert f"xa-b: 04/03/2024 – 08/03/2024; người thay: {deputy}" in read(page)
    ending = re.findall(rf'action="({path}/absences/[^"]+/end)"', page)[0]
    assert "kết thúc 04/03/2024" in read(desk.send(path, ending))


def test_the_address_of_a_calendar_is_shown_once(desk: Desk, office: District) -> None:
    path = f"/admin/people/{office.hire('xa-b', 'clerk')}"
    (url,) = CODE.findall(desk.send(path, f"{path}/calendar-feed"))
    assert desk.site.get(url).headers["content-type"].startswith("text/calendar")
    assert url not in desk.open(path)
    desk.send(path, f"{path}/calendar-feed/revoke")
    assert desk.site.get(url).status_code == 404


def test_the_code_of_an_account_is_shown_once_and_never_in_an_address_or_a_cookie(desk: Desk) -> None:
    new = {"login": "van-thu.xa-a", "name": "Văn thư xã A", "role": "clerk", "unit_code": "xa-a"}
    page = desk.send("/admin/accounts/new", "/admin/accounts", **new)
    (code,) = CODE.findall(page)
    path = re.findall(r'action="(/admin/accounts/[0-9a-f-]+)"', page)[0]
    assert code not in desk.open(path)
    assert code not in str(desk.site.cookies)
    (other,) = CODE.findall(desk.send(path, f"{path}/codes"))
    assert other != code


def test_an_account_that_is_disabled_opens_nothing_until_it_is_enabled(desk: Desk, office: District) -> None:
    clerk = Desk(TestClient(desk.site.app))
    clerk.site.cookies.set("dondoc", session_of(office, KeyRole.CLERK, "van-phong"))
    clerk.open("/account")
    (path,) = re.findall(
        r'href="(/admin/accounts/[0-9a-f-]{36})">clerk van-phong', desk.open("/admin/accounts")
    )
    assert "đã ngừng" in read(desk.send(path, f"{path}/disable"))
    assert clerk.site.get("/account").url.path == "/sign-in"
    assert "đang dùng" not in read(desk.open(path))
    desk.send(path, f"{path}/enable")
    assert "đã ngừng" not in read(desk.open(path))


def test_the_overview_names_what_needs_somebody(desk: Desk) -> None:
    page = read(desk.open("/admin"))
    assert "Chưa có kênh nào được bật" in page
    new = {"code": "xa-moi", "name": "Xã không có ai", "kind": "xa"}
    desk.send("/admin/units/new", "/admin/units", **new)
    assert "Xã không có ai" in read(desk.open("/admin"))
    person = {
        "code": "cb", "name": "Cán bộ", "unit_code.0": "xa-moi", "role.0": "officer",
        "address.0": "cb@xa-moi.example.vn", "channel.0": "email",
    }  # fmt: skip
    desk.send("/admin/people/new", "/admin/people", **person)
    assert "Xã không có ai" not in read(desk.open("/admin"))
