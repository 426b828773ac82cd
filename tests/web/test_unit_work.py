"""The work of one's own unit: nothing that waits is hidden, and nothing of others is there."""

from datetime import date

from service.domain.lifecycle import State
from service.domain.permissions import KeyRole
from tests.district import District
from tests.web.desk import Desk, read


def test_a_unit_sees_what_is_new_late_due_this_week_and_waited_for(office: District) -> None:
    office.give(due="2024-03-05", units=["xa-a"])
    office.give(due="2024-03-08", units=["xa-a", "xa-b"])
    office.give(due=None, items=2, units=["xa-a"])
    office.wait_until(date(2024, 3, 7))
    desk = Desk.of(office, KeyRole.OFFICER, "xa-a")
    told = read(desk.open("/work"))
    for words in ("4 Mới giao, chưa nhận", "1 Quá hạn", "1 Đến hạn trong tuần", "0 Đang chờ người khác"):
        assert words in told
    assert "1 Mới giao, chưa nhận" in read(Desk.of(office, KeyRole.OFFICER, "xa-b").open("/work"))


def test_a_duty_is_received_where_it_is_listed(office: District) -> None:
    office.give(due="2024-03-29", units=["xa-a"])
    desk = Desk.of(office, KeyRole.OFFICER, "xa-a")
    deed = f"/duties/{office.duties('xa-a')[0][1]}/deeds/acknowledge"
    page = read(desk.send("/work", deed))
    assert "Đã ghi nhận là đã nhận" in page
    assert "0 Mới giao, chưa nhận" in page
    assert "1 Đã nhận, đang làm" in page
    assert office.duty("xa-a", "1").state is State.ACKNOWLEDGED
    office.submit("xa-a", "1", "Đã xong", "12")
    assert "1 Đang chờ người khác" in read(desk.open("/work"))


def test_work_begins_with_the_own_unit(office: District) -> None:
    desk = Desk.of(office, KeyRole.OFFICER, "xa-a")
    assert desk.site.get("/").url.path == "/work"
    assert "Đơn vị không có việc nào đang mở" in read(desk.open("/work"))
