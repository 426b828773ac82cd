"""The end of a unit in real Chromium: seen before, decided, done; every page for axe."""

import pytest
from playwright.sync_api import Browser

from service.domain.permissions import KeyRole
from tests.district import District
from tests.web.chromium import DESKTOP, PHONE, looks_well, window

SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])


@SIZES
def test_an_administrator_ends_a_unit_and_nobodys_duty_is_lost(
    office: District, chromium: Browser, size: tuple[int, int]
) -> None:
    office.hire("xa-a", "officer")
    office.give(due="2024-04-26", items=2, units=["xa-a", "xa-c"])
    with window(office, chromium, KeyRole.ADMINISTRATOR, size=size) as shown:
        page = shown.open("/admin/units/xa-a")
        page.get_by_role("link", name="Sáp nhập, chia, giải thể").click()
        page.locator("[name=kind]").select_option("dissolve")
        page.locator("[name=effective_on]").fill("2024-03-04")
        page.locator("[name=basis]").fill("Nghị quyết 1672/NQ-UBTVQH15")
        page.get_by_role("button", name="Xem trước thay đổi").click()
        page.get_by_text("Chưa có gì được ghi.").wait_for()
        looks_well(shown)
        assert page.locator("[name=basis]").input_value() == "Nghị quyết 1672/NQ-UBTVQH15"
        page.get_by_role("button", name="Lập đợt sắp xếp").click()
        page.get_by_text("2 nhiệm vụ chưa có nơi tiếp nhận").wait_for()
        looks_well(shown)
        page.get_by_role("button", name="Thực hiện đợt sắp xếp").click()
        page.get_by_role("alert").get_by_text("Còn nhiệm vụ chưa có đơn vị tiếp nhận").wait_for()
        assert "409" in shown.errors.pop(), "the browser notes the refusal"
        page.locator("[name='to.1']").fill("xa-b")
        page.locator("[name='lapse.2']").check()
        page.get_by_role("button", name="Ghi nơi tiếp nhận").click()
        page.get_by_text("Đã ghi nơi tiếp nhận.").wait_for()
        page.get_by_role("button", name="Thực hiện đợt sắp xếp").click()
        page.get_by_text("Đã thực hiện. Kết quả ghi ở dưới.").wait_for()
        looks_well(shown)
        shown.open("/admin/reorganisations")
        looks_well(shown)
