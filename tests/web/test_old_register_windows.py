"""The older register in real Chromium: the file, what would become of it, and what did."""

import pytest
from playwright.sync_api import Browser, expect

from service.domain.permissions import KeyRole
from tests.district import District
from tests.web.chromium import DESKTOP, PHONE, looks_well, window
from tests.web.test_old_register import DONE, HEADING, LOST, OPEN

SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])


@SIZES
@pytest.mark.timeout(400)
def test_an_office_begins_with_the_duties_of_its_excel_file(
    office: District, chromium: Browser, size: tuple[int, int]
) -> None:
    content = (HEADING + DONE + OPEN + LOST).encode()
    with window(office, chromium, KeyRole.CLERK, size=size) as shown:
        page = shown.open("/intake")
        page.get_by_role("link", name="Nhập sổ cũ từ tệp Excel").click()
        page.get_by_text("Các cột được đọc").click()
        looks_well(shown)
        file = {"name": "so-theo-doi-2024.csv", "mimeType": "text/csv", "buffer": content}
        page.get_by_label("Tệp sổ theo dõi").set_input_files(file)  # type: ignore[arg-type]
        page.get_by_role("button", name="Xem trước").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Xem trước: chưa có gì được ghi")
        looks_well(shown)
        page.get_by_role("button", name="Nhập 2 dòng vào sổ").click()
        expect(page.get_by_text("Đã nhập 2 dòng: 4 nhiệm vụ của 1 văn bản.")).to_be_visible()
        looks_well(shown)
        page.get_by_role("link", name="Mở trong sổ theo dõi").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Sổ theo dõi nhiệm vụ")
