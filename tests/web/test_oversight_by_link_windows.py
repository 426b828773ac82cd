"""The office hands a link out and a stranger reads by it, in real Chromium, at a desk and on a phone."""

from uuid import UUID

from playwright.sync_api import Browser

from service.domain.permissions import KeyRole
from tests.district import District
from tests.web.chromium import window
from tests.web.test_board_windows import SIZES, fits
from tests.web.test_oversight_by_link import FOR_WHOM, conclusion, made

__all__ = ["conclusion"]


@SIZES
def test_a_link_goes_from_the_office_to_a_stranger_and_ends(
    office: District, conclusion: UUID, chromium: Browser, size: tuple[int, int]
) -> None:
    with window(office, chromium, KeyRole.CLERK, size=size) as desk:
        page = desk.open(f"/oversight/{conclusion}")
        page.get_by_role("link", name="Mở cho cơ quan giám sát xem bằng liên kết").click()
        page.get_by_label("Cấp cho").fill(FOR_WHOM)
        page.get_by_role("button", name="Tạo liên kết").click()
        address = page.locator("output.code").inner_text()
        path = address[address.index("/o/") :]
        fits(desk, "the link just made")
        reader = page.context.browser.new_context(  # type: ignore[union-attr]
            viewport={"width": size[0], "height": size[1]}, locale="vi-VN"
        )
        outside = reader.new_page()
        outside.goto(f"{desk.address}{path}")
        assert outside.get_by_role("heading", name="Giám sát 144").is_visible()
        outside.get_by_label("Tính đến hết ngày").fill("2024-03-11")
        outside.get_by_role("button", name="Xem").click()
        outside.get_by_text("tính đến hết ngày 11/03/2024").wait_for()
        outside.get_by_role("button", name="English").click()
        outside.get_by_text("Read-only.").wait_for()
        assert path in outside.url
        reader.close()
        page.goto(f"{desk.address}/oversight/{conclusion}/links")
        page.get_by_text("Thu hồi…").click()
        fits(desk, "the links")
        page.get_by_role("button", name="Thu hồi").click()
        page.get_by_text("từ nay liên kết không mở được gì nữa").wait_for()
    with window(office, chromium, size=size) as stranger:
        answered = stranger.page.goto(f"{stranger.address}{path}")
        assert answered is not None
        assert answered.status == 404


@SIZES
def test_what_a_link_opens_reads_well_at_a_desk_and_on_a_phone(
    office: District, conclusion: UUID, chromium: Browser, size: tuple[int, int]
) -> None:
    path = made(office, conclusion)
    with window(office, chromium, size=size) as stranger:
        for each in (path, f"{path}/items/1"):
            stranger.open(each)
            fits(stranger, each)
