"""The letter of Cao Lộc in real Chromium: from the file to duties of every unit, at a desk and on a phone."""

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from service.domain.permissions import KeyRole
from tests.district import District
from tests.web.cao_loc import KEEPER, LETTER, district_of_the_letter
from tests.web.chromium import DESKTOP, PHONE, Window, looks_well, window
from tests.web.desk import Desk
from tests.web.test_intake import drop, kept

__all__ = ["district_of_the_letter"]
SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])


def choose(page: Page, item: str, choices: dict[str, str]) -> None:
    """Choose what phrases of an item mean, and save them."""
    place = page.locator(f'[id="i-{item}"]')
    for phrase, meaning in choices.items():
        row = place.locator("fieldset", has_text=f"“{phrase}”").first
        row.get_by_label("Đơn vị hoặc nhóm").select_option(label=meaning)
    place.get_by_role("button", name="Ghi đơn vị").first.click()


@SIZES
@pytest.mark.timeout(400)
def test_a_clerk_takes_the_letter_from_the_file_to_issued(
    district_of_the_letter: District, chromium: Browser, size: tuple[int, int]
) -> None:
    with window(district_of_the_letter, chromium, KeyRole.CLERK, KEEPER, size=size) as shown:
        page = shown.open("/intake")
        page.get_by_label("Tệp văn bản").set_input_files(LETTER)
        page.get_by_role("button", name="Đọc văn bản").click()
        expect(page.get_by_text("Đã đọc văn bản.")).to_be_visible()
        looks_well(shown)
        expect(page.locator("#ready")).to_contain_text("Chưa ban hành được")
        page.locator("a.mark", has_text="UBND cấp xã").click()
        assert page.url.endswith("#i-1")
        choose(page, "1", {"UBND cấp xã": "UBND cấp xã (nhóm)"})
        choose(page, "2", {"UBND các xã": "UBND các xã (nhóm)"})
        page.get_by_text("Sửa phần đầu").click()
        page.locator("#head").get_by_label("Ngày ký").fill("2024-04-26")
        page.get_by_role("button", name="Ghi phần đầu").click()
        expect(page.locator("#ready")).to_contain_text("Đủ điều kiện ban hành")
        page.get_by_role("link", name="Xem trước và ban hành").click()
        looks_well(shown)
        page.get_by_role("button", name="Ban hành", exact=True).click()
        expect(page.get_by_text("Đã ban hành. Số nhiệm vụ đã giao:")).to_be_visible()
        looks_well(shown)
        page.get_by_role("link", name="Nhập văn bản").first.click()
        looks_well(shown)


def head_of(shown: Window, path: str) -> Locator:
    """Open a draft and the form of its head."""
    page = shown.open(path)
    page.get_by_text("Sửa phần đầu").click()
    return page.locator("#head")


@SIZES
@pytest.mark.timeout(400)
def test_two_clerks_at_one_draft_keep_what_both_of_them_wrote(
    office: District, chromium: Browser, size: tuple[int, int]
) -> None:
    path = drop(Desk.of(office))
    with (
        window(office, chromium, KeyRole.CLERK, size=size) as one,
        window(office, chromium, KeyRole.CLERK, size=size) as other,
    ):
        first, second = head_of(one, path), head_of(other, path)
        first.get_by_label("Trích yếu").fill("Trích yếu của người thứ nhất")
        first.get_by_role("button", name="Ghi phần đầu").click()
        expect(one.page.locator("body")).to_contain_text("Trích yếu của người thứ nhất")
        second.get_by_label("Ngày ký").fill("2024-03-05")
        second.get_by_label("Độ khẩn").select_option("khẩn")
        second.get_by_role("button", name="Ghi phần đầu").click()
        told = other.page.get_by_text("Người khác vừa sửa dự thảo này")
        expect(told).to_be_visible()
        expect(other.page.locator("body")).to_contain_text("Trích yếu của người thứ nhất")
        again = other.page.locator("#head")
        expect(again.get_by_label("Ngày ký")).to_have_value("2024-03-05")
        assert other.serious() == []
        assert not other.is_wider_than_its_window()
        again.get_by_label("Trích yếu").fill("Trích yếu của người thứ nhất")
        again.get_by_role("button", name="Ghi phần đầu").click()
        expect(told).to_be_hidden()
    whole = kept(office, path)
    assert (whole.subject, str(whole.signed_on)) == ("Trích yếu của người thứ nhất", "2024-03-05")
    assert whole.urgency == "khẩn"
