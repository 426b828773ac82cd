"""Administration in real Chromium: one journey from an empty office to a message, and every page for axe."""

import pytest
from playwright.sync_api import Browser

from service.domain.permissions import KeyRole
from service.fakes.smtp import FakeSmtp
from tests.deadlines import FROM_RECEIPT, give
from tests.district import District
from tests.web.chromium import DESKTOP, PHONE, looks_well, window

SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
PAGES = (
    *("/admin", "/admin/units", "/admin/units/new", "/admin/units/xa-a"),
    *("/admin/people", "/admin/people/new", "/admin/accounts", "/admin/accounts/new"),
    *("/admin/channels", "/admin/channels/email", "/admin/channels/zalo"),
    *("/admin/calendar/2024", "/admin/groups", "/admin/groups/new", "/admin/groups/cac-xa"),
    *("/admin/keys", "/admin/keys/new", "/admin/webhooks", "/admin/webhooks/new"),
    *("/admin/templates", "/admin/templates/urging"),
    *("/admin/policies", "/admin/audit", "/admin/audit/checkpoints"),
)


@SIZES
def test_every_page_of_administration_can_be_read_and_used(
    office: District, chromium: Browser, size: tuple[int, int]
) -> None:
    with window(office, chromium, KeyRole.ADMINISTRATOR, size=size) as shown:
        for path in PAGES:
            shown.open(path)
            looks_well(shown)


@SIZES
def test_an_administrator_makes_an_office_ready_and_sees_a_message_arrive(
    office: District, chromium: Browser, size: tuple[int, int]
) -> None:
    with (
        FakeSmtp(security="none") as relay,
        window(office, chromium, KeyRole.ADMINISTRATOR, size=size) as shown,
    ):
        page = shown.open("/admin")
        page.get_by_role("link", name="Quản trị").click()
        page.get_by_role("link", name="Đơn vị", exact=True).click()
        page.get_by_role("link", name="Thêm đơn vị").click()
        page.locator("[name=code]").fill("phong-noi-vu")
        page.locator("[name=name]").fill("Phòng Nội vụ")
        page.locator("[name=kind]").fill("phong")
        page.get_by_role("button", name="Thêm đơn vị").click()
        page.get_by_text("Đã thêm đơn vị.").wait_for()
        page.get_by_role("link", name="Thêm cán bộ").click()
        page.locator("[name=code]").fill("noi-vu.cb")
        page.locator("[name=name]").fill("Cán bộ đầu mối")
        page.locator("[name='address.0']").fill("noi-vu@example.vn")
        page.get_by_role("button", name="Thêm cán bộ").click()
        page.get_by_text("Đã thêm cán bộ.").wait_for()
        looks_well(shown)

        page.get_by_role("navigation", name="Các trang quản trị").get_by_role(
            "link", name="Tài khoản"
        ).click()
        page.get_by_role("link", name="Thêm tài khoản").click()
        page.locator("[name=login]").fill("noi-vu")
        page.locator("[name=name]").fill("Cán bộ đầu mối")
        page.locator("[name=unit_code]").fill("phong-noi-vu")
        page.get_by_role("button", name="Thêm tài khoản").click()
        code = page.locator("output.code").inner_text()
        looks_well(shown)
        assert code not in page.url
        assert all(code not in cookie.get("value", "") for cookie in page.context.cookies())

        page.get_by_role("link", name="Kênh gửi tin").click()
        page.get_by_role("link", name="Thư điện tử").click()
        page.locator("[name=host]").fill(relay.host)
        page.locator("[name=port]").fill(str(relay.port))
        page.locator("[name=security]").select_option("none")
        page.locator("[name=sender]").fill("nhacviec@example.vn")
        page.get_by_role("button", name="Lưu cài đặt").click()
        page.locator("[name=person_code]").fill("noi-vu.cb")
        page.get_by_role("button", name="Gửi tin thử").click()
        page.get_by_text("đang chờ gửi").wait_for()
        office.worker.round()
        page.get_by_role("link", name="Xem lại kết quả").click()
        page.get_by_text("đã gửi", exact=True).first.wait_for()
        looks_well(shown)

        page.get_by_role("link", name="Nhật ký").click()
        page.get_by_text("gửi tin thử qua kênh email").first.wait_for()
        looks_well(shown)
        assert [received.recipient for received in relay.messages] == ["noi-vu@example.vn"]


def test_a_clerk_sees_no_administration_and_is_told_so(office: District, chromium: Browser) -> None:
    with window(office, chromium, KeyRole.CLERK) as shown:
        page = shown.open("/account")
        assert page.get_by_role("link", name="Quản trị").count() == 0
        assert "không làm được việc này" in shown.open("/admin").inner_text("main")
        assert shown.serious() == []


@SIZES
def test_what_is_shown_once_and_what_a_calendar_would_change_can_be_read(
    office: District, chromium: Browser, size: tuple[int, int]
) -> None:
    give(office, FROM_RECEIPT, "xa-a")
    with window(office, chromium, KeyRole.ADMINISTRATOR, size=size) as shown:
        page = shown.open("/admin/keys/new")
        page.locator("[name=name]").fill("Cổng dịch vụ công")
        page.locator("[name=unit_code]").fill("van-phong")
        page.get_by_role("button", name="Tạo khóa").click()
        page.locator("output").wait_for()
        looks_well(shown)

        page = shown.open("/admin/webhooks/new")
        page.locator("[name=url]").fill("https://mot-cua.example.vn/" + "duong-dan-rat-dai-" * 5)
        page.get_by_role("button", name="Thêm nơi nhận").click()
        page.locator("output").wait_for()
        looks_well(shown)

        page = shown.open("/admin/calendar/2024")
        page.locator("[name='day.0']").fill("2024-03-12")
        page.locator("[name='note.0']").fill("Nghỉ lễ của tỉnh")
        page.locator("[name=source]").fill("Thông báo của tỉnh")
        page.locator("[name=legal_basis]").fill("12/TB-UBND")
        page.get_by_role("button", name="Xem trước").click()
        page.get_by_text("1 thời hạn thay đổi").wait_for()
        looks_well(shown)
