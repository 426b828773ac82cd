"""A template is tried, used and taken back in real Chromium, wide and narrow."""

from playwright.sync_api import Browser

from service.domain.permissions import KeyRole
from service.reports.package import WORD
from tests.district import District
from tests.small_docx import docx
from tests.web.chromium import looks_well, window
from tests.web.test_admin_windows import SIZES


def template(*lines: str) -> dict[str, object]:
    return {"name": "mau-giao-ban-cua-van-phong.docx", "mimeType": WORD, "buffer": docx(*lines)}


@SIZES
def test_a_clerk_changes_the_form_of_a_document_and_goes_back(
    office: District, chromium: Browser, size: tuple[int, int]
) -> None:
    with window(office, chromium, KeyRole.CLERK, size=size) as shown:
        page = shown.open("/account")
        page.get_by_role("link", name="Mẫu văn bản").click()
        looks_well(shown)
        page.get_by_role("link", name="Danh sách nhiệm vụ quá hạn").click()
        page.get_by_text("Các tên dùng được trong mẫu").click()
        looks_well(shown)
        page.locator("[name=file]").set_input_files([template("{{ ten_la }}")])  # type: ignore[list-item]
        page.get_by_role("button", name="Dùng mẫu này").click()
        page.get_by_text("Mẫu dùng tên không có. (ten_la)").wait_for()
        assert shown.serious() == []
        shown.errors.clear()
        page.locator("[name=file]").set_input_files([template("{{ ngay }}")])  # type: ignore[list-item]
        with page.expect_download() as tried:
            page.get_by_role("button", name="Xem thử").click()
        assert tried.value.suggested_filename == "xem-thu-late_list.docx"
        page.locator("[name=file]").set_input_files([template("{{ ngay }}")])  # type: ignore[list-item]
        page.get_by_role("button", name="Dùng mẫu này").click()
        page.get_by_text("Đã dùng mẫu mới.").wait_for()
        looks_well(shown)
        page.get_by_text("Dùng lại mẫu có sẵn…").click()
        page.get_by_role("button", name="Dùng lại mẫu có sẵn").click()
        page.get_by_text("Đã dùng lại mẫu có sẵn.").wait_for()
        looks_well(shown)
