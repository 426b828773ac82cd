"""A ladder in real Chromium: read, tried, changed; every page for axe."""

from datetime import date

import pytest
from playwright.sync_api import Browser

from service.domain.permissions import KeyRole
from tests.district import District
from tests.web.chromium import DESKTOP, PHONE, looks_well, window

SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])


@SIZES
def test_an_administrator_sees_what_another_ladder_would_do_and_changes_it(
    office: District, chromium: Browser, size: tuple[int, int]
) -> None:
    office.give(due="2024-03-13", units=["xa-a", "xa-b"])
    office.wait_until(date(2024, 3, 8))
    with window(office, chromium, KeyRole.ADMINISTRATOR, size=size) as shown:
        page = shown.open("/admin/policies")
        page.get_by_text("Nhắc thời hạn").click()
        page.locator("a[href='/admin/policies/deadline/thuong']").click()
        page.get_by_role("group", name="Bậc thứ 4").get_by_label("Khoảng cách").fill("2")
        page.get_by_role("group", name="Bậc thứ 1", exact=True).get_by_label("Khoảng cách").fill("")
        page.locator("[name=basis]").fill("Quy chế đôn đốc")
        page.get_by_role("button", name="Xem trước thay đổi").click()
        page.get_by_text("Không có lời nhắc nào được gửi ngay").wait_for()
        looks_well(shown)
        page.get_by_role("button", name="Lưu thang mới").click()
        page.get_by_text("Đã đổi thang đôn đốc").wait_for()
        page.get_by_text("trước 2 ngày làm việc").wait_for()
        looks_well(shown)
        shown.open("/admin/policies")
        looks_well(shown)
