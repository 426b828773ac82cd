"""In real Chromium: a clerk cuts an item in two, gives the second part its unit, and may issue."""

import pytest
from playwright.sync_api import Browser, expect

from service.domain.permissions import KeyRole
from tests.district import District
from tests.web.chromium import DESKTOP, PHONE, looks_well, window
from tests.web.test_recutting import LETTER


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_clerk_cuts_an_item_and_the_directive_is_ready(
    office: District, chromium: Browser, size: tuple[int, int]
) -> None:
    with window(office, chromium, KeyRole.CLERK, size=size) as shown:
        page = shown.open("/intake")
        file = {"name": "cong-van.txt", "mimeType": "text/plain", "buffer": LETTER.encode()}
        page.get_by_label("Tệp văn bản").set_input_files(files=[file])  # type: ignore[list-item]
        page.get_by_role("button", name="Đọc văn bản").click()
        page.get_by_role("button", name="Xác nhận các mục đọc được chắc chắn").click()
        whole = page.locator('[id="i-1"]')
        whole.get_by_text("Sửa mục 1", exact=True).click()
        whole.get_by_text("Tách, gộp mục 1", exact=True).click()
        whole.get_by_role("radio", name="‖ Lập danh sách").check()
        looks_well(shown)
        whole.get_by_role("button", name="Tách mục").first.click()
        expect(page.get_by_text("Đã tách mục.")).to_be_visible()
        expect(page.locator("#ready")).to_contain_text("Chưa ban hành được")
        looks_well(shown)
        second = page.locator('[id="i-1a"]')
        second.get_by_label("Tên hoặc mã đơn vị, nhóm").fill("xa-c")
        second.get_by_role("button", name="Ghi đơn vị").click()
        expect(page.locator("#ready")).to_contain_text("Đủ điều kiện ban hành")
        looks_well(shown)
