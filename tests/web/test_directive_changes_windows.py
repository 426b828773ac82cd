"""In real Chromium: a clerk gives a forgotten unit its duty, moves a deadline, and ends the directive."""

import pytest
from playwright.sync_api import Browser, expect

from service.domain.permissions import KeyRole
from tests.district import District
from tests.web.chromium import DESKTOP, PHONE, looks_well, window


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.timeout(400)
def test_a_clerk_changes_an_issued_directive_and_sees_first_what_that_does(
    office: District, chromium: Browser, size: tuple[int, int]
) -> None:
    letter = office.give(due="2024-03-29", items=2, units=["xa-a", "xa-b"])
    with window(office, chromium, KeyRole.CLERK, size=size) as shown:
        page = shown.open(f"/directives/{letter}")
        page.get_by_role("link", name="Thay đổi sau khi ban hành").click()
        form = page.locator("#assign")
        form.get_by_label("Tên hoặc mã đơn vị, nhóm").first.fill("xa-c")
        form.get_by_label("Số", exact=True).fill("45")
        form.get_by_label("Ngày văn bản").fill("2024-03-04")
        form.get_by_label("Lý do").fill("Bỏ sót khi ban hành")
        looks_well(shown)
        form.get_by_role("button", name="Xem trước").click()
        expect(page.get_by_text("Số nhiệm vụ mới sẽ được giao: 1.")).to_be_visible()
        looks_well(shown)
        page.locator("#assign").get_by_role("button", name="Giao bổ sung").click()
        expect(page.get_by_text("Đã giao bổ sung. Số nhiệm vụ mới: 1.")).to_be_visible()
        page.get_by_text("Đổi thời hạn theo văn bản khác").click()
        form = page.locator("#deadline")
        form.get_by_role("checkbox", name="Mục 1").check()
        form.get_by_label("Thời hạn mới").fill("2024-04-26")
        form.get_by_label("Ký hiệu").fill("QĐ-UBND")
        form.get_by_role("button", name="Đổi thời hạn").click()
        expect(page.get_by_text("Căn cứ: xin chọn văn bản trong sổ")).to_be_visible()
        expect(page.locator("#deadline").get_by_label("Ký hiệu")).to_have_value("QĐ-UBND")
        assert "422" in shown.errors.pop(), "the browser notes the refusal"
        page.locator("#deadline").get_by_label("Ngày văn bản").fill("2024-03-04")
        page.locator("#deadline").get_by_role("button", name="Đổi thời hạn").click()
        expect(page.get_by_text("Đã đổi thời hạn. Số nhiệm vụ đổi hạn: 3.")).to_be_visible()
        page.get_by_text("Đính chính sai sót câu chữ").click()
        page.get_by_text("Văn bản khác bỏ một số mục").click()
        page.get_by_text("Văn bản bị bãi bỏ").click()
        looks_well(shown)
        form = page.locator("#revoke")
        form.get_by_label("Số", exact=True).fill("46")
        form.get_by_label("Ngày văn bản").fill("2024-03-04")
        form.get_by_label("Lý do").fill("Không còn phù hợp")
        form.get_by_role("checkbox", name="Tôi hiểu").check()
        form.get_by_role("button", name="Ghi bãi bỏ").click()
        expect(page.get_by_text("Số nhiệm vụ thu hồi: 5.")).to_be_visible()
        looks_well(shown)
