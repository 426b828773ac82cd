"""Duties in real Chromium: two taps by phone, ten accepted at once, search without accents."""

from datetime import date
from itertools import cycle

import pytest
from playwright.sync_api import Browser

from service.domain.lifecycle import State
from service.domain.permissions import KeyRole
from tests.district import District
from tests.web.chromium import DESKTOP, PHONE, looks_well, window

SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])


def test_an_officer_receives_with_one_tap_and_reports_with_two(office: District, chromium: Browser) -> None:
    office.give(due="2024-03-29", units=["xa-a"])
    with window(office, chromium, KeyRole.OFFICER, "xa-a", size=PHONE) as shown:
        page = shown.open("/")
        looks_well(shown)
        page.get_by_role("button", name="Đã nhận").click()
        page.get_by_text("Đã ghi nhận là đã nhận.").wait_for()
        page.get_by_role("link", name="Báo cáo").first.click()
        looks_well(shown)
        page.get_by_label("Đã làm được gì").fill("Đã khảo sát xong")
        page.get_by_role("button", name="Báo cáo tiến độ").click()
        page.get_by_text("Đã gửi báo cáo tiến độ.").wait_for()
        looks_well(shown)
    assert office.duty("xa-a", "1").state is State.IN_PROGRESS


@SIZES
def test_a_clerk_finds_without_accents_and_accepts_ten_at_once(
    office: District, chromium: Browser, size: tuple[int, int]
) -> None:
    office.give(due="2024-03-29", items=5, units=["xa-a", "xa-b"])
    office.give(due="2024-03-29", units=["xa-c"])
    office.wait_until(date(2024, 3, 8))
    for unit, item in zip(cycle(["xa-a"] * 5 + ["xa-b"] * 5), "1234512345", strict=False):
        office.submit(unit, item, "Đã xong", "12")
    with window(office, chromium, KeyRole.CLERK, size=size) as shown:
        page = shown.open("/duties")
        looks_well(shown)
        page.get_by_label("Tìm trong nội dung, trích yếu").fill("viec so 3")
        page.get_by_role("button", name="Tìm").click()
        assert page.locator("table.duties tbody tr").count() == 2
        page.get_by_role("link", name="Bỏ mọi bộ lọc").click()
        page.get_by_label("Trạng thái").select_option("submitted")
        page.get_by_role("button", name="Tìm").click()
        page.get_by_role("link", name="Chọn cả trang").click()
        looks_well(shown)
        page.get_by_role("button", name="Xác nhận hoàn thành").click()
        page.get_by_text("Đã làm 10 trong 10 nhiệm vụ.").wait_for()
        looks_well(shown)
        page.get_by_role("link", name="Việc số 1").first.click()
        looks_well(shown)
    assert office.duty("xa-b", "5").state is State.ACCEPTED


@SIZES
def test_a_clerk_saves_a_view_opens_it_and_removes_it(
    office: District, chromium: Browser, size: tuple[int, int]
) -> None:
    office.give(due="2024-03-29", items=2, units=["xa-a", "xa-b"])
    name = "Việc số 2 của các xã, xem vào mỗi sáng thứ Hai trước giờ giao ban"
    with window(office, chromium, KeyRole.CLERK, size=size) as shown:
        page = shown.open("/duties?q=viec+so+2")
        page.get_by_label("Tên cách xem").fill(name)
        page.get_by_role("button", name="Lưu cách xem này").click()
        page.get_by_text("Đã lưu cách xem.").wait_for()
        looks_well(shown)
        page.get_by_role("link", name="Bỏ mọi bộ lọc").click()
        page.get_by_text("4 nhiệm vụ trên trang này").wait_for()
        page.get_by_role("link", name=name).click()
        page.get_by_text("2 nhiệm vụ trên trang này").wait_for()
        looks_well(shown)
        page.get_by_role("button", name=f"Xóa cách xem: {name}").click()
        page.get_by_text("Đã xóa cách xem.").wait_for()
        assert page.get_by_role("link", name=name).count() == 0
