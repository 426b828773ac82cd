"""Who could not be told: listed with whom and why, told again or by hand, and nobody else's business."""

import re
from datetime import date

import pytest
import sqlalchemy as sa

from service.domain.permissions import KeyRole
from service.domain.tables import Delivery, table
from service.fakes.smtp import FakeSmtp, SmtpFault
from tests.district import LEADERS, District
from tests.web import test_admin_channels as channels
from tests.web.desk import FROM_A_PAGE, Desk, Forms, read

NOBODY, UNDELIVERED = "/untold", "/untold/deliveries"
delivery = table(Delivery)


def desert(office: District, *units: str) -> None:
    """Let nobody hold a post at communes and at the office that keeps the register."""
    for unit in units:
        for role in ("officer", "head"):
            office.dismiss(unit, role)
    for role in LEADERS:
        office.dismiss("van-phong", role)


def deeds(page: str, verb: str) -> list[str]:
    """Return the addresses of the forms for a deed, as the page has them from above."""
    return [action for action, _ in Forms(page).found if action.endswith(f"/{verb}")]


@pytest.fixture
def lost(office: District) -> District:
    """A district whose office has told a commune with an officer in a mailbox that takes nothing."""
    admin = Desk.of(office, KeyRole.ADMINISTRATOR)
    desert(office)
    office.dismiss("xa-a", "head")
    with FakeSmtp(security="none") as relay:
        admin.send(channels.PAGE, channels.PAGE, **channels.settings_of(relay))
        for _ in range(3):
            relay.fail(SmtpFault(at="rcpt", reply="550 5.1.1 no such user"))
        office.give(due="2024-03-29", items=5, units=["xa-a"])
        office.worker.round()
        assert relay.messages == []
    return office


def left(office: District) -> list[bool]:
    with office.database.read() as connection:
        return list(connection.execute(sa.select(delivery.c.needs_person)).scalars())


def test_when_everybody_was_told_the_page_says_so(office: District) -> None:
    desk = Desk.of(office)
    assert "Chưa báo được" in read(desk.open("/account"))
    assert "Việc nào cũng đã có người để báo." in read(desk.open(NOBODY))
    assert "Không có tin nào phải báo thay" in read(desk.open(UNDELIVERED))


def test_what_found_nobody_says_whom_and_what_for_the_newest_first(office: District) -> None:
    desert(office, "xa-a")
    office.give(due="2024-03-29", units=["xa-a"])
    office.wait_until(date(2024, 3, 13))
    page = read(Desk.of(office).open(NOBODY))
    assert "4 Chưa có ai để báo 0 Gửi không được" in page
    assert "Không có thủ trưởng ở xa-a" in page
    assert "Cần báo: nhắc xác nhận đã nhận · hạn 29/03/2024" in page
    assert "Đơn vị chủ trì: xa-a" in page, "the chief of the office was looked for at the office"
    assert page.index("chánh văn phòng ở van-phong") < page.index("Cần báo: việc mới")
    assert "4 việc chưa báo được" in read(Desk.of(office, KeyRole.ADMINISTRATOR).open("/admin"))


def test_a_clerk_telephones_and_the_journal_says_so(office: District) -> None:
    desert(office, "xa-a")
    office.give(due="2024-03-29", units=["xa-a"])
    office.worker.round()
    desk = Desk.of(office)
    (action,) = deeds(desk.open(NOBODY), "tell-by-hand")
    how = {"means": "phone", "told_on": "2024-03-01", "note": "gặp văn thư"}
    early = desk.send(NOBODY, action, status=422, **how)
    assert "Ngày báo không thể trước ngày phát hiện" in read(early)
    assert 'value="gặp văn thư"' in early, "what was written stays"
    page = read(desk.send(NOBODY, action, **how | {"told_on": "2024-03-04"}))
    assert "Đã ghi là đã báo trực tiếp." in page
    assert "Việc nào cũng đã có người để báo." in page
    ((_, duty_id),) = office.duties("xa-a")
    assert "đã báo qua điện thoại ngày 04/03/2024" in read(desk.open(f"/duties/{duty_id}"))


def test_it_is_told_again_once_there_is_somebody_and_only_once(office: District) -> None:
    desert(office, "xa-a")
    office.give(due="2024-03-29", units=["xa-a"])
    office.worker.round()
    desk = Desk.of(office)
    page = desk.open(NOBODY)
    (action,) = deeds(page, "tell-again")
    form = dict(Forms(page).found)[action]
    assert "Không có ai ở đơn vị có địa chỉ để báo." in read(desk.send(NOBODY, action, status=409))
    office.hire("van-phong", "office_chief")
    assert "Hệ thống sẽ báo lại trong ít phút." in read(desk.send(NOBODY, action))
    again = desk.site.post(action, data=form, headers=FROM_A_PAGE)
    assert (again.status_code, "đã được báo hoặc đang được gửi lại" in read(again.text)) == (409, True)
    office.worker.round()
    assert [who for _, who in office.inbox()] == ["van-phong.office_chief"]


def test_a_message_that_no_channel_delivered_says_what_the_server_answered(lost: District) -> None:
    page = read(Desk.of(lost).open(UNDELIVERED))
    assert "0 Chưa có ai để báo 1 Gửi không được" in page
    assert "officer xa-a tin lập lúc 08:00 04/03/2024" in page
    assert re.search(r"Thư điện tử \(xa-a.officer.*?\): không gửi được; trả lời của máy chủ: .*5\.1\.1", page)
    assert page.count("mục ") == 3, "a message about many duties names the first"
    assert "và 2 nhiệm vụ khác" in page
    assert "1 tin không kênh nào gửi được" in read(Desk.of(lost, KeyRole.ADMINISTRATOR).open("/admin"))


def test_it_is_sent_again_or_told_by_hand_by_whoever_saw_it_as_it_stands(lost: District) -> None:
    desk, other = Desk.of(lost), Desk.of(lost, KeyRole.ADMINISTRATOR)
    page = desk.open(UNDELIVERED)
    (retry,), (by_hand,) = deeds(page, "retry"), deeds(page, "tell-by-hand")
    form = dict(Forms(page).found)[by_hand]
    assert "Hệ thống sẽ gửi lại trong ít phút." in read(other.send(UNDELIVERED, retry))
    late = desk.site.post(by_hand, data=form | {"means": "phone"}, headers=FROM_A_PAGE)
    assert (late.status_code, "đã thay đổi sau khi bạn mở trang" in read(late.text)) == (412, True)
    assert left(lost) == [False]


def test_a_person_is_told_by_hand_what_no_channel_delivered(lost: District) -> None:
    desk = Desk.of(lost)
    (by_hand,) = deeds(desk.open(UNDELIVERED), "tell-by-hand")
    page = read(desk.send(UNDELIVERED, by_hand, means="in_person", told_on="2024-03-04"))
    assert "Đã ghi là đã báo trực tiếp." in page
    assert "Không có tin nào phải báo thay" in page
    assert left(lost) == [False]


def test_a_long_list_goes_on_where_the_page_before_ended(
    office: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.web.untold.ROWS", 2)
    desert(office, "xa-a")
    office.give(due="2024-03-29", items=3, units=["xa-a"])
    office.worker.round()
    desk = Desk.of(office)
    first = desk.open(NOBODY)
    (older,) = re.findall(r'href="(/untold\?before=[^"]+)" rel="next"', first)
    second = desk.open(older)
    found = [*deeds(first, "tell-again"), *deeds(second, "tell-again")]
    assert (len(found), len(set(found))) == (3, 3)
    (last,) = deeds(second, "tell-by-hand")
    told = desk.send(older, last, means="phone", told_on="2024-03-04")
    assert "Không còn việc nào cũ hơn." in read(told), "the deed comes back to the page where it was done"


@pytest.mark.parametrize(("role", "unit"), [(KeyRole.LEADER, "van-phong"), (KeyRole.OFFICER, "van-phong")])
def test_who_may_look_and_not_act_sees_no_button(office: District, role: KeyRole, unit: str) -> None:
    desert(office, "xa-a")
    office.give(due="2024-03-29", units=["xa-a"])
    office.worker.round()
    clerk, desk = Desk.of(office), Desk.of(office, role, unit)
    page = desk.open(NOBODY)
    assert "Không có cán bộ đầu mối ở xa-a" in read(page)
    assert deeds(page, "tell-again") == deeds(page, "tell-by-hand") == []
    (action,) = deeds(clerk.open(NOBODY), "tell-again")
    token = dict(Forms(page).found)["/sign-out"]
    assert "không làm được việc này" in read(desk.site.post(action, data=token, headers=FROM_A_PAGE).text)


def test_a_unit_does_not_see_whom_others_could_not_reach(office: District) -> None:
    desk = Desk.of(office, KeyRole.CLERK, "xa-a")
    assert "Chưa báo được" not in read(desk.open("/account"))
    desk.open(NOBODY, 403)
    desk.open(UNDELIVERED, 403)
