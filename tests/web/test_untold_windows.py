"""Who could not be told, in real Chromium: a clerk telephones in the morning, at a desk and on a phone."""

import pytest
from playwright.sync_api import Browser, expect

from service.domain.permissions import KeyRole
from tests.district import District
from tests.web.chromium import DESKTOP, PHONE, looks_well, window
from tests.web.test_untold import desert, lost

__all__ = ["lost"]
SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])


@SIZES
@pytest.mark.timeout(400)
def test_a_clerk_tells_by_telephone_what_nobody_could_be_told(
    lost: District, chromium: Browser, size: tuple[int, int]
) -> None:
    desert(lost, "xa-b")
    lost.give(due="2024-03-29", units=["xa-b"])
    lost.worker.round()
    with window(lost, chromium, KeyRole.ADMINISTRATOR, size=size) as shown:
        page = shown.open("/admin")
        page.get_by_role("link", name="Xem danh sách chưa có ai để báo").click()
        page.get_by_role("button", name="Báo lại: xa-b").click()
        page.get_by_role("alert").get_by_text("Không có ai ở đơn vị có địa chỉ để báo.").wait_for()
        assert "409" in shown.errors.pop(), "the browser notes the refusal"
        page.get_by_text("Đã báo trực tiếp…").click()
        page.get_by_label("Ghi chú").fill("văn thư nghe máy")
        looks_well(shown)
        page.get_by_role("button", name="Ghi đã báo").click()
        expect(page.get_by_text("Việc nào cũng đã có người để báo.")).to_be_visible()
        looks_well(shown)
        page.get_by_role("link", name="Gửi không được").click()
        page.get_by_text("Đã báo trực tiếp…").click()
        looks_well(shown)
        page.get_by_label("Báo bằng cách").select_option(label="Gặp trực tiếp")
        page.get_by_role("button", name="Ghi đã báo").click()
        expect(page.get_by_text("Không có tin nào phải báo thay")).to_be_visible()
        looks_well(shown)
